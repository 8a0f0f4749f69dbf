#!/bin/bash
# Every size, at any time, while training goes on.
. "$(dirname "$0")/lib.sh"

start 80 24
wait_for Network
command_line 'data toy spiral n=2000; net mlp 32-32; train 100000 epochs'
wait_for_pattern 'step +[0-9]{2,}'

width() {
	screen | awk '{ if (length($0) > m) m = length($0) } END { print m }'
}
wide() {
	[ "$(width)" -gt 150 ]
}

resize 200 60
check "200x60 uses the width" poll 10 wide
for title in Network Loss Sharpness Compression Runs Log; do
	sees "200x60 has a panel $title" "$title"
done
resize 300 100
sees "300x100" Compression
resize 20 5
sees_pattern "too small: says what it needs" '80 ?[x×] ?24|small'
resize 1 1
resize 80 24
sees "and comes back" Compression

RANDOM=1
for ((i = 0; i < 60; i++)); do
	resize $((RANDOM % 220 + 1)) $((RANDOM % 70 + 1))
done
resize 80 24
sees "it survives sixty sizes in a row" Compression
check "the program runs" kill -0 "$(program)"

step() {
	screen | grep -oE 'step +[0-9]+' | tail -n 1 | grep -oE '[0-9]+'
}
moved() {
	[ "$(step)" -gt "$1" ]
}
wait_for_pattern 'step +[0-9]+'
check "and trains" poll 10 moved "$(step)"
command_line quit
exits "leaves with 0" 0
is "nothing was printed on standard error" "$(cat "$scratch/err")" ""
finish
