"""Views of the desk of data: each translates, makes one call of the domain, and translates back."""
