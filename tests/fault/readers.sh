#!/bin/bash
# CSV, CIFAR-10, npz and PNG: whole ones are read, damaged ones are refused
# with file and reason.
. "$(dirname "$0")/../lib.sh"

cd "$scratch" || exit 99

# taken DESCRIPTION WORDS PATTERN
taken() {
	run --json -c "data $2; net mlp 4; train 2 steps"
	is "$1: read and trained on" "$status" 0
}

# refused DESCRIPTION WORDS PATTERN
refused() {
	run -c "data toy spiral n=300
data $2"
	is "$1: refused" "$status" 1
	like "$1: says why" "$err" "$3"
}

{ echo 'a,b,kind'
for ((i = 0; i < 30; i++)); do
	echo "$i,$((i * i % 7)).5,$([ $((i % 2)) = 0 ] && echo cat || echo dog)"
done; } >good.csv
taken "a CSV with header" "csv good.csv label=kind"
tail -n +2 good.csv >bare.csv
taken "one without" "csv bare.csv label=3"
taken "shaped, with a test file" \
    "csv good.csv label=kind test=good.csv shape=1x1x2"
refused "no such column" "csv good.csv label=colour" 'good.csv: no column'
{ cat good.csv; echo 'nan,1,cat'; } >nan.csv
refused "NaN" "csv nan.csv label=kind" 'nan.csv, line 32, column 1'
{ cat good.csv; echo '1,cat'; } >short.csv
refused "a short row" "csv short.csv label=kind" 'short.csv, line 32: 2 col'
{ tail -n +2 good.csv; echo '1,2,1.5'; } >real.csv
refused "a label 1.5" "csv real.csv label=3" 'real.csv, line 31: label 1.5'
head -1 good.csv >none.csv
refused "no rows" "csv none.csv label=kind" 'none.csv: no rows'
refused "a wrong shape" "csv good.csv label=kind shape=1x3x3" 'shape=1x3x3'

mkdir cifar
for name in data_batch_{1..5} test_batch; do
	for label in 1 9; do
		printf "\\x$label"
		head -c 3072 /dev/urandom
	done >cifar/$name.bin
done
taken "CIFAR-10" "cifar10 cifar"
echo >>cifar/data_batch_3.bin
refused "a ragged batch" "cifar10 cifar" 'data_batch_3.bin: 6147 bytes'
{ printf '\x0a'; head -c 3072 /dev/zero; } >cifar/data_batch_3.bin
refused "a label too large" "cifar10 cifar" 'record 1 has label 10'
rm cifar/data_batch_3.bin
refused "a missing batch" "cifar10 cifar" 'data_batch_3.bin: No such'

if command -v python3 >/dev/null; then
	python3 - <<'EOF'
import os, struct, zipfile, zlib

def npy(descr, shape, data):
    head = "{'descr': '%s', 'fortran_order': False, 'shape': %s, }" % (
        descr, shape)
    head = head.ljust(117) + '\n'
    return b'\x93NUMPY\x01\x00' + struct.pack('<H', len(head)) + \
        head.encode() + data

def npz(name, x, y):
    with zipfile.ZipFile(name, 'w', zipfile.ZIP_DEFLATED) as z:
        z.writestr('x_train.npy', x)
        z.writestr('y_train.npy', y)

x = npy('|u1', (12, 3, 5, 5), bytes(i % 251 for i in range(900)))
y = npy('<i8', (12,), b''.join(struct.pack('<q', i % 3) for i in range(12)))
npz('good.npz', x, y)
open('x.npy', 'wb').write(x)
open('y.npy', 'wb').write(y)
open('cut.npy', 'wb').write(x[:-1])
open('type.npy', 'wb').write(b"\x93NUMPY\x01\x00\x0b\x00{'descr': '")
npz('cut.npz', x[:-1], y)
npz('fewer.npz', x, npy('<i8', (11,), bytes(88)))
npz('nan.npz', npy('<f4', (12, 2), struct.pack('<24f', *([0.] * 5 +
    [float('nan')] + [1.] * 18))), y)
npz('minus.npz', x, npy('<i8', (12,), b'\xff' * 96))
npz('magic.npz', b'numpy' + x, y)
npz('huge.npz', npy('|u1', (2**40, 2**40), b''), y)

def png(name, w, h, value):
    def chunk(kind, data):
        return struct.pack('>I', len(data)) + kind + data + \
            struct.pack('>I', zlib.crc32(kind + data))
    with open(name, 'wb') as f:
        f.write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack(
            '>IIBBBBB', w, h, 8, 0, 0, 0, 0)) + chunk(b'IDAT', zlib.compress(
            (b'\0' + bytes([value]) * w) * h)) + chunk(b'IEND', b''))

for kind in 'ab':
    os.makedirs('png/' + kind)
    for i in range(6):
        png('png/%s/%d.png' % (kind, i), 4, 4, i * 20)
EOF
	taken "an npz" "npz good.npz"
	refused "too little data" "npz cut.npz" 'x_train: 899 bytes'
	refused "fewer labels" "npz fewer.npz" '12 samples.*11 labels'
	refused "NaN in an npz" "npz nan.npz" 'value 1 of sample 2'
	refused "a negative label" "npz minus.npz" 'label 0 is -1'
	refused "a wrong magic" "npz magic.npz" 'not an .npy'
	refused "a shape too large" "npz huge.npz" 'claims more'
	refused "no archive" "npz good.csv" 'not an .npz'
	taken "two .npy files, augmented" "npy x.npy y.npy shift=1 flip=on"
	taken "four of them" "npy x.npy y.npy x.npy y.npy"
	refused "a cut one" "npy cut.npy y.npy" 'cut.npy: 899 bytes'
	refused "one cut in its type" "npy type.npy y.npy" 'type.npy: elem'
	refused "a missing one" "npy x.npy none.npy" 'none.npy: '
	refused "three of them" "npy x.npy y.npy x.npy" 'usage: data npy'
	taken "PNG folders" "png png"
	head -c 50 png/a/3.png >png/a/cut.png
	refused "a cut PNG" "png png" 'cut.png: '
	rm png/a/*.png png/b/*.png
	refused "no images" "png png" 'no PNG images'
fi
finish
