"""What may become of a call, by name. Said in English: it is read by programmers and stands in their logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tongban.client.answers import Answer

CLIENT = "Client."


class ExchangeError(Exception):
    """Every failure of this package."""


class Unreachable(ExchangeError):
    """No answer came; ``was_sent`` says whether the call may have been made all the same."""

    def __init__(self, why: str, *, was_sent: bool) -> None:
        super().__init__(why)
        self.was_sent = was_sent


class CallFailed(ExchangeError):
    """The exchange refused the call or could not carry it out.

    ``type`` is X-Road's (``Server.ServerProxy.AccessDenied``), ``code`` the node's own finer word, ``message`` its
    sentence, ``number`` that by which the operator finds the call in the logs.
    """

    def __init__(self, *, status: int, type: str, message: str, code: str, number: str) -> None:
        super().__init__(f"{type}: {message} ({code}, {number})")
        self.status = status
        self.type = type
        self.message = message
        self.code = code
        self.number = number

    @property
    def is_mine(self) -> bool:
        """Return whether the caller has to mend something; else it is the provider's or the node's failure."""
        return self.type.startswith(CLIENT)


class ProviderFailed(ExchangeError):
    """The exchange worked, and the provider's own system answered with an error; ``answer`` is what it said."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"the provider answered {answer.status}")
        self.answer = answer


class NotGenuine(ExchangeError):
    """The answer is not what the node said to this very call: altered, cut short, another's, or not signed."""


class FeedFailed(ExchangeError):
    """A feed refused a request; ``code`` is the node's word for why."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
