#!/bin/bash
# Exported ONNX files: valid, and with the same predictions elsewhere. Debian's
# python3-onnx checks them; onnxruntime-web (npm) runs them, found in the
# folder of modules below the build or in $SNT_NODE_MODULES.
. "$(dirname "$0")/../lib.sh"

data=${SNT_DATA:-/usr/share/datasets/fashion-mnist}
[ -d "$data" ] || data=$(dpkg -L dataset-fashion-mnist 2>/dev/null |
    grep -m1 t10k-images | xargs -r dirname)
modules=${SNT_NODE_MODULES:-$(dirname "$snt")/onnx}
python=
for candidate in python3 /usr/bin/python3; do
	"$candidate" -c 'import onnx' 2>/dev/null && python=$candidate
done
runtime=
[ -d "$modules/node_modules/onnxruntime-web" ] && command -v node >/dev/null &&
    [ -n "$data" ] && runtime=node

[ -n "$python$runtime" ] || skip_all "NEITHER python3-onnx NOR" \
    "onnxruntime-web is installed: no ONNX file was looked at"

valid() {
	[ -n "$python" ] || return 0
	if "$python" -c 'import onnx, sys
onnx.checker.check_model(onnx.load(sys.argv[1]), full_check=True)' "$2"; then
		pass "$1 is valid"
	else
		fail "$1 is valid"
	fi
}

# same NAME FILE CSV MOST [LOGITS]
same() {
	local told code

	[ -n "$runtime" ] || return 0
	told=$(node "$here/shell/onnx_run.mjs" "$modules" "$2" "$3" "$data" \
	    200 "${@:4}" 2>&1)
	code=$?
	is "$1 predicts the same ($(tail -1 <<<"$told"))" "$code" 0
}

for network in 'mlp 30' lenet5; do
	rm -f "$scratch"/*.onnx "$scratch"/*.csv
	run -c "net $network; set batch 32; train 10 steps
export predictions $scratch/float.csv
export onnx $scratch/float.onnx
quant 8 act=8 calib_n=128
export onnx $scratch/int8.onnx
compress apply
export predictions $scratch/int8.csv"
	is "$network is exported" "$status" 0
	valid "$network" "$scratch/float.onnx"
	valid "$network in integers" "$scratch/int8.onnx"
	same "$network" "$scratch/float.onnx" "$scratch/float.csv" 0.0001 \
	    0.0001
	same "$network in integers" "$scratch/int8.onnx" \
	    "$scratch/int8.csv" 0.1
done

run -c "data toy spiral n=100; net mlp 8; export onnx $scratch/no/such/file"
is "a file that cannot be written is told" "$status" 1
finish
