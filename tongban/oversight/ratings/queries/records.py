"""Ratings as others see them."""

from __future__ import annotations

from tongban.kernel.types import Actor
from tongban.oversight.ratings import models
from tongban.oversight.ratings.rules.tags import TAGS
from tongban.oversight.ratings.types import Level, Rating
from tongban.oversight.ratings.unsealing import open_words


def rating(row: models.Rating) -> Rating:
    """Return a rating of its row."""
    return Rating(
        id=row.id,
        case_id=row.case_id,
        level=Level(row.level),
        tags=tuple(TAGS[code] for code in row.tags),
        words=open_words(row.words),
        department=row.department,
        at=row.at,
        by=Actor(row.by_kind, row.by_id),
    )
