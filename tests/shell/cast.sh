#!/bin/bash
# The screen as text, and the session as a film of it.
. "$(dirname "$0")/../lib.sh"

run -c "seed 3; data toy spiral n=900; net mlp 16-16; opt adam lr=0.01
step 120; set lr 0.02; run fork other; step 60
screen dump $scratch/small; screen dump $scratch/large 120x40
export cast $scratch/film seconds=4; screen dump $scratch/x 80x"
is "a size that is none is refused" "$status" 1
like "and said" "$err" '80x: COLUMNSxROWS'
is "the screen has its size" "$(wc -l <"$scratch/small")" 24
is "or the one asked for" "$(wc -l <"$scratch/large")" 40
like "with the panels" "$(cat "$scratch/small")" '┌ Network.*┌ Loss'
like "and the state" "$(head -1 "$scratch/small")" 'other .*step 180'
like "the film has a header" "$(head -1 "$scratch/film")" \
    '^\{"version":2,"width":80,"height":24,'
command -v python3 >/dev/null || { finish; }
check "and events in order, each a list of three" python3 - "$scratch/film" <<'END'
import json, sys
lines = open(sys.argv[1]).read().splitlines()
before = 0
assert len(lines) > 20
for line in lines[1:]:
    time, kind, data = json.loads(line)
    assert kind == "o" and time >= before and isinstance(data, str)
    before = time
assert before > 4
END
check "which end with the screen as it is" python3 - "$scratch/film" "$scratch/small" <<'END'
import json, re, sys
rows = [""] * 24
for line in open(sys.argv[1]).read().splitlines()[1:]:
    data = json.loads(line)[2]
    for row, text in re.findall(r"\x1b\[(\d+);1H\x1b\[2K((?:(?!\x1b\[\d+;1H).)*)",
                                data, re.S):
        rows[int(row) - 1] = re.sub(r"\x1b\[[0-9;]*m", "", text).rstrip()
want = open(sys.argv[2]).read().splitlines()
same = [a for a, b in zip(rows, want) if a == b.rstrip()]
assert len(same) >= 20, "\n".join(rows)
END
finish
