"""Files that people hand in and the office issues: checked before they come in, encrypted, versioned, kept as long as
the law says, and every reading of one on the record.

What a file is, its content says, never its name. Images are drawn anew, so that nothing else travels in them; a
PDF that does something by itself is refused. The same content is stored once, under a keyed digest.
"""
