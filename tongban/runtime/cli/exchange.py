"""``tongban exchange``: who takes part in the exchange of data, what is offered, what was called."""

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
from tongban.runtime.cli import _court, say
from tongban.runtime.terminal import actor, add_actor, print_json

if TYPE_CHECKING:
    from tongban.datahub.exchange.types import Finding

KINDS = ("register", "query", "upstream")


def add(commands: Any) -> None:
    """Register the command's arguments."""
    exchange = commands.add_parser(
        "exchange", help="keys, services and calls of the exchange", description=__doc__
    )
    actions = exchange.add_subparsers(dest="action", required=True, metavar="ACTION")
    _add_key(actions)
    _add_publish(actions)
    _add_openapi(actions)
    _add_demand(actions)
    _add_sandbox(actions)
    _add_stats(actions)
    node = actions.add_parser("node-key", help="print the key that this node signs its answers with (PEM)")
    node.set_defaults(func=print_node_key)
    _court.add_actions(actions)
    log = actions.add_parser("log", help="print the latest calls of a subsystem")
    log.add_argument("subsystem")
    log.add_argument("--limit", type=int, default=20)
    log.add_argument("--test", action="store_true", help="of the sandbox")
    log.set_defaults(func=print_log)


def _add_key(actions: Any) -> None:
    key = actions.add_parser("key", help="register a subsystem's public key and print its id")
    key.add_argument("subsystem", help="INSTANCE/CLASS/MEMBER/SUBSYSTEM")
    key.add_argument("file", type=Path, help="public key in PEM: Ed25519, or ECDSA on P-256")
    key.add_argument("--name", default="", help="what people call the subsystem")
    add_actor(key)
    key.set_defaults(func=register_key)
    certificate = actions.add_parser(
        "certificate", help="register a client certificate for mutual TLS and print its fingerprint"
    )
    certificate.add_argument("subsystem", help="INSTANCE/CLASS/MEMBER/SUBSYSTEM")
    certificate.add_argument("file", type=Path, help="certificate in PEM, from whichever authority")
    certificate.add_argument("--name", default="", help="what people call the subsystem")
    add_actor(certificate)
    certificate.set_defaults(func=register_certificate)
    revoke = actions.add_parser("revoke", help="revoke a key or a certificate: its next call is refused")
    revoke.add_argument("key")
    revoke.add_argument("--reason", required=True)
    add_actor(revoke)
    revoke.set_defaults(func=revoke_key)


def _add_publish(actions: Any) -> None:
    publish = actions.add_parser("publish", help="publish a service, or change it")
    publish.add_argument("provider", help="the subsystem that offers it")
    publish.add_argument("code", help="the service's code, as grants name it")
    publish.add_argument("kind", choices=KINDS)
    publish.add_argument("target", help="name of the register, statement with %%(name)s, or address")
    publish.add_argument("--resource", default="", help="code in the catalogue (default: the service's)")
    publish.add_argument("--parameter", action="append", default=[], help="a name that may be asked by")
    publish.add_argument("--subject", default="", help="the parameter that says whose data it is")
    publish.add_argument("--database", default="", help="with query: a name in TONGBAN_DEPARTMENT_DATABASES")
    publish.add_argument("--seconds", type=float, default=5.0, help="how long it may take")
    add_actor(publish)
    publish.set_defaults(func=publish_service)


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
    key.add_argument("file", type=Path, help="public key in PEM: Ed25519, or ECDSA on P-256")
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
    stats.add_argument("--hours", type=float, default=24.0, help="how far back (default: 24)")
    stats.add_argument("--hourly", action="store_true", help="hour by hour, too")
    stats.add_argument("--json", action="store_true", help="for machines")
    stats.set_defaults(func=print_stats)


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
    key.add_argument("file", type=Path, help="public key in PEM: Ed25519, or ECDSA on P-256")
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
    stats = actions.add_parser("stats", help="how a subsystem's calls went: how many, how quickly, what failed")
    stats.add_argument("subsystem")
    stats.add_argument("--as", dest="side", choices=("consumer", "provider"), default="consumer")
    stats.add_argument("--service", default="", help="of one service only")
    stats.add_argument("--hours", type=float, default=24.0, help="how far back (default: 24)")
    stats.add_argument("--hourly", action="store_true", help="hour by hour, too")
    stats.add_argument("--json", action="store_true", help="for machines")
    stats.set_defaults(func=print_stats)


def _add_demand(actions: Any) -> None:
    demand = actions.add_parser("demand", help="state a demand of the list; print what it was answered")
    demand.add_argument("code", help="code in data/demands.yaml")
    demand.add_argument("--consumer", default="", help="the subsystem that will call")
    demand.add_argument(
        "--promise",
        action="store_true",
        help="promise that it is true, lawful and kept safe; the law wants it",
    )
    add_actor(demand)
    demand.set_defaults(func=state_demand)


def register_key(arguments: argparse.Namespace) -> int:
    """Register a key, and its subsystem if need be."""
    with boot.ready():
        from tongban.datahub.exchange import operations

        algorithm, public = read_public_key(arguments.file)
        by, at, code = actor(arguments), clock.now(), arguments.subsystem
        operations.register_subsystem(code=code, name=arguments.name or _name_of(code), by=by, at=at)
        print(operations.register_key(subsystem=code, algorithm=algorithm, public=public, by=by, at=at))
    return 0


def register_certificate(arguments: argparse.Namespace) -> int:
    """Register a client certificate, and its subsystem if need be."""
    with boot.ready():
        from tongban.datahub.exchange import operations

        der = read_certificate(arguments.file)
        by, at, code = actor(arguments), clock.now(), arguments.subsystem
        operations.register_subsystem(code=code, name=arguments.name or _name_of(code), by=by, at=at)
        print(operations.register_certificate(subsystem=code, certificate=der, by=by, at=at))
    return 0


def revoke_key(arguments: argparse.Namespace) -> int:
    """Revoke a key."""
    with boot.ready():
        from tongban.datahub.exchange import operations

        operations.revoke_key(key=arguments.key, reason=arguments.reason, by=actor(arguments), at=clock.now())
    say(N_("密钥 {key} 已吊销。"), key=arguments.key)
    return 0


def publish_service(arguments: argparse.Namespace) -> int:
    """Publish a service."""
    with boot.ready():
        from tongban.datahub.exchange import operations
        from tongban.datahub.exchange.types import Service, ServiceKind

        by, at, provider = actor(arguments), clock.now(), arguments.provider
        operations.register_subsystem(code=provider, name=_name_of(provider), by=by, at=at)
        service = Service(
            provider=provider,
            code=arguments.code,
            version=0,
            kind=ServiceKind(arguments.kind),
            target=arguments.target,
            resource=arguments.resource or arguments.code,
            parameters=tuple(arguments.parameter),
            subject=arguments.subject,
            database=arguments.database,
            seconds=arguments.seconds,
        )
        version = operations.publish_service(service=service, by=by, at=at)
    say(
        N_("服务 {service} 已发布，第 {version} 版。"),
        service=f"{provider}/{arguments.code}",
        version=version,
    )
    return 0


def state_demand(arguments: argparse.Namespace) -> int:
    """State a demand."""
    with boot.ready():
        from tongban.datahub.resources import operations, queries

        id = operations.state_listed(
            code=arguments.code,
            consumer=arguments.consumer,
            promised=arguments.promise,
            by=actor(arguments),
            at=clock.now(),
        )
        request = queries.get_request(id)
        grant = queries.get_grant(request.grant) if request.grant else None
    if grant is None:
        say(N_("需求 {id}：{state}。"), id=id, state=request.state.value)
        return 1
    print(f"{grant.consumer} -> {grant.provider}/{grant.service}: {', '.join(grant.fields)}; {grant.until}")
    return 0


def print_node_key(arguments: argparse.Namespace) -> int:
    """Print the public key by which this node's signed answers and webhooks are verified, and its id."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    with boot.ready():
        from tongban.datahub.exchange import operations

        key = operations.node_key()
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key.public)
    print(point.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(), end="")
    print(f"# {key.algorithm} {key.id}")
    return 0


def print_log(arguments: argparse.Namespace) -> int:
    """Print the latest calls of a subsystem, the newest first."""
    with boot.ready():
        from tongban.datahub.exchange import queries

        for tried in queries.trials_of(arguments.subsystem, limit=arguments.limit) if arguments.test else ():
            moment = tried.at.astimezone(clock.SHANGHAI).isoformat(timespec="milliseconds")
            took = f"{tried.seconds * 1000:.1f} ms"
            print(f"{moment} {tried.service} {tried.status} {took} {tried.problem or '-'} {tried.id}")
        if arguments.test:
            return 0
        for one in queries.exchanges_of(arguments.subsystem, limit=arguments.limit):
            took = "-" if one.seconds is None else f"{one.seconds * 1000:.1f} ms"
            outcome = one.outcome.value or one.problem or "-"
            moment = one.at.astimezone(clock.SHANGHAI).isoformat(timespec="milliseconds")
            print(f"{moment} {one.provider}/{one.service} {one.status or '-'} {took} {outcome} {one.id}")
    return 0


def publish_openapi(arguments: argparse.Namespace) -> int:
    """Publish a service by its OpenAPI file; say all that is wrong with it at once."""
    text = _content(arguments.file)
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
        if arguments.dry_run:
            say(N_("可以发布；这次只是检查，没有发布。"))
            return 0
        by, at, provider = actor(arguments), clock.now(), arguments.provider
        operations.register_subsystem(code=provider, name=_name_of(provider), by=by, at=at)
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
        text = _content(arguments.file).decode("utf-8-sig") if arguments.file else ""
        given = list(csv.DictReader(text.splitlines()))
        operations.set_samples(provider=provider, code=code, rows=given, by=actor(arguments), at=clock.now())
    say(N_("服务 {service} 的沙箱有 {count} 行测试数据。"), service=f"{provider}/{code}", count=len(given))
    return 0


def print_stats(arguments: argparse.Namespace) -> int:
    """Print how a subsystem's calls went."""
    until = clock.now()
    with boot.ready():
        from tongban.datahub.exchange import queries
        from tongban.datahub.exchange.types import Side

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


def _print_findings(file: Path, findings: Sequence[Finding]) -> None:
    for one in findings:
        place = f"{file}:{one.line}" if one.line else str(file)
        words = translate(one.sentence, environment.language(os.environ)).format(**one.values)
        print(f"{place}: {'' if one.is_error else '· '}{words}")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise Invalid("file-not-read", N_("无法读取文件 {file}。"), file=file) from None


def publish_openapi(arguments: argparse.Namespace) -> int:
    """Publish a service by its OpenAPI file; say all that is wrong with it at once."""
    text = _content(arguments.file)
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
        if arguments.dry_run:
            say(N_("可以发布；这次只是检查，没有发布。"))
            return 0
        by, at, provider = actor(arguments), clock.now(), arguments.provider
        operations.register_subsystem(code=provider, name=_name_of(provider), by=by, at=at)
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
        text = _content(arguments.file).decode("utf-8-sig") if arguments.file else ""
        given = list(csv.DictReader(text.splitlines()))
        operations.set_samples(provider=provider, code=code, rows=given, by=actor(arguments), at=clock.now())
    say(N_("服务 {service} 的沙箱有 {count} 行测试数据。"), service=f"{provider}/{code}", count=len(given))
    return 0


def print_stats(arguments: argparse.Namespace) -> int:
    """Print how a subsystem's calls went."""
    until = clock.now()
    with boot.ready():
        from tongban.datahub.exchange import queries
        from tongban.datahub.exchange.types import Side

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
        took = [f"{1000 * seconds:.1f}" for seconds in (one.median, one.p95, one.p99, one.longest) if seconds is not None]
        problems = ", ".join(f"{name} {times}" for name, times in sorted(one.problems.items()))
        print(f"{when}  {one.calls} ({one.failed} !)  {' / '.join(took) or '-'} ms  {problems}".rstrip())
    return 0


def _print_findings(file: Path, findings: Sequence[Finding]) -> None:
    for one in findings:
        place = f"{file}:{one.line}" if one.line else str(file)
        words = translate(one.sentence, environment.language(os.environ)).format(**one.values)
        print(f"{place}: {'' if one.is_error else '· '}{words}")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise Invalid("file-not-read", N_("无法读取文件 {file}。"), file=file) from None


def read_public_key(file: Path) -> tuple[str, bytes]:
    """Return algorithm and bytes of a public key in PEM; raise Invalid when it is none of ours."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

    try:
        key = load_pem_public_key(sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes())
    except (OSError, ValueError):
        key = None  # type: ignore[assignment]
    if isinstance(key, ed25519.Ed25519PublicKey):
        return "ed25519", key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    if isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1):
        return "ecdsa-p256-sha256", key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    raise Invalid("not-a-public-key", N_("文件 {file} 不是 Ed25519 或 P-256 公钥（PEM）。"), file=file)


def read_certificate(file: Path) -> bytes:
    """Return a certificate (DER) from PEM; raise Invalid when it is none."""
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509 import load_pem_x509_certificate

    try:
        return load_pem_x509_certificate(file.read_bytes()).public_bytes(Encoding.DER)
    except (OSError, ValueError):
        raise Invalid("not-a-certificate", N_("文件 {file} 不是 X.509 证书（PEM）。"), file=file) from None


def _name_of(subsystem: str) -> str:
    from tongban.datahub.resources import queries

    return next((one.name for one in queries.systems() if one.subsystem == subsystem), subsystem)
