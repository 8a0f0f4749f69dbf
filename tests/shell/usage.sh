#!/bin/bash
# Options, exit statuses, and where messages go.
. "$(dirname "$0")/../lib.sh"

run --help
is "--help exits with 0" "$status" 0
like "--help prints the usage" "$out" '^Usage: snt'
is "--help prints no errors" "$err" ""

run --version
is "--version exits with 0" "$status" 0
like "--version prints one line" "$out" '^snt [0-9.]+$'

for wrong in --nonsense '--threads 0' '--threads x' '--color=red' '--kernels sse' verify \
    'verify a b' no/such/file.snt -c; do
	# shellcheck disable=SC2086
	run $wrong
	is "snt $wrong is wrong usage" "$status" 2
	is "snt $wrong prints nothing on standard output" "$out" ""
	like "snt $wrong says why" "$err" .
done

run -c 'data toy spiral n=200; net mlp 8; train 2 steps'
is "lines that succeed exit with 0" "$status" 0
like "training is reported" "$out" 'step'
is "no errors" "$err" ""

run -c 'data toy spiral n=200
# a comment

net nonsense
net mlp 8'
is "a line that fails exits with 1" "$status" 1
like "the error names the line" "$err" 'line 4: '
unlike "the line after it is not run" "$out" 'mlp'

run --json -c 'data toy spiral n=200
net nonsense'
is "the same with --json" "$status" 1
like "the error is an event" "$out" \
    '^\{"event":"error","line":2,"message":".*"\}$'
is "and standard error is empty" "$err" ""

run --json -c "$(printf 'net \xff\xfe')"
check "what was typed may hold any bytes, JSON is UTF-8" \
    iconv -f UTF-8 -t UTF-16 "$scratch/out"

# meant LINE ANSWER
meant() {
	run -c "$1"
	like "$1: what may have been meant" "$err" "no such command; $2"
}
meant 'batch 64' 'did you mean `set batch N`'
meant 'lr 0.01' 'did you mean `set lr VALUE`'
meant 'sam' 'did you mean `opt sam`'
meant 'relu' 'did you mean `net add relu`'
meant 'trian 1 epochs' 'did you mean train'
meant 'foo' '`help` lists them'
run -c 'data toy spiral n=200; net mlp 8; train until test_acc>90'
is "an accuracy that there is not is no condition" "$status" 1
like "and the one that was meant is said" "$err" 'did you mean test_acc>90%\?'
run -c 'data toy spiral n=200; net mlp 8; train until test_acc>=0% and step>2'
is "while others are" "$status" 0
run -c 'help lr'
like "help knows the options of optimizers" "$out" 'of opt adam: learning rate'

cat >"$scratch/a.snt" <<-'EOF'
	data toy spiral n=200   # the comment after a line
	net mlp 8; train 2 steps
	nonsense
EOF
run "$scratch/a.snt"
is "a script exits with 1 when a line fails" "$status" 1
like "the error names file and line" "$err" 'a\.snt: line 3: nonsense'

out=$(printf 'data toy spiral n=200\nnet mlp 8\ntrain 1 steps\nquit\nx\n' |
    "$snt")
is "lines are taken from a pipe, and quit ends them" "$?" 0
like "and are run" "$out" 'step'

run --json -c 'data toy spiral n=500; net mlp 8; opt sgd lr=1e30; train 20 steps'
unlike "NaN is never printed as a number" "$out" ':-?(nan|inf)'

run --threads 1 --json -c 'get threads'
like "--threads sets the threads" "$out" '"value":"1"'

run --kernels portable -c doctor
like "--kernels chooses the loops" "$out" 'portable'

# A network that loses its last layer.
run -c 'data toy xor n=100; net add dense 2; net rm 1'
is "the last layer stays" "$status" 1
like "and how to begin anew is said" "$err" 'net clear'
run -c 'data toy xor n=100; net clear; net mlp 4; train 2 steps; net clear
    net add dense 2; step 1'
is "after net clear another one begins" "$status" 0
run -c 'data toy xor n=100; net mlp 4; run new b; net clear'
like "with other runs it is refused" "$err" 'run rm b'

# What is set for a screen belongs to whoever looks.
run -c 'set theme dark; set batch 64; history; get theme'
like "a theme can be set without a screen" "$out" 'theme dark'
like "settings are in the journal" "$out" 'set batch 64'
unlike "those of the screen are not" "$out" 'set theme'
finish
