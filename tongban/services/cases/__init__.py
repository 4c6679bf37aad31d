"""An application from draft to close: its life cycle as one table, its form, papers, clocks and record.

Words: a *case* 办件 is one application for an item or a bundle; its *form* is written field by field while it
is a draft; a *filing* is what was handed in, kept as it was; a *letter* 文书 is what the office told in
writing, sealed; an *event* is one act, never changed. How departments judge is next door, in ``approvals``.
"""
