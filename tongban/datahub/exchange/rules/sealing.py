"""How a record or an answer of the exchange becomes a leaf, and a batch of leaves a tree. Pure.

A leaf is over two digests: one of the *frame* (who called which service when, by which grant, with what outcome), one of
the *content* (what was signed, message id, user, issue, whose data; of an answer the digest of its body). The content's
goes in under a salt that nobody guesses: when the law has the content removed, what is left of it in the leaf says
nothing, and the frame can still be checked.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tongban.datahub.exchange.types import Kind, Sealed
from tongban.foundation.ledger import tree

ID, DIGEST = 16, tree.WIDTH
WHOLE, PURGED = 0, 1
SAID = 1 + 2 * DIGEST
"""Of each row: whether its content is gone, the frame's digest, then the content's, or what it was committed to."""


def text_of(values: Sequence[object]) -> str:
    """Return values as PostgreSQL's ``json_build_array`` writes them: text, whole numbers, nothing."""
    return json.dumps(list(values), ensure_ascii=False)


def digest_of(values: Sequence[object]) -> bytes:
    """Return the digest of a frame or of a content."""
    return hashlib.sha256(text_of(values).encode()).digest()


def salt(key: bytes, id: bytes) -> bytes:
    """Return the salt of a row's content: HMAC-SHA-256 of its id."""
    return hmac.digest(key, id, "sha256")


def commitment(salt: bytes, content: bytes) -> bytes:
    """Return what stands in the leaf for the content's digest."""
    return hashlib.sha256(salt + content).digest()


def leaf(frame: bytes, committed: bytes) -> bytes:
    """Return the leaf: the hash of the frame's digest and of what the content is committed to."""
    return tree.leaf_hash(frame + committed)


def leaf_of(key: bytes, id: bytes, said: bytes) -> bytes:
    """Return the leaf of a row from what the database said of it."""
    return leaf(said[1 : 1 + DIGEST], committed(key, id, said))


def committed(key: bytes, id: bytes, said: bytes) -> bytes:
    """Return what a row's content is committed to, from what the database said of it."""
    rest = said[1 + DIGEST :]
    return rest if said[0] == PURGED else commitment(salt(key, id), rest)


def leaves_of(key: bytes, ids: bytes, said: bytes) -> bytes:
    """Return the leaves of many rows, joined as their ids are."""
    pairs = zip(range(0, len(ids), ID), range(0, len(said), SAID), strict=True)
    return b"".join([leaf_of(key, ids[at : at + ID], said[of : of + SAID]) for at, of in pairs])


def root_of(leaves: bytes) -> bytes:
    """Return the root of the tree over the leaves of a batch."""
    return tree.root(len(leaves) // DIGEST, _within(leaves))


def path_of(leaves: bytes, index: int) -> tuple[bytes, ...]:
    """Return the way from a leaf to the root of its batch."""
    return tree.hashes(tree.inclusion(index, len(leaves) // DIGEST), _within(leaves))


def root_from(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes | None:
    """Return the root that follows when the leaf stands at this index; None for a path of another length."""
    return tree.included_root(leaf, index, size, path) if 0 <= index < size else None


def said_batch(number: int, kind: Kind, size: int, root: bytes) -> dict[str, object]:
    """Return what the ledger says of a batch."""
    return {"number": number, "kind": kind.value, "size": size, "root": root.hex()}


def batches_in(detail: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the batches that an act in the ledger says."""
    found = detail.get("batches")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def is_said(detail: Mapping[str, Any], sealed: Sealed) -> bool:
    """Return whether the ledger's act says of this batch what it is."""
    return said_batch(sealed.batch, sealed.kind, sealed.size, sealed.root) in batches_in(detail)


def place_of(ids: bytes, id: bytes) -> int | None:
    """Return where an id stands among those of a batch, counted from nought; None when it does not."""
    at = ids.find(id)
    while at > 0 and at % ID:
        at = ids.find(id, at + 1)
    return None if at < 0 else at // ID


def _within(leaves: bytes) -> Callable[[tree.Node], bytes]:
    def of(node: tree.Node) -> bytes:
        width = DIGEST << node.level
        return tree.subtree(leaves[node.index * width : (node.index + 1) * width])

    return of
