#!/bin/bash
# Going back and forth in time: any step of a run has the same bits again.
. "$(dirname "$0")/../lib.sh"

begin='seed 3; data toy spiral n=900; net mlp 16-16; opt adam lr=0.01'
last=260
declare -A change=([50]='set lr 0.02' [80]='snt on depth=3' [120]='snt off'
    [150]='prune 0.5; finetune 1 epochs; compress apply; compress reset'
    [180]='opt sam rho=0.05 base=sgd lr=0.05' [200]='set batch 64')
finetuned=8		# steps of the epoch above
steps='0 1 49 50 51 79 81 100 119 133 149 190 201 239 260'

# A straight run, exporting on the way.
straight() {
	local at=0 step

	echo "$begin"
	for ((step = 0; step <= last; step++)); do
		if [ -n "${change[$step]:-}" ] || [[ " $steps " == *" $step "* ]]; then
			[ "$step" -le "$at" ] || echo "step $((step - at))"
			[ "$step" -le "$at" ] || at=$step
			if [[ " $steps " == *" $step "* ]]; then
				echo "export weights $scratch/$step.straight"
			fi
			if [ -n "${change[$step]:-}" ]; then
				echo "${change[$step]}"
				[ "$step" != 150 ] || at=$((at + finetuned))
			fi
		fi
	done
}
straight >"$scratch/straight.snt"
run "$scratch/straight.snt"
is "a straight run" "$status" 0

same() {
	check "$1" cmp -s "$2" "$3"
}

{
	grep -v '^export' "$scratch/straight.snt"
	for step in 133 0 260 51 1 49 190 79 81 100 119 149 201 239; do
		echo "goto $step; export weights $scratch/$step.goto"
	done
	echo 'goto 30; step 230'
	echo "export weights $scratch/again"
	echo 'goto 60; run fork other; set lr 0.1; step 50'
	echo "goto 60; export weights $scratch/fork"
	echo "run use main; goto 60; export weights $scratch/60"
	echo "goto end; step 40; save $scratch/session"
} >"$scratch/travel.snt"
run "$scratch/travel.snt"
is "a run that travels" "$status" 0
for step in 133 0 260 51 1 49 190 79 81 100 119 149 201 239; do
	same "step $step is the same" "$scratch/$step.straight" \
	    "$scratch/$step.goto"
done
same "training from the past follows the recorded path" \
    "$scratch/260.straight" "$scratch/again"
same "a fork has the past in common" "$scratch/60" "$scratch/fork"

for threads in 1 3; do
	run --threads "$threads" verify "$scratch/session"
	like "the session verifies with $threads threads" "$out" 'identical'
done
run "$scratch/session" -c "goto 133; export weights $scratch/opened
goto end; step 5"
is "an opened session travels too" "$status" 0
same "to the same bits" "$scratch/133.straight" "$scratch/opened"
run verify "$scratch/session"
like "and still verifies" "$out" 'identical'

run -c "$begin; step 44; export weights $scratch/44; goto 22
save $scratch/past"
run "$scratch/past" -c "goto 44; export weights $scratch/past44"
same "a session saved in the past knows its end" "$scratch/44" \
    "$scratch/past44"

run -c "$begin; step 20; back 5; set lr 0.5; step 1"
is "the past is not changed" "$status" 1
like "but forked" "$err" 'run fork NAME'
run -c "$begin; step 20; goto 21"
like "what is not there is refused" "$err" 'steps 0 to 20'
run -c "$begin; step 3; back 4"
like "back has an end" "$err" 'is at step 3'
run --json -c "$begin; set report 10; train 30 epochs
back until loss>0.7; until loss<0.7; goto end; until step>=260
train until step>=261 and loss<=100"
is "conditions, both ways" "$status" 0
like "to where it last held" "$out" '"event":"goto".*"step":[0-9]+,"head":240'
like "and by training where nothing is recorded" "$out" \
    '"event":"train".*"step":260'
like "and as what training is to reach" "$out" '"event":"train".*"step":261'
run --json -c "$begin; opt sgd lr=0.3; set probe_n 64; probe lambda every=2
step 40; set lr 3; step 10; back until lambda<2/lr"
like "and to where the sharpness crossed 2/lr" "$out" '"event":"goto"'
run -c "$begin; step 9; back until lambda>1e9"
like "what never held is not found" "$err" 'never held before step 9'
run --json -c "$begin; set checkpoint_every 5; step 90; set lr 0.1; step 10
goto 15; run fork b; set lr 0.3; step 5; goto 18; run list; session show
export curves $scratch/curves.csv; set checkpoint_limit 1MB"
is "forks, marks, kept states" "$status" 0
like "a fork tells where it comes from" "$out" \
    '"name":"b".*"parent":"main","parent_step":15'
like "kept states are listed" "$out" \
    '"run":"main","step":15,"head":100,"kept":\[0,5,10.*,90,95\]'
like "and what recording has taken" "$out" \
    '"event":"session".*"recording_seconds":[0-9.]*[1-9]'
is "changes are marked" "$(grep mark "$scratch/curves.csv")" \
    'main,mark,90,,,,"set lr 0.1"
b,mark,15,,,,"set lr 0.3"'
run --json -c "$begin; step 3; set lr 0.1; step 1
export curves $scratch/curves.jsonl"
like "curves as JSON lines" "$(cat "$scratch/curves.jsonl")" \
    '^\{"event":"curve","run":"main","curve":"loss","step":2,"value":[0-9.]+,"low"'
is "and marks" "$(grep mark "$scratch/curves.jsonl")" \
    '{"event":"mark","run":"main","step":3,"text":"set lr 0.1"}'
run -c "$begin; step 9; set lr 0.1; step 3; goto 5; run fork b; step 2
run fork c; run use b; set lr 0.3; step 1; run tree"
is "the tree tells forks, their steps and what was changed" \
    "$(tail -n 5 <<<"$out")" '- main: step 5 of 12
     9 set lr 0.1
   * b: from main at 5, step 8
        7 set lr 0.3
      - c: from b at 7, step 7'
run --json -c "$begin; set report 10; step 30; goto 10; run list
save $scratch/listed"
like "a run that went back has the loss of there" "$out" \
    '"event":"run".*"step":10,.*"loss":[0-9.]+'
run --json "$scratch/listed" -c 'run list'
like "and so it has when it is opened again" "$out" \
    '"event":"run".*"step":10,.*"loss":[0-9.]+'
run -c "set checkpoint_limit 5kB"
like "a limit is a size" "$err" 'such as 256MB'
finish
