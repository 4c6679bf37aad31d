"""What the environment says: every setting of an installation, read once, refused with a sentence.

The variables are listed in ``docs/operations/settings.md``.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from tongban.kernel.errors import Invalid

T = TypeVar("T")
MOST_BY_DEFAULT = 4
NODE = re.compile(r"[a-z][a-z0-9-]{0,39}")

SECRETS = (
    "DATABASE_URL",
    "TONGBAN_DEPARTMENT_DATABASES",
    "TONGBAN_MASTER_KEY",
    "TONGBAN_SECRET_KEY",
    "TONGBAN_SMS",
    "TONGBAN_SMTP",
    "TONGBAN_TLS_PROXIES",
)
"""Variables that hold what must not be shown, not even when it is wrong."""
ROOT = Path(__file__).resolve().parents[2]
"""The checkout; everything the program writes lies in its ``var``."""


@dataclass(frozen=True, slots=True)
class Environment:
    """The settings of this installation. ``database_url`` None means the embedded PostgreSQL.

    ``node`` is the code of the district's node that this process works for, empty for the city itself: it has a database
    and secrets of its own.
    """

    state: Path
    node: str
    ledger_heads: Path
    city: Path
    port: int
    workers: int
    deliverers: int
    api_limit: int
    hosts: tuple[str, ...]
    address: str
    behind_proxy: bool
    debug: bool
    database_url: str | None
    secret_key: str
    master_key: str
    clamd: str
    smtp: str
    mail_from: str
    sms: str
    sms_sign: str
    language: str
    demonstration: bool
    demo_cases: int
    real_name_url: str
    real_name_key: str
    breach_url: str
    department_databases: Mapping[str, str]
    otlp: str
    tls_proxies: Mapping[str, str]
    webhook_networks: tuple[IPv4Network | IPv6Network, ...]
    webhook_ports: tuple[range, ...]


def read(variables: Mapping[str, str], *, root: Path = ROOT) -> Environment:
    """Return the settings that the variables say; raise Invalid naming the first wrong variable."""
    state = _folder(variables.get("TONGBAN_STATE") or "var", root)
    node = _take(variables, "TONGBAN_NODE", "", _node, "a node's code: lower-case letters, digits and -")
    kept = state / "nodes" / node if node else state
    return Environment(
        state=state,
        node=node,
        ledger_heads=kept / "ledger",
        city=_folder(variables.get("TONGBAN_CITY") or "city/shanghai", root),
        port=_take(variables, "TONGBAN_PORT", "8000", port_number, "a port number between 1 and 65535"),
        workers=_take(variables, "TONGBAN_WORKERS", "2", _workers, "a number between 1 and 64"),
        deliverers=_take(
            variables, "TONGBAN_DELIVERERS", str(_cores()), _workers, "a number between 1 and 64"
        ),
        api_limit=_take(variables, "TONGBAN_API_LIMIT", "600", _count, "a whole number from 1 up"),
        hosts=_take(
            variables, "TONGBAN_HOSTS", "127.0.0.1,localhost,[::1]", _hosts, "host names with commas"
        ),
        address=_take(variables, "TONGBAN_ADDRESS", "", _address, "an address with https://"),
        behind_proxy=_take(variables, "TONGBAN_PROXY", "no", _yes_or_no, "yes or no"),
        debug=_take(variables, "TONGBAN_DEBUG", "no", _yes_or_no, "yes or no"),
        database_url=_take(
            variables,
            "DATABASE_URL",
            "",
            _database,
            "an address like postgresql://name:password@host:5432/database",
        ),
        secret_key=_take(variables, "TONGBAN_SECRET_KEY", "", _secret, "at least 32 characters")
        or kept_secret(kept / "secret-key"),
        master_key=_take(variables, "TONGBAN_MASTER_KEY", "", _secret, "at least 32 characters")
        or kept_secret(kept / "master-key"),
        clamd=_take(variables, "TONGBAN_CLAMD", "", _scanner, "host:port or the path of a socket"),
        smtp=_take(
            variables, "TONGBAN_SMTP", "", _mail_server, "an address like smtp://name:password@host:587"
        ),
        mail_from=variables.get("TONGBAN_MAIL_FROM", "").strip() or "noreply@localhost",
        sms=_take(variables, "TONGBAN_SMS", "", _sms_gateway, "an address like https://key:secret@host/path"),
        sms_sign=variables.get("TONGBAN_SMS_SIGN", "").strip() or "通办",
        language=language(variables),
        demonstration=_take(
            variables, "TONGBAN_DEMONSTRATION", _as_the_pack_says(variables, root), _yes_or_no, "yes or no"
        ),
        demo_cases=_take(
            variables, "TONGBAN_DEMO_CASES", "2000", _cases, "a number from 0 (no history) to 100000"
        ),
        real_name_url=_take(variables, "TONGBAN_REAL_NAME_URL", "", _address, "an address with https://"),
        real_name_key=variables.get("TONGBAN_REAL_NAME_KEY", ""),
        breach_url=_take(variables, "TONGBAN_BREACH_URL", "", _address, "an address with https://"),
        department_databases=_take(
            variables,
            "TONGBAN_DEPARTMENT_DATABASES",
            "",
            _databases,
            "names and addresses like market=postgresql://name:password@host:5432/database, one a line or with spaces",
        ),
        otlp=_take(variables, "TONGBAN_OTLP", "", _address, "an address with https://"),
        tls_proxies=_take(
            variables,
            "TONGBAN_TLS_PROXIES",
            "",
            _proxies,
            "addresses and secrets of at least 32 signs like 10.0.0.5=…, one a line or with spaces",
        ),
        webhook_networks=_take(
            variables,
            "TONGBAN_WEBHOOK_NETWORKS",
            "127.0.0.0/8 ::1/128" if _as_the_pack_says(variables, root) == "yes" else "",
            _networks,
            "networks like 10.0.0.0/8, with spaces",
        ),
        webhook_ports=_take(
            variables,
            "TONGBAN_WEBHOOK_PORTS",
            "443 1024-65535" if _as_the_pack_says(variables, root) == "yes" else "443",
            _ports,
            "ports and stretches of ports like 443 8000-8099, with spaces",
        ),
    )


def _as_the_pack_says(variables: Mapping[str, str], root: Path) -> str:
    """Return whether the city's folder says that it is a demonstration: invented people may sign in there."""
    head = _folder(variables.get("TONGBAN_CITY") or "city/shanghai", root) / "city.yaml"
    text = head.read_text("utf-8", "replace") if head.is_file() else ""
    return "yes" if any(line.startswith("demonstration:") for line in text.splitlines()) else "no"


def language(variables: Mapping[str, str]) -> str:
    """Return the language of the command line: TONGBAN_LANGUAGE, else Chinese where LANG says so."""
    wanted = variables.get("TONGBAN_LANGUAGE")
    if wanted is None:
        spoken = variables.get("LC_ALL") or variables.get("LC_MESSAGES") or variables.get("LANG") or ""
        return "zh" if spoken.startswith("zh") else "en"
    if wanted not in ("zh", "en"):
        raise _wrong("TONGBAN_LANGUAGE", wanted, "zh or en")
    return wanted


def kept_secret(path: Path) -> str:
    """Return the secret in the file; make the file with a new secret the first time."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written beside and linked in place, so that of two starts at once both read the winner's secret.
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


def _take(
    variables: Mapping[str, str], name: str, default: str, parse: Callable[[str], T], expected: str
) -> T:
    text = variables.get(name, "").strip() or default
    try:
        return parse(text)
    except ValueError:
        raise _wrong(name, text, expected) from None


def _wrong(name: str, value: str, expected: str) -> Invalid:
    shown = "…" if name in SECRETS else value
    return Invalid(
        "setting-wrong",
        "环境变量 {name} 的值“{value}”不对，应当是：{expected}。改正后重新启动。",
        name=name,
        value=shown,
        expected=expected,
    )


def _node(text: str) -> str:
    if text and not NODE.fullmatch(text):
        raise ValueError
    return text


def _folder(text: str, root: Path) -> Path:
    return (root / Path(text).expanduser()).resolve()


def port_number(text: str) -> int:
    """Return the port that the text says; raise ValueError when it is none."""
    number = int(text)
    if not 1 <= number <= 65535:
        raise ValueError
    return number


def _ports(text: str) -> tuple[range, ...]:
    ends = [tuple(map(port_number, one.split("-", 1))) for one in text.split()]
    if not ends or any(one[0] > one[-1] for one in ends):
        raise ValueError
    return tuple(range(one[0], one[-1] + 1) for one in ends)


def _cores() -> int:
    """Return one process a core that this program may use, but no more than a city has work for."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST_BY_DEFAULT)


def _workers(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 64:
        raise ValueError
    return number


def _limit(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 1_000_000:
        raise ValueError
    return number


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError
    return number


def _hosts(text: str) -> tuple[str, ...]:
    hosts = tuple(host.strip() for host in text.split(",") if host.strip())
    if not hosts or any("/" in host or " " in host for host in hosts):
        raise ValueError
    return hosts


def _cases(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 100_000:
        raise ValueError
    return number


def _yes_or_no(text: str) -> bool:
    words = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
    if text.lower() not in words:
        raise ValueError
    return words[text.lower()]


def _address(text: str) -> str:
    parts = urlsplit(text)
    # Plain http only to this machine: what is asked there is somebody's name and number.
    is_local = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    if text and not (parts.hostname and (parts.scheme == "https" or is_local)):
        raise ValueError
    return text.rstrip("/")


def _mail_server(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in ("smtp", "smtps", "smtp+starttls") or not parts.hostname):
        raise ValueError
    parts.port  # noqa: B018 - raises ValueError for a port that is no number
    return text


def _sms_gateway(text: str) -> str:
    parts = urlsplit(_address(text))
    if text and not (parts.username and parts.password):
        raise ValueError
    return text


def _databases(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.split():
        name, _, address = part.partition("=")
        database = _database(address)
        if not name or database is None:
            raise ValueError
        found[name] = database
    return found


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(one) for one in text.split())


def _proxies(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.split():
        address, _, secret = part.partition("=")
        if not re.fullmatch(r"[A-Za-z0-9._~-]{32,}", secret):
            raise ValueError
        found[str(ip_address(address))] = secret
    return found


def _scanner(text: str) -> str:
    host, _, port = text.rpartition(":")
    if text and not text.startswith("/") and not (host and port_number(port)):
        raise ValueError
    return text


def _database(text: str) -> str | None:
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise ValueError
    parts.port  # noqa: B018 - raises ValueError for a port that is no number
    return text


def _secret(text: str) -> str:
    if text and len(text) < 32:
        raise ValueError
    return text
