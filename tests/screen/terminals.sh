#!/bin/bash
# Poor terminals, no colour, and no screen at all.
. "$(dirname "$0")/lib.sh"

export NO_COLOR=1
start 80 24
wait_for Network
unlike "NO_COLOR: no colours" "$(tmux_ capture-pane -p -e)" \
    $'\e\\[[0-9;]*(3[0-7]|38|4[0-7]|48)[;m]'
command_line quit
exits "NO_COLOR: leaves with 0" 0
stop_screen
unset NO_COLOR

snt="env LC_ALL=C $snt" start 80 24
sees "the C locale has panels too" Compression
unlike "in ASCII only" "$(screen)" '[^ -~]'
command_line quit
exits "the C locale: leaves with 0" 0
stop_screen

snt="env LC_ALL=C $snt" start 80 24 --unicode
sees_pattern "--unicode draws so in the C locale too" '┌ Network ─+┐'
command_line quit
exits "--unicode: leaves with 0" 0
stop_screen

# A terminal without a second screen.
snt="env TERM=vt100 $snt" start 80 24
sees "vt100" Compression
command_line quit
exits "vt100: leaves with 0" 0
is "what comes next has an empty line" "$(screen | tail -n 1)" ""
stop_screen

snt="env TERM=nosuch $snt" start 80 24
exits "an unknown terminal: leaves with 1" 1
like "and says what may help" "$(cat "$scratch/err")" 'TERM=xterm.*--plain'
stop_screen

start 80 24 --ascii
sees "--ascii" Compression
unlike "draws in ASCII only" "$(screen)" '[^ -~]'
command_line quit
exits "--ascii: leaves with 0" 0
stop_screen

braille='⠐|⠢|⣀|⡠|⠤|⠒|⠉'
snt="env TERM=linux $snt" start 80 24 -i \
    -c 'data toy spiral n=300; net mlp 8; train 9 steps'
wait_for_pattern '▀|▄'
unlike "the Linux console gets no braille" "$(screen)" "$braille"
like "nor circles" "$(screen)" 'prune ├■'
command_line 'set plot braille'
sees_pattern "unless it is asked for" "$braille"
command_line quit
exits "the Linux console: leaves with 0" 0
stop_screen

start 80 24 --plain
sees "--plain has a prompt" 'snt>'
type_text 'data toy spiral n=300'
keys Enter
wait_for spiral
said() {
	grep -qF "$1" "$scratch/err"
}
type_text 'data idx /no/images /no/labels'
keys Enter
check "a line that fails says why" poll 10 said '/no/images: No such file'
type_text 'net mlp 4; train 1 steps'
keys Enter
sees "and the data from before are still there" 'step 1'
type_text 'trai'
keys Tab
sees "Tab completes" 'snt> train'
keys C-c
type_text 'quit'
keys Enter
exits "quit leaves with 0" 0
is "the history is kept, for its owner alone" \
    "$(stat -c %a "$XDG_STATE_HOME/snt/history")" 600
stop_screen

start 80 24 --plain
wait_for 'snt>'
type_text 'data toy spiral n=2000; net mlp 32-32; train 100000 epochs'
keys Enter
wait_for_pattern 'step [0-9]00'
keys C-c
sees "Ctrl-C stops the job" 'stopped'
wait_for_pattern '^snt> $|^snt>$'
keys C-d
exits "the end of input leaves with 0" 0
stop_screen

TERM=dumb run -c 'data toy spiral n=300; net mlp 4; train 1 steps'
is "without a terminal TERM does not matter" "$status" 0
finish
