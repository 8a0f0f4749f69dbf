#!/bin/bash
# Studies: a plan is run once, in pieces if need be, and compared.
. "$(dirname "$0")/../lib.sh"

plan() {
	cat >"$scratch/$1.json" <<-EOF
	{"title": "small", "data": "toy spiral n=600",
	 "backbones": ["mlp 16-16"], "epochs": ${2:-20}, "validation": 0.2,
	 "arms": [{"name": "adam", "opt": "adam", "lr": [0.003, 0.01]},
	  {"name": "snt", "opt": "adam", "snt": "on", "lr": 0.01},
	  {"name": "sam", "opt": "sam rho=0.05 base=adam", "lr": 0.01}],
	 "seeds": [1, 2, 3], "compression": ["prune 0.5", {"prune": 0.5, "quant": 4}],
	 "sharpness": ["lambda", "adaptive"], "headline": "adaptive"}
	EOF
}
rows=$scratch/a.results.jsonl
# The lines of a file without what depends on the clock.
numbers() {
	sed 's/"seconds":[^,]*,//; s/"machine":"[^"]*",//' "$1"
}

plan a
run --json study "$scratch/a.json"
is "a study runs to its end" "$status" 0
is "a line for each run, and for each rate tried" "$(wc -l <"$rows")" 11
like "it counts" "$out" '"event":"study","done":11,"of":11'
like "and tells how long it will take" "$out" '"seconds_left":0[,}]'
like "rates are judged on the validation split" "$out" \
    '"search":true,"lr":0.01,"split":"validation","accuracy":'
like "finished runs measured on the test split" "$out" \
    '"search":false,.*"split":"test","accuracy":'
like "means have intervals" "$out" \
    '"event":"cell".*"quantity":"prune 0.5","arm":"snt","n":3,"mean":0\.[0-9]+,"half":0\.'
like "differences are paired" "$out" '"arm":"sam".*"difference":.*"wins":'
like "sharpness is set against what was lost" "$out" \
    '"event":"correlation".*"measure":"adaptive"'
like "rows name network, arm and seed" "$(head -n 1 "$rows")" \
    '"backbone":"mlp 16-16","arm":"adam","seed":1'

plan b
run study "$scratch/b.json"
is "the same numbers again" \
    "$(numbers "$scratch/b.results.jsonl" | cmp - <(numbers "$rows"); echo $?)" 0

like "and the machine that their seconds are of" "$(head -n 1 "$rows")" \
    '"seconds":[^,]*,"machine":"[^"]+, [0-9]+ threads?",'

# Of two machines the times are not compared, all else is.
plan two
sed '/"arm":"sam"/s/"machine":"/&another /' "$rows" >"$scratch/two.results.jsonl"
run --json study "$scratch/two.json"
cost=$(grep '"quantity":"training seconds"' <<<"$out")
like "times on one machine are compared" "$(grep '"arm":"snt"' <<<"$cost")" \
    '"difference":-?[0-9]'
unlike "those of two are not" "$(grep '"arm":"sam"' <<<"$cost")" \
    '"difference":-?[0-9]'
like "but what came out is" \
    "$(grep '"quantity":"uncompressed","arm":"sam"' <<<"$out")" \
    '"difference":-?[0-9]'

# Rates chosen by what is left after compression, on the validation split.
sed 's/"epochs"/"schedule": "cosine", "choose": "compressed", "epochs"/' \
    "$scratch/a.json" >"$scratch/c.json"
run --json study "$scratch/c.json"
is "a plan says how rates fall and are chosen" "$status" 0
like "then a rate tried is compressed too" \
    "$(grep '"search":true' "$scratch/c.results.jsonl" | head -n 1)" \
    '"prune 0.5":\{"accuracy":0\.[0-9]'

# Time left goes by what runs of each arm have cost.
sed 's/"seeds": \[1, 2, 3\]/"seeds": [1, 2]/; s/\[0.003, 0.01\]/0.01/' \
    "$scratch/a.json" >"$scratch/p.json"
cp "$rows" "$scratch/whole.p"
# left SECONDS: what a study tells that goes on with runs of adam and snt, when
# one of sam took so long.
left() {
	grep '"search":false' "$scratch/whole.p" | grep '"seed":1,' |
	    sed "s/\"seconds\":[^,]*/\"seconds\":1/
	    /\"arm\":\"sam\"/s/\"seconds\":1/\"seconds\":$1/" \
	    >"$scratch/p.results.jsonl"
	run --json study "$scratch/p.json"
	grep -o '"seconds_left":[0-9.]*' <<<"$out" | sed -n '2s/.*://p'
}
few=$(left 1) many=$(left 1000)
check "a study's time left knows what its arms cost" \
    awk "BEGIN { exit !($many > 20 * $few && $few > 0) }"

# What nothing is known of yet goes by its size: the network of the second plan
# has a hundred times the weights.
for name in little large; do
	width=8
	[ "$name" = large ] && width=800
	cat >"$scratch/$name.json" <<-EOF
	{"data": "toy spiral n=200", "backbones": ["mlp 8", "mlp $width-8"],
	 "seeds": 1, "epochs": 1, "arms": ["adam", "sam"]}
	EOF
done
# after_one PLAN: the seconds left that its first line tells, the least of
# five times, since other work delays a run and never speeds it up
after_one() {
	for _ in 1 2 3 4 5; do
		rm -f "$scratch/$1.results.jsonl"
		run --json study "$scratch/$1.json"
		sed -n 's/.*"study","done":1,.*"seconds_left":\([0-9.]*\).*/\1/p' \
		    <<<"$out"
	done | sort -g | head -n 1
}
little=$(after_one little) large=$(after_one large)
check "a network that has not run yet counts by its size" \
    awk "BEGIN { exit !($large > 20 * $little && $little > 0) }"

# A rate that grows before it falls.
cat >"$scratch/w.json" <<-EOF
{"data": "toy spiral n=600", "backbones": ["mlp 8"], "seeds": 1, "epochs": 4,
 "schedule": "cosine", "warmup": 0.25,
 "arms": [{"name": "adam", "opt": "adam", "lr": 0.01}]}
EOF
run study "$scratch/w.json"
is "a plan's rate may grow first" "$status" 0
run --json -c 'seed 1; data toy spiral n=600; net mlp 8; opt adam lr=0.01
    set schedule cosine epochs=3 warmup=1; train 4 epochs; eval test'
like "as the schedule of that name does" "$out" \
    "$(grep -o '"loss":[0-9.]*' "$scratch/w.results.jsonl")"

run --json -c 'data toy spiral n=600 validation=0.2; net mlp 8
    set compress_split validation; prune 0.5
    set compress_split test; prune 0.5'
like "prune and quant can ask the validation split" "$out" \
    '"split":"validation",.*"n":120,'
like "and the test set, whose answer is another" "$out" \
    '"split":"test",.*"n":150,'
run --json -c 'data toy spiral n=600; net mlp 8; prune 0.5
    set compress_damage off; prune 0.5'
is "damage is measured" "$(grep -c '"measured":[0-9-]' <<<"$out")" 1
is "unless it is switched off" "$(grep -c '"measured":null' <<<"$out")" 1
run -c 'data toy spiral n=600; net mlp 8; set compress_split validation
    prune 0.5'
is "without one it cannot" "$status" 1
like "and how to have one is said" "$err" 'validation=0.1'

# Fewer images to test on and to measure sharpness on.
sed 's/"epochs"/"test": 50, "probe": 20, "epochs"/' "$scratch/a.json" \
    >"$scratch/d.json"
run study "$scratch/d.json"
is "a plan says how many images are tested and measured" "$status" 0
tested=$(grep '"search":false' "$scratch/d.results.jsonl")
is "accuracies are those of so many" \
    "$(grep -cE '"accuracy":(1|0\.[0-9][02468]?),"loss"' <<<"$tested")" 9
unlike "and sharpness is another" "$tested" "$(grep -o -m 1 \
    '"search":false.*' "$rows" | grep -o '"lambda":[0-9.]*')"
sed -i 's/"test": 50/"test": -1/' "$scratch/d.json"
run study "$scratch/d.json"
like "or says what is wrong" "$err" 'd.json: test: a number from 0'

# A transformation that is switched on later in the run.
sed 's/"snt": "on"/"snt": "on", "from": 0.5/' "$scratch/a.json" \
    >"$scratch/f.json"
cp "$rows" "$scratch/later"
run study "$scratch/f.json" "$scratch/later"
is "snt may come later in a run" "$status" 0
is "which only its own arm is trained again for" \
    "$(tail -n +12 "$scratch/later" | grep -c '"arm":"snt",.*"from":0.5,')" 3
is "and is another run" "$(grep '"arm":"snt"' "$scratch/later" | \
    grep -o '"loss":[0-9.]*,"gradients"' | sort -u | wc -l)" 6
sed -i 's/"opt": "adam", "lr"/"opt": "adam", "from": 0.5, "lr"/' \
    "$scratch/f.json"
run study "$scratch/f.json"
like "without snt there is nothing to come" "$err" \
    'f.json: arms: adam: from: a share of the run'

# Settings of one arm alone.
sed 's/"snt": "on"/"snt": "on", "set": "decay factors; batch 32"/' \
    "$scratch/a.json" >"$scratch/g.json"
cp "$rows" "$scratch/set"
run study "$scratch/g.json" "$scratch/set"
is "an arm has settings of its own" "$status" 0
is "which only its runs are trained with" \
    "$(tail -n +12 "$scratch/set" | \
    grep -c '"set":"decay factors; batch 32",.*"gradients":300,')" 3

# What is wrong with the last arm is told before the first run.
# mistaken DESCRIPTION SED PATTERN
mistaken() {
	sed "$2" "$scratch/a.json" >"$scratch/m.json"
	run study "$scratch/m.json"
	is "$1 ends a study" "$status" 1
	like "$1 is told with file, arm and line" "$err" \
	    "m.json: mlp 16-16, $3"
	is "$1 is told before anything is trained, and makes no file" \
	    "$([ -e "$scratch/m.results.jsonl" ]; echo $?)" 1
}
mistaken "a wrong setting" 's/"sam", "opt"/"sam", "set": "colour 32", "opt"/' \
    'sam: `set colour 32`: .*no setting colour'
mistaken "a wrong option of an optimizer" 's/rho=0.05/roh=0.05/' \
    'sam: `opt sam roh=0.05 .*roh: no such option'
mistaken "a wrong transformation" 's/"snt": "on"/"snt": "ws nose=1"/' \
    'snt: `snt on ws nose=1`: .*nose'
mistaken "a wrong way to prune" 's/"prune 0.5"/"prune 0.5 method=x"/' \
    'adam: `prune 0.5 method=x`'
mistaken "a wrong option of a measure" 's/"lambda"/"lambda j=3"/' \
    'adam: `sharpness lambda j=3`'
sed 's/"mlp 16-16"/"mlp 16-16", "nosuch"/' "$scratch/a.json" \
    >"$scratch/m.json"
run study "$scratch/m.json"
like "and so is a network that there is not" "$err" \
    'm.json: nosuch, adam: `net nosuch`'

# A search asks the validation split alone.
sed 's/"epochs"/"split": "validation", "epochs"/' "$scratch/a.json" \
    >"$scratch/h.json"
run study "$scratch/h.json"
is "runs can be measured on the validation split" "$status" 0
like "which the table says" "$out" 'measured on the validation split'
unlike "and each run" "$out$err" 'test accuracy'
judged=$(grep '"arm":"adam","seed":1,.*"search":false' \
    "$scratch/h.results.jsonl")
rate=$(grep -o '"lr":[0-9.]*' <<<"$judged")
measured() {
	grep -F "$rate,\"search\":$1" "$scratch/h.results.jsonl" |
	    grep -m 1 '"arm":"adam","seed":1,' |
	    grep -o '"search":.*"gradients"' | grep -o '"accuracy":.*'
}
like "a run says how it did there" "$(measured false)" '"accuracy":0\.[0-9]'
is "which is what its rate was judged by" "$(measured false)" \
    "$(measured true)"
sed -i 's/"validation": 0.2/"validation": 0/; s/\[0.003, 0.01\]/0.01/' \
    "$scratch/h.json"
run study "$scratch/h.json"
like "without one there is nothing to measure on" "$err" \
    'h.json: validation: a share above 0'

cp "$rows" "$scratch/whole"
head -n 5 "$scratch/whole" >"$rows"
printf '{"backbone":"mlp 16-16","arm":"ad' >>"$rows"
run study "$scratch/a.json"
is "a results file cut in mid-line is completed" "$status" 0
is "nothing is lost, nothing counted twice" \
    "$(numbers "$rows" | cmp - <(numbers "$scratch/whole"); echo $?)" 0
run study "$scratch/a.json"
like "a finished study only shows its table" "$out" '11 of 11 runs are done'
like "a column an arm" "$out" 'mlp 16-16 +adam +snt - adam +sam - adam'
like "a line a setting, with interval and wins" "$out" \
    'prune 0.5 +[0-9.]+ \+-[0-9.]+ +[+-][0-9.]+ \+-[0-9.]+[* ] [0-9.]+/3'
run study show "$scratch/a.json"
is "which can be had without running" "$status" 0
like "so" "$out" 'sam - adam'
run study show "$scratch/a.json" "$scratch/none"
is "of results there are" "$status" 1
like "or it says how to have some" "$err" 'none: no such file; `study '
sed 's/"epochs": 20/"epochs": 21/' "$scratch/a.json" >"$scratch/o.json"
run study show "$scratch/o.json" "$rows"
like "results of another plan are told" "$out" \
    '^11 lines of another plan or arm are left alone: '
run --json study show "$scratch/a.json"
like "cells are objects" "$out" '"event":"cell","backbone":"mlp 16-16"'

# Somebody else's results, as after an installation.
if others_can_run; then
	chmod a-w "$rows"
	run_as_other study show "$scratch/a.json"
	is "results that cannot be written can be shown" "$status" 0
	run_as_other study "$scratch/a.json"
	is "but not gone on with" "$status" 1
	like "unless elsewhere" "$err" 'Permission denied .`study PLAN RESULTS` names'
	chmod u+w "$rows"
else
	skip "results that cannot be written can be shown" "no other user"
fi

# The outcome as files for a page.
run study export "$scratch/a.json" "$scratch/a.md"
is "a table in Markdown" "$status" 0
like "has a column an arm" "$(head -n 1 "$scratch/a.md")" \
    '^\| accuracy in % \| adam \| snt - adam \| sam - adam \|$'
is "and a line for each accuracy" "$(wc -l <"$scratch/a.md")" 5
run study export "$scratch/a.json" "$scratch/a.svg"
is "a figure" "$status" 0
is "has a dot for each difference" "$(grep -c 'r="2.4"' "$scratch/a.svg")" 6
if command -v xmllint >/dev/null; then
	check "and is well formed" xmllint --noout "$scratch/a.svg"
fi
run study export "$scratch/a.json" "$scratch/a.pdf"
is "another kind of file" "$status" 1
like "is refused with what there is" "$err" 'file.md.*file.svg'

# Killed in the middle, at different moments.
plan k 400
for moment in 0.1 0.2 0.4; do
	"$snt" study "$scratch/k.json" >/dev/null 2>&1 &
	child=$!
	sleep "$moment"
	kill -KILL "$child" 2>/dev/null
	wait "$child" 2>/dev/null
done
run study "$scratch/k.json"
is "a killed study goes on" "$status" 0
is "to its end" "$(wc -l <"$scratch/k.results.jsonl")" 11
is "without a run twice" "$(sed 's/"opt".*"lr"/"lr"/; s/"accuracy".*//' \
    "$scratch/k.results.jsonl" | sort | uniq -d | wc -l)" 0

# Rates tried from several seeds: what is there counts, and the mean chooses.
sed 's/"epochs"/"choose_seeds": 2, "epochs"/' "$scratch/a.json" \
    >"$scratch/e.json"
run --json study "$scratch/e.json"
is "rates can be tried from several seeds" "$status" 0
like "which is counted" "$out" '"done":13,"of":13'
is "each of them from the first ones" "$(grep '"search":true' \
    "$scratch/e.results.jsonl" | grep -o '"seed":[0-9]*\|"lr":[0-9.]*' | \
    xargs)" "seed:1 lr:0.003 seed:1 lr:0.01 seed:2 lr:0.003 seed:2 lr:0.01"
cp "$scratch/whole" "$scratch/more"
run study "$scratch/e.json" "$scratch/more"
like "a study goes on with more of them" "$out" '11 of 13 runs are done'
is "whose first runs stay what they are" "$(head -n 11 "$scratch/more" | \
    cmp - "$scratch/whole"; echo $?)" 0
# tried SEED RATE ACCURACY: as if that had come out
tried() {
	sed -i 's/\("seed":'"$1"',.*"lr":'"$2"',"search":true,"accuracy":\)[0-9.]*/\1'"$3/" \
	    "$scratch/more"
}
tried 1 0.003 0.9
tried 1 0.01 0.8
tried 2 0.003 0.1
tried 2 0.01 0.8
# chosen PLAN: the rates of the plain twin's runs, done again if need be
chosen() {
	cp "$scratch/more" "$scratch/chosen"
	sed -i '/"arm":"adam".*"search":false/d' "$scratch/chosen"
	run study "$1" "$scratch/chosen"
	grep '"arm":"adam".*"search":false' "$scratch/chosen" | \
	    grep -o '"lr":[0-9.]*' | sort -u
}
is "one seed chooses by itself" "$(chosen "$scratch/a.json")" '"lr":0.003'
is "several choose by their mean" "$(chosen "$scratch/e.json")" '"lr":0.01'
run study rates "$scratch/e.json" "$scratch/more"
like "what was tried and taken can be asked" "$out" \
    'adam +0\.003: 50\.0 +0\.01: 80\.0\*>'
like "and whether one beyond might do better" "$out" \
    '\*> where it is the lowest or highest tried'
run --json study rates "$scratch/e.json" "$scratch/more"
like "as objects too" "$out" '"event":"rate",.*"arm":"adam","lr":0.01,"accuracy":0.8,"seeds":2,"taken":true,"end":true'
children=
for name in 1 2; do
	"$snt" study "$scratch/e.json" "$scratch/both" >"$scratch/out" 2>&1 \
	    </dev/null &
	children="$children $!"
done
status=0
for child in $children; do
	wait "$child" || status=$?
done
is "processes share the trials" "$status" 0
is "to the same numbers" "$(numbers "$scratch/both" | sort | \
    cmp - <(numbers "$scratch/e.results.jsonl" | sort); echo $?)" 0

# Another list of rates: what was trained at a rate no longer chosen is done
# again, the rest is kept.
cp "$scratch/whole" "$scratch/rates"
sed 's/\[0.003, 0.01\]/0.002/' "$scratch/a.json" >"$scratch/r.json"
run --json study "$scratch/r.json" "$scratch/rates"
like "other rates, other runs" "$out" '"event":"study","done":9,"of":9'
is "and only those" "$(wc -l <"$scratch/rates")" 14

# Several processes share the runs of one study; one of them is killed.
children=
for name in shared.1 shared.2 shared.3; do
	"$snt" study "$scratch/a.json" "$scratch/shared" \
	    >"$scratch/$name" 2>&1 </dev/null &
	children="$children $!"
done
kill -KILL "${children##* }"
wait "${children##* }" 2>/dev/null
status=0
for child in ${children% *}; do
	wait "$child" || status=$?
done
is "processes share a study" "$status" 0
is "nothing is lost or counted twice" \
    "$(numbers "$scratch/shared" | sort | cmp - <(numbers "$scratch/whole" | \
    sort); echo $?)" 0
like "each of the two that are left shows the table" \
    "$(cat "$scratch/shared.1")" 'sam - adam'
is "one like the other" "$(grep -A 99 'sam - adam' "$scratch/shared.1")" \
    "$(grep -A 99 'sam - adam' "$scratch/shared.2")"

# Started together, they are told who they are.
OMPI_COMM_WORLD_RANK=1 "$snt" study "$scratch/a.json" "$scratch/shared" \
    >"$scratch/rank" 2>&1 </dev/null
is "one process of many shows the table" "$(grep -c 'sam - adam' \
    "$scratch/rank")" 0
if command -v mpirun >/dev/null; then
	export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
	status=0
	mpirun --oversubscribe -n 2 "$snt" study "$scratch/a.json" \
	    "$scratch/mpi" >"$scratch/out" 2>&1 </dev/null || status=$?
	is "two ranks run a study" "$status" 0
	is "to the same numbers" "$(numbers "$scratch/mpi" | sort | \
	    cmp - <(numbers "$scratch/whole" | sort); echo $?)" 0
	is "one table comes of it" "$(grep -c 'sam - adam' \
	    "$scratch/out")" 1

	# One rank is killed: mpirun ends the other, and the same line goes on.
	mpirun --oversubscribe -n 2 "$snt" study "$scratch/k.json" \
	    "$scratch/ranks" >/dev/null 2>&1 </dev/null &
	child=$!
	poll 20 test -s "$scratch/ranks"
	read -r rank _ <"/proc/$child/task/$child/children"
	kill -KILL "$rank"
	wait "$child"
	isnt "a rank is killed" "$?" 0
	mpirun --oversubscribe -n 2 "$snt" study "$scratch/k.json" \
	    "$scratch/ranks" >"$scratch/out" 2>&1 </dev/null
	is "two ranks go on" "$?" 0
	is "to the numbers of one process" "$(numbers "$scratch/ranks" | \
	    sort | cmp - <(numbers "$scratch/k.results.jsonl" | sort); \
	    echo $?)" 0
else
	skip "two ranks run a study" "no mpirun (package openmpi-bin)"
fi

head -n 2 "$scratch/whole" >"$scratch/full"
status=0
(ulimit -f 2 && trap '' XFSZ && exec "$snt" study "$scratch/a.json" \
    "$scratch/full") >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
is "a disk that is full" "$status" 1
like "is told" "$(cat "$scratch/err")" 'full: .*File too large'
run study "$scratch/a.json" "$scratch/full"
is "and the study is completed when there is room" \
    "$(numbers "$scratch/full" | cmp - <(numbers "$scratch/whole"); echo $?)" 0

# bad TEXT PATTERN
bad() {
	echo "$1" >"$scratch/bad.json"
	run study "$scratch/bad.json"
	is "refused: $2" "$status" 1
	like "with file and reason: $2" "$err" "bad.json.*$2"
}
bad 'x' 'not JSON'
bad '[]' 'not a JSON object'
bad '{"backbones":["mlp 8"]}' 'arms: '
bad '{"arms":["adam"]}' 'backbones: '
bad '{"arms":["adam"],"backbones":["mlp 8"],"sedes":1}' 'sedes: no such key'
bad '{"arms":["adamm"],"backbones":["mlp 8"]}' 'no optimizer adamm'
bad '{"arms":["adam+foo"],"backbones":["mlp 8"]}' 'no transform foo'
bad '{"arms":["adam","adam"],"backbones":["mlp 8"]}' 'two are called adam'
bad '{"arms":["adam"],"backbones":["mlp 8"],"seeds":[1.5]}' 'seeds: '
bad '{"arms":["adam"],"backbones":["mlp 8"],"choose_seeds":2}' \
    'choose_seeds: from 1 to the number of seeds, 1'
bad '{"arms":["adam"],"backbones":["mlp 8"],"seeds":2,"choose_seeds":1.5}' \
    'choose_seeds: not a whole number'
bad '{"arms":["adam"],"backbones":["mlp 8"],"epochs":-1}' 'epochs: '
bad '{"arms":["adam"],"backbones":["mlp 8"],"schedule":"x"}' \
    'schedule: constant or cosine'
bad '{"arms":["adam"],"backbones":["mlp 8"],"warmup":0.1}' \
    'warmup: of the cosine schedule alone'
bad '{"arms":["adam"],"backbones":["mlp 8"],"schedule":"cosine","warmup":1}' \
    'warmup: '
bad '{"arms":["adam"],"backbones":["mlp 8"],"choose":1}' 'choose: '
bad '{"arms":["adam"],"backbones":["mlp 8"],"sharpness":["foo"]}' 'no measure foo'
bad '{"arms":["adam"],"backbones":["mlp 8"],"headline":"sam"}' 'headline: sam'
for line in "export weights $scratch/x" "net save $scratch/x" \
    "prune 0.5; save $scratch/x"; do
	echo "{\"data\":\"toy xor n=100\",\"arms\":[\"adam\"],
	    \"backbones\":[\"mlp 4\"],\"compression\":[\"$line\"]}" \
	    >"$scratch/bad.json"
	rm -f "$scratch/bad.results.jsonl"
	run study "$scratch/bad.json"
	like "a plan writes no file: ${line%% *}" "$err" 'no place in a study'
	check "nor has it: ${line%% *}" test ! -e "$scratch/x"
done

# What ships: every line is of the plan beside it, and the table is there.
# shipped PLAN RESULTS
shipped() {
	run study show "$top/sessions/studies/$1.json" \
	    "$top/sessions/studies/results/$2.results.jsonl"
	is "the results of $1.json are shown" "$status" 0
	unlike "and are all of that plan" "$out" 'left alone'
	like "with intervals" "$out" '\+-[0-9.]+'
}
shipped quick quick
shipped abstract abstract
shipped search search
finish
