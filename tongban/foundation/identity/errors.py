"""Failures of identity by name."""

from __future__ import annotations

from tongban.kernel.errors import N_, Conflict, Invalid, NotAllowed, NotFound


class PersonUnknown(NotFound):
    """No person has this id."""

    def __init__(self) -> None:
        super().__init__("person-unknown", N_("没有找到这个人。"))


class CompanyUnknown(NotFound):
    """No company has this id, or the register has no such code."""

    def __init__(self) -> None:
        super().__init__("company-unknown", N_("没有找到这家单位，请核对统一社会信用代码。"))


class AccountUnknown(NotFound):
    """No account has this id."""

    def __init__(self) -> None:
        super().__init__("account-unknown", N_("没有找到这个账户。"))


class StaffUnknown(NotFound):
    """Nobody on the staff has this code."""

    def __init__(self, code: str) -> None:
        super().__init__("staff-unknown", N_("没有代码为“{staff}”的工作人员。"), staff=code)


class MandateUnknown(NotFound):
    """No mandate has this id, or it is nobody's business of who asks."""

    def __init__(self) -> None:
        super().__init__("mandate-unknown", N_("没有找到这份委托。"))


class NameDiffers(Invalid):
    """The authority does not know this name with this number. It does not say which of both is wrong."""

    def __init__(self) -> None:
        super().__init__("name-differs", N_("姓名和证件号码对不上，请核对后再填一次。"))


class PersonDied(Conflict):
    """The register says that the person has died."""

    def __init__(self) -> None:
        sentence = N_("登记库里这个证件号码已经注销，不能办理实名核验；如果有误，请到派出所更正。")
        super().__init__("person-died", sentence)


class AuthorityAway(Conflict):
    """The authority did not answer; nothing was decided."""

    def __init__(self) -> None:
        super().__init__("authority-away", N_("实名核验服务暂时没有回答，请过几分钟再试；已经填的内容都在。"))


class NumberTaken(Conflict):
    """Another account is bound to this number."""

    def __init__(self) -> None:
        sentence = N_("这个证件号码已经绑定了另一个账户。请用原来的账户登录，或者到大厅窗口申请解绑。")
        super().__init__("number-taken", sentence)


class ContactTaken(Conflict):
    """Another account signs in with this phone or mail."""

    def __init__(self) -> None:
        super().__init__("contact-taken", N_("这个手机号码或者邮箱已经注册。请直接登录。"))


class CodeWrong(Invalid):
    """The code is wrong, used or too old; which of these is not told."""

    def __init__(self) -> None:
        super().__init__("code-wrong", N_("验证码不对或者已经过期。请核对，或者重新获取一个。"))


class SignInWrong(Invalid):
    """Name or password is wrong; which is not told."""

    def __init__(self) -> None:
        super().__init__("sign-in-wrong", N_("账号或者密码不对。"))


class NotRepresentative(NotAllowed):
    """The register names somebody else."""

    def __init__(self) -> None:
        sentence = N_("登记的法定代表人（负责人）不是您，只有本人可以绑定单位。")
        super().__init__("not-representative", sentence)


class NotGuardian(NotAllowed):
    """The register does not say that this is your child."""

    def __init__(self) -> None:
        super().__init__("not-guardian", N_("人口库里没有您和这个孩子的监护关系；请到派出所核对户口信息。"))


class ReadingUnknown(NotFound):
    """No reading in full has this record."""

    def __init__(self) -> None:
        super().__init__("reading-unknown", N_("没有找到这次查看。"))


class SystemUnknown(NotFound):
    """No system is registered by this code."""

    def __init__(self) -> None:
        super().__init__("system-unknown", N_("没有登记这个系统。"))


class SecondFactorKept(Conflict):
    """Staff may not be left without a second factor."""

    def __init__(self) -> None:
        sentence = N_("工作人员必须有第二重验证，不能删掉最后一个；请先添加新的。")
        super().__init__("second-factor-kept", sentence)


class TooOften(NotAllowed):
    """Too many tries from one place or at one account."""

    status = 429

    def __init__(self) -> None:
        sentence = N_("试得太多了。为了保护账户，请过五分钟再试；急用可以到大厅窗口办理。")
        super().__init__("too-often", sentence)
