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
finish
