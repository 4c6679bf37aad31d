"""Failures of licences by name."""

from __future__ import annotations

from tongban.kernel.errors import N_, Conflict, Invalid, NotFound


class LicenceUnknown(NotFound):
    """There is no such licence, the code is wrong, or it is somebody else's: all sound the same."""

    def __init__(self) -> None:
        super().__init__("licence-unknown", N_("没有查到这张证照：请核对证照上的标识或编号，以及验证码。"))


class SharingOver(NotFound):
    """No sharing has this code, or its time is over: both sound the same."""

    def __init__(self) -> None:
        super().__init__(
            "licence-sharing-over", N_("这个出示码不对，或者已经过期、被收回。请持证人重新生成一个。")
        )


class IssuerWithoutCode(Invalid):
    """The issuing body has no unified social credit code in the city pack, so no identifier can be made."""

    def __init__(self, department: str) -> None:
        super().__init__(
            "licence-issuer-without-code",
            N_(
                "发证机关“{department}”在城市包里没有统一社会信用代码，不能生成证照标识；请补上 credit_code。"
            ),
            department=department,
        )


class NotYetSealed(Conflict):
    """The sealed page is still being made."""

    def __init__(self) -> None:
        super().__init__("licence-not-yet-sealed", N_("证照已经签发，盖章的文件正在生成，请稍后再取。"))


class FontsMissing(Invalid):
    """The machine has no Chinese fonts to write with."""

    def __init__(self, missing: str) -> None:
        super().__init__(
            "licence-fonts-missing",
            N_("缺少字体 {missing}，不能生成证照文件；在 Debian 上安装：apt-get install fonts-noto-cjk。"),
            missing=missing,
        )


class CannotDraw(Invalid):
    """A document could not be drawn; a mistake in its template."""

    def __init__(self, kind: str, problem: str) -> None:
        super().__init__(
            "licence-cannot-draw", N_("文书“{kind}”没能生成：{problem}"), kind=kind, problem=problem
        )
