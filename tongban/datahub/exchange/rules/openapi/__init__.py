"""Descriptions of services in OpenAPI 3.0 and 3.1: read with their lines, held against the catalogue, written. Pure."""
