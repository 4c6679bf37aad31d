"""What is on record: kept secret, taken out by law, proved."""

from __future__ import annotations

import datetime as dt

from tongban.kernel.errors import N_, Conflict, Invalid, NotAllowed, NotFound


class SecrecyUnknown(NotFound):
    """No such secrecy."""

    def __init__(self) -> None:
        super().__init__("secrecy-unknown", N_("没有这项保密，或者您不能查看它。"))


class KeptAlready(Conflict):
    """A grant is kept secret by one decision at a time."""

    def __init__(self) -> None:
        super().__init__("secrecy-once", N_("这项授权已经在保密，请延长或者先解除。"))


class KeptLonger(NotAllowed):
    """The law wants the record of an exchange kept whole for longer."""

    def __init__(self, day: dt.date) -> None:
        super().__init__(
            "kept-longer", N_("交换记录至少完整保存三年：现在只能清除 {day} 之前的内容。"), day=day
        )


class LawMissing(Invalid):
    """Nothing is taken out without the law that wants it."""

    def __init__(self) -> None:
        super().__init__("law-missing", N_("清除内容要写明依据的法律和条款。"))


class ExchangeUnknown(NotFound):
    """No such exchange is on record."""

    def __init__(self, id: str) -> None:
        super().__init__("exchange-unknown", N_("没有编号为 {id} 的数据交换。"), id=id)


MSG_NO_CONTAINER = N_("这不是数据交换的存证文件，或者内容被改动过。")


class ContentPurged(Conflict):
    """The content was taken out by law: there is nothing left to be shown to a court but its proof."""

    def __init__(self, id: str) -> None:
        super().__init__(
            "content-purged", N_("数据交换 {id} 的内容已经依法清除，只能证明它曾经发生。"), id=id
        )


class RecordBroken(Conflict):
    """What the database says of an exchange is not what the ledger has of it: no evidence is made of that."""

    def __init__(self, id: str) -> None:
        super().__init__(
            "record-broken",
            N_(
                "数据交换 {id} 的记录与账本对不上，出具不了存证。请运行 tongban ledger verify，查明哪里被改动过。"
            ),
            id=id,
        )


class NoContainer(Invalid):
    """The file is no container of evidence, or not byte for byte as it was made."""

    def __init__(self, rule: str = "no-container", message: str = MSG_NO_CONTAINER, **values: object) -> None:
        super().__init__(rule, message, **values)


class ContainerChanged(NoContainer):
    """A file in the container is not the one that was sealed, or is not there."""

    def __init__(self, file: str) -> None:
        super().__init__(
            "container-changed",
            N_("存证文件里的 {file} 与盖章时不同：它被改动过，或者被拿掉了。"),
            file=file[:80],
        )


class ContainerRepacked(NoContainer):
    """All files are as they were sealed, but somebody packed them anew: in what is around them anything may stand."""

    def __init__(self) -> None:
        super().__init__(
            "container-repacked",
            N_("存证文件被重新打包过：里面的文件没有变，包本身却不是平台出具的那一个。请出示原文件。"),
        )
