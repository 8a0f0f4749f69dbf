#!/bin/bash
# Questions asked of old steps: their answers are those of a straight run, and
# the run does not move.
. "$(dirname "$0")/../lib.sh"

begin='seed 3; data toy spiral n=900; net mlp 16-16; opt adam lr=0.01
set probe_n 256; set checkpoint_every 25'
walk='step 40; set lr 0.02; step 25; snt on; step 16'

figures() {
	grep "\"kind\":\"$1\"" <<<"$out" |
	    grep -oE '"(step|value|error|accuracy)":(\[[^]]*\]|[^,]*)'
}

run --json -c "$begin
probe lambda every=10; $walk"
is "a straight run" "$status" 0
straight=$(figures lambda)

run --json -c "$begin
$walk; export weights $scratch/before
probe lambda every=10 from=0 to=80; export weights $scratch/after
goto 40; probe lambda every=10 from=0; export curves $scratch/curves.csv
save $scratch/session"
is "asked later" "$status" 0
is "the values are the same, twice" "$(figures lambda)" "$straight
$straight"
check "the run is where it was" cmp "$scratch/before" "$scratch/after"
is "the curve is filled" "$(grep -c ',lambda,' "$scratch/curves.csv")" 9

run "$scratch/session" -c "export curves $scratch/again.csv
probe sam every=20 from=20"
curve() {
	awk -F, '/,lambda,/ { printf "%d %.5g\n", $3, $4 }' "$1"
}
is "it is there when the session is opened again" \
    "$(curve "$scratch/again.csv")" "$(curve "$scratch/curves.csv")"
is "an opened session can be asked" "$(grep -c ' sam ' <<<"$out")" 4
run verify "$scratch/session"
like "and verified" "$out" 'identical'

# Each step by hand, and then as a map.
by_hand=
for step in 0 30 60; do
	by_hand="$by_hand; goto $step; sweep prune 0:0.8:0.4"
done
run --json -c "$begin
$walk $by_hand"
hand=$(grep '"event":"compress"' <<<"$out" | grep -o '"accuracy":[^,]*' |
    cut -d: -f2 | paste -sd, | sed 's/,/ /3; s/,/ /5')
run --json -c "$begin
$walk; sweep prune 0:0.8:0.4 from=0 to=70 every=30
sweep quant 4:2 from=81"
map=$(grep '"event":"map".*"kind":"prune"' <<<"$out" |
    grep -o '"accuracy":\[[^]]*' | cut -d'[' -f2 | paste -sd' ')
is "a map has the accuracies of the sliders" "$map" "$hand"
like "bits have one too" "$out" \
    '"run":"main","step":81,"kind":"quant","row":0,"at":\[4,3,2\],"accuracy"'
run -c "$begin
$walk; sweep prune 0:0.95:0.05 from=0 every=40"
like "a table" "$out" '^    step   0   5  10 .* 95$'
is "with a row for each step" "$(grep -cE '^ +(0|40|80)  ' <<<"$out")" 3

# Every measure has a curve, those in the factors too, and so has accuracy at
# the position that the sliders had.
run --json -c "$begin
snt on; prune 0.5; quant 4; probe compressed every=10; prune 0.9
probe adaptive every=10 space=both; probe average every=20 draws=2
step 41; probe worst from=20 to=40 every=20 steps=2; probe trace from=0 draws=2
save $scratch/curved; export curves $scratch/curved.csv"
is "measures of every kind" "$status" 0
is "each has its curve" "$(cut -d, -f2 "$scratch/curved.csv" | grep -E \
    'adapt|average|worst|trace|compressed' | uniq -c | tr -s ' \n' ' ')" \
    ' 5 compressed_accuracy 1 trace 5 adaptive 3 average 2 worst 5 adaptive_theta '
like "the probe stays where the sliders were" "$out" \
    '"compressed",.*"step":40,"position":"prune 0.5; quant 4"'
live=$(grep '"event":"compressed"' <<<"$out" | tail -n 1)
run --json "$scratch/curved" -c "export curves $scratch/back.csv
until adaptive<1e9; back until compressed_acc>0
prune 0.5; probe compressed from=40 to=40 every=10"
like "asked later it says the same" "$out" "${live#*position}"
measured() {
	grep -vE '^[^,]*,(loss|accuracy|lr|gradients),' "$1"
}
check "all are there when the session is opened again" diff \
    <(measured "$scratch/curved.csv") <(measured "$scratch/back.csv")
run verify "$scratch/curved"
like "what a condition ended is verified" "$out" 'identical'

run -c "$begin; probe compressed"
like "nothing to follow" "$err" 'probe compressed: nothing is compressed'

run -c "$begin
step 5; probe lambda from=6"
like "steps that are not there" "$err" 'run main has steps 0 to 5'
run -c "$begin
step 5; sweep prune 0:0.5 every=3"
like "every alone" "$err" 'every= goes with from='
run -c "$begin
step 5; probe lambda from=x"
like "no number" "$err" 'from=x: a whole number'
finish
