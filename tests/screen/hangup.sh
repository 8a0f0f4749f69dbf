#!/bin/bash
# The line drops, or somebody ends the program: everything is saved.
. "$(dirname "$0")/lib.sh"

begin() {
	rm -rf "$XDG_STATE_HOME/snt"
	start 80 24
	wait_for Network
	command_line 'data toy spiral n=2000; net mlp 32-32'
	command_line 'train 100000 epochs'
	wait_for_pattern 'step +[0-9]{3,}'
}

session() {
	dirname "$(find "$XDG_STATE_HOME/snt" -name session.json)"
}

saved() {
	run verify "$(session)"
	is "$1: the session verifies" "$status" 0
	like "$1: with hashes" "$out" 'identical, [0-9]+ hashes'
}

for signal in HUP:129 TERM:143; do
	begin
	kill -"${signal%:*}" "$(program)"
	exits "${signal%:*} exits with ${signal#*:}" "${signal#*:}"
	saved "${signal%:*}"
	stop_screen
done

# The terminal itself goes.
begin
child=$(program)
gone() {
	! kill -0 "$child" 2>/dev/null
}
stop_screen
check "it ends when the terminal goes" poll 10 gone
saved "a terminal that goes"
run "$(session)" -c 'train 1 steps'
is "and the session opens again" "$status" 0
finish
