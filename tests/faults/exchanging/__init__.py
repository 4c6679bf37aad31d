"""What holds when gateway, server, worker and database are killed while systems call each other's services.

``setting`` makes a consumer, services and grants in a city that runs; ``provider`` is a department's own service, which
writes down what it is asked; ``callers`` sign, call, and write down each call before it is sent and when it is answered;
``rules`` says what must be true afterwards; ``run`` kills, for ``make faults`` and, smaller, for the tests.
"""
