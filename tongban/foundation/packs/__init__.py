"""A city is a folder: reading it safely, every error with file and line, and which revision of it is loaded."""
