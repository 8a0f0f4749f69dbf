#!/bin/bash
# Data files that are not what they should be: refused with file and reason,
# and the data from before stay.
. "$(dirname "$0")/../lib.sh"

# idx FILE MAGIC COUNT [ROWS COLUMNS]: a header, big-endian
word() {
	# shellcheck disable=SC2059
	printf "$(printf '\\x%02x\\x%02x\\x%02x\\x%02x' $(($1 >> 24 & 255)) \
	    $(($1 >> 16 & 255)) $(($1 >> 8 & 255)) $(($1 & 255)))"
}

images() {
	local count=$1

	word 0x803
	word "$count"
	word 4
	word 4
	head -c $((count * 16)) /dev/urandom
}

labels() {
	word 0x801
	word "$1"
	for ((i = 0; i < $1; i++)); do
		printf "\\x$((i % 2))"
	done
}

cd "$scratch" || exit 99
images 20 >images
labels 20 >labels

run -c "data idx images labels; net mlp 4; train 1 epochs"
is "whole files are read" "$status" 0

gzip -k images labels 2>/dev/null
run -c "data idx images.gz labels.gz"
is "and compressed ones" "$status" 0

# refused DESCRIPTION IMAGES LABELS PATTERN
refused() {
	run -c "data toy spiral n=300
data idx $2 $3"
	is "$1: refused" "$status" 1
	like "$1: says why" "$err" "$4"
}

head -c 100 images >short
refused "a truncated file" short labels 'short: '
{ cat images; echo more; } >long
refused "a file with more than it says" long labels 'long: '
{ word 0x999; tail -c +5 images; } >magic
refused "a wrong magic number" magic labels 'magic: '
labels 19 >fewer
refused "fewer labels than images" images fewer '(images|fewer).*(19|20)'
refused "a missing file" nothing labels 'nothing: No such file'
: >empty
refused "an empty file" empty labels 'empty: '
head -c 60 images.gz >cut.gz
refused "a truncated compressed file" cut.gz labels 'cut.gz: '
refused "a folder" . labels '\.: '
{ word 0x803; word 0x7fffffff; word 0x7fffffff; word 0x7fffffff; } >huge
refused "a header that promises too much" huge labels 'huge: '

finish
