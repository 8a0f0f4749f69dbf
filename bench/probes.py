#!/usr/bin/env python3
"""What the live probes of a screen cost training.

    bench/probes.py --snt ./snt
    bench/probes.py --snt ./snt --network lenet5 --steps 400 --pairs 5

Trains with and without the probes that a screen has by default (lambda and
sam within 10% of the training time), by turns, and compares processor time
per step; what a process takes without training is taken off. The weights of
both are compared bit by bit.
"""
import argparse
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile

STEPS = {"mlp 300-100": 3000, "lenet5": 400, "vgg8": 120}
PROBES = {"without": "probe off",
          "with": "probe lambda; probe sam; probe budget 10%"}


def run(options, network, probes, steps, folder):
    """Processor seconds, digest of the weights, and the last budget event."""
    weights = os.path.join(folder, "weights.safetensors")
    lines = (f"data {options.data}; net {network}; {probes}; "
             + (f"train {steps} steps; " if steps else "")
             + f"probe budget; export weights {weights}")
    process = subprocess.Popen(
        [options.snt, "--json", "--threads", str(options.threads),
         "-c", lines], stdout=subprocess.PIPE, text=True)
    events = [json.loads(line) for line in process.stdout]
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"exit code {process.returncode}: {events[-1:]}")
    with open(weights, "rb") as file:
        digest = hashlib.blake2b(file.read()).hexdigest()
    budget = [event for event in events if event["event"] == "budget"]
    measured = sum(event["event"] == "sharpness" for event in events)
    return (usage.ru_utime + usage.ru_stime, digest, budget[-1]["spent"],
            measured)


def bench(options, network, steps, folder):
    seconds = {name: [] for name in PROBES}
    digests, spent, measured = set(), [], []
    idle = min(run(options, network, PROBES["without"], 0, folder)[0]
               for _ in range(2))
    for _ in range(options.pairs):
        for name, probes in PROBES.items():
            time, digest, share, count = run(options, network, probes, steps,
                                             folder)
            seconds[name].append(time - idle)
            digests.add(digest)
            if name == "with":
                spent.append(share or 0)
                measured.append(count)
    keep = [plain / probed for plain, probed in zip(seconds["without"],
                                                    seconds["with"])]
    print(f"{network:12} {steps:5} steps  speed kept "
          f"{statistics.median(keep):6.1%} ({min(keep):.1%} to "
          f"{max(keep):.1%})  probes say {statistics.median(spent):5.1%}, "
          f"{statistics.median(measured):.0f} measured  weights "
          f"{'equal' if len(digests) == 1 else 'DIFFER'}", flush=True)
    return len(digests) == 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--snt", required=True)
    parser.add_argument("--data", default="fashion-mnist")
    parser.add_argument("--network", choices=STEPS)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    networks = [options.network] if options.network else list(STEPS)
    with tempfile.TemporaryDirectory() as folder:
        good = [bench(options, network, options.steps or STEPS[network],
                      folder) for network in networks]
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
