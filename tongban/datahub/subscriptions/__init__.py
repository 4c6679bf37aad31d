"""Owns feeds of changes and files: published by a provider, told to consumers under a grant, replayed from any point.

Words: a *feed* belongs to a provider's subsystem and is about one resource; a *change* is of one row of it and gets its
*position*, without gaps, once it is committed; a *subscription* has a consumer's webhook told of them, in their order, as
CloudEvents 1.0. Who may receive what is said by a *grant* of ``resources``; subsystems and keys are ``exchange``'s.
Files lie here in pieces and not in ``documents``, which looks through a file as a whole and so keeps it small.
"""
