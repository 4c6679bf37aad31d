"""Which addresses may be told anything: none that leads into the node's own network unless its operator says so. Pure."""

from __future__ import annotations

import contextlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from tongban.datahub.subscriptions.errors import BadAddress
from tongban.kernel.errors import N_

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Ip = ipaddress.IPv4Address | ipaddress.IPv6Address
LONGEST = 500
TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
"""Addresses of IPv4 as a translating network writes them (RFC 6052)."""
PUBLIC = ipaddress.IPv6Network("2000::/3")
"""All of IPv6 that is given out to the world (RFC 4291, 2.4); whatever else there is leads somewhere of one's own."""
PORTS = {"http": 80, "https": 443}
NOT_AN_ADDRESS = N_("这个地址不能接收推送：应为 https 地址，不含用户名和片段。")
NOT_ENCRYPTED = N_("这个地址不能接收推送：须用 https；http 只能用于运行方允许的网段。")
NOT_THIS_PORT = N_("沙箱不试这个端口：只试 {ports}，其他端口由运行方在 TONGBAN_WEBHOOK_PORTS 里写明。")
NOT_ALLOWED = N_("这个地址不能接收推送：它指向内部网络，运行方没有允许。")


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart: ``path`` with its query, ``host`` as it is looked up."""

    scheme: str
    host: str
    port: int
    path: str
    query: str

    @property
    def authority(self) -> str:
        """Return host and port as the Host header has them."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Return scheme and authority."""
        return f"{self.scheme}://{self.authority}"


def target_of(address: str) -> Target:
    """Return the parts of an address; raise BadAddress when it is none."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise BadAddress(NOT_AN_ADDRESS) from None
    if not _is_address(address, parts) or port == 0:
        raise BadAddress(NOT_AN_ADDRESS)
    return Target(
        parts.scheme, parts.hostname or "", port or PORTS[parts.scheme], parts.path or "/", parts.query
    )


def _is_address(address: str, parts: SplitResult) -> bool:
    is_clean = address.isascii() and all("!" <= sign <= "~" for sign in address) and len(address) <= LONGEST
    has_more = parts.username or parts.password or parts.fragment
    return is_clean and parts.scheme in PORTS and bool(parts.hostname) and not has_more


def check_address(address: str, allowed: Sequence[Network]) -> None:
    """Raise BadAddress unless this can be an address to tell; what a name leads to is checked when it is told."""
    target = target_of(address)
    with contextlib.suppress(ValueError):  # a name
        check_ip(target, str(ipaddress.ip_address(target.host)), allowed)
        return
    if target.scheme != "https" and not allowed:
        raise BadAddress(NOT_ENCRYPTED)


def check_port(target: Target, allowed: Sequence[range]) -> None:
    """Raise BadAddress for a port that is not tried: whoever holds a test key must not learn what listens where."""
    if not any(target.port in one for one in allowed):
        ports = " ".join(str(one[0]) if len(one) == 1 else f"{one[0]}-{one[-1]}" for one in allowed)
        raise BadAddress(NOT_THIS_PORT, ports=ports)


def check_ip(target: Target, ip: str, allowed: Sequence[Network]) -> None:
    """Raise BadAddress unless this may be connected to.

    Allowed is what the operator has named, by https also everything that is public. A name is looked up once, and what
    was found is what is checked and connected to: it can not lead elsewhere the second time.
    """
    found = _mapped(ipaddress.ip_address(ip.partition("%")[0]))
    if any(found.version == one.version and found in one for one in allowed):
        return
    if target.scheme != "https":
        raise BadAddress(NOT_ENCRYPTED)
    if not is_public(ip):
        raise BadAddress(NOT_ALLOWED)


def is_public(ip: str) -> bool:
    """Return whether an address is one of the world's, and leads into no network of somebody's own."""
    found = _mapped(ipaddress.ip_address(ip.partition("%")[0]))
    return found.is_global and not found.is_multicast and (found.version == 4 or found in PUBLIC)


def _mapped(ip: Ip) -> Ip:
    """Return the IPv4 address that an IPv6 address only wraps, so that it is judged as what it leads to."""
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in TRANSLATED:
            return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
        return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else ip)
    return ip
