"""One exchange as a sealed container (ASiC-E with CAdES, ETSI EN 319 162-1), for a court: written here, checked anywhere.

It holds the request as it was signed, its signature and key, the digest of the answer, and the way of each to a signed
head of the ledger, with a time stamp and witnesses. Checking needs no database and no network.
"""
