"""What has happened, told to whoever must react: after commit, in order, and each handler once an event.

An operation publishes a fact inside its own transaction; the fact stands exactly when the act stands. A package
above subscribes a handler. The worker (``tongban work``) runs the handler and marks it done in one transaction,
so that ``kill -9`` at any moment loses nothing and does nothing twice. Timers are facts that the calendar
publishes: one act on one day, unless it is called off before.
"""
