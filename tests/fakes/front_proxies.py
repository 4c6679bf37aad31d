"""nginx and HAProxy themselves, before the gateway, each configured by the file that ``deploy`` has for it."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from tests.fakes.tls_proxy import HOST, SECRET, Identity
from tongban.runtime.environment import ROOT

SECONDS = 30
TRIES = 5
NGINX_AROUND = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{ }}
http {{
    access_log {folder}/access.log; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/exchange.conf;
}}
"""


@contextlib.contextmanager
def front_proxy(name: str, folder: Path, server: Identity, behind: int) -> Iterator[int]:
    """Yield the port of the proxy of a name before the gateway's port ``behind``."""
    start = {"nginx": _nginx, "haproxy": _haproxy}[name]
    for _ in range(TRIES):
        port = _any_port()
        process = subprocess.Popen(start(folder, server, behind, port), cwd=folder)
        try:
            if _is_up(process, port):
                yield port
                return
        finally:
            process.terminate()
            process.wait(SECONDS)
    raise AssertionError(f"{name} did not come up")


def is_there(name: str) -> bool:
    """Return whether the machine has the proxy."""
    return bool(shutil.which(name, path=PATH))


PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def _nginx(folder: Path, server: Identity, behind: int, port: int) -> list[str]:
    _written(folder / "exchange.conf", ROOT / "deploy" / "nginx" / "exchange.conf", {
        "listen 443 ssl;": f"listen {HOST}:{port} ssl;",
        "/etc/tongban/exchange.crt": str(server.certificate),
        "/etc/tongban/exchange.key": str(server.key),
        "/var/log/nginx/": f"{folder}/",
        "http://127.0.0.1:8000": f"http://{HOST}:{behind}",
        "proxy=SECRET": f"proxy={SECRET}",
    })  # fmt: skip
    (folder / "nginx.conf").write_text(NGINX_AROUND.format(folder=folder))
    return [_found("nginx"), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]


def _haproxy(folder: Path, server: Identity, behind: int, port: int) -> list[str]:
    both = folder / "exchange.pem"
    both.write_bytes(server.certificate.read_bytes() + server.key.read_bytes())
    _written(folder / "exchange.cfg", ROOT / "deploy" / "haproxy" / "exchange.cfg", {
        "bind :443 ssl": f"bind {HOST}:{port} ssl",
        "/etc/tongban/exchange.pem": str(both),
        "/etc/tongban/clients.pem": str(server.certificate),
        "server node 127.0.0.1:8000": f"server node {HOST}:{behind}",
        'proxy=\\"SECRET\\"': f'proxy=\\"{SECRET}\\"',
    })  # fmt: skip
    return [_found("haproxy"), "-db", "-f", str(folder / "exchange.cfg")]


def _written(file: Path, example: Path, changes: dict[str, str]) -> None:
    """Write the example with this machine's places; each of them has to stand in it."""
    text = example.read_text()
    for before, after in changes.items():
        assert before in text, f"{example.name} has no {before}"
        text = text.replace(before, after)
    file.write_text(text)


def _found(name: str) -> str:
    path = shutil.which(name, path=PATH)
    assert path
    return path


def _any_port() -> int:
    with socket.create_server((HOST, 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _is_up(process: subprocess.Popen[bytes], port: int) -> bool:
    """Return True when the proxy takes connections, False when it has ended: somebody else was given its port."""
    deadline = time.monotonic() + SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), SECONDS):
            return process.poll() is None
        time.sleep(0.02)
    return False
