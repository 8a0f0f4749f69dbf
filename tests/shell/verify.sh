#!/bin/bash
# Verifying what was recorded with other kernels, our own and those of BLAS.
. "$(dirname "$0")/../lib.sh"

# Small images of noise, with labels.
awk 'BEGIN {
	srand(1)
	for (i = 0; i < 400; i++) {
		printf "%d", i % 4
		for (j = 0; j < 64; j++)
			printf ",%.3f", rand() + (j % 4 == i % 4)
		print ""
	}
}' >"$scratch/images.csv"

images="seed 3; data csv $scratch/images.csv label=1 shape=1x8x8; set batch 50"
for net in resnet20 mobilenet vit; do
	run --kernels portable -c "$images; net $net; step 3; sharpness lambda
	    save $scratch/$net"
	for kernels in avx2 avx512; do
		run --kernels $kernels --json verify "$scratch/$net"
		case $err in
		*--kernels*)
			echo "# this processor has no $kernels"
			continue
			;;
		esac
		like "$net with portable loops is the same with $kernels" \
		    "$out" '"ok":true,"exact":true'
	done
done

[ "$(uname -m)" = x86_64 ] || skip_all "core types of x86-64 only"

session='seed 3; data toy spiral n=2000; net mlp 64-64; train 10 epochs'
export OPENBLAS_CORETYPE=Nehalem
run -c "$session; save $scratch/session"
grep -q Nehalem "$scratch/session/session.json" ||
    skip_all "this BLAS has one core type"
export OPENBLAS_CORETYPE=Prescott
run --json verify "$scratch/session"
is "it begins again as the recorded core type" "$status" 0
like "with the same bits" "$out" '"ok":true,"exact":true,.*"hashes":2'
like "and says so" "$err" 'recorded with the OpenBLAS core type Nehalem'

sed -i 's/Nehalem/Elbrus/' "$scratch/session/session.json"
run --json verify "$scratch/session"
like "one that cannot be is not taken for the same" "$out" \
    '"exact":(false,.*core type Elbrus|true)'
is "as long as it is near" "$status" 0
sed -i '/"cmd"/s/10 epochs/9 epochs/' "$scratch/session/journal.jsonl"
run --json verify "$scratch/session"
is "a changed journal is found all the same" "$status" 1
like "with the place" "$out" 'the journal was changed at entry'
finish
