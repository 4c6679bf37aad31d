"""The few things every package stands on: errors, conditions, clock, ids, pages, actor and subject.

Plain Python, no Django, no database. A thing belongs here only when packages of two layers need it.
"""
