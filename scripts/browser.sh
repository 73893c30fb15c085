#!/bin/sh
# Sees that there is a Chromium and a Chinese font for the tests in a browser. Run through
# `make test`. Without root and without them it says how to get them, and these tests are
# skipped; with CI set that is an error.
set -eu

missing=""
command -v chromium >/dev/null || missing="chromium"
fc-list 2>/dev/null | grep -qi cjk || missing="$missing fonts-noto-cjk"
[ -z "$missing" ] && exit 0

if command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
    echo "setup: the tests in a browser need $missing; installing"
    apt-get update -qq
    # shellcheck disable=SC2086 # a list of packages
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
        $missing fontconfig >/dev/null
    exit 0
fi
printf '%s\n' "setup: the tests in a browser need what Debian calls $missing:" \
    "    sudo apt-get update && sudo apt-get install -y --no-install-recommends $missing" >&2
[ -z "${CI:-}" ]
