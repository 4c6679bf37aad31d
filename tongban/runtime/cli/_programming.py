"""What ``tongban exchange`` does for programmers: OpenAPI files, the sandbox, how calls went."""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongban.kernel import clock
from tongban.kernel.errors import N_, Invalid
from tongban.kernel.language import translate
from tongban.runtime import boot, environment
from tongban.runtime.cli import say
from tongban.runtime.pem import content_of, read_public_key
from tongban.runtime.terminal import actor, add_actor, print_json

if TYPE_CHECKING:
    from tongban.datahub.exchange.types import Finding

MOST_HOURS = 876_600
"""A hundred years."""


def add_actions(actions: Any) -> None:
    """Register ``tongban exchange publish-openapi``, ``test-key``, ``test-rows`` and ``stats``."""
    _add_openapi(actions)
    _add_sandbox(actions)
    _add_stats(actions)


def _add_openapi(actions: Any) -> None:
    described = actions.add_parser(
        "publish-openapi",
        help="publish a department's REST service by its OpenAPI file",
        description="Publish a department's REST service as its OpenAPI 3.0 or 3.1 file describes it. What the file does "
        "not name can not be asked then.",
    )
    described.add_argument("provider", help="the subsystem that offers it")
    described.add_argument("file", type=Path, help="YAML or JSON, whole: no references to elsewhere")
    described.add_argument("--resource", required=True, help="code in the catalogue")
    described.add_argument("--code", default="", help="the service's code (default: the resource's)")
    described.add_argument("--server", default="", help="its address, instead of the file's")
    described.add_argument("--subject", default="", help="the parameter that says whose data it is")
    described.add_argument(
        "--map", action="append", default=[], metavar="NAME=FIELD", help="a name in the answer, and its field"
    )
    described.add_argument("--seconds", type=float, default=5.0, help="how long it may take")
    described.add_argument("--dry-run", action="store_true", help="say what would be, and publish nothing")
    described.add_argument(
        "--breaking", action="store_true", help="publish although callers of today may stumble over it"
    )
    add_actor(described)
    described.set_defaults(func=publish_openapi)


def _add_sandbox(actions: Any) -> None:
    key = actions.add_parser(
        "test-key", help="register a key for the sandbox (SH-TEST/...), good for 90 days, and print its id"
    )
    key.add_argument("subsystem", help="INSTANCE-TEST/CLASS/MEMBER/SUBSYSTEM")
    key.add_argument("file", type=Path, help="public key in PEM or JWK: Ed25519, ECDSA on P-256, or SM2")
    add_actor(key)
    key.set_defaults(func=register_test_key)
    rows = actions.add_parser("test-rows", help="set the rows with which the sandbox answers, or print them")
    rows.add_argument("provider")
    rows.add_argument("code", help="the service's code")
    rows.add_argument("file", type=Path, nargs="?", help="CSV: field codes first; nobody's real numbers")
    rows.add_argument("--made", action="store_true", help="go back to the rows that are made")
    add_actor(rows)
    rows.set_defaults(func=set_test_rows)


def _add_stats(actions: Any) -> None:
    stats = actions.add_parser(
        "stats", help="how a subsystem's calls went: how many, how quickly, what failed"
    )
    stats.add_argument("subsystem")
    stats.add_argument("--as", dest="side", choices=("consumer", "provider"), default="consumer")
    stats.add_argument("--service", default="", help="of one service only")
    stats.add_argument("--hours", type=_hours, default=24.0, help="how far back (default: 24)")
    stats.add_argument("--hourly", action="store_true", help="hour by hour, too")
    stats.add_argument("--json", action="store_true", help="for machines")
    stats.set_defaults(func=print_stats)


def publish_openapi(arguments: argparse.Namespace) -> int:
    """Publish a service by its OpenAPI file; say all that is wrong with it at once."""
    text = content_of(arguments.file)
    code = arguments.code or arguments.resource
    mapped = dict(pair.split("=", 1) for pair in arguments.map if "=" in pair)
    with boot.ready():
        from tongban.datahub.exchange import operations, queries

        described, content = queries.read_description(
            text,
            resource=arguments.resource,
            server=arguments.server,
            subject=arguments.subject,
            mapped=mapped,
        )
        changes = queries.changes_of_description(arguments.provider, code, described)
        _print_findings(arguments.file, [*described.findings, *changes])
        for asks in described.paths:
            print(f"  {asks}")
        if described.errors or (any(one.is_error for one in changes) and not arguments.breaking):
            say(N_("没有发布。"))
            return 1
        by, at, provider = actor(arguments), clock.now(), arguments.provider
        if arguments.dry_run:
            service = operations.described_service(
                provider=provider, code=code, resource=arguments.resource, described=described,
                subject=arguments.subject, seconds=arguments.seconds,
            )  # fmt: skip
            operations.check_publishable(service=service, by=by, at=at)
            say(N_("可以发布；这次只是检查，没有发布。"))
            return 0
        operations.register_subsystem(code=provider, name=name_of(provider), by=by, at=at)
        version = operations.publish_described(
            provider=provider,
            code=code,
            resource=arguments.resource,
            described=described,
            content=content,
            text=text,
            subject=arguments.subject,
            seconds=arguments.seconds,
            by=by,
            at=at,
        )
    say(N_("服务 {service} 已发布，第 {version} 版。"), service=f"{provider}/{code}", version=version)
    return 0


def register_test_key(arguments: argparse.Namespace) -> int:
    """Register a key for the sandbox."""
    with boot.ready():
        from tongban.datahub.exchange import operations

        algorithm, public = read_public_key(arguments.file)
        print(
            operations.register_trial_key(
                subsystem=arguments.subsystem,
                algorithm=algorithm,
                public=public,
                by=actor(arguments),
                at=clock.now(),
            )
        )
    return 0


def set_test_rows(arguments: argparse.Namespace) -> int:
    """Set the sandbox's rows from a CSV file; without one, print them as CSV."""
    provider, code = arguments.provider, arguments.code
    with boot.ready():
        from tongban.datahub.exchange import operations, queries

        if arguments.file is None and not arguments.made:
            rows = queries.samples_of(provider, code)
            writer = csv.DictWriter(sys.stdout, list(rows[0]) if rows else [])
            writer.writeheader()
            writer.writerows(rows)
            return 0
        given = _rows_of(arguments.file) if arguments.file else []
        operations.set_samples(provider=provider, code=code, rows=given, by=actor(arguments), at=clock.now())
    say(N_("服务 {service} 的沙箱有 {count} 行测试数据。"), service=f"{provider}/{code}", count=len(given))
    return 0


def print_stats(arguments: argparse.Namespace) -> int:
    """Print how a subsystem's calls went."""
    until = clock.now()
    with boot.ready():
        from tongban.datahub.exchange import queries
        from tongban.datahub.exchange.types import Side

        queries.get_subsystem(arguments.subsystem)
        found = queries.performance_of(
            arguments.subsystem,
            side=Side(arguments.side),
            since=until - dt.timedelta(hours=arguments.hours),
            until=until,
            service=arguments.service,
            hourly=arguments.hourly,
        )
    if arguments.json:
        print_json([{**asdict(one), "hour": one.hour and one.hour.isoformat()} for one in found])
        return 0
    for one in found:
        when = one.hour.strftime("  %m-%d %H:00") if one.hour else f"{one.other}/{one.service}"
        took = [
            f"{1000 * seconds:.1f}"
            for seconds in (one.median, one.p95, one.p99, one.longest)
            if seconds is not None
        ]
        problems = ", ".join(f"{name} {times}" for name, times in sorted(one.problems.items()))
        print(f"{when}  {one.calls} ({one.failed} !)  {' / '.join(took) or '-'} ms  {problems}".rstrip())
    return 0


def name_of(subsystem: str) -> str:
    """Return what the catalogue calls a subsystem, else its code."""
    from tongban.datahub.resources import queries

    found = queries.find_systems([subsystem]).get(subsystem)
    return found.name if found else subsystem


def _print_findings(file: Path, findings: Sequence[Finding]) -> None:
    for one in findings:
        place = f"{file}:{one.line}" if one.line else str(file)
        words = translate(one.sentence, environment.language(os.environ)).format(**one.values)
        print(f"{place}: {'' if one.is_error else '· '}{words}")


def _rows_of(file: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file; raise Invalid when it is none."""
    try:
        return list(csv.DictReader(content_of(file).decode("utf-8-sig").splitlines()))
    except (UnicodeDecodeError, csv.Error):
        raise Invalid("not-a-table", N_("文件 {file} 不是 UTF-8 的 CSV 表格。"), file=file) from None


def _hours(text: str) -> float:
    hours = float(text)
    if not 0 < hours <= MOST_HOURS:
        raise ValueError
    return hours
