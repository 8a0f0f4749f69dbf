#!/bin/bash
# Lessons: the shipped ones run to their end, mistakes are found, a person can
# answer.
. "$(dirname "$0")/../lib.sh"

[ -d "${SNT_DATA:-/usr/share/datasets/fashion-mnist}" ] ||
    skip_all "fashion-mnist is not installed"

lessons=$top/sessions/lessons
export SNT_LESSONS=$lessons
run -c lesson
for folder in "$lessons"/*/; do
	name=$(basename "$folder")
	like "lesson lists $name" "$out" "^$name "
done
for folder in "$lessons"/*/; do
	name=$(basename "$folder")
	run -c "lesson check $name"
	is "lesson check $name finds nothing" "$status" 0
	run --plain lesson "$name"
	is "lesson $name runs without a terminal" "$status" 0
	like "lesson $name comes to its end" "$out" 'The end of the lesson'
	unlike "lesson $name measures all it asks for" "$out$err" 'not measured'
done

run -c 'lesson nosuch'
is "an unknown lesson is refused" "$status" 1
like "by its name" "$err" 'nosuch: no such lesson'
run -c 'lesson next'
like "no lesson, no page" "$err" 'no lesson is being given'

mine=$scratch/mine
run -c "lesson new $mine; lesson check $mine"
is "a new lesson has no mistakes" "$status" 0
run -c "lesson new $mine"
like "and is not written over" "$err" 'is there already'

run --json -c "lesson $mine; lesson next; lesson next; answer yes
lesson next; lesson next; lesson next; answer 600; lesson next"
is "it can be taken line by line" "$status" 0
like "a prediction is judged" "$out" \
    '"event":"answer".*"given":"yes","expected":"yes","right":true'
like "a number is compared with what was measured" "$out" \
    '"given":"600","expected":"[0-9]+","right":(true|false)'
like "and the end counts" "$out" 'of 2 answers were right'

# bad TEXT PATTERN: a lesson with a mistake, and what is said of it
bad() {
	mkdir -p "$scratch/bad"
	printf 'title: T\n%b' "$1" >"$scratch/bad/lesson.txt"
	run -c "lesson check $scratch/bad"
	is "mistake found: $2" "$status" 1
	like "and named: $2" "$out$err" "$2"
}
bad '' 'no page'
bad 'run: train\n' 'line 2: belongs into a page'
bad '== A\nrun: trane 1 epochs\n' 'line 3: .*did you mean train'
bad '== A\nask: what?\n' 'line 2: this page asks without an answer'
bad '== A\nask: what?\nanswer: largest nonsense\nchoice: a\nchoice: b\n' \
    'line 4: .*nonsense: nothing of that name'
bad '== A\nask: what?\nchoice: a\nanswer: b\n' 'line 5: .*among the choices'
bad '== A\npredict: what?\nanswer: 1 within 2\n' 'predicts, and runs nothing'
bad '== A\nask: a?\nask: b?\nanswer: c\n' 'line 4: a page asks one question'
bad 'minutes: 5000\n== A\n' 'line 2: minutes'
printf 'title: T\n== A\nA\033[2Jtext\n' >"$scratch/bad/lesson.txt"
run -c "lesson $scratch/bad"
unlike "a lesson cannot command the terminal" "$out" $'\033'
finish
