#!/bin/bash
# The first minute: the panels at 80x24, help, the prompt, leaving.
. "$(dirname "$0")/lib.sh"

start 80 24
for title in Network Loss Sharpness Compression Runs Log; do
	sees "80x24 has a panel $title" "$title"
done
is "24 lines are drawn" "$(screen | wc -l)" 24
check "no line is wider than the screen" \
    test "$(screen | wc -L)" -le 80

keys '?'
sees_pattern "? opens help" '[Hh]elp'
sees "and it lists commands" "train"
keys Escape
sees "Escape closes it" "Compression"

keys :
type_text 'data toy spiral n=500'
sees ": focuses the prompt" 'data toy spiral n=500'
keys Enter
sees_pattern "and Enter runs the line" 'spiral'
type_text 'net mlp 16-16'
keys Enter
sees "a network shows its layers" 'relu'
keys Escape

keys z
loses "z zooms the panel to the whole screen" 'Compression'
keys z
sees "and back" 'Compression'

keys Tab
keys :
type_text 'nonsense'
keys Enter
sees_pattern "a line that fails says so" 'nonsense: no such command'
keys Escape

keys q
exits "q leaves, with 0" 0
is "nothing was printed on standard error" "$(cat "$scratch/err")" ""
finish
