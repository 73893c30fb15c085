#!/bin/sh
# Fills a virtual environment from a hashed lock; quick when nothing changed.
#   scripts/setup.sh FOLDER LOCK      (through `make setup` and `make reference`)
# PYTHON names the interpreter (default python3). System packages that are missing are
# installed when root runs this; otherwise the exact command is printed and we stop.
set -eu
cd "$(dirname "$0")/.."
venv=$1
lock=$2
python=${PYTHON:-python3}

stop() {
    printf 'setup: %s\n' "$*" >&2
    exit 1
}

system_packages() { # system_packages REASON PACKAGE...
    reason=$1
    shift
    command -v apt-get >/dev/null || stop "$reason; install what Debian calls: $*"
    if [ "$(id -u)" -eq 0 ]; then
        echo "setup: $reason; installing $*"
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null
    else
        stop "$reason. Run this, then try again:
    sudo apt-get update && sudo apt-get install -y --no-install-recommends $*"
    fi
}

command -v "$python" >/dev/null || [ "$python" = python3 ] || stop "there is no $python"
command -v "$python" >/dev/null || system_packages "there is no $python" python3 python3-venv
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
    stop "aicoach needs Python 3.10 or newer, $python is $("$python" -V 2>&1);
    name another one: make setup PYTHON=python3.12"

stamp="$venv/.aicoach-setup"
wanted=$("$python" - "$venv" "$lock" <<'PY'
import hashlib, pathlib, sys
files = [sys.argv[2], "pyproject.toml", "src/aicoach/__init__.py"]
digest = hashlib.sha256(b"".join(pathlib.Path(name).read_bytes() for name in files))
print(pathlib.Path(sys.argv[1]).resolve(), sys.version.split()[0], digest.hexdigest())
PY
)
[ -x "$venv/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && exit 0

minor() { "$1" -c 'import sys; print(*sys.version_info[:2], sep=".")' 2>/dev/null; }
if [ "$(minor "$venv/bin/python" || true)" != "$(minor "$python")" ] ||
    ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        system_packages "$python cannot make virtual environments" \
            "python$(minor "$python")-venv"
    echo "setup: making $venv with $("$python" -V)"
    "$python" -m venv --clear "$venv"
fi

echo "setup: installing $lock into $venv"
rm -f "$stamp"
# The lock is complete and hashed: nothing else is looked for, nothing is built. Python compiles
# what it loads when it loads it: of all that is installed that is a small part.
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
    --no-compile --only-binary :all: --requirement "$lock"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
    --no-build-isolation --editable .

loads_opencv() { "$venv/bin/python" -c 'import cv2' 2>/dev/null; }
loads_opencv ||
    system_packages "OpenCV lacks system libraries" libgl1 libglib2.0-0 libsm6 libxext6
loads_opencv || "$venv/bin/python" -c 'import cv2'

# Reports as PDF need Pango, HarfBuzz to cut fonts quickly, and Chinese letters. Everything else
# works without them, so whoever is not root is told and goes on.
can_write_pdf() {
    "$venv/bin/python" -c 'import weasyprint, ctypes.util, sys
sys.exit(not ctypes.util.find_library("harfbuzz-subset"))' 2>/dev/null &&
        fc-list :lang=zh-cn family | grep -q .
}
pdf_packages="fontconfig fonts-noto-cjk libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0"
if grep -qi '^weasyprint==' "$lock" && ! can_write_pdf; then
    if command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
        # shellcheck disable=SC2086 # several packages
        system_packages "reports as PDF need Pango, HarfBuzz and a Chinese font" $pdf_packages
    else
        printf '%s\n' "setup: reports as PDF need what Debian calls: $pdf_packages" \
            "    sudo apt-get update && sudo apt-get install -y --no-install-recommends $pdf_packages" >&2
    fi
fi

printf '%s\n' "$wanted" >"$stamp"
echo "setup: $venv is ready"
