"""``tongban exchange``: who takes part in the exchange of data, what is offered, what was called."""

from __future__ import annotations

import argparse
from typing import Any

from tongban.kernel import clock
from tongban.kernel.errors import N_
from tongban.runtime import boot
from tongban.runtime.cli import _court, _keys, _programming, say
from tongban.runtime.terminal import actor, add_actor

KINDS = ("register", "query", "upstream")
MOST_CALLS = 100_000
"""That are printed at once."""


def add(commands: Any) -> None:
    """Register the command's arguments."""
    exchange = commands.add_parser(
        "exchange", help="keys, services and calls of the exchange", description=__doc__
    )
    actions = exchange.add_subparsers(dest="action", required=True, metavar="ACTION")
    _keys.add_actions(actions)
    _add_publish(actions)
    _add_demand(actions)
    grants = actions.add_parser("grants", help="list what a subsystem was granted, and stands today")
    grants.add_argument("consumer")
    grants.set_defaults(func=list_grants)
    _programming.add_actions(actions)
    node = actions.add_parser("node-key", help="print the key that this node signs its answers with (PEM)")
    node.add_argument("--sm2", action="store_true", help="the one for answers that are wanted in SM2")
    node.set_defaults(func=print_node_key)
    _court.add_actions(actions)
    recount = actions.add_parser("recount", help="count anew from the records what pages and statistics show")
    recount.set_defaults(func=count_anew)
    log = actions.add_parser("log", help="print the latest calls of a subsystem")
    log.add_argument("subsystem")
    log.add_argument("--limit", type=_limit, default=20)
    log.add_argument("--test", action="store_true", help="of the sandbox")
    log.set_defaults(func=print_log)


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


def publish_service(arguments: argparse.Namespace) -> int:
    """Publish a service."""
    with boot.ready():
        from tongban.datahub.exchange import operations
        from tongban.datahub.exchange.types import Service, ServiceKind

        by, at, provider = actor(arguments), clock.now(), arguments.provider
        operations.register_subsystem(code=provider, name=_programming.name_of(provider), by=by, at=at)
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


def list_grants(arguments: argparse.Namespace) -> int:
    """List the grants that a subsystem may use today, each by its number: a call names one where they differ."""
    with boot.ready():
        from tongban.datahub.exchange import queries as exchange
        from tongban.datahub.resources import queries

        today = clock.today()
        held = [one for one in queries.grants(consumer=arguments.consumer) if one.is_valid_on(today)]
        if not held:
            exchange.get_subsystem(arguments.consumer)
    for one in held:
        items = ", ".join(one.items)
        print(f"{one.id}  {one.provider}/{one.service}  {items}  {one.until}  {one.per_day}  {one.purpose}")
    return 0


def count_anew(arguments: argparse.Namespace) -> int:
    """Count all exchanges anew; meanwhile pages show the figures of before."""
    with boot.ready():
        from tongban.datahub.exchange import operations

        rows = operations.recount(at=clock.now())
    say(N_("从 {count} 行记录重新数过了。"), count=rows)
    return 0


def print_node_key(arguments: argparse.Namespace) -> int:
    """Print the public key by which this node's signed answers and webhooks are verified, and its id."""
    with boot.ready():
        from tongban.datahub.exchange import operations

        key = operations.node_key(is_national=arguments.sm2)
    print_public_key(key.algorithm, key.public, key.id)
    return 0


def print_public_key(algorithm: str, public: bytes, id: str) -> None:
    """Print a public key on P-256 or SM2 in PEM, with its algorithm and its id."""
    from tongban.foundation.http_signatures import queries

    print(queries.write_pem(algorithm, public), end="")
    print(f"# {algorithm} {id}")


def _limit(text: str) -> int:
    number = int(text)
    if not 0 < number <= MOST_CALLS:
        raise ValueError
    return number


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
        queries.get_subsystem(arguments.subsystem)
        for one in queries.exchanges_of(arguments.subsystem, limit=arguments.limit):
            took = "-" if one.seconds is None else f"{one.seconds * 1000:.1f} ms"
            outcome = one.outcome.value or one.problem or "-"
            moment = one.at.astimezone(clock.SHANGHAI).isoformat(timespec="milliseconds")
            print(f"{moment} {one.provider}/{one.service} {one.status or '-'} {took} {outcome} {one.id}")
    return 0
