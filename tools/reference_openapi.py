"""Write ``docs/reference/openapi.json`` out of the interface itself; ``--check`` only says whether it is fresh."""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "docs" / "reference" / "openapi.json"


def text() -> str:
    """Return the document as it is kept: in English, without examples, which are those of each city."""
    from tongban.channels.openapi import document

    return json.dumps(document.document("en"), ensure_ascii=False, indent=2) + "\n"


def main() -> int:
    """Write the document, or with ``--check`` return 1 when the kept one is not what would be written."""
    sys.path.insert(0, str(ROOT))
    from tongban.runtime.boot import set_up_django

    set_up_django()
    if "--check" in sys.argv:
        fresh = FILE.is_file() and FILE.read_text("utf-8") == text()
        print("" if fresh else f"{FILE.relative_to(ROOT)} is out of date: run make fix")
        return 0 if fresh else 1
    FILE.write_text(text(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
