"""The door of the exchange: signed calls by X-Road's Message Protocol for REST, before Django.

It translates a request into a call, makes one call into the domain, and translates the answer or the failure back.
"""
