"""What holds when server, worker and database are killed at any moment, while people hand in and the desk decides.

``browser`` speaks to the pages as a browser does and tries again; ``applicants`` and ``office`` are people, each in a
process of their own; ``opened`` is the real city; ``killing`` picks what dies; ``invariants`` says in SQL what must be
true afterwards; ``run`` puts them together, for ``make faults`` and, smaller, for the tests.
"""
