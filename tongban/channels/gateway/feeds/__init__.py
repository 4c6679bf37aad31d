"""The door of feeds: ``/feeds/…``, signed calls like those of ``/r1/…``, before Django.

A provider publishes changes and files, a consumer behind a firewall pulls changes, who was granted all of a resource
downloads its files. Failures are problem documents (RFC 9457).
"""
