"""The papers the office gives out, drawn as one-page PDF/A: a template each, values as data."""

from tongban.services.licences.documents.drawing import draw
from tongban.services.licences.documents.places import seal_box
from tongban.services.licences.documents.values import check_values

__all__ = ["check_values", "draw", "seal_box"]
