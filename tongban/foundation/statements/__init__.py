"""Statements that are sent so often that each connection prepares them: parsed and planned once, not each time.

For the few paths whose speed is a promise (docs/reference/speed.md): submitting, recording, publishing. All else
goes through Django's models. A statement runs on Django's own connection, in its transaction; PostgreSQL binds the
values, so write casts where it cannot tell a type (``%s::jsonb`` in a SELECT). No tables of its own.
"""
