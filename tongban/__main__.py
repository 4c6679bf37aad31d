"""``python -m tongban`` is the same as ``tongban``."""

from __future__ import annotations

import sys

from tongban.runtime.cli import main

sys.exit(main())
