#!/bin/bash
# The first five minutes by keys alone, and whether the pictures of them in
# snt-screen(7) are those of today's screen: figures and curves may differ,
# words and frames may not.
. "$(dirname "$0")/lib.sh"

[ -z "${SNT_SANITIZE:-}" ] || skip_all "not with sanitizers"
[ -d "${SNT_DATA:-/usr/share/datasets/fashion-mnist}" ] ||
    skip_all "fashion-mnist is not installed"

"$top/man/make_pictures.sh" "$top" \
    "${builddir:-$top/build}/tests/screen/press" \
    >"$scratch/now" 2>"$scratch/err"
is "the walk comes to its end" "$?" 0
[ ! -s "$scratch/err" ] || sed 's/^/# /' "$scratch/err"

# The log's newest line and the third row of figures depend on how long things
# took.
structure() {
	sed -E -e '/^ Log /d' -e 's,[0-9.]+[kM]?B 1/.*,,' "$1" |
	    grep -oE '[A-Za-z]{3,}|[┌┐└┘]+' | grep -v -x -E 'step|test'
}
structure "$top/man/snt-screen.7" >"$scratch/kept.words"
structure "$scratch/now" >"$scratch/now.words"
if cmp -s "$scratch/kept.words" "$scratch/now.words"; then
	pass "the pictures of the manual show this screen"
else
	fail "the pictures of the manual show this screen" \
	    "\`make pictures\` makes them again"
	diff "$scratch/kept.words" "$scratch/now.words" | head -20 |
	    sed 's/^/# /'
fi
finish
