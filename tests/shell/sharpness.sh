#!/bin/bash
# Measures that answer with more than a number; layers and runs in turn.
. "$(dirname "$0")/../lib.sh"

begin='data toy spiral n=300; net mlp 8-8; train 20 steps'

run --json -c "$begin; sharpness lambda k=3"
is "lambda k=3 succeeds" "$status" 0
like "three values" "$out" '"values":\[[0-9.]+,[0-9.]+,[0-9.]+\]'

run --json -c "$begin; sharpness sam layer=all"
is "one event for each layer with parameters" \
	"$(grep -o '"layer":[0-9a-z]*' <<<"$out" | tr '\n' ' ')" \
	'"layer":1 "layer":3 "layer":5 '

# Each layer has a curve of its own: in files, in answers, after a fork, in an
# opened session, and where old steps are asked.
layers='lambda_layer1 lambda_layer3 lambda_layer5 '
cd "$scratch" || exit 1
named() {
	cut -d, -f1,2 "$1" | grep "^$2,lambda" | sort -u | cut -d, -f2 |
	    tr '\n' ' '
}
run --json -c "data toy spiral n=300; net mlp 8-8
probe lambda layer=all every=10; train 20 steps; export curves curves.csv
run fork b; export curves forked.csv; save layers; curves"
is "layers have curves in files" "$(named curves.csv main)" "$layers"
is "of so many points" "$(grep -c lambda_layer3 curves.csv)" 2
like "their values are read" "$out" '"lambda_layer3":[0-9.]+'
is "a fork has them too" "$(named forked.csv b)" "$layers"
run --json -c "open layers; export curves opened.csv"
is "and an opened session" "$(named opened.csv main)" "$layers"
run --json -c "$begin; probe sam layer=3 from=0 to=20 every=10
export curves past.csv"
is "old steps can be asked" "$(grep -c sam_layer3 past.csv)" 3
run --plain -c "$begin; probe sam layer=3; probe lambda layer=all; probe"
like "a list of probes names layers" "$out" \
    'probe lambda layer=all every 100 steps'

run --json -c "$begin; sharpness landscape dim=2 points=3"
like "a landscape's grid has a list a row" "$out" \
    '"dim":2,"at":\[-1,0,1\],"losses":\[(\[[^]]*\],){2}\['

run --plain -c "$begin; sharpness spectrum"
like "the spectrum is drawn at the prompt" "$out" 'density \(log scale\)'

run --json -c "$begin; run twin b snt on; train 5 steps
sharpness landscape points=3 runs=all"
is "runs=all measures each run" \
	"$(grep '"sharpness"' <<<"$out" | grep -o '"run":"[a-z]*"' | tr '\n' ' ')" \
	'"run":"main" "run":"b" '

run --json -c "$begin; probe sam runs=all"
is "probes refuse runs=all" "$status" 1
like "and say why" "$err$out" 'runs=all belongs to'

run --json -c "$begin; snt on expand; train 5 steps
sharpness lambda space=both layer=all"
is "a transformed run is measured in w, then in theta" \
	"$(grep -o '"layer":[0-9a-z]*,"space":"[a-z]*"' <<<"$out" | tr '\n' ' ')" \
	"$(printf '"layer":%d,"space":"w" ' 1 3 5
	printf '"layer":%d,"space":"theta" ' 1 3 5)"
run --plain -c "$begin; snt on expand; sharpness sam space=theta"
like "and says which may be compared" "$out" 'by those in w alone'
run -c "$begin; sharpness sam space=theta"
like "a plain run has no factors" "$err$out" 'run main has no transform'
run -c "$begin; snt on; sharpness landscape space=theta"
like "nor a landscape of them" "$err$out" 'a landscape is along filters'

# What merging branches of a convolution would change, told before it is done.
awk 'BEGIN { for (i = 0; i < 60; i++) { printf "%d", i % 2
	for (k = 0; k < 36; k++) printf ",%d", (i * 7 + k * 13 + i * k) % 17
	print "" } }' >images.csv
for kind in rep rep-qa; do
	run --json -c "data csv images.csv label=0 shape=1x6x6; net clear
net add conv 4 k=3 pad=1; net add relu; net add flatten; net add dense 2
net branch $kind; train 5 steps; snt check"
	like "$kind is checked too" "$out" \
		'"max_abs_diff":0,"ulps":0,.*"merged_ulps":[0-9.]+,"merged_flips":0'
done
finish
