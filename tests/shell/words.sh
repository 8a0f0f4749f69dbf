#!/bin/bash
# What the panels of the screen show, said in words at the plain prompt.
. "$(dirname "$0")/../lib.sh"

trained='seed 1; data toy spiral n=300; net mlp 16-16; set report 20
run twin snt snt on; set probe_n 100; probe lambda every=20
train 60 steps runs=all'

run -c "$trained
net show; net show weights; run list; curves at=20; curves"
is "network, runs and curves" "$status" 0
like "layers say that they are trained through SNT" "$out" \
    '1  dense .* trained through SNT'
like "weights, channels and gradients of a layer" "$out" \
    '3  dense .*\|w\| up to [0-9.]+, rms .*16 channels reach .*gradients up'
like "a run with all that its row has" "$out" \
    '\* snt .* lambda [0-9.]+ loss [0-9.]+ epoch 20\.00 lr 0\.001, 60 grad'
like "curves are read at a step" "$out" \
    'main +step 20 +loss [0-9.]+ .*lambda [0-9.]+'
unlike "and say nothing of what came later" "$out" 'step 20 .*test_loss'

run --json -c "$trained
run use main; sweep prune 0:0.9:0.3; quant 4 layer=3; prune 0.6
set target_accuracy 0.1; compress show; prune follow layer=3
quant follow layer=3; compress show; get target_accuracy"
is "compression" "$status" 0
like "accuracy, bytes and times of a position" "$out" \
    'accuracy [0-9.]+% \[.*exact on 75 samples.* bytes'
like "what is a layer's own" "$out" 'layer 3: [0-9.]+% zeros, 4 bits, bits its'
like "the target that is kept" "$out" 'target accuracy 10%.*kept up to'
like "the setting" "$out" 'target_accuracy 0\.1'
is "a layer that follows has nothing of its own" \
    "$(tail -n 5 <<<"$out" | grep -c 'its own')" 0

run -c 'data toy spiral n=300; net mlp 4; prune follow'
is "follow needs a layer" "$status" 1
run -c 'set target_accuracy 1.5'
is "a target is a share" "$status" 1

run -c "$trained
sharpness spectrum; sharpness landscape points=5
sharpness landscape dim=2 points=5; sensitivity prune
sensitivity quant least=4; sweep prune 0:0.9:0.3; sweep quant 4:3 from=0
train 1 steps; show sharpness; show sensitivity; show sweeps
show jobs"
is "what was measured before is shown again" "$status" 0
again=${out##*test loss}
like "readings, and how old they are" "$again" \
    'step 60 +lambda [0-9.]+ .*; the run is at step 61'
like "the spectrum" "$again" 'spectrum .*'
like "in letters" "$again" 'eigenvalue +density'
like "the loss on a line" "$again" 'distance  loss'
like "and in a plane" "$again" '^       0.5 '
like "what layers can spare of weights" "$again" \
    'step 60 +prune layer 3 +25%: [0-9.]+%'
like "and of bits" "$again" 'step 60 +quant layer 3 +8: [0-9.]+%'
like "the curve under a slider" "$again" \
    'step 60 +30% pruned: accuracy [0-9.]+% \['
like "the map" "$again" 'accuracy in % by step and bits'
like "and that nothing is running" "$again" 'nothing is running'
is "nothing is measured twice in curves" "$(grep -c 'lambda' <<<"$again")" 1

run -c 'data toy spiral n=300; net mlp 4; show sharpness; show sensitivity
show sweeps'
is "before anything is measured it says how to" \
    "$(grep -c 'nothing was measured yet; try' <<<"$out")" 3
run -c 'data toy spiral n=300; net mlp 4; show what'
is "show knows what there is to show" "$status" 1
like "and says so" "$err" 'show jobs, show sharpness'
finish
