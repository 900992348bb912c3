#!/usr/bin/env bash
# start.sh RUN TRAIN.PY-OPTIONS...: train in the background at the lowest priority (NICE=N: another), all in one process group.
# RUN.pid and RUN.pgid are written beside the run: kill -STOP -$(cat RUN.pgid) pauses, -CONT goes on, -TERM saves and ends.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
run=$1; shift
mkdir -p "$run"
export OMP_WAIT_POLICY=passive GOMP_SPINCOUNT=0 PYTHONWARNINGS=ignore
setsid nice -n ${NICE:-19} bash -c 'echo $$ >"$1.pid"; echo $$ >"$1.pgid"; shift; exec "$@"' _ "$run" \
    "${PYTHON:-python3}" "$here/train.py" "$run" "$@" >>"$run/log.txt" 2>&1 </dev/null &
