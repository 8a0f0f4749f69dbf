#!/bin/bash
# In a terminal: the timeline is walked by keys, and a page types itself.
. "$(dirname "$0")/lib.sh"

start 80 24 --threads 1
wait_for 'no network'
command_line 'seed 3; data toy spiral n=900; net mlp 16-16; step 200'
sees "the timeline ends where the run stands" '200/200'
keys '{'
sees "ten notches back" 'step 150 of 200'
keys '$'
sees "and to the end" 'goto 200'
wait_for '200/200'
command_line "lesson new $scratch/mine; set presentation on"
command_line "lesson $scratch/mine"
sees "a page types itself to its end" 'N runs the lines'
sees "with nobody's help" 'train 20 epochs'
keys Enter
sees "Enter goes on" 'What to look at now'
command_line 'lesson end; set presentation off'
sees "and the usual screen is back" 'Network'
command_line quit
exits "quit leaves, with 0" 0
finish
