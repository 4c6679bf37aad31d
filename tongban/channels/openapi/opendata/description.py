"""The description of the data for portals that harvest it: DCAT 3 with the terms of DCAT-AP, as JSON-LD."""

from __future__ import annotations

import json
from typing import Any

from tongban import __version__
from tongban.foundation.packs import queries as packs
from tongban.kernel.errors import N_
from tongban.kernel.language import LANGUAGES, translate
from tongban.services.catalogue import queries as catalogue

CC0 = "http://publications.europa.eu/resource/authority/licence/CC0"
AUTHORITY = "http://publications.europa.eu/resource/authority"
IANA = "https://www.iana.org/assignments/media-types"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
TITLE = N_("政务服务事项清单")
ABOUT = N_("全部事项、一件事、部门和代码表：条件、材料及其依据、时限、收费、结果。")
NAME = N_("{city}开放数据")


def dcat(root: str) -> bytes:
    """Return the description; ``root`` is the site's address."""
    return json.dumps(_catalogue(root), ensure_ascii=False).encode()


def _catalogue(root: str) -> dict[str, Any]:
    city, now = catalogue.get_city(), packs.find_current()
    publisher = {"@type": "foaf:Agent", "foaf:name": _said({"zh": city.name, "en": city.english})}
    modified = {"@type": "xsd:dateTime", "@value": now.at.isoformat() if now else ""}
    shared = {
        "dct:publisher": publisher,
        "dct:modified": modified,
        "dct:language": [_id(f"{AUTHORITY}/language/ZHO"), _id(f"{AUTHORITY}/language/ENG")],
        "dct:license": _id(CC0),
    }
    names = {"zh": translate(NAME, "zh", city=city.name), "en": translate(NAME, "en", city=city.english)}
    return {
        "@context": CONTEXT,
        "@id": f"{root}/api/v1/dcat.json",
        "@type": "dcat:Catalog",
        "dct:title": _said(names),
        "dct:description": _spoken(ABOUT),
        **shared,
        "dcat:dataset": [_dataset(root, str(now.number if now else 0), shared)],
        "dcat:service": [_service(root, shared)],
    }


def _dataset(root: str, revision: str, shared: dict[str, Any]) -> dict[str, Any]:
    files = (("catalogue.json", "JSON", "application/json"), ("items.csv", "CSV", "text/csv"))
    return {
        "@id": f"{root}/api/v1/dcat.json#catalogue",
        "@type": "dcat:Dataset",
        "dct:identifier": f"{root}/api/v1/catalogue.json",
        "dct:title": _spoken(TITLE),
        "dct:description": _spoken(ABOUT),
        **shared,
        "dcat:version": revision,
        "dcat:theme": _id(f"{AUTHORITY}/data-theme/GOVE"),
        "dct:accrualPeriodicity": _id(f"{AUTHORITY}/frequency/IRREG"),
        "dcat:landingPage": _id(f"{root}/open-data"),
        "dcat:distribution": [_distribution(root, *file) for file in files],
    }


def _distribution(root: str, name: str, format: str, kind: str) -> dict[str, Any]:
    address = _id(f"{root}/api/v1/{name}")
    return {
        "@type": "dcat:Distribution",
        "dct:title": name,
        "dcat:accessURL": address,
        "dcat:downloadURL": address,
        "dcat:mediaType": _id(f"{IANA}/{kind}"),
        "dct:format": _id(f"{AUTHORITY}/file-type/{format}"),
        "dct:license": _id(CC0),
    }


def _service(root: str, shared: dict[str, Any]) -> dict[str, Any]:
    return {
        "@id": f"{root}/api/v1/dcat.json#api",
        "@type": "dcat:DataService",
        "dct:title": f"tongban {__version__}",
        **shared,
        "dcat:endpointURL": _id(f"{root}/api/v1/"),
        "dcat:endpointDescription": _id(f"{root}/api/v1/openapi.json"),
        "dcat:servesDataset": _id(f"{root}/api/v1/dcat.json#catalogue"),
        "foaf:page": _id(f"{root}/api/v1/docs"),
    }


def _id(address: str) -> dict[str, str]:
    return {"@id": address}


def _spoken(sentence: str) -> list[dict[str, str]]:
    return _said({language: translate(sentence, language) for language in LANGUAGES})


def _said(words: dict[str, str]) -> list[dict[str, str]]:
    return [{"@language": language, "@value": text} for language, text in words.items()]
