"""Published queries over departments' databases: read-only connections, values bound by the server, a limit of time."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

import psycopg
from django.conf import settings
from psycopg.rows import dict_row

from tongban.datahub.exchange.errors import ProviderFailed
from tongban.datahub.exchange.types import Row, Service

CONNECT_SECONDS = 3
MOST_ROWS = 10_000
_own = threading.local()


def rows(service: Service, parameters: Mapping[str, str]) -> Sequence[Row]:
    """Return the rows of a published query; raise ProviderFailed when its database does not give them in time."""
    try:
        connection = _connection(service.database)
        with connection.transaction(), connection.cursor(row_factory=dict_row) as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {int(service.seconds * 1000)}")
            cursor.execute(service.target.encode(), parameters, prepare=True)
            found = cursor.fetchmany(MOST_ROWS + 1)
    except psycopg.errors.QueryCanceled:
        raise ProviderFailed("ServiceFailed.Timeout") from None
    except psycopg.OperationalError:
        _forget(service.database)
        raise ProviderFailed("NetworkError") from None
    except psycopg.DataError:
        raise ProviderFailed("ServiceFailed.InvalidResponse") from None
    if len(found) > MOST_ROWS:
        raise ProviderFailed("ServiceFailed.InvalidResponse")
    return found


def _connection(name: str) -> psycopg.Connection[tuple[object, ...]]:
    kept: dict[str, psycopg.Connection[tuple[object, ...]]] = _own.__dict__.setdefault("kept", {})
    if name not in kept or kept[name].closed:
        address = settings.DEPARTMENT_DATABASES.get(name)
        if not address:
            raise ProviderFailed("ServiceFailed.InternalError")
        kept[name] = psycopg.connect(
            address,
            autocommit=True,
            connect_timeout=CONNECT_SECONDS,
            options="-c default_transaction_read_only=on",
            application_name="tongban-exchange",
        )
    return kept[name]


def _forget(name: str) -> None:
    connection = _own.__dict__.get("kept", {}).pop(name, None)
    if connection is not None:
        connection.close()
