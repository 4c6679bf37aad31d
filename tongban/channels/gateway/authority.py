"""Under which names this node is called. A request signed for another host, a test installation's or another node's, is
not good here: its signature fits only the name that it was made for.
"""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from tongban.datahub.exchange.errors import NotThisHost
from tongban.datahub.nodes import queries as nodes
from tongban.kernel.law import law

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
PORTS = frozenset({"", "80", "443"})
"""Those of http and https, which a client writes or leaves away."""


@law("exchange-signed-for-this-node", basis="上海市数据条例 39；数据安全法 27", says="A call counts at the node that it was signed "
     "for, and at no other")  # fmt: skip
def checked(host: str) -> str:
    """Return the host of a request; raise NotThisHost where this node does not go by that name."""
    if not is_this_site(host) and not _is_this_node(host):
        raise NotThisHost(host)
    return host


def is_this_site(host: str) -> bool:
    """Return whether a host is one of the settings: of this machine with any port, else with the port people call."""
    return _is_named(host, settings.ENVIRONMENT.hosts, settings.SITE_ADDRESS)


@lru_cache(maxsize=1000)
def _is_named(host: str, hosts: tuple[str, ...], address: str) -> bool:
    domain, port = split_domain_port(host)
    if not domain or not validate_host(domain, hosts):
        return False
    return domain in LOOPBACK or port in PORTS or host.lower() == urlsplit(address).netloc.lower()


def _is_this_node(host: str) -> bool:
    """Return whether a host is one under which other nodes, or a district's members, know this node."""
    own = nodes.find_here()
    return own is not None and host.lower() in (*own.authorities, urlsplit(own.address).netloc.lower())
