"""Services that can not be published so, or not by these."""

from __future__ import annotations

from collections.abc import Sequence

from tongban.datahub.exchange.types import Finding
from tongban.kernel.errors import N_, Invalid, NotAllowed, NotFound


class BadService(Invalid):
    """A service can not be published so."""

    def __init__(self, what: str) -> None:
        super().__init__("bad-service", "服务不能这样发布：“{what}”不对。", what=what)


class SubjectMissing(Invalid):
    """Nobody would find a call that does not say about whom it asks."""

    def __init__(self, resource: str) -> None:
        super().__init__(
            "subject-missing",
            N_(
                "数据资源“{resource}”是个人的数据：发布服务时要声明哪个参数写明查的是谁（subject），本人才看得到每次调用。整批提供用订阅。"
            ),
            resource=resource,
        )


class SubjectStands(Invalid):
    """Whose data a service gives is what its past calls were about: with another subject it is another service."""

    def __init__(self, service: str, before: str, after: str) -> None:
        super().__init__(
            "subject-stands",
            N_("服务“{service}”发布时的数据主体是“{before}”，不能改成“{after}”。请换一个服务代码发布。"),
            service=service,
            before=before or "-",
            after=after or "-",
        )


class BadDescription(Invalid):
    """The description of a service can not be published; ``findings`` say all that is wrong, with lines."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("bad-description", "服务说明有 {count} 处错误，没有发布。", count=len(findings))
        self.findings = tuple(findings)


class BadSamples(Invalid):
    """Test rows that can not be taken; ``wrong`` are the numbers of rows and the fields."""

    def __init__(self, wrong: Sequence[tuple[int, str]]) -> None:
        row, name = wrong[0]
        super().__init__(
            "bad-samples",
            "测试数据不能用：第 {row} 行的“{field}”不是目录中的信息项，或者可能是真实的号码；共 {count} 处。",
            row=row,
            field=name,
            count=len(wrong),
        )
        self.wrong = tuple(wrong)


class ServiceUnknown(NotFound):
    """No such service."""

    def __init__(self, service: str) -> None:
        super().__init__("service-unknown", "没有服务“{service}”。", service=service)


class NotTheirResource(NotAllowed):
    """A department publishes what is its own in the catalogue."""

    def __init__(self, resource: str) -> None:
        super().__init__(
            "resource-not-theirs",
            N_("数据资源“{resource}”不是本部门的，不能由本部门发布。"),
            resource=resource,
        )


class NotTheirDatabase(NotAllowed):
    """A department's queries read its own databases."""

    def __init__(self, database: str) -> None:
        super().__init__(
            "database-not-theirs", N_("数据库“{database}”不是本部门的，查询不能读它。"), database=database
        )


class AddressIsNew(NotAllowed):
    """Where the node is led the first time, the data authority has to agree."""

    def __init__(self, address: str) -> None:
        super().__init__(
            "address-is-new",
            N_("本部门还没有系统在“{address}”。新的系统地址第一次由数据主管部门发布，以后由本部门自己改。"),
            address=address,
        )


class StatementWrong(Invalid):
    """The database does not take the statement."""

    def __init__(self, why: str) -> None:
        super().__init__("statement-wrong", N_("数据库不接受这条查询：{why}"), why=why[:300])
