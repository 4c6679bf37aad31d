"""What may be refused, by name."""

from __future__ import annotations

from tongban.kernel.errors import N_, Conflict, Invalid, NotAllowed, NotFound


class FeedUnknown(NotFound):
    """There is no such feed."""

    def __init__(self, feed: str) -> None:
        super().__init__("feed-unknown", N_("没有数据订阅源“{feed}”。"), feed=feed)


class BadFeed(Invalid):
    """A feed can not be declared so."""

    def __init__(self, what: str) -> None:
        super().__init__("bad-feed", N_("订阅源不能这样登记：“{what}”不对。"), what=what)


class FeedHasNoKey(Invalid):
    """The resource has no key field: nobody could say which row has changed."""

    def __init__(self, resource: str) -> None:
        super().__init__(
            "feed-has-no-key", N_("数据资源“{resource}”没有主键信息项，无法说明变更的是哪一行。"), resource=resource
        )  # fmt: skip


class FeedNeedsSubject(Invalid):
    """The feed tells of persons, and does not say which field names them: nobody would find who was told."""

    def __init__(self, resource: str) -> None:
        super().__init__(
            "feed-needs-subject",
            N_(
                "数据资源“{resource}”是个人信息：登记订阅源须指明哪个信息项是本人的号码（个人信息的主键，或者目录里注明的权利人号码），"
                "否则本人查不到谁收到了自己的数据。"
            ),
            resource=resource,
        )


class NotTheProvider(NotAllowed):
    """Only the provider publishes in its feed."""

    def __init__(self, feed: str) -> None:
        super().__init__("not-the-provider", N_("只有提供方自己可以向“{feed}”发布。"), feed=feed)


class BadChange(Invalid):
    """A change that can not be published; ``number`` counts from 1."""

    def __init__(self, number: int, what: str) -> None:
        super().__init__(
            "bad-change", N_("第 {number} 条变更的“{what}”不对，没有发布任何一条。"), number=number, what=what
        )  # fmt: skip


class TooManyChanges(Invalid):
    """More changes than one publication takes."""

    def __init__(self, most: int) -> None:
        super().__init__("too-many-changes", N_("一次最多发布 {most} 条变更，请分批发布。"), most=most)


class ChangeDiffers(Conflict):
    """The same id was published before with another content."""

    def __init__(self, id: str) -> None:
        super().__init__(
            "change-differs", N_("编号“{id}”的变更已经发布过，内容却不同。每个编号只能用于一次变更。"), id=id
        )  # fmt: skip


class NoGrant(NotAllowed):
    """Nothing was granted that this could stand on."""

    def __init__(self, consumer: str, feed: str) -> None:
        super().__init__(
            "no-grant", N_("没有有效的数据共享授权：“{consumer}”不能接收“{feed}”。"), consumer=consumer, feed=feed
        )  # fmt: skip


class GrantUsedUp(NotAllowed):
    """The grant allows so many calls a day, and pulls and downloads are calls."""

    def __init__(self) -> None:
        super().__init__("grant-used-up", N_("今天的调用次数已达到授权的上限。拉取变更和下载文件也算调用。"))


class KeyNotGranted(NotAllowed):
    """The grant leaves out a key field: nobody could tell whose change it is."""

    def __init__(self, fields: str) -> None:
        super().__init__(
            "key-not-granted", N_("授权没有包括主键信息项“{fields}”，收到变更也无法知道是哪一行。"), fields=fields
        )  # fmt: skip


class FileNeedsAllFields(NotAllowed):
    """A file can not be cut to some fields."""

    def __init__(self, fields: str) -> None:
        super().__init__(
            "file-needs-all-fields",
            N_(
                "文件不能只给一部分信息项：授权没有包括“{fields}”，因此不能下载。请改用变更订阅，或者申请补充授权。"
            ),
            fields=fields,
        )


class BadAddress(Invalid):
    """The address is none that may be told anything."""

    def __init__(self, why: str, **values: object) -> None:
        super().__init__("bad-webhook", why, **values)


class SubscriptionUnknown(NotFound):
    """There is no such subscription."""

    def __init__(self) -> None:
        super().__init__("subscription-unknown", N_("没有这项订阅。"))


class SubscribedAlready(Conflict):
    """The consumer has this feed told to this address already."""

    def __init__(self) -> None:
        super().__init__("subscribed-already", N_("这个地址已经订阅了这个订阅源。"))


class BadBatch(Invalid):
    """So many events can not be sent at once."""

    def __init__(self, most: int) -> None:
        super().__init__("bad-batch", N_("每次推送的条数应在 1 到 {most} 之间。"), most=most)


class NotInThisState(Conflict):
    """The act is not possible in the present state."""

    def __init__(self, sentence: str) -> None:
        super().__init__("subscription-state", sentence)


class NoSuchPoint(Invalid):
    """The feed has no such point, or not any more."""

    def __init__(self, first: int, last: int) -> None:
        super().__init__(
            "no-such-point", N_("只能从第 {first} 条到第 {last} 条之间重放。"), first=first, last=last
        )


class FileUnknown(NotFound):
    """There is no such file, or it is not ready."""

    def __init__(self) -> None:
        super().__init__("file-unknown", N_("没有这个文件，或者它还没有收齐、核对完毕。"))


class BadFile(Invalid):
    """A file can not be announced so."""

    def __init__(self, what: str) -> None:
        super().__init__("bad-file", N_("文件不能这样登记：“{what}”不对。"), what=what)


class BadPart(Invalid):
    """A part of a file is not as it was announced."""

    def __init__(self, what: str) -> None:
        super().__init__("bad-part", N_("文件的这一部分不对：“{what}”。"), what=what)


class WrongOffset(Conflict):
    """The part is not the next one; go on at ``received``."""

    def __init__(self, received: int) -> None:
        self.received = received
        super().__init__("wrong-offset", N_("已经收到 {received} 字节，请从这里继续。"), received=received)


class NotSatisfiable(Invalid):
    """The file has no such bytes."""

    status = 416

    def __init__(self, size: int) -> None:
        self.size = size
        super().__init__("not-satisfiable", N_("文件只有 {size} 字节，没有请求的部分。"), size=size)


class CallReplayed(Conflict):
    """This very call was made before."""

    def __init__(self) -> None:
        super().__init__("replayed", "这个签名已经用过一次。每次调用须重新签名。")


class TooManyTries(Conflict):
    """Others try an address out just now."""

    status = 503

    def __init__(self) -> None:
        super().__init__("too-many-tries", N_("正在试推送的人较多，请几秒后再试。"))


class BadTry(Invalid):
    """An address can not be tried out so."""

    def __init__(self, what: str) -> None:
        super().__init__("bad-try", N_("不能这样试推送：“{what}”不对。"), what=what)
