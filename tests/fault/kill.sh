#!/bin/bash
# Killed in the middle of training: at most a second is lost.
. "$(dirname "$0")/../lib.sh"

folder=$scratch/session
"$snt" --json -c "data toy spiral n=2000; net mlp 32-32; set report 10
save $folder; train 100000 epochs" >"$scratch/out" 2>"$scratch/err" \
    </dev/null &
child=$!
poll 10 grep -q '"step":[0-9]*000,' "$scratch/out" ||
    note "it does not train: $(cat "$scratch/out" "$scratch/err")"
reached() {
	grep '"event":"train"' "$scratch/out" | tail -n 1 |
	    sed 's/.*"step":\([0-9]*\).*/\1/'
}
# Where it was a second (and a flush) before the end.
second_ago=$(reached)
sleep 1.5
{ kill -KILL "$child"; wait "$child"; } 2>/dev/null
last=$(reached)
note "killed at about step $last; a second before it was $second_ago"

run --json "$folder" -c 'train 1 steps'
is "it opens again" "$status" 0
step=$(grep '"event":"train"' <<<"$out" | tail -n 1 |
    sed 's/.*"step":\([0-9]*\).*/\1/')
note "it goes on at step $step"
check "at most a second is lost" test "${step:-0}" -gt "$second_ago"

run verify "$folder"
is "what was saved verifies" "$status" 0
like "and has hashes" "$out" 'identical, [0-9]+ hashes'

# A last line that was cut in the middle.
size=$(stat -c %s "$folder/journal.jsonl")
truncate -s $((size - 5)) "$folder/journal.jsonl"
run "$folder" -c 'train 1 steps'
is "a cut last line is no obstacle" "$status" 0
run verify "$folder"
is "and what is left verifies" "$status" 0

# A line that was changed by hand is.
sed -i '2s/32-32/32-31/;3s/32-32/32-31/;1s/32-32/32-31/' \
    "$folder/journal.jsonl"
run verify "$folder"
is "a changed journal does not verify" "$status" 1

finish
