#!/bin/bash
# Data sets from files: CIFAR-10, CSV, numpy archives; good ones and bad ones.
. "$(dirname "$0")/../lib.sh"

cd "$scratch" || exit 99

# record LABEL: 1 + 3072 bytes of CIFAR-10
record() {
	printf "\\x$(printf %02x "$1")"
	head -c 3072 /dev/zero | tr '\0' "\\$(printf %03o $((40 * $1 + 20)))"
}
mkdir cifar
for batch in data_batch_{1..5} test_batch; do
	for label in 0 1 2 3 4 5; do
		record "$label"
	done >"cifar/$batch.bin"
done
run --json -c 'data cifar10 cifar; net mlp 8; opt adam lr=0.01; train 60 epochs'
is "CIFAR-10 is read" "$status" 0
like "with its shape" "$out" \
    '"name":"cifar10","shape":"3x32x32","classes":10,"train":30,"validation":0,"test":6'
like "and learned" "$out" '"split":"test".*"accuracy":1[,}]'
head -c 5000 cifar/data_batch_3.bin >cut && mv cut cifar/data_batch_3.bin
run -c 'data toy xor; data cifar10 cifar'
is "a cut batch is refused" "$status" 1
like "by name" "$err" 'data_batch_3.bin: 5000 bytes are no whole number'

for i in {1..60}; do
	echo "$((i % 2 * 10 + i % 3)),$i,$((i % 2)).5,$([ $((i % 2)) = 1 ] && echo '"odd, really"' || echo even)"
done >rows.csv
(echo 'size,"a number",other,kind' && cat rows.csv) >header.csv
for words in 'rows.csv' 'header.csv' 'header.csv label=kind' \
    'header.csv label=4' 'rows.csv test=rows.csv'; do
	run --json -c "data csv $words; net mlp 16; opt adam lr=0.03
	train 40 epochs"
	is "csv $words is read" "$status" 0
	like "csv $words has its classes" "$out" '"shape":"3","classes":2'
	like "csv $words is learned" "$out" '"split":"test".*"accuracy":1[,}]'
done
run --json -c 'data csv header.csv images=20 validation=0.5'
like "a part of it, and a validation split" "$out" \
    '"train":10,"validation":10'

# bad TEXT PATTERN
bad() {
	printf '%b' "$1" >bad.csv
	run -c 'data toy xor; data csv bad.csv'
	is "csv refused: $2" "$status" 1
	like "csv: $2" "$err" "bad.csv: .*$2"
}
bad '' 'no rows'
bad 'a,b\n' 'no rows'
bad '1,2,x\n3,4\n' 'row 2, column 3: fewer columns'
bad '1,2,x\n3,4,5,6\n' 'row 2, column 4: more columns'
bad '1,2,x\n3,nan,x\n' 'row 2, column 2: not a number: nan'
bad '1,2,x\n3,,x\n' 'row 2, column 2: not a number'
bad 'x\ny\n' 'one column only'
run -c 'data csv header.csv label=nosuch'
like "an unknown column" "$err" 'header.csv: no column nosuch'
run -c 'data csv rows.csv test=nosuch.csv'
like "a missing test file" "$err" 'nosuch.csv: No such file'

# array NAME TYPE SHAPE DATA: a .npy file
array() {
	local header="{'descr': '$2', 'fortran_order': False, 'shape': ($3), }"

	printf '\223NUMPY\001\000'
	printf "\\x$(printf %02x ${#header})\\x00%s" "$header"
	printf '%b' "$4"
}
if command -v zip >/dev/null; then
	pixels=''
	labels=''
	for i in {1..12}; do
		pixels+=$([ $((i % 2)) = 1 ] && printf '\\x10\\x20\\x30\\x40' ||
		    printf '\\xf0\\xe0\\xd0\\xc0')
		labels+="\\x0$((i % 2))"
	done
	array x '|u1' '12, 2, 2' "$pixels" >x_train.npy
	array y '|u1' '12,' "$labels" >y_train.npy
	zip -q good.npz x_train.npy y_train.npy
	run --json -c 'data npz good.npz; net mlp 8; opt adam lr=0.03; train 100 epochs'
	is "an archive of arrays is read" "$status" 0
	like "with its shape" "$out" '"shape":"1x2x2","classes":2,"train":10'
	like "and learned" "$out" '"split":"test".*"accuracy":1[,}]'
	array x '|u1' '13, 2, 2' "$pixels" >x_train.npy
	zip -q short.npz x_train.npy y_train.npy
	run -c 'data npz short.npz'
	like "too few numbers" "$err" 'x_train.npy: 48 bytes of numbers'
	array x '>f4' '12, 1' "$pixels" >x_train.npy
	zip -q kind.npz x_train.npy y_train.npy
	run -c 'data npz kind.npz'
	like "numbers of another kind" "$err" 'x_train.npy: numbers of another'
	zip -q none.npz x_train.npy
	run -c 'data npz none.npz'
	is "no labels" "$status" 1
else
	note "zip is not installed: numpy archives are not tested here"
fi
run -c 'data npz rows.csv'
like "no archive" "$err" 'rows.csv: .*[Zz]ip'
finish
