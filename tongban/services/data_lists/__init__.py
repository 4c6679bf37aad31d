"""Lists of data as departments keep them in Excel or CSV: read, judged row by row, written where they are right.

The tables are read by the catalogue of items, the rows judged by the hub of data; this package knows both. Rows in are
accepted and rejected rows, always; what is rejected goes to a report that can be mended and sent again.
"""
