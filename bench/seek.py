#!/usr/bin/env python3
"""How long `goto` takes, and whether it arrives at the same weights.

    bench/seek.py --snt ./snt
    bench/seek.py --snt ./snt --steps 600 --seeks 20 --lines 'net mlp 300-100'

A straight run exports its weights at random steps; then the same process goes
to those steps in another order, and each export must be equal byte for byte.
Prints the median and the worst time, in seconds of the clock and of the
processors, and the largest memory the process ever had.
"""
import argparse
import json
import os
import random
import statistics
import subprocess
import tempfile
import time

LINES = "data fashion-mnist; net lenet5; snt on; opt sam rho=0.05"


class Session:
    def __init__(self, snt, threads):
        self.process = subprocess.Popen(
            [snt, "--json", "--threads", str(threads)], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def say(self, line):
        """Give a line, and wait until it is done."""
        self.process.stdin.write(line + "\nget report\n")
        self.process.stdin.flush()
        for told in self.process.stdout:
            event = json.loads(told)
            if event["event"] == "error":
                raise SystemExit(event["message"])
            if event["event"] == "setting":
                return
        raise SystemExit("snt ended")

    def cpu(self):
        with open(f"/proc/{self.process.pid}/stat") as file:
            field = file.read().rsplit(")", 1)[1].split()
        return (int(field[11]) + int(field[12])) / os.sysconf("SC_CLK_TCK")

    def peak(self):
        with open(f"/proc/{self.process.pid}/status") as file:
            for line in file:
                if line.startswith("VmHWM"):
                    return int(line.split()[1]) / 1024
        return float("nan")


def content(path):
    with open(path, "rb") as file:
        return file.read()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--snt", default="./snt")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--seeks", type=int, default=50)
    parser.add_argument("--lines", default=LINES)
    options = parser.parse_args()
    session = Session(options.snt, options.threads)
    chosen = sorted(random.Random(1).sample(range(options.steps),
                                            options.seeks))
    with tempfile.TemporaryDirectory() as folder:
        session.say(options.lines)
        at, started = 0, session.cpu()
        for step in chosen + [options.steps]:
            if step > at:
                session.say(f"step {step - at}")
            session.say(f"export weights {folder}/{step}")
            at = step
        trained = session.cpu() - started
        print(f"{options.steps} steps in {trained:.0f} s of the processors, "
              f"peak memory {session.peak():.0f} MiB", flush=True)
        random.Random(2).shuffle(chosen)
        clock, cpu, same = [], [], 0
        for step in chosen:
            before = time.monotonic(), session.cpu()
            session.say(f"goto {step}")
            clock.append(time.monotonic() - before[0])
            cpu.append(session.cpu() - before[1])
            session.say(f"export weights {folder}/again")
            same += content(f"{folder}/again") == content(f"{folder}/{step}")
        print(f"{same} of {options.seeks} the same; median "
              f"{statistics.median(clock):.2f} s, worst {max(clock):.2f} s; "
              f"of the processors {statistics.median(cpu):.2f} s and "
              f"{max(cpu):.2f} s; peak memory {session.peak():.0f} MiB")
        session.process.stdin.close()
        session.process.wait()
    raise SystemExit(same != options.seeks)


if __name__ == "__main__":
    main()
