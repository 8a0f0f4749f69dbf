#!/bin/bash
# A second screen on a session that another process runs.
. "$(dirname "$0")/lib.sh"

mkfifo "$scratch/lines"
"$snt" <"$scratch/lines" >/dev/null 2>&1 9>&- &
runner=$!
exec 3>"$scratch/lines"
echo "data toy spiral n=900; net mlp 16-16; save $scratch/session; step 50" >&3
poll $wait_seconds test -S "$scratch/session/live"
start 80 24 attach "$scratch/session"
sees "the panels of the other process" 'step 50'
sees "and whose they are" "only looking, q leaves"
echo 'run twin flat snt on; step 20' >&3
sees_pattern "what happens is shown" 'flat .*step 20'
keys Space
sees "lines are refused" 'you are watching'
keys Right
keys z
sees "looking around is not" 'Loss'
kill -9 "$runner"
sees "a killed session is told" 'gone without a word'
keys q
exits "q leaves" 0
finish
