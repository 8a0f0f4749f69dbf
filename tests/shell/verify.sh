#!/bin/bash
# Verifying what was recorded with other kernels of BLAS.
. "$(dirname "$0")/../lib.sh"

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
