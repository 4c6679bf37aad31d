"""Published queries over departments' databases: they only read, values are bound by the server, time and size are limited.

One statement a call, by the extended protocol: a second one behind a semicolon is refused before it is planned. Each call
is a transaction of its own that only reads and is rolled back, so what a query has set ends with it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence

import psycopg
from django.conf import settings
from psycopg.rows import dict_row

from tongban.datahub.exchange.errors import ProviderFailed, WrongValue
from tongban.datahub.exchange.providers import gates
from tongban.datahub.exchange.providers.bounded import Bounded, TooMuch
from tongban.datahub.exchange.types import Row, Service

CONNECT_SECONDS = 3
GRACE_SECONDS = 1.0
"""More than the server itself may take: then it has not even said that it gave up."""
MOST_ROWS = 10_000
AT_ONCE = 100
"""Rows that the server is asked for at a time."""
OVERHEAD = 1_000_000
"""Bytes that the protocol itself may take, beside the values."""
VALUE_BYTES = 8
"""What a number or a date counts, and a list or an object beside what is in it."""
VALUES = (None, "22P02", "22003", "22007", "22008", "22021")
"""What is wrong with a value that was asked: a zero byte, no number, one too large, no date, no such day, no such letter."""
_own = threading.local()


def rows(service: Service, parameters: Mapping[str, str]) -> Sequence[Row]:
    """Return the rows of a published query; raise ProviderFailed when its database does not give them in time."""
    with gates.through(service) as passage:
        try:
            found = _asked(service, parameters)
        except psycopg.errors.QueryCanceled:
            raise ProviderFailed("ServiceFailed.Timeout") from None
        except TooMuch:
            raise ProviderFailed("ServiceFailed.InvalidResponse") from None
        except psycopg.OperationalError:
            _forget(service.database)
            raise ProviderFailed("NetworkError") from None
        except psycopg.DataError as why:
            if why.sqlstate in VALUES:
                passage.has_failed = False
                raise WrongValue(", ".join(parameters)) from None
            raise ProviderFailed("ServiceFailed.InvalidResponse") from None
        except psycopg.Error:
            # The statement is wrong, or does what it may not: that is said at once, and holds nobody up.
            passage.has_failed = False
            raise
        passage.has_failed = False
    return found


def _asked(service: Service, parameters: Mapping[str, str]) -> Sequence[Row]:
    connection = _connection(service.database)
    connection.limit(seconds=service.seconds + GRACE_SECONDS, most=service.most_bytes + OVERHEAD)
    with connection.transaction(force_rollback=True), connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = {int(service.seconds * 1000)}")
        # By and by: what is too much is noticed before it is all in memory.
        return _limited(cursor.stream(service.target.encode(), parameters, size=AT_ONCE), service)


def _limited(given: Iterable[Row], service: Service) -> Sequence[Row]:
    """Return the rows as long as they are no more, and no larger, than was agreed; hang up on the others."""
    found: list[Row] = []
    size = 0
    for row in given:
        size += _size(row)
        found.append(row)
        if len(found) > MOST_ROWS or size > service.most_bytes:
            _forget(service.database)
            raise ProviderFailed("ServiceFailed.InvalidResponse")
    return found


def _size(row: Row) -> int:
    """Return what the values of a row count, whatever lies in lists and objects included."""
    size, left = 0, list[object](row.values())
    while left:
        match left.pop():
            case str() | bytes() as text:
                size += len(text)
            case list() as several:
                size += VALUE_BYTES
                left.extend(several)
            case dict() as named:
                size += VALUE_BYTES
                left.extend((*named, *named.values()))
            case _:
                size += VALUE_BYTES
    return size


def _connection(name: str) -> Bounded:
    kept: dict[str, Bounded] = _own.__dict__.setdefault("kept", {})
    if name not in kept or kept[name].closed:
        address = settings.DEPARTMENT_DATABASES.get(name)
        if not address:
            raise ProviderFailed("ServiceFailed.InternalError")
        kept[name] = Bounded.connect(
            address,
            autocommit=True,
            connect_timeout=CONNECT_SECONDS,
            options="-c default_transaction_read_only=on",
            application_name="tongban-exchange",
        )
        kept[name].read_only = True
    return kept[name]


def _forget(name: str) -> None:
    connection = _own.__dict__.get("kept", {}).pop(name, None)
    if connection is not None:
        connection.close()
