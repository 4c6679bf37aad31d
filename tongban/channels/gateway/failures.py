"""Failures as X-Road says them: ``type``, ``message``, ``detail``, and the header X-Road-Error (4.6)."""

from __future__ import annotations

import json

from tongban.datahub.exchange.errors import CLIENT, Fault
from tongban.datahub.exchange.types import Answer
from tongban.kernel.errors import Failure
from tongban.kernel.language import translate


class InternalError(Fault):
    """Something in this node that nobody has thought of."""

    def __init__(self) -> None:
        super().__init__(
            "Server.ServerProxy.InternalError", "internal-error", "本节点出错，调用没有完成。请稍后再试。"
        )


class Refused(Fault):
    """What a node asked, and may not or can not have, by the words of what refused it."""

    def __init__(self, why: Failure) -> None:
        super().__init__(f"{CLIENT}BadRequest", why.code, why.sentence, **why.values)
        self.status = why.status


def failed(fault: Fault, id: str, language: str) -> Answer:
    """Return the answer to a failed call; ``detail`` is the number by which it is found in the logs."""
    document = {
        "type": fault.type,
        "message": translate(fault.sentence, language).format(**fault.values),
        "detail": id,
        "code": fault.code,
    }
    body = json.dumps(document, ensure_ascii=False).encode()
    headers = (("Content-Type", "application/json;charset=utf-8"), ("X-Road-Error", fault.type))
    return Answer(fault.status, headers, body)
