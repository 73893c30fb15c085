#!/bin/sh
# Sees that there is a PostgreSQL for the tests of the store: programs only, no server is set up
# or started on this computer (each test run starts one of its own in a temporary folder).
# Run through `make test`. Without root and without PostgreSQL it says how to get it, and the
# tests that need it are skipped; with CI set that is an error.
set -eu

ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 && exit 0
command -v initdb >/dev/null && exit 0

if command -v apt-get >/dev/null && [ "$(id -u)" -eq 0 ]; then
    echo "setup: the tests of the store need PostgreSQL; installing postgresql"
    # Debian would make a cluster and start it; nobody needs that one.
    mkdir -p /etc/postgresql-common
    [ -e /etc/postgresql-common/createcluster.conf ] ||
        echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends postgresql >/dev/null
    exit 0
fi
printf '%s\n' "setup: the tests of the store on PostgreSQL need what Debian calls postgresql:" \
    "    sudo apt-get update && sudo apt-get install -y --no-install-recommends postgresql" >&2
[ -z "${CI:-}" ]
