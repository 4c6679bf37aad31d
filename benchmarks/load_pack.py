"""Loading a pack of 2,000 items, and one that has not changed, each as a whole process with its database."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import yaml

from benchmarks.harness import ROOT, report
from tests.factories.pack import write_pack

ITEMS, BUNDLES = 2000, 10
TIMES = 5


def measure() -> None:
    """Measure a first load, a load in which one item has changed, and one in which nothing has."""
    with tempfile.TemporaryDirectory(dir=ROOT / "var", prefix="load-pack-") as place:
        folder = write_pack(Path(place) / "city", ITEMS, BUNDLES)
        os.environ["TONGBAN_STATE"] = str(Path(place) / "state")
        os.environ.pop("DATABASE_URL", None)
        _tongban("db", "migrate")
        try:
            first = _seconds("city", "load", str(folder), "--why", "benchmark")
            floor = _floor(folder)
            unchanged = min(_seconds("city", "load", str(folder)) for _ in range(TIMES))
            one = _one_changed(folder)
        finally:
            _tongban("db", "stop")
            shutil.rmtree(Path(place) / "state", ignore_errors=True)
    sizes = {"items": ITEMS, "bundles": BUNDLES, "materials": ITEMS * 8}
    report(
        "load_pack",
        ours=first,
        floor=floor,
        unit="s",
        goal="<=20",
        sizes=sizes,
        notes="read, checked, published in versions, indexed; floor: libyaml reads, COPY writes the same rows",
        details={"one_item_changed": round(one, 3)},
    )
    report(
        "load_pack_unchanged",
        ours=unchanged,
        floor=_start(),
        unit="s",
        goal="<=2",
        sizes=sizes,
        notes="best of 5 processes; floor: Python starts and sets up Django",
    )


def _tongban(*arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "tongban", *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )


def _seconds(*arguments: str) -> float:
    began = time.perf_counter()
    _tongban(*arguments)
    return time.perf_counter() - began


def _one_changed(folder: Path) -> float:
    path = folder / "items" / "part-0050.yaml"
    path.write_text(path.read_text("utf-8").replace("十个工作日", "十一个工作日", 1), encoding="utf-8")
    return _seconds("city", "load", str(folder))


def _floor(folder: Path) -> float:
    """Read the same files with libyaml alone and write the same rows of items and versions by COPY."""
    from tongban.runtime import boot

    began = time.perf_counter()
    for path in folder.rglob("*.yaml"):
        yaml.load(path.read_bytes(), Loader=yaml.CBaseLoader)
    reading = time.perf_counter() - began
    with boot.database_url() as address, psycopg.connect(address) as connection:
        return reading + sum(
            _copied(connection, name) for name in ("catalogue_item", "catalogue_itemversion")
        )


def _copied(connection: psycopg.Connection, table: str) -> float:
    """Return how long COPY takes to write the rows of a table into one with the same indexes."""
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {table} TO STDOUT") as copy:
            rows = b"".join(bytes(part) for part in copy)
        cursor.execute(f"CREATE TABLE floor_{table} (LIKE {table} INCLUDING ALL)")
        began = time.perf_counter()
        with cursor.copy(f"COPY floor_{table} FROM STDIN") as copy:
            copy.write(rows)
        connection.commit()
        taken = time.perf_counter() - began
        cursor.execute(f"DROP TABLE floor_{table}")
        connection.commit()
    return taken


def _start() -> float:
    program = "from tongban.runtime import boot; boot.set_up_django()"
    taken = []
    for _ in range(TIMES):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)
        taken.append(time.perf_counter() - began)
    return min(taken)
