#!/bin/bash
# The core type OpenBLAS computes for: as wide as the processor, and right.
. "${top_srcdir:-$(dirname "$0")/../..}/tests/lib.sh"

[ "$(uname -m)" = x86_64 ] || skip_all "core types of x86-64 only"
unset OPENBLAS_CORETYPE
run doctor
like "products are right here" "$out" 'BLAS products agree'
case $out in
*DYNAMIC_ARCH*) ;;
*) skip_all "this OpenBLAS has one core type" ;;
esac

core() {
	sed -n 's/.*core type //p' <<<"$out"
}

flags=$(grep -m1 '^flags' /proc/cpuinfo)
case $flags in
*avx512vl*) like "AVX-512 is used" "$(core)" 'SkylakeX|Cooperlake|Rapids' ;;
*avx2*) like "AVX2 is used" "$(core)" 'Haswell|Zen|Excavator' ;;
*) unlike "there is a core type" "$(core)" '^$' ;;
esac

OPENBLAS_CORETYPE=Prescott run doctor
is "a core type that the user asks for stays" "$(core)" Prescott

[ -z "${SNT_SANITIZE:-}" ] || finish	# sanitizers want to be loaded first
check "a wrong BLAS is built" "${CC:-cc}" -shared -fPIC -o "$scratch/wrong.so" \
    $(pkg-config --cflags openblas) "$here/shell/wrong_blas.c"
export LD_PRELOAD=$scratch/wrong.so

RIGHT_CORE=Nehalem run --json -c 'get batch'
is "with wrong kernels another core type serves" "$status" 0
like "which is told" "$err" 'computes a wrong product \(.*core type'
like "each time" "$err" 'beginning again as Nehalem'
like "and the line runs once" "$(grep -c batch <<<"$out")" '^1$'

RIGHT_CORE=none run -c 'get batch'
is "where none is right the program stops" "$status" 1
is "before it does anything" "$out" ""
like "and says what to do" "$err" 'no core type .* computes right here'
finish
