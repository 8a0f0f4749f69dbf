#!/bin/bash
# The report: one page with all there is, that asks nothing of the network.
. "$(dirname "$0")/../lib.sh"

page=$scratch/report.html
run -c "data toy spiral n=600; net mlp 16-16
set report 5; probe lambda every=10; train 6 epochs; train 2 epochs
note \"looks <i>flat</i>\"; prune 0.2; prune 0.5; prune 0.7; compress reset
quant 4; quant 3; report $page"
is "a report is written" "$status" 0
like "that is said" "$out" "written to $page"
html=$(cat "$page")
for what in '<h2>Runs' '<h2>Training' '<h2>Compression' '<h2>Network' \
    'training loss' 'test accuracy' 'sharpness: lambda' \
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
	text=$(timeout 60 chromium --headless --no-sandbox --disable-gpu \
	    --disable-background-networking --user-data-dir="$scratch/c" \
	    --dump-dom "file://$page" 2>/dev/null)
	like "a browser reads it" "$text" 'accuracy against bits'
	unlike "without a parser's error" "$text" 'parsererror'
else
	note "chromium is not installed: not looked at in a browser"
fi
finish
