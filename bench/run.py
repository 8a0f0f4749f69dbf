#!/usr/bin/env python3
"""Speed of snt against PyTorch, alternating in one run.

    bench/run.py --build build                every network, 1 and 2 threads
    bench/run.py --build build --network 'mlp 300-100' --threads 1

Both train from the same weights (snt exports them) on the same batches in
file order; the losses of both are compared, so a fast but wrong answer is
seen. Prints each figure as it is there, and writes RESULTS.md, beside this
file, anew after each network.
"""
import argparse
import json
import os
import platform
import re
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TORCH = os.path.join(HERE, "bench_torch.py")
NETWORKS = ["mlp 300-100", "lenet5", "vgg8", "resnet20", "mobilenet", "vit"]
TEST_IMAGES, PRODUCT_IMAGES = 10000, 256

# glibc gives memory back and takes it again at each step unless told not to.
MALLOC = {"MALLOC_TRIM_THRESHOLD_": "4000000000",
          "MALLOC_MMAP_THRESHOLD_": "1000000000"}
# name: (environment, arguments of bench_torch.py, the networks it may help)
INSTALLED = "as installed"
SETTINGS = {
    INSTALLED: ({}, [], NETWORKS),
    "malloc": (MALLOC, ["--foreach"], NETWORKS),
    "malloc, channels last":
        (MALLOC, ["--foreach", "--channels-last"], NETWORKS[1:]),
    "malloc, one BLAS thread":
        ({**MALLOC, "OPENBLAS_NUM_THREADS": "1"}, ["--foreach"],
         ["mlp 300-100", "lenet5", "vit"]),
}
ARMS = {"Adam": "opt adam lr=1e-3",
        "expand": "snt on expand depth=2 width=1",
        "SNT": "snt on",
        "SAM": "opt sam rho=0.05 base=adam lr=1e-3"}
GROWTH = {"batch": [("mlp 300-100", size) for size in (32, 64, 128, 256, 512)]
          + [("vgg8", size) for size in (32, 128, 512)],
          "width": [(f"mlp {300 * k}-{100 * k}", 128) for k in (1, 2, 4)]}


class Failure(Exception):
    pass


def tell(text):
    print(time.strftime("%H:%M:%S ") + text, flush=True)


class Run:
    """One run of snt: its events with the time of each, peak memory."""

    def __init__(self, command, environment):
        self.events, started = [], time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.PIPE,
                                   env=environment, text=True)
        for line in process.stdout:
            event = json.loads(line)
            event["at"] = time.monotonic() - started
            self.events.append(event)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.mib = usage.ru_maxrss / 1024
        if process.returncode:
            raise Failure(f"{shlex.join(command)}: exit code "
                          f"{process.returncode}: {self.events[-1:]}")

    def of(self, name):
        return [event for event in self.events if event["event"] == name]


class Peer:
    """PyTorch with one of the settings, kept between tasks."""

    def __init__(self, bench, setting, arguments):
        variables, more, _ = SETTINGS[setting]
        if setting != INSTALLED:
            variables = {**bench.core, **variables}
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            [bench.options.python, TORCH, *arguments, *more],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**bench.environment, **variables})
        self.mib = 0
        # Started whole before anything is timed beside it.
        if json.loads(self.process.stdout.readline())["event"] != "ready":
            raise Failure("PyTorch is not ready")

    def ask(self, do, **task):
        """The events of one task, the time of each in "at"."""
        print(json.dumps({"do": do, **task}), file=self.process.stdin,
              flush=True)
        events = []
        for line in self.process.stdout:
            event = json.loads(line)
            event["at"] = time.monotonic() - self.started
            if event["event"] == "done":
                self.mib = event["mib"]
                return events
            events.append(event)
        raise Failure("PyTorch ended early")

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def speed(events):
    """Images a second, of the windows after the first, which warms up."""
    speeds = [event["images_per_s"] for event in events
              if event["event"] == "train"]
    return statistics.median(speeds[1:] or speeds)


class Bench:
    def __init__(self, options):
        self.options = options
        self.folder = tempfile.TemporaryDirectory()
        self.weights = os.path.join(self.folder.name, "weights.safetensors")
        self.environment = dict(os.environ)
        self.environment.pop("OPENBLAS_CORETYPE", None)
        if options.core_type:
            self.environment["OPENBLAS_CORETYPE"] = options.core_type
        # snt finds the core type where OpenBLAS does not know the processor;
        # our tools, and PyTorch at its best, have the same one.
        self.found = self.core_type()
        self.core = {"OPENBLAS_CORETYPE": self.found[0]}

    def program(self, name):
        return os.path.join(self.options.build, name)

    def snt(self, threads, network, lines, batch=None):
        lines = ["seed 1", "data fashion-mnist", f"net {network}",
                 "opt adam lr=1e-3",
                 f"set batch {batch or self.options.batch}",
                 "set shuffle off", *lines]
        return Run([self.program("snt"), "--threads", str(threads), "--json",
                    "-c", "; ".join(lines)], self.environment)

    def peer(self, setting, network, threads):
        return Peer(self, setting, [
            "--network", network, "--threads", str(threads), "--batch",
            str(self.options.batch), "--weights", self.weights])

    def tool(self, *words):
        return subprocess.run([self.program(words[0]), *words[1:]],
                              capture_output=True, text=True, check=True,
                              env={**self.environment, **self.core}).stdout

    def core_type(self):
        """What snt computes with, and what OpenBLAS takes of itself."""
        text = subprocess.run([self.program("snt"), "doctor"], text=True,
                              capture_output=True, check=True,
                              env=self.environment).stdout
        core = re.search(r"core type (\w+)", text).group(1)
        found = re.search(r"takes the processor for (\w+)", text)
        return core, found.group(1) if found else core

    def window(self, network, threads, batch=None):
        """Steps of a report, three of which take about `seconds`. Exports
        the weights, from which every peer starts."""
        steps = 4
        while True:
            run = self.snt(threads, network, [
                f"export weights {self.weights}", f"set report {steps}",
                f"train {2 * steps} steps"], batch)
            images = (batch or self.options.batch) * steps
            seconds = images / speed(run.events)
            if seconds > 0.05 or steps >= 256:
                return max(2, int(self.options.seconds / 3 / seconds *
                                  steps))
            steps *= 4


class Table:
    def __init__(self, *columns):
        self.columns, self.rows = columns, []

    def add(self, *cells):
        self.rows.append(cells)
        tell("  ".join(str(cell) for cell in cells))

    def text(self):
        rows = [self.columns, ["---"] * len(self.columns), *self.rows]
        return "".join("| " + " | ".join(map(str, row)) + " |\n"
                       for row in rows)


def rounds_of_training(bench, network, threads, window, peers):
    """All contenders by turns; after the first round the two that matter.
    {name: [speed]}, {name: first loss}, MiB and start of snt."""
    task = {"steps": 3 * window, "report": window}
    speeds = {name: [] for name in ["snt", *peers]}
    losses, mib = {}, 0
    for turn in range(bench.options.rounds):
        run = bench.snt(threads, network, [f"set report {window}",
                                           f"train {3 * window} steps"])
        speeds["snt"].append(speed(run.events))
        losses.setdefault("snt", run.of("train")[0]["loss"])
        mib = max(mib, run.mib)
        for name, peer in list(peers.items()):
            events = peer.ask("train", **task)
            speeds[name].append(speed(events))
            losses.setdefault(name, events[0]["loss"])
        best = max(peers, key=lambda name: speeds[name][0])
        for name in set(peers) - {best, INSTALLED} if turn == 0 else ():
            peers.pop(name).close()
    return speeds, losses, mib, best


def first_steps(bench, network, threads, setting):
    """Seconds from the start of each program to its first step's end."""
    ours = bench.snt(threads, network, ["set report 1", "train 1 steps"])
    peer = bench.peer(setting, network, threads)
    theirs = peer.ask("train", steps=1, report=1)[0]["at"]
    peer.close()
    return ours.of("train")[0]["at"], theirs


def bench_training(bench, table, network, threads, peers, window):
    speeds, losses, mib, best = rounds_of_training(bench, network, threads,
                                                   window, peers)
    middle = {name: statistics.median(values)
              for name, values in speeds.items()}
    ours, theirs = first_steps(bench, network, threads, best)
    table.add(network, threads, f"{middle['snt']:,.0f}",
              f"{middle[best]:,.0f}", best,
              f"**{middle['snt'] / middle[best]:.2f}**",
              f"{middle['snt'] / middle[INSTALLED]:.2f}",
              f"{mib:.0f} / {peers[best].mib:.0f}",
              f"{ours:.2f} / {theirs:.2f}",
              f"{abs(losses['snt'] / losses[best] - 1):.0e}")
    return best


def bench_evaluation(bench, table, network, threads, peer):
    ours, theirs = [], []
    for _ in range(bench.options.rounds):
        # PyTorch has trained before: snt may evaluate before it is timed.
        run = bench.snt(threads, network, ["eval"] * 4)
        *_, before, after = run.of("eval")
        ours.append(after["at"] - before["at"])
        theirs.append(peer.ask("evaluate", n=TEST_IMAGES)[0]["seconds"])
        if ours[-1] + theirs[-1] > 4:
            break
    ours, theirs = statistics.median(ours), statistics.median(theirs)
    table.add(network, threads, f"{1000 * ours:,.0f}",
              f"{1000 * theirs:,.0f}", f"**{theirs / ours:.2f}**")


def bench_products(bench, table, network, threads, peer):
    name = network.split()[0]
    row = bench.tool("bench/products", str(PRODUCT_IMAGES), str(threads),
                     "3", name).splitlines()[-1].split()
    gradient, product, ratio = row[-4:-1]
    event = peer.ask("products", n=PRODUCT_IMAGES, products=2)[0]
    theirs = 1000 * event["seconds"] / event["products"]
    table.add(network, threads, gradient, product, f"**{ratio}**",
              f"{theirs:.1f}", f"{theirs / float(product):.2f}",
              f"{row[-1]} / {peer.mib:.0f}")


def bench_arms(bench, table, network, threads, window):
    speeds = {name: [] for name in ARMS}
    for _ in range(bench.options.rounds):
        for name, line in ARMS.items():
            speeds[name].append(speed(bench.snt(threads, network, [
                line, f"set report {window}",
                f"train {2 * window} steps"]).events))
    middle = {name: statistics.median(values)
              for name, values in speeds.items()}
    table.add(network, threads, *(f"{middle['Adam'] / middle[name]:.2f}"
                                  for name in list(ARMS)[1:]))


def growth_speed(bench, network, threads, batch):
    """Of one run, after another that tells how many steps it may take."""
    steps = max(2, 1024 // batch)
    for _ in range(2):
        images = speed(bench.snt(threads, network, [
            f"set report {steps}", f"train {3 * steps} steps"], batch).events)
        steps = max(2, int(bench.options.seconds / 3 * images / batch))
    return images


def bench_growth(bench, table):
    for what, cases in GROWTH.items():
        for network, batch in cases:
            row = [growth_speed(bench, network, threads, batch)
                   for threads in bench.options.threads]
            table.add(what, network, batch, *(f"{s:,.0f}" for s in row),
                      f"{row[-1] / row[0]:.2f}")


def processor():
    try:
        with open("/proc/cpuinfo") as file:
            for line in file:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.machine()


def version(command):
    return subprocess.run(command, capture_output=True, text=True,
                          check=True).stdout.strip().split("\n")[0]


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--build", default=".",
                        help="the folder with snt, bench/layers and "
                        "bench/products")
    parser.add_argument("--python", default="/usr/bin/python3",
                        help="one that has torch")
    parser.add_argument("--network", action="append")
    parser.add_argument("--threads", type=int, action="append")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1.2,
                        help="of training, a round")
    parser.add_argument("--core-type", help="OPENBLAS_CORETYPE for both")
    parser.add_argument("--output",
                        default=os.path.join(HERE, "RESULTS.md"))
    options = parser.parse_args()
    options.build = os.path.abspath(options.build)
    options.network = options.network or NETWORKS
    options.threads = options.threads or [1, 2]
    return options


def write(bench, tables, load):
    options = bench.options
    torch = version([options.python, "-c",
                     "import torch; print(torch.__version__)"])
    with open(options.output, "w") as file:
        file.write("# Speed\n\n"
                   "Made by `make bench` (bench/run.py, which says how): "
                   f"{processor()}, {os.cpu_count()} processors, "
                   f"{platform.system()} {platform.release().split('-')[0]}, load "
                   f"{load:.1f} at the start; "
                   f"{version([bench.program('snt'), '--version'])}; "
                   f"PyTorch {torch}; Fashion-MNIST, batch {options.batch}, "
                   f"medians of {options.rounds} alternating rounds; "
                   f"OpenBLAS core type {bench.found[0]} (as installed: "
                   f"{bench.found[1]}).\n")
        for title, text in tables.items():
            text = text.text() if isinstance(text, Table) else text
            if text.count("\n") > 2:
                file.write(f"\n## {title}\n\n{text}")


def bench_network(bench, network, threads, tables):
    training, evaluation, products, arms = tables[:4]
    window = bench.window(network, threads)
    peers = {name: bench.peer(name, network, threads) for name in SETTINGS
             if network in SETTINGS[name][2] or name in (INSTALLED, "malloc")}
    best = bench_training(bench, training, network, threads, peers,
                          window)
    bench_evaluation(bench, evaluation, network, threads, peers[best])
    if threads == bench.options.threads[0]:
        bench_products(bench, products, network, threads, peers[best])
        bench_arms(bench, arms, network, threads, window)
    for peer in peers.values():
        peer.close()


def main():
    bench = Bench(parse())
    threads = bench.options.threads
    load = os.getloadavg()[0]
    tables = {
        "Training with Adam": Table(
            "network", "threads", "snt images/s", "PyTorch images/s",
            "its best setting", "ratio", "to PyTorch as installed",
            "peak MiB, snt / PyTorch", "s to first step, snt / PyTorch",
            "first losses differ by"),
        "Evaluation of 10,000 images": Table(
            "network", "threads", "snt ms", "PyTorch ms", "ratio"),
        f"Hessian-vector product, {PRODUCT_IMAGES} images": Table(
            "network", "threads", "snt gradient ms", "snt product ms",
            "product in gradients", "PyTorch product ms", "ratio",
            "MiB, snt / PyTorch"),
        "Time of a step relative to Adam": Table(
            "network", "threads", *list(ARMS)[1:]),
        "Growth, images/s": Table(
            "of", "network", "batch", *(f"{n} threads" for n in threads),
            "last over first"),
        "Layers": "```\n" + bench.tool("bench/layers") + "```\n",
    }
    parts = list(tables.values())
    bench_growth(bench, parts[4])
    for network in bench.options.network:
        for count in threads:
            bench_network(bench, network, count, parts)
            write(bench, tables, load)
    tell(f"written to {bench.options.output}")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(str(failure))
