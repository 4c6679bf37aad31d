"""What data officers are told of their systems: a key or a certificate ends soon; and the authority of secrecies."""

from __future__ import annotations

import datetime as dt

from tongban.datahub.exchange.events import KeyEnding, ServiceStopped
from tongban.datahub.exchange.models import Subsystem
from tongban.datahub.exchange.queries.secrecy import kept_beside
from tongban.datahub.exchange.rules.protocol import member_of
from tongban.datahub.resources.types import Grant
from tongban.foundation.government.types import May
from tongban.foundation.identity import queries as identity
from tongban.foundation.messages import operations as messages
from tongban.foundation.messages.types import Template
from tongban.kernel.clock import SHANGHAI
from tongban.kernel.errors import N_
from tongban.kernel.types import Subject

KEY_ENDS = Template(
    "exchange.key_ending",
    N_("系统的密钥快到期了"),
    N_(
        "“{system}”的密钥或证书 {key}… 到 {until} 为止，过后用它的调用会被拒绝。请在到期前登记新的，两把可以同时有效，系统改用新的以后再吊销旧的。"
    ),
    (),
)

SERVICE_STOPS = Template(
    "exchange.service_stopped",
    N_("服务已经暂停"),
    N_(
        "目录写明数据资源“{resource}”是个人的数据，而服务“{service}”没有声明查的是谁，本人看不到谁查过，已经暂停。请换一个服务代码，声明哪个参数写明查的是谁（subject），发布以后在目录里改用它。"
    ),
    (),
)

GRANTED_OPENLY = Template(
    "exchange.granted_openly",
    N_("新的授权没有对本人保密"),
    N_(
        "“{consumer}”查询“{service}”有了新的授权。它的另一项授权依法对本人保密，新的没有：用新授权的查询，本人当时就看得到。要一并保密的，请在“依法保密的”里设定。"
    ),
    (),
)


def granted_openly(grant: Grant, *, at: dt.datetime) -> None:
    """Tell the data authority of a grant whose calls show what another one's are kept secret for, by law."""
    if kept_beside(grant, at.astimezone(SHANGHAI).date()) is None:
        return
    values = {"consumer": grant.consumer, "service": f"{grant.provider}/{grant.service}"}
    about = Subject("exchange-secrecy-of", str(grant.id))
    for one in identity.staff_with(May.DATA_AUTHORITY):
        messages.send(
            to=Subject("staff", one.code), template=GRANTED_OPENLY.code, values=values, about=about, at=at
        )


def service_stops(event: ServiceStopped, *, at: dt.datetime) -> None:
    """Tell the data officers of the department whose service it is, or the data authority where it has none."""
    service = f"{event.provider}/{event.service}"
    values = {"service": service, "resource": event.resource}
    _tell(event.provider, SERVICE_STOPS, values, Subject("service", service), at)


def key_ends(event: KeyEnding, *, at: dt.datetime) -> None:
    """Tell the data officers of a system's department, or the data authority where it has none."""
    values = {"system": _name(event.subsystem), "key": event.key[:8], "until": event.until}
    _tell(event.subsystem, KEY_ENDS, values, Subject("exchange-key", event.key), at)


def _tell(
    subsystem: str, template: Template, values: dict[str, str], about: Subject, at: dt.datetime
) -> None:
    officers = identity.staff_with(May.DATA_OFFICER, department=member_of(subsystem))
    for code in dict.fromkeys(one.code for one in officers or identity.staff_with(May.DATA_AUTHORITY)):
        messages.send(to=Subject("staff", code), template=template.code, values=values, about=about, at=at)


def _name(code: str) -> str:
    return Subsystem.objects.values_list("name", flat=True).get(code=code)
