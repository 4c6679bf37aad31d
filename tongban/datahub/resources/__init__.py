"""Data resources: the catalogue, the three lists (责任、需求、负面), demands and their answers, grants.

Items and their materials belong to the packages above; here they are opaque codes.
"""
