"""The catalogue for programmers: JSON under /api/v1/, OpenAPI 3.1, open-data files."""
