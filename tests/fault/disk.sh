#!/bin/bash
# A full disk, by way of a limit on the size of files.
. "$(dirname "$0")/../lib.sh"

lines='data toy spiral n=500; net mlp 64-64; train 100 steps'

run -c "$lines; save $scratch/good"
is "saving succeeds while there is room" "$status" 0

# limited KILOBYTES ARGUMENT...
limited() {
	status=0
	(ulimit -f "$1" && shift && trap '' XFSZ && exec "$snt" "$@") \
	    >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
	out=$(cat "$scratch/out")
	err=$(cat "$scratch/err")
}

limited 4 -c "$lines; export weights $scratch/weights"
is "an export that does not fit fails" "$status" 1
like "and says why" "$err" 'weights: .*File too large'
check "and leaves no half file" test ! -e "$scratch/weights"

cp "$scratch/good/session.json" "$scratch/before.json"
printf 'old' >"$scratch/old"
limited 4 -c "$lines; export weights $scratch/old"
is "a file that cannot be replaced" "$(cat "$scratch/old")" old

limited 4 -c "$lines; save $scratch/full"
is "a session that does not fit fails" "$status" 1
like "and says why" "$err" 'File too large'

run verify "$scratch/good"
is "the session saved before is untouched" "$status" 0

finish
