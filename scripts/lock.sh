#!/bin/sh
# Resolves pyproject.toml into requirements/*.lock: hashed, for every supported Python at once,
# without addresses. Needs uv (pip install uv). Run through `make lock`.
set -eu
cd "$(dirname "$0")/.."
UV=${UV:-uv}

resolve() { # resolve OUTPUT ARGUMENT...
    output=$1
    shift
    "$UV" pip compile pyproject.toml "$@" --universal --python-version 3.10 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-annotate --custom-compile-command "make lock" \
        --quiet --output-file "requirements/$output"
}

resolve runtime.lock "$@"
resolve dev.lock --group dev --extra ble --extra cards --extra convert --extra fhir \
    --extra postgres --extra reports --extra web "$@"
# mp.solutions imports nothing of jax: leave out what it alone brings (300 MB).
resolve reference.lock --group build --extra mediapipe --no-emit-package jax \
    --no-emit-package jaxlib --no-emit-package ml-dtypes --no-emit-package opt-einsum \
    --no-emit-package scipy "$@"
