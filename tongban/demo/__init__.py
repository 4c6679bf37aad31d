"""The demonstration's history: what an invented city has done in the last ninety days.

``plan`` says who does what when, as data, the same for the same seed. ``playing`` does it, by calling the operations
of the city with its actor and moment, and delivering the outbox as the days pass. ``operations.build`` plays a plan
to its end, whatever interrupts it, and never twice. It may call anything; nothing calls it but the command line.
"""
