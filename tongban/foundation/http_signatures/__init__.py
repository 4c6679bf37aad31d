"""Owns the signatures of HTTP messages (RFC 9421) and the digests of their bodies (RFC 9530); no table, no clock.

Words: a *message* is what was received or will be sent; its *components* are the parts a signature covers, written one
a line as the *base* that is signed; a *policy* says what a signature has to cover and how old it may be.
What is written as everybody writes it is read here in a few microseconds; every other form that RFC 9651 allows is read
by ``http_sf``, the library of that standard's author, to the same result.
"""
