"""The pure rules: what may leave, how it is written, when it is tried again, which addresses are spoken to."""

from __future__ import annotations

import datetime as dt
import json
from contextlib import suppress
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.datahub.subscriptions.errors import (
    BadAddress,
    BadChange,
    BadFeed,
    BadPart,
    FileNeedsAllFields,
    KeyNotGranted,
    NotInThisState,
    NotSatisfiable,
    TooManyChanges,
    WrongOffset,
)
from tongban.datahub.subscriptions.rules import (
    addresses,
    cloudevents,
    cutting,
    files,
    life_cycle,
    pausing,
    publishing,
    ranges,
)
from tongban.datahub.subscriptions.types import Change, Feed, Kind, Placed, Reply, Span, State

FIELDS = ("number", "name", "address")
FEED = Feed(
    7, "SH/GOV/gaj/people", "residents", "居民", "resident", FIELDS, ("number",), "number", 365, 0, None
)
MOMENT = "2026-03-02T09:30:00.000000Z"
AT = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)
LOOPBACK = (ip_network("127.0.0.0/8"),)


def placed(kind: Kind = Kind.CHANGED, position: int = 1, **fields: object) -> Placed:
    return Placed(position, MOMENT, MOMENT, kind, b"r" * 16, fields)


@pytest.mark.slow
@pytest.mark.law("feed-granted-fields")
@given(
    fields=st.dictionaries(st.sampled_from(FIELDS), st.text(), min_size=1),
    granted=st.sets(st.sampled_from(FIELDS)),
    kind=st.sampled_from([Kind.CREATED, Kind.CHANGED, Kind.REMOVED]),
)
def test_nothing_leaves_that_was_not_granted(fields: dict[str, str], granted: set[str], kind: Kind) -> None:
    left = cutting.granted(placed(kind, **fields), FEED.keys, granted)
    if left is None:
        # Nothing but the key could have been told of a change of something else.
        assert kind is Kind.CHANGED and set(fields) & granted <= {"number"} and not set(fields) <= granted
    else:
        assert left == {name: value for name, value in fields.items() if name in granted}


def test_creation_and_removal_are_told_by_their_key_alone() -> None:
    for kind in (Kind.CREATED, Kind.REMOVED):
        assert cutting.granted(placed(kind, number="1", name="甲"), FEED.keys, {"number"}) == {"number": "1"}


def test_a_grant_without_the_key_carries_no_subscription() -> None:
    cutting.check_keys(FEED, FIELDS)
    with pytest.raises(KeyNotGranted, match="number"):
        cutting.check_keys(FEED, ("name",))


@pytest.mark.law("feed-file-needs-all-fields")
def test_a_file_needs_all_fields() -> None:
    cutting.check_file(FEED, FIELDS)
    with pytest.raises(FileNeedsAllFields, match="name、address"):
        cutting.check_file(FEED, ("number",))


TEXTS = st.text(st.characters(codec="utf-8"))


@pytest.mark.slow
@given(
    data=st.dictionaries(TEXTS, TEXTS | st.integers() | st.booleans() | st.none()),
    position=st.integers(1, 10**15),
)
def test_an_event_is_json_with_what_cloudevents_asks_for(data: dict[str, object], position: int) -> None:
    text = cloudevents.event(
        cloudevents.prefix_of(FEED, "https://a.example"), placed(position=position), data
    )
    said = json.loads(text)
    assert said["data"] == data
    assert {"specversion", "id", "source", "type"} <= said.keys()
    assert (said["id"], int(said["sequence"])) == (str(position), position)
    assert dt.datetime.fromisoformat(said["time"]) == AT
    assert said["dataschema"] == "https://a.example/feeds/SH/GOV/gaj/people/residents/schema"
    # Names of attributes are lower-case letters and digits (CloudEvents 1.0.2 3.1).
    assert all(name.isalnum() and name.islower() for name in said.keys() - {"data"})


def test_without_an_address_of_the_node_there_is_no_schema() -> None:
    assert "dataschema" not in json.loads(cloudevents.event(cloudevents.prefix_of(FEED, ""), placed(), {}))


@given(st.lists(st.integers(0, 10**9), unique=True, min_size=2))
def test_sequences_sort_as_text(positions: list[int]) -> None:
    prefix = cloudevents.prefix_of(FEED, "")
    texts = [
        json.loads(cloudevents.event(prefix, placed(position=one), {}))["sequence"]
        for one in sorted(positions)
    ]
    assert texts == sorted(texts)


def test_one_by_one_or_in_a_batch() -> None:
    assert cloudevents.body_of(["{}"], is_single=True) == (
        "application/cloudevents+json; charset=utf-8",
        b"{}",
    )
    kind, body = cloudevents.body_of(["{}", "{}"], is_single=False)
    assert (kind, json.loads(body)) == ("application/cloudevents-batch+json; charset=utf-8", [{}, {}])


@given(failures=st.integers(1, 10_000), chance=st.floats(0, 1), asked=st.none() | st.integers(-5, 10**9))
def test_pauses_grow_and_are_bounded(failures: int, chance: float, asked: int | None) -> None:
    pause = pausing.pause(failures, chance, asked)
    assert pausing.FIRST / 2 <= pause <= pausing.LONGEST
    assert pausing.pause(failures + 1, chance, asked) >= pause
    assert pause <= pausing.pause(failures, 0, asked)
    if asked is not None and asked > 0:
        assert pause >= min(dt.timedelta(seconds=asked), pausing.LONGEST)


@given(batch=st.integers(1, 1000), failures=st.integers(0, 10_000))
def test_after_failures_less_is_sent(batch: int, failures: int) -> None:
    assert 1 <= pausing.batch_after(batch, failures + 1) <= pausing.batch_after(batch, failures) <= batch


def test_an_address_is_given_up_after_days() -> None:
    assert not pausing.is_given_up(None, AT)
    assert not pausing.is_given_up(AT, AT + pausing.PATIENCE - dt.timedelta(seconds=1))
    assert pausing.is_given_up(AT, AT + pausing.PATIENCE)


@pytest.mark.parametrize(
    ("status", "taken", "gone"), [(200, 1, 0), (204, 1, 0), (301, 0, 0), (410, 0, 1), (500, 0, 0), (0, 0, 0)]
)
def test_what_a_receiver_says(status: int, taken: int, gone: int) -> None:
    reply = Reply(status, 0.1)
    assert (pausing.is_taken(reply), pausing.is_gone(reply)) == (bool(taken), bool(gone))


def test_few_a_minute_are_sent_apart() -> None:
    assert pausing.between(None) == dt.timedelta()
    assert pausing.between(30) == dt.timedelta(seconds=2)


def test_the_life_of_a_subscription() -> None:
    reachable = {State.PROVING}
    for _ in State:
        reachable |= {after for (state, _), after in life_cycle.NEXT.items() if state in reachable}
    assert reachable == set(State)
    for act in life_cycle.NOT_NOW:
        with pytest.raises(NotInThisState):
            life_cycle.after(State.ENDED, act)


@pytest.mark.parametrize(
    "address",
    ["", "ftp://a.example/", "https://", "https://u:p@a.example/", "https://a.example/#x", "https://a.example/ x",
     "https://a.example:0/", "https://a.example:x/", "//a.example", "https://例.example/", "https://a.example/" + "x" * 500,
     "https://a.example/\r\nX: 1"],
)  # fmt: skip
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(BadAddress):
        addresses.target_of(address)


def test_an_address_taken_apart() -> None:
    target = addresses.target_of("https://A.example:8443/hook/x?y=1&z")
    assert (target.authority, target.path, target.query) == ("a.example:8443", "/hook/x", "y=1&z")
    assert addresses.target_of("https://[2001:db8::1]").authority == "[2001:db8::1]"
    assert addresses.target_of("http://127.0.0.1:80").authority == "127.0.0.1"


INSIDE = ["127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
          "::1", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::",
          "::10.0.0.1", "64:ff9b:1::a00:1", "fec0::1", "5f00::1"]  # fmt: skip


@pytest.mark.parametrize("ip", INSIDE)
def test_no_address_leads_inside(ip: str) -> None:
    with pytest.raises(BadAddress):
        addresses.check_ip(addresses.target_of("https://a.example/"), ip, ())


def test_what_the_operator_allows_is_spoken_to() -> None:
    plain, safe = addresses.target_of("http://a.example/"), addresses.target_of("https://a.example/")
    addresses.check_ip(plain, "127.0.0.1", LOOPBACK)
    addresses.check_ip(plain, "::ffff:127.0.0.1", LOOPBACK)
    addresses.check_ip(safe, "93.184.215.14", ())
    for target, ip in ((plain, "93.184.215.14"), (safe, "10.0.0.1")):
        with pytest.raises(BadAddress):
            addresses.check_ip(target, ip, LOOPBACK)


@pytest.mark.parametrize(
    "address", ["https://127.0.0.1/", "https://[::1]/", "http://a.example/", "http://93.184.215.14/"]
)
def test_addresses_are_checked_before_they_are_kept(address: str) -> None:
    with pytest.raises(BadAddress):
        addresses.check_address(address, ())
    addresses.check_address("https://a.example/hook", ())
    addresses.check_address("http://127.0.0.1:9/hook", LOOPBACK)


def change(id: str = "1", **fields: object) -> Change:
    return Change(id, Kind.CREATED, {"number": "1"} | fields)


def test_changes_are_checked_together() -> None:
    assert publishing.contents(FEED, [change(), change("2", name=None)]) == [
        b'{"number":"1"}',
        b'{"number":"1","name":null}',
    ]
    born = Change("3", Kind.CREATED, {"number": "1", "name": dt.date(1990, 1, 2)})
    assert publishing.contents(FEED, [born]) == [b'{"number":"1","name":"1990-01-02"}']
    with pytest.raises(TooManyChanges):
        publishing.contents(FEED, [change(str(n)) for n in range(publishing.MOST_CHANGES + 1)])


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        (change(""), "id"),
        (change("x" * 201), "id"),
        (change("a\nb"), "id"),
        (change("1"), "id"),
        (change("2", wage="1"), "wage"),
        (Change("2", Kind.CREATED, {"name": "甲"}), "number"),
        (Change("2", Kind.CREATED, {"number": ""}), "number"),
        (Change("2", Kind.FILE, {"number": "1"}), "kind"),
        (Change("2", Kind.CREATED, {"number": "1"}, dt.datetime(2026, 1, 1)), "at"),
        (change("2", name=object()), "fields"),
        (change("2", name={"first": "甲", "wage": 1}), "name"),
        (change("2", name=["甲", [{"wage": 1}]]), "name"),
        (change("2", name="x" * publishing.MOST_BYTES), "fields"),
    ],
)
def test_a_wrong_change_is_named(wrong: Change, what: str) -> None:
    with pytest.raises(BadChange) as failure:
        publishing.contents(FEED, [change(), wrong])
    assert failure.value.values == {"number": 2, "what": what}


@given(st.binary(max_size=200))
def test_whatever_is_sent_is_read_or_refused(body: bytes) -> None:
    with suppress(BadChange):
        assert all(isinstance(one, Change) for one in publishing.read_changes(body))


def test_lines_and_arrays_are_read_alike() -> None:
    one = {"id": 1, "kind": "removed", "at": "2026-03-02T09:30:00+08:00", "fields": {"number": "1"}}
    lines = publishing.read_changes(f"{json.dumps(one)}\n\n{json.dumps(one)}\n".encode())
    assert lines == publishing.read_changes(json.dumps([one, one]).encode())
    assert lines[0] == Change(
        "1", Kind.REMOVED, {"number": "1"}, dt.datetime.fromisoformat("2026-03-02T09:30:00+08:00")
    )


@pytest.mark.parametrize(
    ("changes", "what"),
    [({"code": "X"}, "code"), ({"subject": "name"}, "subject"), ({"kept_days": 0}, "kept_days")],
)  # fmt: skip
def test_a_feed_is_declared_as_it_has_to_be(changes: dict[str, object], what: str) -> None:
    said = {"code": "residents", "subject": "number", "subjects": ("number", "owner"), "kept_days": 1}
    publishing.check_feed(**said)  # type: ignore[arg-type]
    with pytest.raises(BadFeed) as failure:
        publishing.check_feed(**(said | changes))  # type: ignore[arg-type]
    assert failure.value.values == {"what": what}


def test_rows_have_names_of_their_own() -> None:
    assert publishing.row_of(FEED, change()) == publishing.row_of(FEED, change("2", name="甲"))
    file = Change("1", Kind.FILE, {"name": "a.csv"})
    assert publishing.row_of(FEED, change()) != publishing.row_of(FEED, file)
    assert (cutting.subject_of(FEED, change()), cutting.subject_of(FEED, file)) == ("1", "")


@given(size=st.integers(1, 10**12), first=st.integers(0, 10**12), length=st.integers(1, 10**9))
def test_ranges_lie_within_the_file(size: int, first: int, length: int) -> None:
    try:
        span = ranges.wanted(f"bytes={first}-{first + length - 1}", size)
    except NotSatisfiable:
        assert first >= size
    else:
        assert span == Span(first, min(first + length - 1, size - 1))


@pytest.mark.parametrize(
    ("header", "expected"),
    [("", None), ("bytes=0-", Span(0, 9)), ("bytes=-3", Span(7, 9)), ("bytes=-99", Span(0, 9)), ("bytes=5-2", None),
     ("bytes=0-1,3-4", None), ("lines=0-1", None), ("bytes=-", None)],
)  # fmt: skip
def test_ranges_as_they_are_written(header: str, expected: Span | None) -> None:
    assert ranges.wanted(header, 10) == expected


def test_ranges_that_are_not_there() -> None:
    for header in ("bytes=10-", "bytes=-0", "bytes=10-11"):
        with pytest.raises(NotSatisfiable):
            ranges.wanted(header, 10)


def test_parts_come_one_after_the_other() -> None:
    assert ranges.part_of("bytes 0-4/10", 10) == Span(0, 4)
    assert files.is_new(Span(4, 7), 4, 4)
    assert not files.is_new(Span(0, 3), 4, 4)
    for span, received in ((Span(5, 7), 4), (Span(3, 7), 4)):
        with pytest.raises(WrongOffset):
            files.is_new(span, span.size, received)
    for span, size in ((Span(0, 3), 5), (Span(0, files.MOST_PART), files.MOST_PART + 1)):
        with pytest.raises(BadPart):
            files.is_new(span, size, 0)


@given(data=st.binary(max_size=3000), first=st.integers(0, 10**9))
def test_pieces_are_the_part(data: bytes, first: int) -> None:
    size, files_piece = files.PIECE, 1000
    files.PIECE = files_piece
    try:
        found = list(files.pieces(first, data))
    finally:
        files.PIECE = size
    assert b"".join(piece for _, piece in found) == data
    assert all(start == first + place * files_piece for place, (start, _) in enumerate(found))
