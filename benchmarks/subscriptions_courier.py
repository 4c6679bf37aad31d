"""The courier alone, in a process of its own, until who started it ends."""

from __future__ import annotations

import os
import sys
import threading

from tongban.runtime import boot


def main() -> None:
    boot.set_up_django()
    from tongban.datahub.subscriptions.operations import Courier

    courier = Courier(os.environ["DATABASE_URL"])
    threading.Thread(target=lambda: (sys.stdin.read(), courier.stop()), daemon=True).start()
    print("ready", flush=True)
    courier.run()


if __name__ == "__main__":
    main()
