#!/bin/bash
# Watching a session from another process: read-only, never in its way.
. "$(dirname "$0")/../lib.sh"

begin='seed 3; data toy spiral n=900; net mlp 16-16; set report 1'

# session FOLDER: a program that takes lines from descriptor 3.
session() {
	rm -f "$scratch/lines"
	mkfifo "$scratch/lines"
	"$snt" <"$scratch/lines" >"$scratch/told" 2>&1 &
	runner=$!
	exec 3>"$scratch/lines"
	echo "$begin; save $scratch/$1" >&3
	poll 10 test -S "$scratch/$1/live"
}

told() {
	grep -q "$2" "$1"
}

# watch FILE ARGUMENT...: a watcher that prints into the file
watch() {
	local file=$1

	shift
	"$snt" "$@" >"$scratch/$file" 2>"$scratch/$file.err" 3>&- &
	watcher=$!
	poll 10 told "$scratch/$file" watching
}

session watched
is "the socket is the user's alone" \
    "$(stat -c %a "$scratch/watched/live")" 600
watch stuck attach "$scratch/watched"
stuck=$watcher
kill -STOP "$stuck"
watch plain --plain attach "$scratch/watched"
watch json --json attach "$scratch/watched"
# Another one asks for frames and never looks at them.
python3 -c '
import socket, sys, time
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
s.sendall(b"frames\n")
print("watching", flush=True)
time.sleep(60)' "$scratch/watched/live" >"$scratch/blind" 3>&- &
blind=$!
poll 10 told "$scratch/blind" watching
echo 'step 9000; set lr 0.05; step 10; quit' >&3
exec 3>&-
wait "$runner"
is "the session runs to its end" "$?" 0
wait "$watcher"
is "and so do its watchers" "$?" 0
like "at the plain prompt" "$(tail -3 "$scratch/plain")" \
    'main +step 9010 '
like "who see what was typed" "$(cat "$scratch/plain")" \
    '^> step 9000; set lr 0.05'
like "and the end" "$(tail -1 "$scratch/plain")" 'the session has ended'
is "an event is the same on both sides" \
    "$(grep '"step":9010' "$scratch/json" | grep -c '"event":"train"')" 1
kill "$blind"
kill -CONT "$stuck"
wait "$stuck" "$blind"
check "the socket is gone" test ! -e "$scratch/watched/live"

run -c "$begin; save $scratch/alone; step 9000; set lr 0.05; step 10"
hashes() {
	grep -o '"hash":"[0-9a-f]*","tensors' "$1/journal.jsonl"
}
is "a stuck watcher changes no bit" "$(hashes "$scratch/watched")" \
    "$(hashes "$scratch/alone")"

run attach "$scratch/watched"
is "what is not run cannot be watched" "$status" 1
like "and says how to open it" "$err" 'nobody is running.*snt .*watched'
run attach "$scratch/nowhere"
like "nor what is not there" "$err" 'No such file'
run attach
like "nor the newest of none" "$err" 'no session is being run under'
run attach "$scratch/watched" -c 'step 1'
is "a watcher runs no lines" "$status" 2

session killed
watch lost --plain attach "$scratch/killed"
kill -9 "$runner"
wait "$runner" 2>/dev/null
wait "$watcher"
is "a killed session is noticed" "$?" 1
like "and told" "$(cat "$scratch/lost.err")" 'gone without a word'
exec 3>&-
check "its socket stays" test -S "$scratch/killed/live"
run attach "$scratch/killed"
like "and is known to be dead" "$err" 'nobody is running'
run "$scratch/killed" -c 'step 1'
is "the session opens again" "$status$err" 0

session crowd
for ((i = 0; i < 16; i++)); do
	watch "crowd$i" attach "$scratch/crowd"
done
run attach "$scratch/crowd"
like "watchers have a number" "$err" 'too many watch'
if [ "$(id -u)" = 0 ] && [ -x /usr/bin/python3 ] &&
    command -v setpriv >/dev/null; then
	as_other() {
		timeout 10 setpriv --reuid=65534 --clear-groups /usr/bin/python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX)
try:
    s.connect(sys.argv[1])
    print(s.recv(999))
except PermissionError:
    print("denied")' "$scratch/crowd/live"
	}
	like "another user is kept out by the mode" "$(as_other)" denied
	chmod 777 "$scratch" "$scratch/crowd" "$scratch/crowd/live"
	like "and by name" "$(as_other)" 'is another user'
fi
echo quit >&3
exec 3>&-
wait
finish
