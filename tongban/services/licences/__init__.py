"""Licences 证照: issued on what a branch decided, numbered, signed, sealed, shown, suspended, taken back, struck off.

A licence is first a signed record, made in one transaction; its sealed page (PDF/A) is made from the record by a
reaction to ``LicenceIssued``. The record says what holds; the page shows how it stood when it was issued.
"""
