"""What outsiders can hold against the ledger: signed heads of its tree, and evidence of single records.

A signed head (RFC 6962 section 3.5) says how many entries there are and what the hash over all of them is. It is
made by the worker every few seconds while the ledger grows. Evidence is one record with its way up to a signed head,
and is checked without our database. Keys and certificates are ``trust``'s, the tree is ``ledger``'s.
"""
