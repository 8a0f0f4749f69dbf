#!/bin/bash
# Keys and sliders while all processors train: how long they take is printed.
. "$(dirname "$0")/lib.sh"

[ -z "${SNT_SANITIZE:-}" ] || skip_all "not with sanitizers"
[ -d "${SNT_DATA:-/usr/share/datasets/fashion-mnist}" ] ||
    skip_all "fashion-mnist is not installed"

# within WHAT DESCRIPTION MILLISECONDS
within() {
	local figures median most slowest

	figures=$("${builddir:-$top/build}/tests/screen/latency" "$1" \
	    "$snt" 2>&1)
	if ! read -r median most slowest <<<"$figures" ||
	    [[ ! $slowest =~ ^[0-9.]+$ ]]; then
		fail "$2 are answered" "$figures"
		return
	fi
	note "$2: $median ms (median), $most ms (95th percentile)," \
	    "$slowest ms (slowest)"
	check "95% of $2 are answered within $3 ms" test "${most%.*}" -lt "$3"
}

# costs ROWS COLUMNS BYTES: at most so many a second, and 3% of a processor
costs() {
	local bytes share

	if ! read -r bytes share < <("${builddir:-$top/build}/tests/screen/traffic" \
	    "$snt" "$1" "$2" 2>&1) || [[ ! $share =~ ^[0-9.]+$ ]]; then
		fail "the screen of $2x$1 trains" "$bytes $share"
		return
	fi
	note "$2x$1 while training: $bytes bytes/s, $share% of a processor"
	check "$2x$1 takes at most $3 bytes a second" test "$bytes" -le "$3"
	check "and at most 3% of a processor" test "${share%.*}" -lt 3
}

costs 24 80 4096
costs 60 200 10240
within keys "keys" 50
within slider "notches of a slider" 200
finish
