#!/usr/bin/env python3
"""Curvature of snt beside PyTorch's double backward, in one run.

    bench/hessian.py --snt ./snt --network lenet5
    bench/hessian.py --snt ./snt --network resnet20 --rounds 1 \
        --only products --peer-products 5

From the same trained weights and on the same 1,024 images: so many Hessian-
vector products, and the largest eigenvalue to a tolerance, by Lanczos with
and without the vector of some steps before in snt, by power iteration as
PyHessian does it in PyTorch. By turns, in elapsed time, and PyTorch
with glibc's malloc tuned as bench/run.py does.

For resnet20 PyTorch needs 7 GB and 6 s a product. With --peer-products it
computes so few, and the others are reckoned at the same price; the pass that
comes before them, which keeps the graph, is counted once.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

from run import MALLOC

HERE = os.path.dirname(os.path.abspath(__file__))
PEER = os.path.join(HERE, "hessian_torch.py")


class Failure(Exception):
    pass


def run(command, settings=None):
    """Its events and peak memory in MiB."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True,
                               env={**os.environ, **(settings or {})})
    events = [json.loads(line) for line in process.stdout]
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise Failure(f"{command[0]}: exit code {process.returncode}: "
                      f"{events[-1:]}")
    return events, usage.ru_maxrss / 1024


class Bench:
    def __init__(self, options, folder):
        self.options = options
        self.weights = os.path.join(folder, "weights.safetensors")

    def snt(self, *lines):
        options = self.options
        return run([options.snt, "--json", "--threads", str(options.threads),
                    "-c", "; ".join((
                        f"data {options.data}", f"set probe_n "
                        f"{options.images}") + lines)])

    def measure(self, *lines):
        """What the last line measures, and its peak memory."""
        events, mib = self.snt(*lines)
        return sharpness(events)[-1], mib

    def torch(self, *arguments):
        options = self.options
        return run([sys.executable, PEER, "--network", options.network,
                    "--weights", self.weights, "--threads",
                    str(options.threads), "--images", str(options.images),
                    *arguments], MALLOC)

    def train(self):
        """The weights that both start from."""
        options = self.options
        self.snt(f"net {options.network}", f"train {options.steps} steps",
                 f"export weights {self.weights}")

    def true_eigenvalue(self):
        event, _ = self.measure(f"net load {self.weights}",
                                "sharpness lambda tol=1e-6")
        return event["value"]

    def products(self):
        count = self.options.products
        ours, ours_mib = self.measure(f"net load {self.weights}",
                                      f"sharpness trace draws={count}")
        theirs, theirs_mib = self.peer_products(count)
        return ours["seconds"], ours_mib, theirs, theirs_mib

    def peer_products(self, count):
        """PyTorch's seconds and memory; a few of them, as if so many."""
        few = min(self.options.peer_products or count, count)
        events, mib = self.torch("--products", str(few))
        event = next(e for e in events if e["event"] == "products")
        first = event["first_seconds"]
        return first + (event["seconds"] - first) * count / few, mib

    def eigenvalue(self, true):
        """From nothing, from the vector of some steps before; PyTorch."""
        options = self.options
        near = options.steps - options.apart
        warm, _ = self.measure(
            f"net {options.network}", f"train {near} steps",
            "sharpness lambda", f"train {options.apart} steps",
            "sharpness lambda")
        cold, _ = self.measure(f"net load {self.weights}",
                               "sharpness lambda")
        theirs, _ = self.torch("--true", repr(true))
        return (cold, warm, next(e for e in theirs if e["event"] == "lambda"))


def sharpness(events):
    return [e for e in events if e["event"] == "sharpness"]


def tell_products(bench, rounds):
    ours, our_mib, theirs, their_mib = zip(*(bench.products()
                                             for _ in range(rounds)))
    ratio = statistics.median(b / a for a, b in zip(ours, theirs))
    few = bench.options.peer_products
    note = f" (from {few} of them)" if few else ""
    print(f"  {bench.options.products} products: snt "
          f"{statistics.median(ours):.3g} s, PyTorch "
          f"{statistics.median(theirs):.3g} s{note}: {ratio:.2f} times as fast; "
          f"{max(our_mib):.0f} MiB of {max(their_mib):.0f}, "
          f"{max(our_mib) / max(their_mib):.3f}", flush=True)


def tell_eigenvalue(bench, rounds):
    true = bench.true_eigenvalue()
    results = [bench.eigenvalue(true) for _ in range(rounds)]
    for place, name in enumerate(("cold", "warm")):
        ratio = statistics.median(
            r[2]["seconds"] / r[place]["seconds"] for r in results)
        ours = results[0][place]
        print(f"  lambda {name}: {ours['products']} products, "
              f"{ours['seconds']:.3g} s, off by "
              f"{abs(ours['value'] / true - 1):.1e}; PyTorch's iteration "
              f"takes {ratio:.1f} times as long", flush=True)
    peer = results[0][2]
    reached = "never" if peer["within"] is None else (
        f"after {peer['within']:.3g} s")
    print(f"  PyTorch: {peer['products']} products, "
          f"{peer['seconds']:.3g} s, off by "
          f"{abs(peer['value'] / true - 1):.1e}; within 1e-3 {reached}",
          flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--snt", required=True)
    parser.add_argument("--data", default="fashion-mnist")
    parser.add_argument("--network", default="lenet5")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--images", type=int, default=1024)
    parser.add_argument("--products", type=int, default=20)
    parser.add_argument("--peer-products", type=int,
                        help="products that PyTorch really computes")
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--apart", type=int, default=20,
                        help="steps between a probe and the next")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=("products", "lambda"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options, folder)
        print(f"{options.network}, {options.images} images, "
              f"{options.threads} threads, after {options.steps} steps",
              flush=True)
        bench.train()
        if options.only != "lambda":
            tell_products(bench, options.rounds)
        if options.only != "products":
            tell_eigenvalue(bench, options.rounds)


if __name__ == "__main__":
    main()
