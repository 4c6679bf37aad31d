"""Departments' systems of the demonstration: REST services and databases beside the city, with the invented people in them.

What they know is true of the demonstration: the same names, numbers, homes and companies as the registers have. They are
reached as a real department's would be: over HTTP, or by a read-only role of a database that is not the city's.
"""
