"""Save a draft of 95 fields: ≤ 40 ms, all 95 written new in one call.

The call is the operation the form's page and the interface use: who may, each value checked against the form and the
registers, merged field by field into what another device may have written, sealed, recorded on the ledger. The floor
is the same row written by bare psycopg: the same bytes, one UPDATE, one transaction.
"""

from __future__ import annotations

import itertools
import uuid

import psycopg

from benchmarks import case_city
from benchmarks.harness import percentile, report, seconds
from tongban.kernel.types import SYSTEM, Subject

FIELDS = 95
CODE = "bench-95-fields"


def measure() -> None:
    """Measure saving 95 changed fields, and one, on the same draft."""
    with case_city.city("tongban_bench_draft") as address:
        from tongban.services.cases import models, operations, queries

        party = case_city.company()
        codes = publish()
        who = {"by": party.by, "at": case_city.AT}
        id = operations.start(service=Subject("item", CODE), applicant=party.applicant, **who)
        held = {
            code
            for code, one in queries.get_case(id, **who).fields.items()
            if one.source.startswith("register:")
        }
        for code in held:
            operations.dispute_value(case_id=id, field=code, actual="另有实际", **who)
        count = itertools.count()

        def save(some: list[str]) -> None:
            text = f"徐汇区永嘉路 {next(count)} 号"
            operations.save_fields(case_id=id, values=dict.fromkeys(some, text), seen=0, **who)

        many = seconds(lambda: save(codes), repeat=200, warm=20)
        one = seconds(lambda: save(codes[:1]), repeat=200, warm=20)
        size = len(bytes(models.Form.objects.get(case_id=id).document))
        floor = plain(address, id, size)
    report(
        "save_draft", ours=percentile(many, 0.5) * 1000, unit="ms", goal="<= 40", floor=percentile(floor, 0.5) * 1000,
        also=percentile(many, 0.95) <= 0.04, sizes={"fields": len(codes), "bytes": size},
        notes=f"p95 {percentile(many, 0.95) * 1000:.1f} ms; one field {percentile(one, 0.5) * 1000:.1f} ms",
    )  # fmt: skip


def publish() -> list[str]:
    """Publish an item whose form has 95 fields, and return their codes."""
    from tongban.foundation.packs import operations as packs
    from tongban.kernel.digests import digest_of
    from tongban.services.catalogue import operations as catalogue
    from tongban.services.catalogue import queries

    texts = [code for code, one in queries.elements().items() if one.kind == "text" and not one.choices]
    codes = texts[:FIELDS]
    item = queries.get_item("food-business-licence").item
    changed = {
        "code": CODE,
        "name": "九十五栏",
        "form": tuple(codes),
        "situations": (),
        "materials": item.materials[:1],
    }
    wide = item.model_copy(update=changed)
    revision = packs.open_revision(act="load", digest=digest_of(CODE), by=SYSTEM, at=case_city.AT)
    catalogue.publish_items(items={CODE: wide}, revision=revision, by=SYSTEM, at=case_city.AT)
    return codes


def plain(address: str, id: uuid.UUID, size: int) -> list[float]:
    """Return how long the same bytes take by psycopg."""
    data = bytes(size)
    with psycopg.connect(address) as connection:

        def write() -> None:
            connection.execute(
                "UPDATE cases_form SET version = version + 1, document = %s, saved_at = now() WHERE case_id = %s",
                [data, id],
                prepare=True,
            )
            connection.commit()

        return seconds(write, repeat=200, warm=20)


if __name__ == "__main__":
    measure()
