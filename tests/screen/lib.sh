# shellcheck shell=bash
# A screen test drives the real program in a terminal of its own: a private
# tmux server with a short socket path. It never sleeps a fixed time, but
# waits for what a user would wait for: text on the screen.
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

command -v tmux >/dev/null || skip_all "tmux is not installed"

wait_seconds=10

# One test of the screen at a time: some of them measure.
exec 9>"/tmp/snt-screen-tests.$(id -u).lock"
flock 9

tmux_() {
	tmux -S "$scratch/s" -f /dev/null "$@" 9>&-
}

stop_screen() {
	tmux_ kill-server 2>/dev/null
}

clean_up_screen() {
	stop_screen
	clean_up
}
trap clean_up_screen EXIT

# start COLUMNS ROWS ARGUMENT...: the program in a new terminal. Its standard
# error goes to a file, its exit status to another (tmux's is not reliable),
# of a new name, since the one before may still be about to write.
starts=0
start() {
	local columns=$1 rows=$2 command word status

	shift 2
	starts=$((starts + 1))
	status=$scratch/status.$starts
	rm -f "$scratch/pid"
	command="echo \$\$ >$scratch/pid; exec $snt"
	for word in "$@"; do
		command+=" $(printf %q "$word")"
	done
	cat >"$scratch/run" <<-EOF
		sh -c $(printf %q "$command") 2>$scratch/err
		echo \$? >$status.new
		mv $status.new $status
		exec sleep 1000
	EOF
	# A server that is being stopped may still answer, and refuse.
	poll $wait_seconds tmux_ new-session -d -x "$columns" -y "$rows" \
	    "exec bash $scratch/run" 2>/dev/null
	tmux_ set-option -g window-size manual
	poll $wait_seconds test -s "$scratch/pid"
}

screen() {
	tmux_ capture-pane -p
}

shows() {
	screen | grep -qF -- "$1"
}

shows_pattern() {
	screen | grep -qE -- "$1"
}

hides() {
	! shows "$1"
}

# wait_for TEXT, wait_for_pattern REGEX, wait_gone TEXT: succeed in time, or
# print the screen.
wait_shown() {
	poll $wait_seconds "$@" && return 0
	echo "# waited in vain: $*; the screen:"
	screen | sed 's/^/# |/'
	[ ! -s "$scratch/err" ] || sed 's/^/# err: /' "$scratch/err"
	return 1
}

wait_for() {
	wait_shown shows "$1"
}

wait_for_pattern() {
	wait_shown shows_pattern "$1"
}

wait_gone() {
	wait_shown hides "$1"
}

# sees DESCRIPTION TEXT: a test of its own
sees() {
	if wait_for "$2"; then
		pass "$1"
	else
		fail "$1"
	fi
}

sees_pattern() {
	if wait_for_pattern "$2"; then
		pass "$1"
	else
		fail "$1"
	fi
}

loses() {
	if wait_gone "$2"; then
		pass "$1"
	else
		fail "$1"
	fi
}

keys() {
	tmux_ send-keys "$@"
}

type_text() {
	tmux_ send-keys -l -- "$1"
}

# command LINE: at the prompt, and back to the panels
command_line() {
	keys :
	type_text "$1"
	keys Enter Escape
}

resize() {
	tmux_ resize-window -x "$1" -y "$2"
}

program() {
	cat "$scratch/pid"
}

exited() {
	[ -e "$scratch/status.$starts" ]
}

# exits DESCRIPTION STATUS
exits() {
	if wait_shown exited; then
		is "$1" "$(cat "$scratch/status.$starts")" "$2"
	else
		fail "$1" "it is still running"
	fi
}
