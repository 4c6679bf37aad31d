"""Issue licences: as a signed record ≥ 1,500/s, as a sealed PDF ≥ 60/s.

Records are issued in PostgreSQL, 500 in a transaction as a window's evening run or a migration does it: number,
identifier, encrypted name and face, change, ledger, event, and one signature with its time stamp over their hash
tree. The floor does without all of that: one bare ECDSA P-256 signature for each record and its row inserted by plain
SQL, as many together. Issued one by one (a transaction, a signature and a time stamp each) they are measured beside it.

Pages are drawn (typst, PDF/A-2b) and sealed (PAdES B-T) by as many processes as there are cores, as workers do. The
floor is pyHanko sealing a finished page with P-256, without a picture or a time stamp, by as many processes.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import multiprocessing
import os
import time
import uuid
from io import BytesIO

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from benchmarks import case_city
from benchmarks.harness import report
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.types import SYSTEM, Subject
from tongban.runtime import boot

AT = dt.datetime(2026, 3, 10, 12, 0, tzinfo=SHANGHAI)
BATCH, BATCHES, ALONE, PAGES = 500, 6, 60, 60
TYPE, DEPARTMENT, DISTRICT = "food-business-licence", "district-market-regulation", "310104"
SEAL = f"{DEPARTMENT}-{DISTRICT}"


def measure() -> None:
    with case_city.city("tongban_bench_licences"):
        records()
        pages()


def records() -> None:
    from django.db import transaction

    from tongban.services.licences import operations

    class Undo(Exception):
        """The demonstration city keeps nothing of this."""

    def issued(count: int, batch: int) -> float:
        began = time.perf_counter()
        try:
            with transaction.atomic():
                for _ in range(count):
                    operations.issue_many(grants=[_grant() for _ in range(batch)], by=SYSTEM, at=AT)
                raise Undo
        except Undo:
            pass
        return count * batch / (time.perf_counter() - began)

    issued(1, BATCH)
    together, alone = issued(BATCHES, BATCH), issued(ALONE, 1)
    report(
        "issue_licence_record", ours=together, floor=_plain(), unit="/s", goal=">= 1500",
        sizes={"batch": BATCH, "licences": BATCH * BATCHES}, details={"one_by_one": round(alone, 1)},
        notes="one signature a batch, over a hash tree",
    )  # fmt: skip


def pages() -> None:
    from django.db import transaction

    from tongban.services.licences import models, operations
    from tongban.services.licences.documents import draw
    from tongban.services.licences.operations import sealing
    from tongban.services.licences.pages import page_values
    from tongban.services.licences.types import Kind

    class Undo(Exception):
        """As above."""

    try:
        with transaction.atomic():
            ids = operations.issue_many(grants=[_grant() for _ in range(PAGES)], by=SYSTEM, at=AT)
            values = [page_values(row) for row in models.Licence.objects.filter(id__in=ids)]
            row = models.Licence.objects.get(id=ids[0])
            size = len(sealing.sealed_page(row, AT))
            raise Undo
    except Undo:
        pass
    from tongban.foundation.trust import operations as trust

    trust.ensure_seal(
        code=SEAL, name="上海市徐汇区市场监督管理局行政审批专用章", department=DEPARTMENT, at=AT
    )
    boot.disconnect()
    ours, floor = (
        _by_all(_seal_pages, values),
        _by_all(_seal_bare, [draw(Kind.LICENCE, values[0], at=AT)] * PAGES),
    )
    report(
        "issue_licence_pdf", ours=ours, floor=floor, unit="/s", goal=">= 60",
        sizes={"pages": PAGES, "bytes": size, "processes": _processes()},
    )  # fmt: skip


def _grant() -> object:
    from tongban.services.licences.types import Grant, Line

    return Grant(
        type=TYPE, name="食品经营许可证", holder=Subject("company", str(uuid.uuid4())), holder_name="上海梧桐里餐饮管理有限公司",
        item="food-business-licence", item_version=1, department=DEPARTMENT, district=DISTRICT,
        case_id=uuid.uuid4(), branch_id=uuid.uuid4(), validity="5 年",
        face=(
            Line("统一社会信用代码", "91310104MA1FR00000"), Line("法定代表人", "沈知行"),
            Line("经营场所", "上海市徐汇区漕溪北路 398 号 1 层 102 室"), Line("经营范围", "热食类食品制售；冷食类食品制售"),
        ),
    )  # fmt: skip


def _plain() -> float:
    """Return records a second by plain means: a signature for each, and its row inserted, as many together."""
    from django.db import connection, transaction

    from tongban.services.licences import operations
    from tongban.services.licences.models import Licence

    key, columns = (
        ec.generate_private_key(ec.SECP256R1()),
        [one.column for one in Licence._meta.concrete_fields],
    )
    names, places = ", ".join(columns), ", ".join(["%s"] * len(columns))
    with transaction.atomic(), connection.cursor() as cursor:
        id = operations.issue(grant=_grant(), by=SYSTEM, at=AT)
        cursor.execute(f"SELECT {names} FROM licences_licence WHERE id = %s", [id])
        row = dict(zip(columns, cursor.fetchone(), strict=True))
        began = time.perf_counter()
        for _ in range(BATCHES):
            values = []
            for _ in range(BATCH):
                key.sign(b"x" * 600, ec.ECDSA(hashes.SHA256()))
                new = uuid.uuid4()
                own = {"id": new, "branch_id": new, "number": str(new), "identifier": str(new)}
                values.append([*(row | own).values()])
            cursor.executemany(f"INSERT INTO licences_licence ({names}) VALUES ({places})", values)
        took = time.perf_counter() - began
        transaction.set_rollback(True)
    return BATCH * BATCHES / took


def _processes() -> int:
    return os.cpu_count() or 1


def _by_all(work: object, things: list[object]) -> float:
    """Return things a second by all processes together, each warm before it begins."""
    count = _processes()
    context = multiprocessing.get_context("spawn")
    gate, done = context.Barrier(count + 1), context.Barrier(count + 1)
    parts = [things[number::count] for number in range(count)]
    running = [context.Process(target=_run, args=(work, part, gate, done)) for part in parts]
    for one in running:
        one.start()
    gate.wait(120)
    began = time.perf_counter()
    done.wait(120)
    took = time.perf_counter() - began
    for one in running:
        one.join()
    return len(things) / took


def _run(work: object, things: list[object], gate: object, done: object) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongban.runtime.settings")
    django.setup()
    work(things[:2])  # type: ignore[operator]
    gate.wait(120)  # type: ignore[attr-defined]
    work(things)  # type: ignore[operator]
    done.wait(120)  # type: ignore[attr-defined]


def _seal_pages(values: list[dict[str, object]]) -> None:
    from django.db import transaction

    from tongban.foundation.trust import operations as trust
    from tongban.services.licences.documents import draw, seal_box
    from tongban.services.licences.types import Kind

    for number, one in enumerate(values):
        drawn = draw(Kind.LICENCE, one | {"number": f"SPJY{uuid.uuid4().int % 10**14}{number}"}, at=AT)
        with transaction.atomic():
            trust.seal_pdf(drawn, seal=SEAL, reason="签发证照", box=seal_box(Kind.LICENCE), at=AT)
            transaction.set_rollback(True)


def _seal_bare(drawn: list[bytes]) -> None:
    from asn1crypto import keys, x509
    from cryptography import x509 as cx
    from cryptography.hazmat.primitives import serialization
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    key = ec.generate_private_key(ec.SECP256R1())
    name = cx.Name([cx.NameAttribute(cx.NameOID.COMMON_NAME, "floor")])
    made = cx.CertificateBuilder(name, name, key.public_key(), 1, AT, AT + dt.timedelta(days=365))
    certificate = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    private = key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    signer = signers.SimpleSigner(
        signing_cert=x509.Certificate.load(certificate), signing_key=keys.PrivateKeyInfo.load(private),
        cert_registry=SimpleCertificateStore(),
    )  # fmt: skip

    async def seal(page: bytes) -> None:
        metadata = signers.PdfSignatureMetadata(field_name="Seal", md_algorithm="sha256")
        await signers.PdfSigner(metadata, signer).async_sign_pdf(IncrementalPdfFileWriter(BytesIO(page)))

    for page in drawn:
        asyncio.run(seal(page))


if __name__ == "__main__":
    measure()
