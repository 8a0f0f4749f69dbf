#!/bin/bash
# The report: one page with all there is, that asks nothing of the network.
. "$(dirname "$0")/../lib.sh"

page=$scratch/report.html

# browse OPTION...: the page in a browser without a window
browse() {
	timeout $((60 * slow)) chromium --headless --no-sandbox --disable-gpu \
	    --disable-background-networking --user-data-dir="$scratch/c" \
	    "$@" "file://$page" 2>/dev/null
}

# corner FILE: the colour of the first pixel of a PNG, which is not filtered
corner() {
	python3 - "$1" <<-EOF
		import sys, zlib
		data = open(sys.argv[1], 'rb').read()
		at, packed = 8, b''
		while at < len(data):
		    size = int.from_bytes(data[at:at + 4], 'big')
		    if data[at + 4:at + 8] == b'IDAT':
		        packed += data[at + 8:at + 8 + size]
		    at += size + 12
		print(*zlib.decompress(packed)[1:4])
	EOF
}

run -c "data toy spiral n=600; net mlp 16-16
set report 5; probe lambda every=10; train 6 epochs; train 2 epochs
note \"looks <i>flat</i>\"; prune 0.2; prune 0.5; prune 0.7; compress reset
quant 4; quant 3; compress reset; sharpness trace; sharpness spectrum
sharpness landscape points=9; sweep prune 0:0.8:0.4 from=0 every=20
sensitivity quant; run fork other; step 3; report $page"
is "a report is written" "$status" 0
like "that is said" "$out" "written to $page"
html=$(cat "$page")
for what in '<h2>Runs' '<h2>Training' '<h2>Compression' '<h2>Network' \
    '<h2>Sharpness' '<td class="t">trace</td>' "Hessian's eigenvalues" \
    'loss along a random direction' 'main: accuracy in %, pruned' \
    'one layer quantised' 'main at [0-9]+' 'training loss' 'test accuracy' 'sharpness: lambda' \
    'accuracy against pruning ratio' 'accuracy against bits' \
    'net mlp 16-16' 'prune 0.7' 'seed 1'; do
	like "it has: $what" "$html" "$what"
done
like "notes are text" "$html" '&lt;i&gt;flat'
unlike "nothing is loaded" "$html" 'https?://|<script|@import|url\(|<img|<link'
unlike "no value is NaN" "$html" '[^a-z](nan|inf)[^a-z]'
is "tags are closed" "$(grep -o '<svg' "$page" | wc -l)" \
    "$(grep -o '</svg' "$page" | wc -l)"

run -c "net mlp 8; report $scratch/none/x.html"
is "a path that cannot be written fails" "$status" 1
like "and is named" "$err" "$scratch/none/x.html"

if command -v chromium >/dev/null; then
	text=$(browse --dump-dom)
	like "a browser reads it" "$text" 'accuracy against bits'
	unlike "without a parser's error" "$text" 'parsererror'
	browse --screenshot="$scratch/light.png"
	is "it is white" "$(corner "$scratch/light.png")" '255 255 255'
	browse --blink-settings=preferredColorScheme=0 \
	    --screenshot="$scratch/dark.png"
	is "or dark, where that is preferred" \
	    "$(corner "$scratch/dark.png")" '22 22 22'
	browse --blink-settings=preferredColorScheme=0 \
	    --print-to-pdf="$scratch/page.pdf"
	check "and can be printed" grep -aq '^%PDF' "$scratch/page.pdf"
else
	note "chromium is not installed: not looked at in a browser"
fi
finish
