"""The command line: one module a command, each a translation to one domain call."""
