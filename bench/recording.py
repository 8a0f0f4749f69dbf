#!/usr/bin/env python3
"""What recording costs, and how large a session gets.

    bench/recording.py --snt ./snt
    bench/recording.py --snt ./snt --rounds 3 --networks 'mlp 300-100'

The same training with and without a session that is written, by turns, in
seconds of the processors; the median of the ratios is printed, and what one
ends up with when nothing is recorded twice (the ratio of two equal runs), as
the noise to compare it with. Then the size of a session of 10,000 steps of
mlp with probes.
"""
import argparse
import os
import resource
import statistics
import subprocess
import tempfile

STEPS = {"mlp 300-100": 1500, "lenet5": 100}
LONG = "net mlp 300-100; probe lambda every=100; probe sam every=100"


def cost(snt, threads, lines):
    """Seconds of the processors that a run of these lines takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([snt, "--threads", str(threads), "-c", lines], check=True,
                   stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime
            - before.ru_stime)


def size_of(folder):
    return sum(os.path.getsize(os.path.join(at, name))
               for at, _, names in os.walk(folder) for name in names)


def compare(options, network, folder):
    steps = STEPS.get(network, 200)
    train = f"data fashion-mnist; net {network}; snt on; "
    recorded, noise = [], []
    for number in range(options.rounds):
        save = f"save {folder}/{network.split()[0]}-{number}; "
        kept = cost(options.snt, options.threads,
                    train + save + f"step {steps}")
        plain = [cost(options.snt, options.threads, train + f"step {steps}")
                 for _ in range(2)]
        recorded += [kept / value for value in plain]
        noise += [plain[0] / plain[1], plain[1] / plain[0]]
    print(f"{network}, {steps} steps: recording costs "
          f"{100 * (statistics.median(recorded) - 1):+.1f}% (from "
          f"{100 * (min(recorded) - 1):+.1f}% to "
          f"{100 * (max(recorded) - 1):+.1f}%; equal runs differ by up to "
          f"{100 * (max(noise) - 1):.1f}%)", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--snt", default="./snt")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--networks", default=",".join(STEPS))
    parser.add_argument("--steps", type=int, default=10000,
                        help="of the long session; 0: none")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for network in options.networks.split(","):
            compare(options, network, folder)
        if options.steps:
            subprocess.run([options.snt, "--threads", str(options.threads),
                            "-c", f"data fashion-mnist; {LONG}; save "
                            f"{folder}/long; step {options.steps}"],
                           check=True, stdout=subprocess.DEVNULL)
            print(f"{options.steps} steps of mlp 300-100 with probes: "
                  f"{size_of(folder + '/long') / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
