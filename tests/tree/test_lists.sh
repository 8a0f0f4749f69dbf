#!/bin/bash
# Makefile.am names every file: one that was forgotten would be missing from
# the build or from the release.
set -u

cd "${top_srcdir:-.}" || exit 99
shopt -s nullglob

there=$(printf '%s\n' src/*.c src/*/*.[ch] include/snt/*.h man/*.[1-9] \
    man/*.c bench/*.[ch] bench/*.py bench/*.sh tests/*.sh tests/*/*.[ch] \
    tests/*/*.sh tests/golden/*.json tests/golden/*.py sessions/*.snt | sort)
# A program without sources of its own is named like its source.
listed=$(tr -s '[:space:]' '\n' <Makefile.am |
    sed -E '/^tests\/[a-z]+\/(test|fuzz)_[a-z_0-9]+$/s/$/.c/' | sort -u)
missing=$(comm -23 <(echo "$there") <(echo "$listed"))

echo "1..1"
if [ -z "$missing" ] && [ -n "$there" ]; then
	echo "ok 1 - all $(wc -l <<<"$there") files are listed"
else
	sed 's/^/# not in Makefile.am: /' <<<"$missing"
	echo "not ok 1 - every file is listed"
fi
