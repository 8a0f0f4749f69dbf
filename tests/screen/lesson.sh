#!/bin/bash
# Every lesson from its first page to its end, by keys alone.
. "$(dirname "$0")/lib.sh"

[ -d "${SNT_DATA:-/usr/share/datasets/fashion-mnist}" ] ||
    skip_all "fashion-mnist is not installed"
export SNT_LESSONS=$top/sessions/lessons
wait_seconds=60

# What the lesson waits for stands in its frame; at the end it is gone.
waits() {
	local now

	now=$(screen)
	grep -qF 'The end of the lesson' <<<"$now" ||
	    { grep -qE '┌ [a-z-]+ [0-9]+/[0-9]+: ' <<<"$now" &&
	    ! grep -qF 'running ...' <<<"$now"; }
}

# The lesson and the panels, without the log, where a key shows at once.
page() {
	screen | sed '/┌ Log/,$d'
}

turned() {
	over || [ "$(page)" != "$before" ]
}

# The last of a page.
reads_on() {
	shows 'N goes on' && return
	keys N
	false
}

over() {
	shows 'The end of the lesson'
}

for folder in "$SNT_LESSONS"/*/; do
	name=$(basename "$folder")
	start 100 40 lesson "$name"
	wait_for "$name 1/"
	for ((press = 0; press < 40; press++)); do
		over && break
		before=$(page)
		keys N
		wait_shown turned && wait_shown waits || break
	done
	check "lesson $name comes to its end" over
	command_line quit
	exits "and quit leaves" 0
	stop_screen
done

start 80 24 lesson three-minima
sees "a page longer than its frame is read on by N" 'N reads on'
keys N
wait_for 'N reads on'
keys N
sees "up to its lines" 'N runs the lines'
keys N
wait_gone running
sees_pattern "what they measured stands in the page" \
    'plain +step 469 +test loss [0-9.]+ +accuracy'
poll 20 reads_on
keys N
wait_for 'a digit answers'
keys 3
sees "a prediction stays in sight" 'you say sam'
wait_gone 'a digit answers'
keys N N
sees_pattern "a prediction by a digit is judged" 'you said sam, it is [a-z]+'
keys B
sees "and the page can be turned back" 'a digit answers'
command_line 'lesson end'
loses "lesson end closes it" 'Which one is flattest'
command_line quit
exits "quit leaves, with 0" 0
finish
