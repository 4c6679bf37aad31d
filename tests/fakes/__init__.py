"""What stands for somebody else's system in tests."""

POLL = 0.01
"""Seconds from one look of a fake server to the next at whether it is to end; a test waits for it."""
