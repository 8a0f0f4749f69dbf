#!/bin/bash
# Training on the screen: going, pausing, stepping, stopping.
. "$(dirname "$0")/lib.sh"

start 100 30
wait_for Network
command_line 'data toy spiral n=2000; net mlp 32-32; set report 20'
wait_for relu
command_line 'train 100000 epochs'
sees_pattern "the status line counts steps" 'step +[0-9]{2,}'
sees_pattern "and images a second" 'im(ages|g)/s'

step() {
	screen | head -n 1 | grep -oE 'step +[0-9]+' | grep -oE '[0-9]+'
}
moved() {
	[ "$(step)" -gt "$1" ]
}
first=$(step)
check "it goes on" poll 10 moved "$first"

keys Space
sees_pattern "space pauses" '[Pp]aused'
paused=$(step)
keys s
check "s takes one step" poll 10 moved "$paused"
is "and only one" "$(step)" "$((paused + 1))"
keys Space
check "space goes on" poll 10 moved "$((paused + 10))"

command_line 'run twin snt snt on'
sees "a twin is in the list of runs" 'adam, ws noise=0.125 cut=2.5'

keys C-c
sees_pattern "Ctrl-C stops the job, not the program" 'stopped'
check "it is still there" kill -0 "$(program)"

command_line 'compare at=gradients'
sees "runs are compared, as a table" 'at equal gradients'

command_line 'sharpness lambda'
sees_pattern "sharpness is measured" 'lambda'

command_line 'quit'
exits "quit leaves, with 0" 0
finish
