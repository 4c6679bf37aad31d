"""The guide of an item that is not published: what the portal would show, in a transaction that is undone."""

from __future__ import annotations

import re
from datetime import datetime
from http import HTTPStatus
from pathlib import Path

from django.db import transaction

from tongban.foundation.packs import operations as packs
from tongban.foundation.packs.errors import PackRefused
from tongban.foundation.packs.types import Problems
from tongban.kernel.digests import digest_of
from tongban.kernel.errors import N_, Conflict, NotFound
from tongban.kernel.language import translate
from tongban.kernel.types import SYSTEM
from tongban.runtime import publishing
from tongban.runtime.city import CityPack, read_city
from tongban.services.catalogue.types import ItemState

MSG_UNKNOWN = N_("文件夹里没有事项“{item}”，或者它有错误读不出来；先运行 tongban city check。")
MSG_PAGE = N_("指南页没有做成（状态 {status}）。")
MSG_BANNER = N_("预览：这一版还没有公布。")
STYLESHEET = re.compile(r'<link\b[^>]*\brel="stylesheet"[^>]*>')
HREF = re.compile(r'\bhref="([^"]+)"')
SPRITE = re.compile(r'\bhref="(/static/icons\.[^"#]+)#')
BODY = re.compile(r"<body\b[^>]*>")


def preview(folder: Path, code: str, into: Path, *, language: str, at: datetime) -> tuple[Path, Problems]:
    """Write the guide of an item of the folder as an HTML file; return it and what is wrong with the folder.

    Raise NotFound where the folder has no such item, PackRefused where it has not even a city.
    """
    pack, problems = read_city(folder)
    if pack.city is None:
        raise PackRefused(problems)
    if code not in pack.items:
        raise NotFound("item-unknown", MSG_UNKNOWN, item=code)
    pack.items[code] = pack.items[code].model_copy(update={"state": ItemState.IN_USE})
    page = _page_of_unpublished(pack, f"/en/items/{code}" if language == "en" else f"/items/{code}", at)
    path = into / f"{code}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_with_banner(page, language), encoding="utf-8")
    return path, problems


def _page_of_unpublished(pack: CityPack, address: str, at: datetime) -> str:
    with transaction.atomic():
        try:
            revision = packs.open_revision(act="load", digest=digest_of(None), by=SYSTEM, at=at)
            publishing.publish(pack, revision, SYSTEM, at, "", again=False)
            page = STYLESHEET.sub(lambda match: _inlined(match.group()), _get(address))
            return _with_icons(page)
        finally:
            transaction.set_rollback(True)


def _get(address: str) -> str:
    """Return what the city's own pages answer; the client of Django's tests leaves the transaction open."""
    from django.test import Client

    answer = Client().get(address, headers={"host": "localhost"})
    if answer.status_code != HTTPStatus.OK:
        raise Conflict("preview-failed", MSG_PAGE, status=answer.status_code)
    return b"".join(answer).decode()


def _inlined(link: str) -> str:
    """Return a stylesheet's text in place of the link, so that the file can be opened anywhere."""
    found = HREF.search(link)
    return f"<style>{_get(found.group(1).split('?')[0])}</style>" if found else link


def _with_icons(page: str) -> str:
    """Return the page with the sprite of icons inside it: a file may not read another one beside it."""
    found = SPRITE.search(page)
    if not found:
        return page
    sprite = f"<div hidden>{_get(found.group(1))}</div>"
    page = page.replace(f"{found.group(1)}#", "#")
    return BODY.sub(lambda match: match.group() + sprite, page, count=1)


def _with_banner(page: str, language: str) -> str:
    banner = (
        '<p role="note" style="margin:0;padding:.75rem 1rem;background:#fff3cd;color:#14233a;'
        f'text-align:center">{translate(MSG_BANNER, language)}</p>'
    )
    return BODY.sub(lambda match: match.group() + banner, page, count=1)
