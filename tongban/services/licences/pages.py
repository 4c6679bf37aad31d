"""What the page of a licence says, from its row; and where its code leads."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings

from tongban.services.catalogue import queries as catalogue
from tongban.services.licences import models, unsealing
from tongban.services.licences.rules import faces

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "*", ""})


def page_values(row: models.Licence) -> dict[str, object]:
    """Return the values that the template of a licence needs."""
    name = unsealing.open_name(row.holder_name)
    lines = [[faces.name_label(row.holder_kind), name]]
    lines += [[line.label, line.value] for line in unsealing.open_face(row.face)]
    lines.append(["有效期限", faces.term(row.valid_from, row.valid_until, row.validity)])
    city = catalogue.get_city()
    return {
        "title": row.name, "number": row.number, "identifier": row.identifier, "code": row.code,
        "link": verify_link(row.number, row.code), "issuer": row.issuer, "date": faces.day(row.issued_on),
        "holder": name, "lines": lines, "version": row.version,
        "subtitle": f"第 {row.version} 版（更正）" if row.version > 1 else "",
        "demonstration": "演示数据，不是真实证照" if city.demonstration else "",
    }  # fmt: skip


def verify_link(number: str, code: str) -> str:
    """Return the address that the code on a licence leads to.

    The number says less than the identifier, and with the code it is as clear: a coarser code is read by any camera.
    """
    return f"{public_address()}/verify?{urlencode({'id': number, 'code': code})}"


def public_address() -> str:
    """Return the city's address as people reach it: TONGBAN_ADDRESS, else its first host that is no loopback."""
    if settings.SITE_ADDRESS:
        return str(settings.SITE_ADDRESS)
    host = next(
        (one for one in settings.ALLOWED_HOSTS if one not in LOOPBACK and not one.startswith(".")), ""
    )
    return f"https://{host}" if host else "http://localhost:8000"
