"""``tongban feed``: feeds of changes and files: published by providers, told to consumers, replayed from any point."""

from __future__ import annotations

import argparse
import datetime as dt
import uuid
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tongban.kernel import clock
from tongban.kernel.errors import N_, Invalid
from tongban.kernel.language import translate
from tongban.runtime import boot
from tongban.runtime.cli import language, say
from tongban.runtime.cli.exchange import print_node_key, print_public_key
from tongban.runtime.terminal import actor, add_actor, print_json

if TYPE_CHECKING:
    from tongban.datahub.subscriptions.types import Subscription


def add(commands: Any) -> None:
    """Register the command's arguments."""
    feed = commands.add_parser("feed", help="feeds of changes and files", description=__doc__)
    actions = feed.add_subparsers(dest="action", required=True, metavar="ACTION")
    _add_offering(actions)
    _add_subscribe(actions)
    _add_steps(actions)
    key = actions.add_parser("key", help="print the key that deliveries are signed with (PEM)")
    key.add_argument("--test", action="store_true", help="of the sandbox, whose deliveries tell nothing real")
    key.set_defaults(func=print_key, sm2=False)


def print_key(arguments: argparse.Namespace) -> int:
    """Print the public key by which deliveries are verified, and its id."""
    if not arguments.test:
        return print_node_key(arguments)
    with boot.ready():
        from tongban.datahub.subscriptions import operations

        key = operations.test_key()
    print_public_key(key.algorithm, key.public, key.id)
    return 0


def _add_offering(actions: Any) -> None:
    listing = _action(actions, "list", list_feeds, "list the feeds", has_json=True)
    listing.add_argument("--provider", default="", help="a subsystem: INSTANCE/CLASS/MEMBER/SUBSYSTEM")
    declare = _action(actions, "declare", declare_feed, "offer the changes of a resource", of_feed=True)
    declare.add_argument("--resource", default="", help="code in the catalogue (default: the feed's)")
    declare.add_argument(
        "--subject", default="", help="the field that says whose data a row is: a key, or the owner's number"
    )
    declare.add_argument("--kept-days", type=int, default=365, help="how far back a replay goes")
    publish = _action(
        actions, "publish", publish_changes, "publish the changes of a file", of_feed=True, has_json=True
    )
    publish.add_argument("file", type=Path, help=".csv with a line of names, or JSON lines")
    upload = _action(actions, "upload", upload_file, "hand in a file; goes on where it stopped", of_feed=True)
    upload.add_argument("file", type=Path)
    upload.add_argument("--name", default="", help="what it is called (default: the file's name)")
    upload.add_argument("--media", default="application/octet-stream", help="its type, e.g. text/csv")
    _action(actions, "files", list_files, "list the files of a feed", of_feed=True, has_json=True)


def _add_subscribe(actions: Any) -> None:
    subscribe = _action(
        actions, "subscribe", subscribe_address, "have an address told of changes", of_feed=True
    )
    subscribe.add_argument("consumer", help="the subsystem that was granted them")
    subscribe.add_argument("address", help="https://… that takes CloudEvents")
    subscribe.add_argument("--grant", type=uuid.UUID, help="the grant it stands on (default: the widest)")
    subscribe.add_argument("--batch", type=int, default=100, help="events at once; 1: one by one")
    _add_point(subscribe)


def _add_steps(actions: Any) -> None:
    state = _action(actions, "state", show_state, "show how subscriptions are doing", has_json=True)
    state.add_argument(
        "subscription", type=uuid.UUID, nargs="?", help="one of them, with its last deliveries"
    )
    for name, what in (("pause", "tell nothing for now"), ("resume", "go on"), ("end", "end it for good")):
        step = _action(actions, name, take_step, what)
        step.add_argument("subscription", type=uuid.UUID)
        if name != "resume":
            step.add_argument("--why", default="")
    replay = _action(
        actions, "replay", replay_from, "tell everything from a point once more, with the same ids"
    )
    replay.add_argument("subscription", type=uuid.UUID)
    _add_point(replay)


def _action(
    actions: Any, name: str, act: Any, what: str, *, of_feed: bool = False, has_json: bool = False
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = actions.add_parser(name, help=what)
    if of_feed:
        parser.add_argument("provider", help="the subsystem whose data it is")
        parser.add_argument("feed", help="the feed's code")
    if has_json:
        parser.add_argument("--json", action="store_true", help="for machines")
    add_actor(parser)
    parser.set_defaults(func=act)
    return parser


def _add_point(parser: argparse.ArgumentParser) -> None:
    point = parser.add_mutually_exclusive_group()
    point.add_argument("--after", type=int, help="a position: from the change behind it; 0: all that is kept")
    point.add_argument(
        "--since", help="a moment like 2026-03-02T09:30 (default: only what comes from now on)"
    )


def list_feeds(arguments: argparse.Namespace) -> int:
    """List the feeds."""
    with boot.ready():
        from tongban.datahub.subscriptions import queries

        found = queries.feeds(provider=arguments.provider)
    if arguments.json:
        print_json([_plain(asdict(feed)) for feed in found])
        return 0
    for feed in found:
        print(f"{feed.provider}/{feed.code}  {feed.name}  {feed.resource}  {feed.position}")
    return 0


def declare_feed(arguments: argparse.Namespace) -> int:
    """Declare a feed, and register its provider if need be."""
    with boot.ready():
        from tongban.datahub.exchange import operations as exchange
        from tongban.datahub.resources import queries as resources
        from tongban.datahub.subscriptions import operations

        by, at, provider = actor(arguments), clock.now(), arguments.provider
        names = {system.subsystem: system.name for system in resources.systems()}
        exchange.register_subsystem(code=provider, name=names.get(provider, provider), by=by, at=at)
        feed = operations.declare_feed(
            provider=provider, code=arguments.feed, resource=arguments.resource or arguments.feed,
            subject=arguments.subject, kept_days=arguments.kept_days, by=by, at=at,
        )  # fmt: skip
    say(N_("订阅源 {feed} 已登记：{fields}。"), feed=f"{provider}/{feed.code}", fields="、".join(feed.fields))
    return 0


def publish_changes(arguments: argparse.Namespace) -> int:
    """Publish the changes of a file."""
    with boot.ready():
        from tongban.runtime import feed_files

        changes = feed_files.changes_in(arguments.file)
        done = feed_files.publish(arguments.provider, arguments.feed, changes, actor(arguments))
    if arguments.json:
        print_json(asdict(done))
    else:
        say(N_("发布了 {taken} 条变更；{known} 条以前已经发布。"), taken=done.taken, known=done.known)
    return 0


def upload_file(arguments: argparse.Namespace) -> int:
    """Hand in a file."""
    with boot.ready():
        from tongban.runtime import feed_files

        file = feed_files.upload(
            arguments.provider, arguments.feed, arguments.file, name=arguments.name, media=arguments.media,
            by=actor(arguments),
        )  # fmt: skip
    say(N_("文件 {name} 已收齐，正在核对：{id}。"), name=file.name, id=file.id)
    return 0


def list_files(arguments: argparse.Namespace) -> int:
    """List the files of a feed."""
    with boot.ready():
        from tongban.datahub.subscriptions import queries

        queries.get_feed(arguments.provider, arguments.feed)
        found = queries.files(arguments.provider, arguments.feed)
    if arguments.json:
        print_json(
            [_plain(asdict(file) | {"sha256": file.sha256.hex(), "feed": file.feed.code}) for file in found]
        )
        return 0
    for file in found:
        print(f"{file.id}  {file.name}  {file.received}/{file.size}  {file.state.value}  {file.sha256.hex()}")
    return 0


def subscribe_address(arguments: argparse.Namespace) -> int:
    """Subscribe, and print the subscription's id."""
    with boot.ready():
        from tongban.datahub.subscriptions import operations

        id = operations.subscribe(
            provider=arguments.provider,
            feed=arguments.feed,
            consumer=arguments.consumer,
            address=arguments.address,
            grant=arguments.grant,
            batch=arguments.batch,
            after=arguments.after,
            since=_moment(arguments.since),
            by=actor(arguments),
            at=clock.now(),
        )
    print(id)
    return 0


def show_state(arguments: argparse.Namespace) -> int:
    """Show how subscriptions are doing; exit code 1 when one of them takes nothing."""
    with boot.ready():
        from tongban.datahub.subscriptions import queries

        one = arguments.subscription
        found = (queries.get_subscription(one),) if one else queries.subscriptions_of()
        tried = queries.deliveries_of(one) if one else ()
    if arguments.json:
        documents = [_document(each) for each in found]
        print_json(
            {**documents[0], "deliveries": [_plain(asdict(each)) for each in tried]} if one else documents
        )
    else:
        for each in found:
            print(
                f"{each.id}  {each.feed.code} → {each.consumer}  {each.state.value}  -{each.behind}  {translate(each.why, language())}"
            )
        for delivery in tried:
            moment = delivery.at.astimezone(clock.SHANGHAI).isoformat(timespec="milliseconds")
            span = f"{delivery.first}-{delivery.last} ({delivery.count})"
            print(
                f"    {moment}  {span}  {delivery.status or delivery.problem or '…'}  {delivery.seconds * 1000:.1f} ms"
            )
    return 1 if any(each.failures for each in found) else 0


def take_step(arguments: argparse.Namespace) -> int:
    """Pause, resume or end a subscription."""
    with boot.ready():
        from tongban.datahub.subscriptions import operations, queries

        act = {"pause": operations.pause, "resume": operations.resume, "end": operations.end}[
            arguments.action
        ]
        why = {"why": arguments.why} if arguments.action != "resume" else {}
        act(subscription=arguments.subscription, **why, by=actor(arguments), at=clock.now())
        state = queries.get_subscription(arguments.subscription).state
    say(N_("订阅 {id}：{state}。"), id=arguments.subscription, state=state.value)
    return 0


def replay_from(arguments: argparse.Namespace) -> int:
    """Set a subscription to another point."""
    if arguments.after is None and arguments.since is None:
        raise Invalid("no-point", N_("请用 --after 或 --since 说明从哪里重放。"))
    with boot.ready():
        from tongban.datahub.subscriptions import operations

        cursor = operations.replay(
            subscription=arguments.subscription, after=arguments.after, since=_moment(arguments.since),
            by=actor(arguments), at=clock.now(),
        )  # fmt: skip
    say(N_("将从第 {position} 条之后重新推送，编号不变。"), position=cursor.position)
    return 0


def _moment(text: str | None) -> dt.datetime | None:
    if text is None:
        return None
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        raise Invalid("not-a-moment", N_("“{text}”不是时刻，应写作 2026-03-02T09:30。"), text=text) from None
    return found if found.tzinfo else found.replace(tzinfo=clock.SHANGHAI)


def _document(one: Subscription) -> dict[str, Any]:
    feed = f"{one.feed.provider}/{one.feed.code}"
    return _plain(asdict(one) | {"feed": feed, "newest": one.feed.position, "behind": one.behind})


def _plain(fields: dict[str, Any]) -> dict[str, Any]:
    moments = {name: value.isoformat() for name, value in fields.items() if isinstance(value, dt.datetime)}
    return {**fields, **moments, **{n: str(v) for n, v in fields.items() if isinstance(v, uuid.UUID)}}
