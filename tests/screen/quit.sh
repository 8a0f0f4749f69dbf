#!/bin/bash
# Leaving while something runs: asked once.
. "$(dirname "$0")/lib.sh"

start 80 24
wait_for Network
command_line 'data toy spiral n=2000; net mlp 32-32; train 100000 epochs'
wait_for_pattern 'step +[0-9]{2,}'
keys q
sees_pattern "q asks while training" '\(y/n\)|y/n|[Qq]uit\?'
keys n
wait_gone 'y/n'
check "n stays" kill -0 "$(program)"
keys q
wait_for_pattern '\(y/n\)|y/n|[Qq]uit\?'
keys y
exits "y leaves, with 0" 0
is "the session was saved" \
    "$(find "$XDG_STATE_HOME/snt" -name session.json | wc -l)" 1
run verify "$(dirname "$(find "$XDG_STATE_HOME/snt" -name session.json)")"
is "and it verifies" "$status" 0
stop_screen

# Whoever comes again is told, also after a death.
start 80 24
sees "the next start tells of it" '`open` goes on with the last session, of 20'
command_line open
sees_pattern "and open goes on with it" 'dense +32 +1.1k'
stop_screen
start 80 24
wait_for 'goes on with the last'
command_line 'data toy spiral n=2000; net mlp 24; train 100000 epochs'
wait_for autosaved
kill -KILL "$(program)"
stop_screen
start 80 24
wait_for 'goes on with the last'
command_line open
sees_pattern "even when that was killed" 'dense +24 '
keys Escape q
wait_for_pattern 'y/n'
keys y
exits "and is left" 0
run --plain -c 'data toy spiral n=500; open'
is "a script can open it too" "$status" 0
like "by its folder" "$out" 'opened .*/snt/session-20'

# Of sessions that nobody named the last ones are kept.
last=$(find "$XDG_STATE_HOME/snt" -maxdepth 1 -name 'session-20*' | tail -n 1)
for i in {10..35}; do
	cp -r "$last" "$XDG_STATE_HOME/snt/session-2001-01-01-0101$i-1"
done
echo kept >"$scratch/elsewhere"
ln -s "$scratch/elsewhere" "$XDG_STATE_HOME/snt/session-2001-01-01-010110-1/x"
flock "$XDG_STATE_HOME/snt/session-2001-01-01-010111-1/lock" sleep 60 &
holder=$!
left=$(find "$XDG_STATE_HOME/snt" -maxdepth 1 -name 'session-20*' | wc -l)
start 200 60
wait_for 'goes on with the last'
is "twenty unnamed sessions are kept, and one that is open" \
    "$(find "$XDG_STATE_HOME/snt" -maxdepth 1 -name 'session-20*' | wc -l)" 21
sees "which is told" "$((left - 21)) unnamed sessions before the last 20"
check "the open one is there" test -e \
    "$XDG_STATE_HOME/snt/session-2001-01-01-010111-1/session.json"
is "what a link names is not removed" "$(cat "$scratch/elsewhere")" kept
kill "$holder"
stop_screen

export XDG_STATE_HOME=$scratch/none
run -c open
is "where there is none" "$status" 1
like "it says where it looked" "$err" 'no session was kept under .*none/snt'
finish
