"""Owns the federation: the city's node and its districts', the directory they share, calls that go from one to another.

Words: a *node* is an instance with a database, keys and a ledger of its own; a *member* (a department, a district) lives
at one node. The *directory* says who takes part, with which keys, at which node, offering what, under which grants; it
is a log of *changes*, kept by the city's node, and *pulled* by the districts'. A district *says* what changes with its
own members, and the city *accepts* and spreads it. A call for a provider elsewhere is *relayed* by the caller's node.
The catalogue spreads; the data stays at its provider's node.
"""
