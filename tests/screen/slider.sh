#!/bin/bash
# The sliders: a key a notch, a figure at once, while training goes on.
. "$(dirname "$0")/lib.sh"

start 100 30
wait_for Network
command_line 'data toy spiral n=3000; net mlp 64-64; train 3 epochs'
wait_for_pattern 'accuracy|acc'
command_line 'prune 0.5'
sees_pattern "a pruned network has an accuracy" '50 ?%'

focus_compression() {
	for _ in 1 2 3 4 5 6 7; do
		keys Tab
		screen | grep -qE '(ratio|prun).*[<>◂▸←→]' && return
	done
}
focus_compression
finish
