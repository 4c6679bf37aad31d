"""What all tests share: a PostgreSQL of their own in ``var/test-postgres``, and the folder ``../shared``.

The server starts when the first test asks for the database, is shared by all test processes of this
checkout (also by several runs at once), and stops with the last of them. Give another server with
TONGBAN_TEST_DATABASE_URL.
"""

from __future__ import annotations

import gc
import os
import re
import sys
import tempfile
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from functools import wraps
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql

from tongban.runtime.database import django_database
from tongban.runtime.environment import ROOT
from tongban.runtime.postgres.cluster import Cluster
from tongban.runtime.postgres.server import used

PREFIX = "test_tongban_"
# Cities that tests open have no history of two thousand cases, unless a test asks for one.
os.environ.setdefault("TONGBAN_DEMO_CASES", "0")

# A busy machine is slow, not wrong. In CI the examples are the same each time, so that what it says of a
# change is about the change; on a desk they are new each time and find what nobody thought of.
settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


SLOW_AS_A_WHOLE = re.compile(r"^pytestmark = (\[[^\]]*|[^\[\n]*)\bmark\.slow\b", re.MULTILINE)
LONGEST_NAME = 100
HEADS = tempfile.TemporaryDirectory(prefix="tongban-heads-")
OF_MODELS = {"django_content_type", "auth_permission", "django_migrations"}
"""Tables that say what models there are: they are filled with the tables themselves."""
PARTITIONED = {"exchange_record", "exchange_answer", "exchange_meter"}
"""Tables that Django does not manage, and so does not name."""
PERSONAL = re.compile(
    r"(?<![\dA-Za-z])([1-9]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])\d{3}[\dXx]|1[3-9]\d{9}|[\w.]+@[\w.]+\.\w+"
    r"|(?!11)[\dA-HJ-NPQRTUWXY]{2}\d{6}[\dA-HJ-NPQRTUWXY]{10})(?![\dA-Za-z])"
)
"""A resident's number, a mobile number, an address for mail, a credit code but that of an authority."""
UUID = re.compile(r"(?<![\da-f])[\da-f]{8}-?(?:[\da-f]{4}-?){3}[\da-f]{12}(?![\da-f])")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave files that are slow as a whole unread where nothing slow is asked for: reading them takes seconds."""
    if "not slow" not in config.option.markexpr or collection_path.suffix != ".py":
        return None
    return True if SLOW_AS_A_WHOLE.search(collection_path.read_text("utf-8")) else None


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a long example by its beginning: the name of a test is sent and stored whole, 20 MB of it, too."""
    if isinstance(val, bytes | str) and len(val) > LONGEST_NAME:
        return f"{val[:40]!a}...{len(val)}"
    return None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse two tests of one name: when processes share the tests, only the last of them would run."""
    seen = Counter(item.nodeid for item in items)
    if twice := [name for name, count in seen.items() if count > 1]:
        raise pytest.UsageError("more than one test is called " + ", ".join(twice))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Give each test a folder of its own for heads of ledgers: another test's ledger is not this one's beginning."""
    from django.conf import settings as django_settings

    django_settings.LEDGER_HEADS = Path(HEADS.name) / uuid.uuid4().hex


def pytest_sessionstart() -> None:
    """Let nothing look for what may be thrown away while modules and tests are read: they all stay."""
    gc.disable()


def pytest_collection_finish() -> None:
    """Let the collector look again, and never at what was read: it is a million objects that stay to the end."""
    gc.freeze()
    # As the pages' processes have it.
    gc.set_threshold(10_000, 10, 10)
    gc.enable()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Say what failed when it fails: a run that is cut off has no summary."""
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        sys.__stderr__.write(f"\n{report.nodeid}\n{report.longreprtext}\n")


@pytest.fixture(scope="session")
def database_server() -> Iterator[str]:
    """Yield the address of the running PostgreSQL for tests."""
    with ExitStack() as stack:
        given = os.environ.get("TONGBAN_TEST_DATABASE_URL")
        if given:
            yield given
            return
        cluster = stack.enter_context(used(Cluster(ROOT / "var" / "test-postgres", durable=False)))
        yield cluster.url("postgres")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(database_server: str) -> None:
    """Point Django at the server for tests, at a database that carries the number of this process."""
    from django.db import connections

    _drop_databases_of_the_dead(database_server)
    settings = django_database(database_server)
    # Health checks would add a statement to every test that counts statements.
    settings |= {"NAME": "postgres", "CONN_HEALTH_CHECKS": False}
    connections["default"].settings_dict.update(settings)
    connections["default"].settings_dict["TEST"]["NAME"] = f"{PREFIX}{os.getpid()}"


def _drop_databases_of_the_dead(server: str) -> None:
    """Remove what runs ended by ``kill -9`` have left behind."""
    with psycopg.connect(server, autocommit=True) as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [PREFIX + "%"])
        for (name,) in rows.fetchall():
            pid = name.removeprefix(PREFIX)
            if pid.isdigit() and not Path(f"/proc/{pid}").exists():
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder ``shared`` beside the checkout, or skip: it is not part of the product."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("this test reads reference data from ../shared, which is not beside this checkout")
    return folder


@pytest.fixture(autouse=True, scope="session")
def cleaning_empties_what_is_filled() -> Iterator[None]:
    """Empty between transactional tests the few tables that hold something: Django would renew all, for a second.

    This, and nothing else, may empty tables that are append-only: as a replica no trigger is asked.
    """
    from django.test import TransactionTestCase

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda test: _empty_tables())
        yield


def _empty_tables() -> None:
    from django.db import connection

    from tongban.foundation.statements import operations as statements
    from tongban.foundation.trust import keys

    statements.disconnect()  # nobody could drop the database at the end
    tables = PARTITIONED | (
        set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - OF_MODELS
    )
    filled = " UNION ALL ".join(f"SELECT '{one}' WHERE EXISTS (SELECT FROM {one})" for one in sorted(tables))
    with connection.cursor() as cursor:
        cursor.execute(filled)
        names = [name for (name,) in cursor.fetchall()]
        cursor.execute("SET session_replication_role = replica")
        for name in names:
            cursor.execute(f"DELETE FROM {name}")
        cursor.execute("SET session_replication_role = DEFAULT")
    # The tables of keys too: what is still in memory nobody else could read.
    keys.forget()


@pytest.fixture(scope="module")
def standing(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Keep one transaction open around the tests of a module: what is made in it stands for all of them.

    Each test still undoes its own. Tests with connections of their own belong into another module: they would
    see nothing of it.
    """
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(autouse=True, scope="session")
def the_ledger_holds_no_personal_number() -> Iterator[None]:
    """Refuse every act, of whatever test, that would write the number of a person into the ledger, where it stays.

    Nor may an id of a person, a company or an account that this process has seen stand there, as whatever.
    """
    from django.db.models.signals import post_init

    from tongban.foundation.identity.models import Account, LegalEntity, NaturalPerson
    from tongban.foundation.ledger import rules
    from tongban.kernel.types import Actor, Subject

    digest, seen = rules.digest, set[str]()

    def see(instance: Any, **_: Any) -> None:
        seen.add(str(instance.pk).replace("-", ""))

    for table in (Account, LegalEntity, NaturalPerson):
        post_init.connect(see, sender=table, weak=False)

    @wraps(digest)
    def checked(id: Any, at: Any, by: Actor, act: str, subject: Subject, detail: Any) -> bytes:
        for text in (by.id, by.name, subject.id, str(detail)):
            assert not PERSONAL.search(text), f"{act} writes {text[:80]} into the ledger"
            raw = seen.intersection(one.replace("-", "") for one in UUID.findall(text))
            assert not raw, f"{act} writes the id of a data subject into the ledger: name them as a Subject"
        return digest(id, at, by, act, subject, detail)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "digest", checked)
        yield


@pytest.fixture
def anything_is_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let acts hold what somebody typed as their reason, whatever it is: programs that type rubbish use this."""
    from tongban.foundation.ledger import rules

    monkeypatch.setattr(rules, "digest", rules.digest.__wrapped__)  # type: ignore[attr-defined]


@pytest.fixture(autouse=True, scope="session")
def passwords_cost_little() -> Iterator[None]:
    """Hash passwords with one round instead of a million: tests set hundreds of them."""
    from django.contrib.auth.hashers import PBKDF2PasswordHasher

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PBKDF2PasswordHasher, "iterations", 1)
        yield
