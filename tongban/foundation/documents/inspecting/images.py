"""Images are read within limits and drawn anew: what else was in the file (places, scripts, a second file) is gone."""

from __future__ import annotations

import warnings
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from tongban.foundation.documents.errors import Damaged, TooMuchInside
from tongban.foundation.documents.types import LONGEST_SIDE, MOST_PIXELS, Kind

JPEG_QUALITY = 90
FORMATS = {Kind.PNG: "PNG", Kind.JPEG: "JPEG"}


def draw_anew(data: bytes, kind: Kind) -> bytes:
    """Return the picture as a new file of the same kind, upright, without anything but its points.

    Raises Damaged or TooMuchInside.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _draw_anew(data, kind)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, TypeError, KeyError) as error:
        raise Damaged from error
    except (MemoryError, Image.DecompressionBombError) as error:
        raise TooMuchInside from error


def _draw_anew(data: bytes, kind: Kind) -> bytes:
    # Only this one reader: another format behind the same first bytes never reaches its own.
    with Image.open(BytesIO(data), formats=[FORMATS[kind]]) as picture:
        width, height = picture.size
        if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
            raise TooMuchInside
        upright = ImageOps.exif_transpose(picture)
        wanted = "RGB" if kind is Kind.JPEG or not upright.has_transparency_data else "RGBA"
        points = upright.convert("L" if upright.mode in ("1", "L") else wanted)
        drawn = Image.new(points.mode, points.size)
        drawn.paste(points)
    out = BytesIO()
    drawn.save(out, FORMATS[kind], **({"quality": JPEG_QUALITY} if kind is Kind.JPEG else {}))
    return out.getvalue()
