#!/usr/bin/env python3
"""Curvature in PyTorch: the peer of bench/hessian.py, by double backward.

Power iteration is that of PyHessian (Yao et al. 2020): a random start, one
product an iteration with the graph of the gradient kept, until the eigenvalue
changes by less than the tolerance, at most 100 iterations. One JSON object a
line.
"""
import argparse
import resource
import time

import torch
import torch.nn.functional as F

from bench_torch import FOLDER, emit, load, named, read_data


class Curvature:
    def __init__(self, net, x, y):
        self.parameters = list(net.parameters())
        self.gradient = torch.autograd.grad(
            F.cross_entropy(net(x), y), self.parameters, create_graph=True)

    def random(self):
        return self.normalised([torch.randn_like(p)
                                for p in self.parameters])

    @staticmethod
    def normalised(vector):
        norm = torch.sqrt(sum((v * v).sum() for v in vector))
        return [v / (norm + 1e-6) for v in vector]

    def product(self, vector):
        return [v.detach() for v in torch.autograd.grad(
            self.gradient, self.parameters, vector, retain_graph=True)]


def products(options, net, x, y):
    started = time.monotonic()
    curvature = Curvature(net, x, y)
    vector = curvature.random()
    first = time.monotonic() - started
    for _ in range(options.products):
        vector = curvature.normalised(curvature.product(vector))
    emit("products", products=options.products, n=len(y),
         seconds=time.monotonic() - started, first_seconds=first)


def power_iteration(options, net, x, y):
    """Also when the value was first within the tolerance of the true one,
    which a user does not know."""
    started = time.monotonic()
    curvature = Curvature(net, x, y)
    vector, value, within = curvature.random(), None, None
    for iteration in range(1, 101):
        image = curvature.product(vector)
        before, value = value, sum((a * b).sum().item()
                                   for a, b in zip(image, vector))
        vector = curvature.normalised(image)
        near = abs(value - options.true) <= options.tolerance * options.true
        if near and within is None:
            within = time.monotonic() - started
        if before is not None and abs(value - before) < \
                options.tolerance * abs(before) + 1e-6:
            break
    emit("lambda", value=value, products=iteration,
         seconds=time.monotonic() - started, within=within)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--network", required=True)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--data", default=FOLDER)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--images", type=int, default=1024)
    parser.add_argument("--products", type=int, default=0)
    parser.add_argument("--true", type=float, default=0,
                        help="the largest eigenvalue, to iterate towards")
    parser.add_argument("--tolerance", type=float, default=1e-3)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    x, y = read_data(options.data)
    x, y = x[:options.images].clone(), y[:options.images].clone()
    net = named(options.network, (1, 28, 28))
    load(net, options.weights)
    net.eval()
    if options.products:
        products(options, net, x, y)
    if options.true:
        power_iteration(options, net, x, y)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    emit("memory", mib=peak / 1024)


if __name__ == "__main__":
    main()
