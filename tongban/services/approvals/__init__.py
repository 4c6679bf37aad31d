"""Parallel approval: one branch a department and item, clocks that stop and run, joint visits, decisions in writing.

A case that is accepted becomes a round (``Round``): its branches open as the path of the bundle allows, each counts
its own days, and when all of them are final the case is decided. Stands on cases; licences stand on it.
"""
