"""Owns the exchange of data: subsystems and their keys, services, signed calls, the record of every exchange, metering.

Words are X-Road's (Message Protocol for REST 1.0): a *subsystem* is INSTANCE/CLASS/MEMBER/SUBSYSTEM; a *consumer* calls
a *provider*'s *service*; a call is authorised by a *grant* of ``resources``, which says which fields may leave.
One statement authorises a call and records it; what the provider answered is recorded after it.
"""
