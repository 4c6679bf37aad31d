"""The hub of the city's data: what there is, who may have it, and how it is exchanged."""
