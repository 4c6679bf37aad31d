"""The promises of speed: one file each, measured beside its floor in the same run.

The floor is the least work any program must do for the same answer. Absolute figures of a small shared
machine are notes; the ratio to the floor, and how it grows with size, are the promise.
"""
