"""Every write of obtaining."""

from tongban.services.obtaining.operations.asking import in_this_transaction, obtain
from tongban.services.obtaining.operations.keeping import erase_due, stop
from tongban.services.obtaining.operations.wanting import TIMER, timer_key, wanting

__all__ = ["TIMER", "erase_due", "in_this_transaction", "obtain", "stop", "timer_key", "wanting"]
