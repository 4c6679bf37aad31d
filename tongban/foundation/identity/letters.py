"""The messages that identity sends. Names of places are the same in every language."""

from __future__ import annotations

from tongban.foundation.messages.types import Channel, Template
from tongban.kernel.errors import N_

CODE = Template(
    "identity.code",
    N_("登录验证码"),
    N_("您的验证码是 {code}，{minutes} 分钟内有效。谁问都不要告诉他，工作人员也不会问。"),
    is_secret=True,
)
MANDATE_OFFERED = Template(
    "identity.mandate-offered",
    N_("有人想委托您办事"),
    N_("{principal}想委托您办事，到 {until} 为止。登录后在“委托”里接受或者谢绝；不处理就不生效。"),
)
MANDATE_ENDED = Template(
    "identity.mandate-ended",
    N_("委托已经结束"),
    N_("{principal}给您的委托已经结束，从现在起不能再替对方办事。"),
)
WAY_IN_CHANGED = Template(
    "identity.way-in-changed",
    N_("登录方式有变动"),
    N_("您的账户刚刚改了登录方式：{what}。不是您改的，请马上打服务热线。"),
    channels=(Channel.SMS, Channel.MAIL),
)
LOCKED_OUT = Template(
    "identity.locked-out",
    N_("有人反复试您的密码"),
    N_("有人用错误的密码反复登录您的账户，密码登录停用五分钟。不是您，请换一个密码，或者打服务热线。"),
    channels=(Channel.SMS, Channel.MAIL),
)
ALL = (CODE, MANDATE_OFFERED, MANDATE_ENDED, WAY_IN_CHANGED, LOCKED_OUT)
PASSWORD, CONTACT, FACTOR_ADDED, FACTOR_REMOVED = (
    N_("密码"),
    N_("手机号码或者邮箱"),
    N_("添加了第二重验证"),
    N_("删除了第二重验证"),
)
