"""The first process of the web server: granian, which ends for certain when the command that started it has."""

from __future__ import annotations

from granian.cli import entrypoint

from tongban.runtime.processes import never_outlive_parent

if __name__ == "__main__":
    never_outlive_parent()
    entrypoint()  # type: ignore[no-untyped-call]
