"""The desk of data: the catalogue, the three lists, demands and answers by the clock, grants.

For the data officers of departments and for the data authority. No rule lives here: what may be done, and by whom, is
decided by ``datahub.resources``.
"""
