#!/bin/sh
# Prepare what a command of the Makefile needs: `setup.sh run`, `setup.sh dev`, `setup.sh browser`.
# Everything goes into .venv; only `browser` may install packages of the system, and only as root.
set -eu
cd "$(dirname "$0")/.."

fail() { printf '\n%s\n\n' "$*" >&2; exit 1; }

find_python() {
    for candidate in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    fail 'tongban needs Python 3.11 or newer, and none was found.
On Debian 12 or Ubuntu 24.04: sudo apt-get install python3 python3-venv
Elsewhere: install it and name it, as in: make run PYTHON=/path/to/python3.12'
}

make_environment() {
    python=$(find_python)
    printf 'Making .venv with %s …\n' "$("$python" --version)"
    rm -rf .venv
    if ! "$python" -m venv .venv >.venv.log 2>&1; then
        # Debian and Ubuntu ship Python without the part that makes environments.
        if ! "$python" -c 'import ensurepip' 2>/dev/null; then
            version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
            rm -rf .venv .venv.log
            fail "This Python can not make a virtual environment: the package python$version-venv is missing.
On Debian or Ubuntu: sudo apt-get install python$version-venv"
        fi
        cat .venv.log >&2
        rm -rf .venv .venv.log
        fail 'The virtual environment .venv could not be made; the reason stands above.'
    fi
    rm -f .venv.log
}

# The command `tongban` and the import path, without a build: a build would download its own tools.
link_package() {
    printf '%s\n' "$PWD" >"$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/tongban.pth"
    printf '#!/bin/sh\nexec "$(dirname "$0")/python" -m tongban "$@"\n' >.venv/bin/tongban
    chmod +x .venv/bin/tongban
}

install() {
    wanted="$PWD $(cat requirements/run.txt "requirements/$1.txt" | cksum)"
    for stamp in .venv/.installed-dev ".venv/.installed-$1"; do
        # What was installed for development suffices for running.
        known="$PWD $(cat requirements/run.txt "requirements/$(basename "$stamp" | cut -d- -f2).txt" | cksum)"
        if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$known" ] && .venv/bin/python -c '' 2>/dev/null; then
            return
        fi
    done
    # An environment remembers where it stands; one that was moved, or whose Python is gone, is made anew.
    if ! .venv/bin/python -m pip --version >/dev/null 2>&1 || [ "$(cat .venv/.place 2>/dev/null)" != "$PWD" ]; then
        make_environment
        printf '%s' "$PWD" >.venv/.place
    fi
    printf 'Installing %s packages into .venv (once) …\n' "$(grep -c == "requirements/$1.txt")"
    .venv/bin/python -m pip install --disable-pip-version-check --no-cache-dir --no-input --no-deps --only-binary=:all: \
        --require-hashes -r "requirements/$1.txt" ||
        fail 'The packages could not be installed; the reason stands above. Run the same command again to go on.'
    link_package
    printf '%s' "$wanted" >".venv/.installed-$1"
}

find_browser() {
    for candidate in ${TONGBAN_BROWSER:+"$TONGBAN_BROWSER"} chromium chromium-browser google-chrome; do
        if command -v "$candidate" >/dev/null 2>&1; then return; fi
    done
    return 1
}

# pdfsig (poppler-utils) lets a program of others look at the seals; without it, those tests say so and are skipped.
install_browser() {
    missing=""
    find_browser || missing="$missing chromium"
    if ! command -v fc-list >/dev/null 2>&1 || ! fc-list ':lang=zh' family | grep -q .; then
        missing="$missing fonts-noto-cjk fontconfig"
    fi
    command -v pdfsig >/dev/null 2>&1 || missing="$missing poppler-utils"
    if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        printf 'Installing%s for the browser tests …\n' "$missing"
        apt-get update -qq
        # shellcheck disable=SC2086 - a list of packages
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null ||
            fail "apt-get could not install$missing."
    elif ! find_browser; then
        fail 'The browser tests need Chromium. On Debian: sudo apt-get install chromium fonts-noto-cjk
Elsewhere: install Chrome or Chromium and name it in TONGBAN_BROWSER.'
    fi
}

# Two commands started at once must not install at once.
if [ -z "${TONGBAN_SETUP_ALONE:-}" ] && command -v flock >/dev/null 2>&1; then
    mkdir -p var
    TONGBAN_SETUP_ALONE=1 exec flock var/setup.lock sh tools/setup.sh "$@"
fi
case "${1:-}" in
    run | dev) install "$1" ;;
    browser) install_browser ;;
    *) fail 'Use: tools/setup.sh run | dev | browser' ;;
esac
