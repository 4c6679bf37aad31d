"""Lists that departments keep, taken in from CSV or Excel.

Good rows become drafts in one transaction; bad rows go to a report, each with its reasons. Every row is
accounted for. Reading and judging are pure and stream: a list of 100,000 rows never lies in memory.
"""
