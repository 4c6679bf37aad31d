"""Tables of the federation. Changes and relays are append-only (migration 0002).

``Change`` is the log of what this node has said: the city's is the directory, a district's what its own members changed.
``Known`` is the latest that was kept of each thing, so that what comes twice or late changes nothing.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from tongban.datahub.nodes.types import CITY, Kind

KINDS = [kind.value for kind in Kind]


class Node(models.Model):
    """A node."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=100)
    address = models.CharField(max_length=200)
    authorities = ArrayField(models.CharField(max_length=200), default=list)
    public = models.BinaryField(max_length=65)
    root = models.BinaryField(max_length=2000)
    members = ArrayField(models.CharField(max_length=80), default=list)
    is_here = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="nodes_one_is_here", fields=["is_here"], condition=Q(is_here=True)),
            models.CheckConstraint(name="nodes_city_is_active", condition=~Q(code=CITY) | Q(is_active=True)),
        ]


class Change(models.Model):
    """What was said of one thing; ``audience`` is the only node that it is for, empty for all."""

    position = models.BigIntegerField(primary_key=True)
    kind = models.CharField(max_length=10)
    code = models.CharField(max_length=300)
    origin = models.CharField(max_length=40)
    audience = models.CharField(max_length=40, blank=True)
    document = models.JSONField()
    digest = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "code", "-position"], name="nodes_change_of")]
        constraints = [models.CheckConstraint(name="nodes_change_kind", condition=Q(kind__in=KINDS))]


class Known(models.Model):
    """The latest position at which something was kept, and who had said it."""

    kind = models.CharField(max_length=10)
    code = models.CharField(max_length=300)
    origin = models.CharField(max_length=40)
    position = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(name="nodes_known_once", fields=["kind", "code", "origin"])]


class Standing(models.Model):
    """How far this node is with another: up to where it has kept what that said, up to where that has kept its own."""

    node = models.CharField(max_length=40, primary_key=True)
    received = models.BigIntegerField(default=0)
    told = models.BigIntegerField(default=0)
    fresh_at = models.DateTimeField(null=True)


class Relay(models.Model):
    """That a call is on record at another node too, with that node's signature over it: ``said``, ``signature``."""

    pk = models.CompositePrimaryKey("at", "record")
    record = models.UUIDField()
    at = models.DateTimeField()
    node = models.CharField(max_length=40)
    is_out = models.BooleanField()
    number = models.UUIDField(null=True)
    said = models.BinaryField()
    signature = models.BinaryField()

    class Meta:
        managed = False
        db_table = "nodes_relay"
