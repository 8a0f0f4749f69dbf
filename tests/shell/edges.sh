#!/bin/bash
# Compression where there is nothing left, nothing to tell apart, or nothing
# that could be right: done, or told; and weights as numpy has them.
. "$(dirname "$0")/../lib.sh"

python=
for candidate in python3 /usr/bin/python3; do
	"$candidate" -c 'import numpy' 2>/dev/null && python=$candidate
done
toy='data toy spiral n=200; net mlp 8-6'
all='prune .5; quant 3; quant 2 act=4; quant 3 scheme=affine per=tensor
quant 2 scheme=codebook; quant 3 rounding=gptq; quant 3 rounding=adaround
prune .5 method=obs; prune 2:4; quant 3 equalise=on; diagnose n=100'

for how in magnitude random wanda obs neurons; do
	run --json -c "$toy; prune 1 method=$how; quant 4 act=8
export packed $scratch/all.packed; net load $scratch/all.packed; eval"
	is "everything pruned by $how" "$status" 0
	unlike "$how says no NaN" "$out" 'nan|inf'
done
like 'all is zero' "$(run --json -c "$toy; prune 1"; echo "$out")" \
    '"zeros":76,'

run -c 'data toy spiral n=200; net add dense 2; train 1 epochs; prune .9
quant 3 act=4; prune .5 method=obs; sensitivity quant; sensitivity prune
compress show layers; diagnose n=100'
is 'a network of one layer' "$status" 0
run -c 'data toy spiral n=200; net add dense 2; prune .5 method=neurons'
is 'whose last neurons stay' "$status" 1
like 'as is told' "$err" 'nothing that this method could take out'

run -c "$toy; prune .5 bn=reestimate; quant 4 bias_correction=on equalise=on"
is 'without batch norm' "$status" 0
run -c "$toy; quant 4 act=4 calib_n=0"
like 'no images to calibrate on' "$err" 'calib_n=0: must be between 1'
run -c "$toy; prune .5 method=obs calib_n=0"
like 'nor to prune by' "$err" 'calib_n=0: must be between 1'

run -c "$toy; prune 1 layer=3; compress apply; $all"
is 'a layer of zeros' "$status" 0
unlike 'gives no NaN' "$out" 'nan|inf'

run -c "$toy; train 1 epochs; export weights $scratch/w.npz
export predictions $scratch/1.csv; net load $scratch/w.npz
export predictions $scratch/2.csv"
is 'weights for numpy' "$status" 0
check 'read back predict the same' cmp "$scratch/1.csv" "$scratch/2.csv"

unlike 'whose name says what they are' "$out" 'format'
run -c "$toy; export weights $scratch/w.xyz"
like 'the format is told where the name does not' "$out" \
    'w.xyz is in the format safetensors'
run -c "$toy; quant 4 budget=3"
like 'bits or a budget' "$err" '4: either bits, or budget=3, which chooses'

head -c 900 "$scratch/w.npz" >"$scratch/cut.npz"
run -c "$toy; net load $scratch/cut.npz"
is 'half an archive is refused' "$status" 1
like 'by its name' "$err" 'cut\.npz'

if [ -n "$python" ]; then
	# change NEW.npz STATEMENT: with the weights as w
	change() {
		"$python" - "$scratch/w.npz" "$1" "$2" <<-'END'
			import numpy, sys
			w = dict(numpy.load(sys.argv[1]))
			exec(sys.argv[3])
			numpy.savez(sys.argv[2], **w)
		END
	}
	check 'numpy reads and writes them' change "$scratch/same.npz" \
	    'assert w["1.weight"].shape == (8, 2)'
	run -c "$toy; net load $scratch/same.npz
export predictions $scratch/3.csv"
	check 'and nothing has changed' cmp "$scratch/1.csv" "$scratch/3.csv"
	change "$scratch/equal.npz" 'w["1.weight"][:] = 0.25'
	run -c "$toy; net load $scratch/equal.npz; $all"
	is 'a layer of equal weights' "$status" 0
	unlike 'gives no NaN either' "$out" 'nan|inf'
	change "$scratch/nan.npz" 'w["1.weight"][1, 0] = numpy.nan'
	for line in 'prune .5' 'prune .5 method=obs' 'quant 4' \
	    "export packed $scratch/p" 'sensitivity quant'; do
		run -c "$toy; net load $scratch/nan.npz; $line"
		is "a weight that is not a number: $line" "$status" 1
		like 'is named' "$err" '1.weight: entry 2 is not a number'
	done
	change "$scratch/few.npz" 'w["1.weight"] = w["1.weight"][:, :1]'
	run -c "$toy; net load $scratch/few.npz"
	like 'too few numbers are refused' "$err" '1.weight: 8 numbers, not 16'
fi

run -c "$toy; prune .5 bn=reestimate"
is 'a network without batch norm' "$status" 0
like 'has nothing to estimate, which is told' "$out" \
    'bn=reestimate: run main has no batch norm'

run -c "$toy; quant 4 bn=reestimate"
like 'nor when quantised' "$out" 'bn=reestimate: run main has no batch norm'
run -c "$toy; quant 4 bn=reestimate per=tensor"
is 'one scale cannot follow each channel' "$status" 1
like 'which is told' "$err" 'not per=tensor'
run -c "$toy; quant 4 bn=reestimate equalise=on"
is 'nor can ranges be shared' "$status" 1
like 'by name' "$err" 'undo equalise=on'
run -c "$toy; quant 4 bn=reestimate bias_correction=on"
is 'nor biases be corrected' "$status" 1
like 'by name too' "$err" 'undo bias_correction=on'
run -c "$toy; net add bn at=2; train 20; quant 2 bn=reestimate"
like 'the result tells of it' "$out" 'quant 2 bits \(batch norm estimated anew\)'

# Steps behind noise say nothing of the network.
run --json -c "$toy; snt on; set report 1; train 9 steps"
is 'a step in eight has no loss' "$(grep '"event":"train"' <<<"$out" |
    grep -o '"step":[0-9]*,.*"loss":null' | grep -o '"step":[0-9]*')" '"step":5'
run --json -c "$toy; snt on ws noise=0.1 every=1; set report 1; train 9 steps"
unlike 'unless all are behind noise' "$out" '"loss":null'
run -c 'net resnet20; snt on ws noise=0.1 every=1'
like 'which batch norm cannot do without' "$out" 'every=1 leaves no step'
run -c 'net resnet20; snt on ws noise=0.1 every=2'
unlike 'and needs no more of' "$out" 'leaves no step'
run -c 'net resnet20; snt on ws every=1'
unlike 'nor where there is no noise' "$out" 'leaves no step'
run -c "$toy; snt on; set report 1; train 5 steps"
like 'and its line says why' "$out" 'step 5 .*behind noise, so no loss'

run --json -c "data toy spiral n=500; net mlp 300-300; prune 0.99"
is 'a network that is nearly all zeros' "$status" 0
like 'is timed without them' "$out" '"prune":0.99.*"ms_sparse":[0-9]'

finish
