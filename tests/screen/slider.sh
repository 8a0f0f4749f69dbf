#!/bin/bash
# The sliders: a key a notch, a figure at once, also while it trains.
. "$(dirname "$0")/lib.sh"

start 100 30
wait_for Network
command_line 'data toy spiral n=3000; net mlp 64-64; train 3 epochs'
wait_for_pattern 'test .*acc|accuracy'
focused() {
	shows '>prune' || shows '>bits'
}
for _ in 1 2 3 4 5 6; do
	focused || keys Tab
	poll 1 focused && break
done
check "Tab reaches the sliders" focused

keys Right
sees_pattern "a notch prunes a hundredth" 'prune.* 1% '
sees_pattern "the figure becomes exact" 'acc [0-9.]+ exact'
keys L
sees_pattern "ten notches at once" 'prune.* 11% '
keys Left
sees_pattern "and one back" 'prune.* 10% '
keys 9 0 Enter
sees_pattern "a value can be typed" 'prune.* 90% '
sees_pattern "and has a figure" 'acc [0-9.]+ exact'
keys u
sees_pattern "u takes the last move back" 'prune.* 10% '
keys v
sees_pattern "v prunes as much by the next method" 'method random'
sees_pattern "and the log has the line" 'prune 0.1 method=random'
keys 4 0 Enter v
sees_pattern "also where the slider has just come to" 'prune 0.4 method='
keys Down Right
sees_pattern "the slider below sets the bits" 'bits .* 8 '
keys Up
command_line 'compress reset'
sees_pattern "a line moves the sliders too" 'prune.* 0% '

command_line 'train 100000 epochs'
wait_for_pattern 'step +[0-9]{3}'
keys L
sees_pattern "while it trains the slider moves" 'prune.* 10% '
sees_pattern "and has a figure" 'acc [0-9.]+ '
step() {
	screen | head -n 1 | grep -oE 'step +[0-9]+' | grep -oE '[0-9]+'
}
moved() {
	[ "$(step)" -gt "$1" ]
}
check "and training goes on" poll 10 moved "$(step)"
command_line quit
exits "quit leaves, with 0" 0
finish
