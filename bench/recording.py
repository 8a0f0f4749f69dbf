#!/usr/bin/env python3
"""What recording costs, and how large a session gets.

    bench/recording.py --snt ./snt
    bench/recording.py --snt ./snt --rounds 3 --runs 'net lenet5'

While a session is recorded, hashing, writing and waiting for the disk are
timed where they happen; their share of the training time of the same run is
printed, median and range. Two equal runs differ by several percent, so times
with and without a session tell less. Then the size of a session of 10,000
steps of mlp with probes.
"""
import argparse
import json
import os
import statistics
import subprocess
import tempfile

STEPS = {"net mlp 300-100": 3000, "net mlp 300-100; snt on": 2000,
         "net mlp 300-100; set batch 32": 6000, "net lenet5": 200}
LONG = "net mlp 300-100; probe lambda every=100; probe sam every=100"


def share(snt, threads, lines):
    """Seconds of recording in one of training."""
    said = subprocess.run(
        [snt, "--json", "--threads", str(threads), "-c", lines], check=True,
        stdout=subprocess.PIPE, text=True).stdout
    events = [json.loads(line) for line in said.splitlines()]
    trained = [event["seconds"] for event in events
               if event["event"] == "train"][-1]
    return [event["recording_seconds"] for event in events
            if event["event"] == "session"][-1] / trained


def size_of(folder):
    return sum(os.path.getsize(os.path.join(at, name))
               for at, _, names in os.walk(folder) for name in names)


def measure(options, lines, folder):
    steps = STEPS.get(lines, 500)
    shares = [share(options.snt, options.threads,
                    f"data fashion-mnist; {lines}; save {folder}/{number}; "
                    f"step {steps}; save; session show")
              for number in range(options.rounds)]
    print(f"{lines}, {steps} steps: recording takes "
          f"{100 * statistics.median(shares):.2f}% of training (from "
          f"{100 * min(shares):.2f}% to {100 * max(shares):.2f}%)",
          flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--snt", default="./snt")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--runs", nargs="*", default=list(STEPS),
                        help="lines that make a run")
    parser.add_argument("--steps", type=int, default=10000,
                        help="of the long session; 0: none")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for number, lines in enumerate(options.runs):
            measure(options, lines, f"{folder}/{number}")
        if options.steps:
            subprocess.run([options.snt, "--threads", str(options.threads),
                            "-c", f"data fashion-mnist; {LONG}; save "
                            f"{folder}/long; step {options.steps}"],
                           check=True, stdout=subprocess.DEVNULL)
            print(f"{options.steps} steps of mlp 300-100 with probes: "
                  f"{size_of(folder + '/long') / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
