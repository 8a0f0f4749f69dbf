#!/usr/bin/env python3
"""Speed of snt against PyTorch, alternating in one run.

    bench/run.py --snt ./snt                  every network, 1 and 2 threads
    bench/run.py --snt ./snt --network 'mlp 300-100' --threads 1 --rounds 5

Both train from the same weights (snt exports them) on the same batches in
file order; the losses of both are compared, so a fast but wrong answer is
seen. Prints ratios of medians and writes RESULTS.md beside this file.
"""
import argparse
import json
import os
import platform
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TORCH = os.path.join(HERE, "bench_torch.py")
NETWORKS = ["mlp 300-100", "lenet5", "vgg8", "resnet20", "mobilenet", "vit"]

# glibc gives memory back and takes it again at each step unless told not to.
MALLOC = {"MALLOC_TRIM_THRESHOLD_": "4000000000",
          "MALLOC_MMAP_THRESHOLD_": "1000000000"}
# name: (environment, arguments of bench_torch.py, what it is tried for)
INSTALLED = "as installed"
SETTINGS = {
    INSTALLED: ({}, [], "all"),
    "malloc": (MALLOC, ["--foreach"], "all"),
    "malloc, channels last":
        (MALLOC, ["--foreach", "--channels-last"], "images"),
    "malloc, one BLAS thread":
        ({**MALLOC, "OPENBLAS_NUM_THREADS": "1"}, ["--foreach"], "threads"),
}


def applies(setting, network, threads):
    use = SETTINGS[setting][2]
    return (use == "all" or (use == "images" and "mlp" not in network)
            or (use == "threads" and threads > 1))


class Failure(Exception):
    pass


class Run:
    """One process: its events, peak memory, time to the first step."""

    def __init__(self, command, environment):
        self.events, self.first_step = [], None
        started = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.PIPE,
                                   env=environment, text=True)
        for line in process.stdout:
            event = json.loads(line)
            if event["event"] == "train" and self.first_step is None:
                self.first_step = time.monotonic() - started
            self.events.append(event)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.mib = usage.ru_maxrss / 1024
        if process.returncode:
            raise Failure(f"{shlex.join(command)}: exit code "
                          f"{process.returncode}: {self.events[-1:]}")

    def of(self, name):
        return [event for event in self.events if event["event"] == name]

    def speed(self):
        """Of the windows after the first, which warms up."""
        speeds = [event["images_per_s"] for event in self.of("train")]
        return statistics.median(speeds[1:] or speeds)

    def losses(self):
        return [event["loss"] for event in self.of("train")]


class Bench:
    def __init__(self, options):
        self.options = options
        self.folder = tempfile.TemporaryDirectory()
        self.environment = dict(os.environ)
        self.environment.pop("OPENBLAS_CORETYPE", None)
        if options.core_type:
            self.environment["OPENBLAS_CORETYPE"] = options.core_type

    def snt(self, threads, lines):
        return Run([self.options.snt, "--threads", str(threads), "--json",
                    "-c", "; ".join(lines)], self.environment)

    def torch(self, setting, arguments):
        variables, more, _ = SETTINGS[setting]
        return Run([self.options.python, TORCH, *arguments, *more],
                   {**self.environment, **variables})

    def weights(self):
        return os.path.join(self.folder.name, "weights.safetensors")

    def lines(self, network, more=()):
        return ["seed 1", "data fashion-mnist", f"net {network}",
                "opt adam lr=1e-3", f"set batch {self.options.batch}",
                "set shuffle off", *more]

    def plan(self, network, threads):
        """Steps that take about `seconds`, from a short trial."""
        steps = 10
        while True:
            run = self.snt(threads, self.lines(network) + [
                f"export weights {self.weights()}", "set report 5",
                f"train {steps} steps"])
            seconds = steps * self.options.batch / run.speed()
            if seconds > 0.3 or steps >= 640:
                break
            steps *= 4
        report = int(self.options.seconds / seconds * steps / 5)
        return max(report, 2)

    def train(self, network, threads):
        """Alternate all contenders; {name: [Run]}."""
        report = self.plan(network, threads)
        settings = [s for s in SETTINGS if applies(s, network, threads)]
        runs = {name: [] for name in ["snt", *settings]}
        arguments = ["--network", network, "--threads", str(threads),
                     "--batch", str(self.options.batch),
                     "--weights", self.weights(),
                     "--steps", str(5 * report), "--report", str(report)]
        for _ in range(self.options.rounds):
            runs["snt"].append(self.snt(threads, self.lines(network) + [
                f"set report {report}", f"train {5 * report} steps"]))
            for setting in settings:
                runs[setting].append(self.torch(setting, arguments))
        return runs

    def products(self, network, threads, setting):
        """Seconds of one product on 1,024 images, snt and PyTorch."""
        ours, theirs = [], []
        for _ in range(self.options.rounds):
            run = self.snt(threads, self.lines(network, [
                "set probe_n 1024", "sharpness lambda"]))
            event = run.of("sharpness")[0]
            ours.append((event["seconds"] / event["products"], run.mib))
            run = self.torch(setting, [
                "--network", network, "--threads", str(threads),
                "--weights", self.weights(), "--steps", "0",
                "--products", "5"])
            event = run.of("products")[0]
            theirs.append((event["seconds"] / event["products"], run.mib))
        return [[statistics.median(values) for values in zip(*side)]
                for side in (ours, theirs)]

    def arms(self, network, threads):
        """Images per second with Adam, SAM and SNT, relative to Adam."""
        speeds = {}
        for name, lines in (("Adam", []),
                            ("SAM", ["opt sam rho=0.05 base=adam lr=1e-3"]),
                            ("SNT", ["snt on"])):
            report = self.plan(network, threads)
            speeds[name] = statistics.median(
                self.snt(threads, self.lines(network, lines) + [
                    f"set report {report}",
                    f"train {3 * report} steps"]).speed()
                for _ in range(self.options.rounds))
        return {name: speeds["Adam"] / speed for name, speed in
                speeds.items()}


def median_speed(runs):
    return statistics.median(run.speed() for run in runs)


def loss_difference(ours, theirs):
    """Of the first window, relative: later ones drift apart by rounding."""
    return abs(ours.losses()[0] - theirs.losses()[0]) / theirs.losses()[0]


class Table:
    def __init__(self, *columns):
        self.rows = [columns, ["---"] * len(columns)]

    def add(self, *cells):
        self.rows.append(cells)
        print("  ".join(str(cell) for cell in cells), flush=True)

    def text(self):
        return "".join("| " + " | ".join(map(str, row)) + " |\n"
                       for row in self.rows)


def bench_training(bench, table, network, threads):
    runs = bench.train(network, threads)
    snt = median_speed(runs["snt"])
    torch = {name: median_speed(runs[name]) for name in runs
             if name != "snt"}
    best = max(torch, key=torch.get)
    table.add(network, threads, f"{snt:,.0f}", f"{torch[best]:,.0f}", best,
              f"**{snt / torch[best]:.2f}**",
              f"{snt / torch[INSTALLED]:.2f}",
              f"{statistics.median(r.mib for r in runs['snt']):.0f} / "
              f"{statistics.median(r.mib for r in runs[best]):.0f}",
              f"{statistics.median(r.first_step for r in runs['snt']):.1f} / "
              f"{statistics.median(r.first_step for r in runs[best]):.1f}",
              f"{loss_difference(runs['snt'][0], runs[best][0]):.0e}")
    return best


def bench_products(bench, table, network, threads, setting):
    (ours, our_mib), (theirs, their_mib) = bench.products(network, threads,
                                                          setting)
    table.add(network, threads, f"{1000 * ours:.1f}", f"{1000 * theirs:.1f}",
              f"**{theirs / ours:.2f}**", f"{our_mib:.0f} / {their_mib:.0f}")


def bench_arms(bench, table, network, threads):
    costs = bench.arms(network, threads)
    table.add(network, threads, f"{costs['SNT']:.2f}", f"{costs['SAM']:.2f}")


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
    parser.add_argument("--snt", default="./snt", help="the program")
    parser.add_argument("--python", default="/usr/bin/python3",
                        help="one that has torch")
    parser.add_argument("--network", action="append")
    parser.add_argument("--threads", type=int, action="append")
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5,
                        help="of training, a round")
    parser.add_argument("--core-type", help="OPENBLAS_CORETYPE for both")
    parser.add_argument("--only", choices=("train", "products", "arms"))
    parser.add_argument("--output",
                        default=os.path.join(HERE, "RESULTS.md"))
    options = parser.parse_args()
    options.snt = os.path.abspath(options.snt)
    options.network = options.network or NETWORKS
    options.threads = options.threads or [1, 2]
    return options


def write(options, tables):
    torch = version([options.python, "-c",
                     "import torch; print(torch.__version__)"])
    with open(options.output, "w") as file:
        file.write("# Speed\n\n"
                   f"Made by bench/run.py: {processor()}, "
                   f"{os.cpu_count()} processors, "
                   f"{platform.system()} {platform.release()}; "
                   f"{version([options.snt, '--version'])}; "
                   f"PyTorch {torch}; batch {options.batch}, medians of "
                   f"{options.rounds} alternating runs; OpenBLAS core type "
                   f"{options.core_type or 'as found'}.\n")
        for title, table in tables.items():
            if len(table.rows) > 2:
                file.write(f"\n## {title}\n\n{table.text()}")


def main():
    options = parse()
    bench = Bench(options)
    tables = {
        "Training with Adam": Table(
            "network", "threads", "snt images/s", "PyTorch images/s",
            "its best setting", "ratio", "to PyTorch as installed",
            "MiB", "s to first report", "loss differs by"),
        "Hessian-vector product, 1,024 images": Table(
            "network", "threads", "snt ms", "PyTorch ms", "ratio", "MiB"),
        "Cost of a step relative to Adam": Table(
            "network", "threads", "SNT", "SAM"),
    }
    training, products, arms = tables.values()
    for network in options.network:
        for threads in options.threads:
            best = "malloc"
            if options.only in (None, "train"):
                best = bench_training(bench, training, network, threads)
            elif options.only == "products":
                bench.plan(network, threads)
            if options.only in (None, "products"):
                bench_products(bench, products, network, threads, best)
            if options.only in (None, "arms"):
                bench_arms(bench, arms, network, threads)
            write(options, tables)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(str(failure))
