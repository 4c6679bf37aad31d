"""The web server: granian, whose processes end for certain when the command that started them has."""

from __future__ import annotations

import os
from functools import partial

from granian.cli import entrypoint

from tongban.runtime.processes import never_outlive_parent

if __name__ == "__main__":
    never_outlive_parent()
    # Its workers are forks of it, and deaf to SIGTERM until they have imported the application.
    os.register_at_fork(after_in_child=partial(never_outlive_parent, os.getpid()))
    entrypoint()  # type: ignore[no-untyped-call]
