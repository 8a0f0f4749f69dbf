#!/bin/bash
# TERM, HUP and INT: what was bound is saved, and the status is 128 + n.
. "$(dirname "$0")/../lib.sh"
set -m	# background jobs take INT

endless='data toy spiral n=2000; net mlp 32-32; train 1 steps'
train='train 100000 epochs'

# begin FILE LINE...: in the background, until it trains; what the tests' caller
# ignores (nohup does) is not ignored
begin() {
	env --default-signal=TERM,HUP,INT "$snt" --json -c "$endless; $1; $train" >"$scratch/out" \
	    2>"$scratch/err" </dev/null &
	child=$!
	poll 10 grep -q '"event":"train".*"step":[1-9]00,' "$scratch/out" ||
	    note "it does not train: $(cat "$scratch/out" "$scratch/err")"
}

for signal in TERM:143 HUP:129 INT:130; do
	name=${signal%:*}
	folder=$scratch/$name
	begin "save $folder"
	kill -"$name" "$child"
	wait "$child"
	is "$name exits with ${signal#*:}" "$?" "${signal#*:}"
	run verify "$folder"
	is "$name has saved a session that verifies" "$status" 0
	like "and it holds what was trained" "$out" 'identical, [0-9]+ hashes'
done

begin "note nothing"
kill -TERM "$child"
wait "$child"
is "TERM without a session exits with 143" "$?" 143
is "and saves nothing" "$(ls "$XDG_STATE_HOME")" ""

# Nobody reads any more.
"$snt" --json -c "$endless; set report 1; $train" 2>"$scratch/err" |
    head -n 3 >/dev/null
is "a closed pipe ends it with SIGPIPE's status" "${PIPESTATUS[0]}" 141
is "without a message" "$(cat "$scratch/err")" ""

"$snt" -c "$endless; set report 1; $train" 2>"$scratch/err" >/dev/full
is "a full disk under standard output ends it with 1" "$?" 1
like "and says so" "$(cat "$scratch/err")" 'standard output: No space left'

"$snt" -c "$endless; set report 1; $train" 2>"$scratch/err" >&-
is "a closed standard output ends it with 1" "$?" 1
like "and says so" "$(cat "$scratch/err")" 'standard output: Bad file'

finish
