#!/bin/bash
# A hundred damaged copies of a session: whatever they hold, opening and
# verifying them ends in an orderly way, sends no control characters, and
# writes nothing outside of their folder.
. "$(dirname "$0")/../lib.sh"

command -v python3 >/dev/null || skip_all "no python3"
cd "$scratch" || exit 99

run -c "seed 3; data toy spiral n=300; net mlp 6-6; set hash_every 5
step 12; set lr 0.01; probe lambda every=5; step 8; run fork b; step 4
note \"looks flat\"; save $scratch/good"
is "a session" "$status" 0

mkdir damaged
python3 - <<'EOF'
import json, os, random, shutil

random.seed(7)
good = 'good'
names = ['session.json', 'journal.jsonl', 'metrics.jsonl']
names += [os.path.join('checkpoints', f)
          for f in sorted(os.listdir('good/checkpoints'))]


def lines(name):
    with open(os.path.join(good, name), 'rb') as f:
        return f.read().split(b'\n')[:-1]


def cut(data):
    return data[:random.randrange(len(data))]


def flip(data):
    data = bytearray(data)
    for _ in range(random.choice([1, 3, 30])):
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return bytes(data)


def nest(data):
    return b'{"tick":' + b'[' * 200000 + b'\n' + data


def swap(old, new):
    return lambda data: data.replace(old, new)


big = b'9' * 400
escape = b'\\u001b]0;owned\\u0007\\u001b[2J'
raw = b'\x1b[2J\x1b]0;owned\x07'
odd = [
    ('session.json', nest), ('journal.jsonl', nest), ('metrics.jsonl', nest),
    ('session.json', swap(b'"format":\t2', b'"format":\t99')),
    ('session.json', swap(b'"format":\t2', b'"format":\t-1')),
    ('session.json', swap(b'"format":\t2', b'"format":\t' + big)),
    ('session.json', swap(b'"seed":\t"3"', b'"seed":\t"' + big + b'"')),
    ('session.json', swap(b'"core":\t"', b'"core":\t"' + escape)),
    ('session.json', swap(b'"version":\t"', b'"version":\t"' + raw)),
    ('session.json', swap(b'"data":\t"', b'"data":\t"' + escape * 50)),
    ('journal.jsonl', swap(b'"tick":12', b'"tick":' + big)),
    ('journal.jsonl', swap(b'"tick":12', b'"tick":-12')),
    ('journal.jsonl', swap(b'"tick":12', b'"tick":1e308')),
    ('journal.jsonl', swap(b'"step":12', b'"step":9223372036854775807')),
    ('journal.jsonl', swap(b'step 8', b'step 1' + escape)),
    ('journal.jsonl', swap(b'looks flat', raw)),
    ('journal.jsonl', swap(b'looks flat', escape)),
    ('journal.jsonl', swap(b'run fork b', b'run fork ../../b')),
    ('journal.jsonl', swap(b'run fork b', b'run fork ' + b'b' * 9000)),
    ('journal.jsonl', swap(b'set lr 0.01', b'frobnicate ' + escape)),
    ('journal.jsonl', swap(b'"main-20', b'"../../../main-20')),
    ('journal.jsonl', swap(b'"main-20', b'"/etc/main-20')),
    ('journal.jsonl', swap(b'"run":"main"', b'"run":"../../main"')),
    ('journal.jsonl', swap(b'"run":"main"', b'"run":"' + escape + b'"')),
    ('journal.jsonl', swap(b'"hash":"', b'"hash":"' + b'f' * 5000)),
    ('journal.jsonl', swap(b'1.weight', b'w' * 3000)),
    ('journal.jsonl', swap(b'"tensors":{', b'"tensors":[')),
    ('journal.jsonl', lambda data: b'\0' * 4096 + data),
    ('journal.jsonl', lambda data: data[::-1]),
    ('journal.jsonl', lambda data: b''),
    ('metrics.jsonl', swap(b'"step":5', b'"step":' + big)),
    ('metrics.jsonl', swap(b'"run":"main"', b'"run":null')),
    ('metrics.jsonl', swap(b'"value":', b'"value":1e999,"v":')),
    ('metrics.jsonl', swap(b'"kind":"lambda"', b'"kind":' + b'[' * 5000)),
    ('metrics.jsonl', lambda data: data + b'{"event":"map","run":"main",'
        b'"step":-1e300,"kind":"quant","at":[1e999,null,"x"],'
        b'"accuracy":[[],{},1]}\n'),
    ('metrics.jsonl', lambda data: data + b'{"event":"map","run":"main",'
        b'"step":3,"kind":"prune","at":[' + b'0,' * 300000 + b'0]}\n'),
]
for i in range(100):
    folder = f'damaged/{i}'
    shutil.copytree(good, folder)
    if i < len(odd):
        name, change = odd[i]
    else:
        name = random.choice(names)
        change = random.choice([cut, flip, flip])
    path = os.path.join(folder, name)
    with open(path, 'rb') as f:
        data = f.read()
    with open(path, 'wb') as f:
        f.write(change(data))
EOF

tree() {
	find "$scratch" -path "$scratch/damaged" -prune -o -type f -print |
	    grep -vE '/(out|err|log|(tree|sums)\.[0-9])$' | sort
}
tree >tree.1
crashed= raw= judged=0
sums() {
	(cd damaged && find . -type f -print0 | sort -z | xargs -0 cksum)
}
# look NUMBER ARGUMENT...: run it; what must not happen is noted.
look() {
	local number=$1 code=0

	shift
	timeout $((20 * slow)) "$snt" --threads 1 "$@" >log 2>&1 </dev/null ||
	    code=$?
	judged=$((judged + (code == 1)))
	[ "$code" -le 1 ] || crashed="$crashed $number:$code($1)"
	! LC_ALL=C grep -qaP '[\x00-\x08\x0b-\x1f\x7f]' log ||
	    raw="$raw $number($1)"
}
sums >sums.1
for ((i = 0; i < 100; i++)); do
	look $i verify "damaged/$i"
done
found=$judged
sums >sums.2
for ((i = 0; i < 100; i++)); do
	look $i "damaged/$i" -c 'run list; session show'
done
is "none of them ends the program" "$crashed" ""
is "none of them sends control characters" "$raw" ""
is "verifying writes nothing" "$(diff sums.1 sums.2)" ""
tree >tree.2
is "nothing is written elsewhere" "$(diff tree.1 tree.2)" ""
if [ "$found" -ge 60 ]; then
	pass "most of the damage is found"
else
	fail "most of the damage is found" "$found of 100"
fi

# curves FOLDER: what is shown of it, and how much that is
curves() {
	run "$1" -c "run list; export curves $scratch/curves.csv"
	rows=$(grep -c , curves.csv)
}

# Opened and saved elsewhere it is the same session, figures and all.
curves good
all=$rows
run good -c "save $scratch/copied"
check "a copy has the figures" cmp good/metrics.jsonl copied/metrics.jsonl
run verify copied
is "and is whole" "$status $out" '0 identical, 5 hashes'

# One of a newer program is shown as far as its lines are known: what it came
# to is read, and not trained again.
cp -r good newer
sed -i 's/"format":\t2/"format":\t3/; s/"version":\t"/"version":\t"99./' \
    newer/session.json
(cd newer && find . -type f -exec cksum {} +) >sums.3
curves newer
is "a newer session is opened" "$status" 0
like "and named as such" "$out" 'format 3 by a newer program \(99\.'
like "its runs are there" "$out" 'b +step 24'
is "its figures too" "$rows" "$all"
unlike "without training" "$out" '^main +step'
run newer -c 'set lr 0.2; step 30; run list'
like "it can be gone on with, in memory" "$status $out" 'b +step 54'
run verify newer
is "but it is not judged" "$status" 1
like "and the reason is told" "$err" 'verify: .*newer program'
sed -i 's/set lr 0.01/unheard-of 0.01/' newer/journal.jsonl
curves newer
is "one with other commands is opened" "$status" 0
like "what is not known there is named" "$out" 'step 12, `unheard-of 0.01`'
like "as far as that it is played" "$out" 'main +step 12'
like "figures of later are shown" "$(tail -n 1 curves.csv)" \
    '^main,lambda,15,'
run newer -c "save $scratch/older; step 1; export curves $scratch/curves.csv"
unlike "until another way is gone" "$(cat curves.csv)" ',lambda,'
run verify older
is "what is understood can be saved" "$status $out" '0 identical, 3 hashes'
sed -i 's/unheard-of 0.01/set lr 0.01/' newer/journal.jsonl
(cd newer && find . -type f -exec cksum {} +) >sums.4
is "and nothing is written to it" "$(diff sums.3 sums.4)" ""

# One of an older format, whose hashes are of another kind: the same.
cp -r good old
sed -i 's/"format":\t2/"format":\t1/' old/session.json
sed -i 's/"chain":"../"chain":"00/' old/journal.jsonl
run old -c 'run list'
is "an older session is opened" "$status" 0
like "as far as it went" "$out" 'b +step 24'
like "and named as such" "$out" 'format 1 by an older program'
unlike "its hashes are no damage" "$out" 'chain breaks'

# A journal with a line in its middle that is none: the same.
cp -r good torn
sed -i '0,/set lr/s/^.*set lr.*$/{"tick":12,"set lr/' torn/journal.jsonl
(cd torn && find . -type f -exec cksum {} +) >sums.5
curves torn
like "a damaged session is opened" "$status $out" '^0 .*line [0-9]+: '
like "up to the damage" "$out" 'main +step 10 '
like "and its figures are shown" "$(tail -n 1 curves.csv)" '^main,lambda,15,'
(cd torn && find . -type f -exec cksum {} +) >sums.6
is "and it is left alone" "$(diff sums.5 sums.6)" ""

# Weights that were changed are not gone on with.
cp -r good flipped
for file in flipped/checkpoints/*; do
	printf '\xff' | dd of="$file" bs=1 conv=notrunc status=none \
	    seek=$(($(stat -c %s "$file") - 9))
done
run flipped -c "export weights $scratch/flipped.weights"
like "a changed checkpoint is named" "$status $out" \
    '^0 .*safetensors was changed: playing from the beginning'
run good -c "export weights $scratch/good.weights"
check "and its weights are made again" cmp good.weights flipped.weights

# Somebody else's may be looked at, and gone on with elsewhere.
if others_can_run; then
	mkdir -m 777 elsewhere
	chmod -R a+rX,a-w good
	run_as_other good -c "run list; train 1 steps; save elsewhere/copy"
	is "a session that cannot be written is opened" "$status" 0
	like "to be read" "$out" 'good cannot be written, so it is only read'
	run_as_other replay good
	unlike "which is not said of a replay" "$out" 'cannot be written'
	run verify elsewhere/copy
	is "and what came of it elsewhere verifies" "$status" 0
	chmod -R u+w good
else
	skip "a session that cannot be written is opened" "no other user"
fi
finish
