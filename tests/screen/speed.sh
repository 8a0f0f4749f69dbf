#!/bin/bash
# Keys while all processors train: the 95th percentile is printed.
. "$(dirname "$0")/lib.sh"

[ -z "${SNT_SANITIZE:-}" ] || skip_all "not with sanitizers"

figures=$("${builddir:-$top/build}/tests/screen/latency" "$snt" 2>&1)
if read -r median most slowest <<<"$figures" && [ -n "${slowest:-}" ]; then
	note "a key is on the screen after $median ms (median), $most ms" \
	    "(95th percentile), $slowest ms (slowest of 100)"
	check "95 of 100 keys are answered within 50 ms" \
	    test "${most%.*}" -lt 50
else
	fail "keys are answered" "$figures"
fi
finish
