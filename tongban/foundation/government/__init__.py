"""Who governs: departments with their other names, districts, streets, centres, windows, posts, staff, duties.

Everything above asks here who answers for what.
"""
