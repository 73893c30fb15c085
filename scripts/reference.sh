#!/bin/sh
# Fills .venv-mediapipe, the reference that the parity test compares with. MediaPipe 0.10.21
# runs on Python 3.10 to 3.12 only; elsewhere this says so, and parity is skipped.
set -eu
cd "$(dirname "$0")/.."

clips=${AICOACH_DATA:-../shared/data}
if [ ! -d "$clips" ]; then
    echo "reference: no clips in $clips to compare on: the parity test is skipped"
    exit 0
fi
for python in "${PYTHON:-python3}" python3.12 python3.11 python3.10; do
    if "$python" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 13))' 2>/dev/null; then
        PYTHON=$python exec scripts/setup.sh .venv-mediapipe requirements/reference.lock
    fi
done
echo "reference: MediaPipe needs Python 3.10 to 3.12 and none is here: the parity test is skipped"
