#!/bin/bash
# Being stopped and gone on with, what is typed in other scripts than Latin,
# and terminals that can do little.
. "$(dirname "$0")/lib.sh"

# In a shell of its own, which Ctrl-Z leads to.
cat >"$scratch/shell" <<'EOF'
PS1='shell: '
EOF
tmux_ new-session -d -x 80 -y 24 "exec bash --rcfile $scratch/shell -i"
tmux_ set-option -g window-size manual
wait_for 'shell:'
type_text "$snt"
keys Enter
wait_for Network
keys :
type_text 'data toy spiral n=2000; net mlp 32-32'
wait_for 'net mlp 32-32'
keys C-z
sees "Ctrl-Z at the prompt leads to the shell" 'shell: '
loses "and takes the screen away" Network
type_text 'stty -a | tr " " "\n" | grep -x icanon'
keys Enter
sees "which has its terminal back" 'icanon'
type_text fg
keys Enter
sees "fg comes back" Compression
sees "with what was typed" 'net mlp 32-32'
keys Enter Escape
wait_for relu
keys Space
wait_for_pattern 'step +[0-9]{2,}'
keys C-z
wait_gone Network
resize 100 30
type_text fg
keys Enter
sees "fg comes back to a training" Compression
width() {
	screen | awk '{ if (length($0) > m) m = length($0) } END { print m }'
}
wide() {
	[ "$(width)" -gt 90 ]
}
check "in the size that the terminal has got" poll 10 wide
command_line quit
sees_pattern "quit leads to the shell" '^shell:$'
stop_screen

# column DESCRIPTION NUMBER: of the cursor
column() {
	at_column() {
		[ "$(tmux_ display-message -p '#{cursor_x}')" = "$1" ]
	}
	check "$1" poll 5 at_column "$2"
}

start 80 24
wait_for Network
keys :
type_text 'note 日本x'
sees "wide characters are shown" 'note 日本x'
column "and the cursor stands behind them" 15
keys BSpace BSpace
column "Backspace takes a wide one" 12
sees "the other stays" 'note 日'
keys C-u
type_text $'note e\u0301e'
column "a combining one takes no column" 12
keys BSpace BSpace
column "Backspace takes it with its letter" 10
keys C-u
tmux_ set-buffer $'note 木\nquit\n'
tmux_ paste-buffer -p
sees "a pasted line is not executed" 'note 木; quit'
check "and nothing was left" kill -0 "$(program)"
keys C-u
type_text 'quit'
keys Enter
exits "quit leaves" 0
stop_screen

# click COLUMN ROW, from 1 on: as xterm says that the left button was pressed
# and let go.
click() {
	local button

	for button in 20 23; do
		keys -H 1b 5b 4d $button "$(printf %x $((32 + $1)))" \
		    "$(printf %x $((32 + $2)))"
	done
}

# line TEXT: the number of the first line of the screen with it
line() {
	screen | grep -nF -- "$1" | head -1 | cut -d: -f1
}

start 80 24
wait_for Network
command_line 'set mouse on; data toy spiral n=300; net mlp 8; step 40'
wait_for '40/40'
wait_for idle	# a run in training is not moved
click 34 "$(line '40/40')"
sees_pattern "a click on the timeline goes there" \
    'step (1[5-9]|2[0-5]) of 40'
click 20 "$(line 'prune ├')"
sees_pattern "one on the bar of a slider puts it there" \
    'prune ├[^┤]*┤ [4-7][0-9]%'
click 60 2
sees "one on a panel makes it the chosen one" 'Loss ═'
command_line quit
exits "and quit leaves" 0
stop_screen

program_itself=$snt
for term in vt100 screen; do
	snt="env TERM=$term $program_itself"
	start 80 24
	sees "TERM=$term has panels" Compression
	command_line 'data toy spiral n=300; net mlp 8'
	sees "and shows what is typed" relu
	command_line quit
	exits "and leaves with 0" 0
	stop_screen
done
snt="env TERM=dumb $program_itself"
start 80 24
sees_pattern "TERM=dumb has the plain prompt" 'snt> ?$'
type_text quit
keys Enter
exits "and leaves with 0" 0
finish
