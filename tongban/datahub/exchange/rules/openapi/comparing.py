"""What a new description changes for those who call the service already. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from tongban.datahub.exchange.rules.openapi.describing import Described, Operation
from tongban.datahub.exchange.types import Finding
from tongban.kernel.errors import N_

MSG_GONE = N_("不再有操作 {operation}。")
MSG_NEW = N_("新增操作 {operation}。")
MSG_GIVES_LESS = N_("{operation} 不再给出“{name}”。")
MSG_GIVES_MORE = N_("{operation} 新增给出“{name}”。")
MSG_ASKS_LESS = N_("{operation} 不再接受参数“{name}”。")
MSG_ASKS_MORE = N_("{operation} 新增参数“{name}”。")


def differences(before: Described, after: Described) -> list[Finding]:
    """Return what changes; an error is what existing callers may stumble over, and its author has to mean it."""
    was, now = ({one.asks: one for one in said.operations} for said in (before, after))
    found = [_finding(MSG_GONE, asks, is_error=True) for asks in was if asks not in now]
    found += [_finding(MSG_NEW, asks, is_error=False) for asks in now if asks not in was]
    for asks in was.keys() & now.keys():
        found += _within(was[asks], now[asks])
    return sorted(found, key=lambda one: (not one.is_error, str(one.values)))


def _within(was: Operation, now: Operation) -> Iterator[Finding]:
    for name in sorted(was.gives - now.gives):
        yield _finding(MSG_GIVES_LESS, now.asks, name, is_error=True)
    for name in sorted(now.gives - was.gives):
        yield _finding(MSG_GIVES_MORE, now.asks, name, is_error=False)
    for name in was.parameters:
        if name not in now.parameters:
            yield _finding(MSG_ASKS_LESS, now.asks, name, is_error=True)
    for name in now.parameters:
        if name not in was.parameters:
            yield _finding(MSG_ASKS_MORE, now.asks, name, is_error=name in now.required)


def _finding(sentence: str, operation: str, name: str = "", *, is_error: bool) -> Finding:
    values = {"operation": operation, "name": name} if name else {"operation": operation}
    return Finding(0, sentence, values, is_error=is_error)
