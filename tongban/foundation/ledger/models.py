"""Tables of the ledger. A trigger forbids UPDATE, DELETE and TRUNCATE on records, links and subtrees.

A record becomes an entry of the tree after commit, by one linker at a time, not inside the act's own transaction: a
place taken there would make every act of the city wait for the one before it to reach the disk. ``Pending`` is
what has been recorded and has no place yet.
"""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from tongban.foundation.ledger import rules
from tongban.kernel.ids import new_id


def _is_hidden(role: str) -> models.Q:
    """Return the condition that a data subject stands there under a pseudonym. So written, it costs two microseconds."""
    id = f"{role}_id"
    is_pseudonym = models.Q(Exact(Length(id), 64), **{f"{id}__regex": "^[0-9a-f]*$"})
    return ~models.Q(**{f"{role}_kind__in": sorted(rules.DATA_SUBJECTS)}) | is_pseudonym


class Record(models.Model):
    """Who did what to which subject."""

    id = models.UUIDField(primary_key=True, default=new_id)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=40)
    actor_id = models.CharField(max_length=200)
    actor_name = models.CharField(max_length=200, blank=True)
    act = models.CharField(max_length=80)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=200)
    detail = models.JSONField(default=dict)
    digest = models.BinaryField(max_length=32)

    class Meta:
        indexes = [
            models.Index("subject_kind", "subject_id", "at", name="ledger_by_subject"),
            # Who audits asks for a period. This kind of index costs an act nothing: one entry for many pages.
            BrinIndex("at", name="ledger_by_moment", autosummarize=True),
            models.Index(
                "act", "at", name="ledger_of_rare_acts",
                condition=models.Q(act__in=["identity.unmasked", "case.unmasked", "identity.locked_out"]),
            ),
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(
                name="ledger_act_named", condition=models.Q(act__regex=r"^[a-z_]+\.[a-z_]+$")
            ),
            models.CheckConstraint(
                name="ledger_subjects_hidden", condition=_is_hidden("actor") & _is_hidden("subject")
            ),
        ]


class Link(models.Model):
    """A record's place in the tree, counted from one."""

    number = models.BigIntegerField(primary_key=True)
    record = models.OneToOneField(Record, models.PROTECT, related_name="link")
    leaf = models.BinaryField(max_length=32)


class Subtree(models.Model):
    """The hash of a complete subtree over 256, 65,536 or 16,777,216 entries: level 8, 16 or 24.

    What lies between is computed when a proof asks for it, from 256 hashes at most.
    """

    pk = models.CompositePrimaryKey("level", "index")
    level = models.SmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)


class Pending(models.Model):
    """A record that waits for its place; written with it in one statement, so that no key has to be checked."""

    record = models.OneToOneField(
        Record, models.PROTECT, primary_key=True, related_name="+", db_constraint=False
    )
