#!/bin/bash
# Makefile.am names every file: one that was forgotten would be missing from
# the build or from the release.
set -u

cd "${top_srcdir:-.}" || exit 99
count=0
failed=0

for file in src/*/*.[ch] tests/unit/*.[ch] tests/golden/*.json \
    tests/golden/*.sh tests/screen/*.sh tests/fault/*.sh include/snt/*.h \
    bench/*.c; do
	[ -e "$file" ] || continue
	# Default sources and their headers go by the name of the program.
	name=${file%.c}
	count=$((count + 1))
	if grep -qE "(^|[[:space:]])(${file}|${name})([[:space:]]|\$)" \
	    Makefile.am; then
		continue
	fi
	echo "# $file is not in Makefile.am"
	failed=$((failed + 1))
done
echo "1..1"
if [ "$failed" -eq 0 ] && [ "$count" -gt 0 ]; then
	echo "ok 1 - all $count files are listed"
else
	echo "not ok 1 - $failed of $count files are not listed"
fi
