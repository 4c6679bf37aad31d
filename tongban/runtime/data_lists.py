"""Take a department's list of data in by the command line, or only try it: on the folder alone, without any database."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tongban.datahub.resources.rules import importing
from tongban.datahub.resources.types import ListKind, Lists
from tongban.foundation.government.rules import finder
from tongban.kernel.errors import N_, Invalid
from tongban.kernel.types import Actor
from tongban.runtime.city import CityPack, read_city
from tongban.services.catalogue.rules.asking import asked_of_people
from tongban.services.data_lists import operations, queries
from tongban.services.data_lists.types import Account

__all__ = ["Account", "around_of", "asked_of_people", "read_map", "take_list", "try_list"]

MOST_MAP = 1 << 16


def try_list(path: Path, kind: ListKind, said: str, report: Path, folder: Path, language: str) -> Account:
    """Judge every row against the folder; nothing is kept but the report."""
    pack, _ = read_city(folder)
    departments = pack.departments.values()
    return queries.try_list(path, kind, read_map(said, kind), around_of(pack), report, language, departments)


def take_list(
    path: Path,
    kind: ListKind,
    said: str,
    report: Path,
    language: str,
    why: str,
    by: Actor,
    at: datetime,
) -> Account:
    """Write the good rows into their list, all in one transaction, and the bad ones to the report."""
    return operations.take_list(
        path=path,
        kind=kind,
        columns=read_map(said, kind),
        report=report,
        language=language,
        why=why,
        by=by,
        at=at,
    )


def read_map(said: str, kind: ListKind) -> dict[str, str]:
    """Return field → column of a YAML file, or as written ``field=column,…``; raise Invalid."""
    if not said:
        return {}
    if "=" in said and not Path(said).is_file():
        pairs = (pair.partition("=") for pair in said.split(",") if pair.strip())
        columns = {name.strip(): column.strip() for name, _, column in pairs}
    else:
        columns = _from_yaml(Path(said))
    unknown = [name for name in columns if name not in importing.COLUMNS[kind]]
    if unknown or not all(columns.values()):
        raise Invalid(
            "map-unusable",
            N_("--map 要写成 字段=列名,字段=列名，或给出一个 YAML 文件；可用的字段是：{known}。"),
            known="、".join(importing.COLUMNS[kind]),
        )
    return columns


def _from_yaml(path: Path) -> dict[str, str]:
    import yaml

    try:
        with path.open("rb") as file:
            content = yaml.load(file.read(MOST_MAP), Loader=yaml.BaseLoader)  # noqa: S506  plain data only
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise Invalid("map-unreadable", N_("无法读取 --map 的文件“{file}”。"), file=path.name) from error
    return (
        {str(name): str(column) for name, column in content.items()}
        if isinstance(content, dict)
        else {"": ""}
    )


def around_of(pack: CityPack) -> importing.Around:
    """Return what a folder knows."""
    lists = Lists(pack.resources, tuple(pack.data_duties.values()), tuple(pack.negatives.values()))
    find = finder(pack.departments.values(), pack.districts.values())
    systems = {one.code: one.name for one in pack.systems.values()}
    themes = {one.code: one.name for one in pack.data_themes.values()}
    return queries.around(lists, find, pack.items.values(), systems, themes, pack.demands.values())
