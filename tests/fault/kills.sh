#!/bin/bash
# Killed at many random moments of a session's life: it reopens each time, the
# hash chain of what is left holds and verifies, and no more than the last
# second is missing. SNT_KILLS says how often (200 take some minutes).
. "$(dirname "$0")/../lib.sh"

command -v python3 >/dev/null || skip_all "no python3"

python3 - "$snt" "$scratch" "${SNT_KILLS:-24}" "$slow" <<'EOF' >"$scratch/log"
import json, os, random, signal, subprocess, sys, threading, time

snt, scratch, kills, slow = (sys.argv[1], sys.argv[2], int(sys.argv[3]),
                             int(sys.argv[4]))
LATE = 0.5 * slow   # for a flush, and for the pipe
numbers = iter(range(kills))
lock = threading.Lock()
lost, wrong = [], []

# Little work, and everything that writes: probes, forks, remarks, changes.
LINES = """seed 5; data toy spiral n=400; net mlp 8-8; set report 1
set hash_every 10; set batch 400; save {folder}
{extra}
step 100000000"""
EXTRAS = ["set lr 0.02", "probe lambda every=40", "step 20; run fork b; step 9",
          'note "looks flat"', "step 30; prune 0.5; compress apply", "step 20; goto 5; goto end"]


def told(events, before):
    """The run and the step told last before a time."""
    steps = [event[1:] for event in events if event[0] <= before]
    return steps[-1] if steps else (None, 0)


def one(number):
    chance = random.Random(number)
    folder = os.path.join(scratch, str(number))
    events = []
    child = subprocess.Popen(
        [snt, "--threads", "1", "--json", "-c", LINES.format(
            folder=folder, extra=chance.choice(EXTRAS))],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL, text=True)

    def listen():
        for line in child.stdout:
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if event.get("event") == "train":
                events.append((time.monotonic(), event["run"],
                               event["step"]))

    listener = threading.Thread(target=listen)
    listener.start()
    while not os.path.exists(os.path.join(folder, "session.json")):
        time.sleep(0.002)
    time.sleep(chance.uniform(1.6, 3) if number % 4 == 0
               else chance.uniform(0, 0.8))
    killed = time.monotonic()
    child.send_signal(signal.SIGKILL)
    child.wait()
    listener.join()
    return folder, killed, events


def ask(*arguments):
    return subprocess.run([snt, "--threads", "1", "--json", *arguments],
                          capture_output=True, text=True,
                          stdin=subprocess.DEVNULL)


def judge(number, folder, killed, events):
    said = ask("verify", folder)
    if said.returncode or '"ok":true' not in said.stdout:
        wrong.append(f"{number}: verify: {said.stdout}{said.stderr}")
    said = ask(folder, "-c", "run list")
    if said.returncode:
        wrong.append(f"{number}: open: {said.stdout}{said.stderr}")
    runs = [json.loads(line) for line in said.stdout.splitlines()]
    left = {run["name"]: run["step"] for run in runs
            if run["event"] == "run"}
    name, step = told(events, killed - 1 - LATE)
    if name and left.get(name, -1) < step:
        lost.append(f"{number}: {left.get(name)} of {step} of run {name}")


def worker():
    while True:
        with lock:
            number = next(numbers, None)
        if number is None:
            return
        judge(number, *one(number))


workers = [threading.Thread(target=worker) for _ in range(2)]
for thread in workers:
    thread.start()
for thread in workers:
    thread.join()
for text in lost:
    print("lost", text)
for text in wrong:
    print("wrong", text)
EOF
is "the killing went well" "$?" 0
is "each session reopens and verifies" "$(grep '^wrong' "$scratch/log")" ""
is "no more than a second is lost" "$(grep '^lost' "$scratch/log")" ""
finish
