#!/usr/bin/env python3
"""Make the reference values that tests/unit/test_golden.c compares with.

Run by hand, with PyTorch (Debian: python3-torch), in this folder:

    /usr/bin/python3 make_reference.py [NAME ...]

Everything is computed in double precision. Weights, inputs, labels and
directions are pure functions of an index (SplitMix64), so that no weights
need to be stored: the test computes the same ones.
"""
import json
import sys

import numpy as np
import torch
import torch.nn.functional as F

from networks import CLASSES, named

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

# Streams of numbers, as in the test.
WEIGHTS, BUFFERS, INPUTS, LABELS, DIRECTION = range(1, 6)
STEPS, STEP_BATCH = 20, 16


def words(stream, first, count):
    z = (np.uint64(stream) << np.uint64(40)) + np.arange(
        first, first + count, dtype=np.uint64)
    z = (z + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def uniform(stream, first, count):
    """In [-1, 1), a multiple of 2^-23: exact in single precision too."""
    bits = (words(stream, first, count) >> np.uint64(40)).astype(np.float64)
    return bits * 2.0**-23 - 1.0


def samples(shape, first, count):
    size = int(np.prod(shape))
    x = 1.5 * uniform(INPUTS, first * size, count * size)
    y = words(LABELS, first, count) >> np.uint64(32)
    return (torch.from_numpy(x.astype(np.float32).astype(np.float64))
            .reshape(count, *shape),
            torch.from_numpy((y % np.uint64(CLASSES)).astype(np.int64)))


def initial(name, shape, u):
    if name.endswith("running_var"):
        return 1 + 0.5 * u
    if name.endswith("running_mean"):
        return 0.25 * u
    if name.endswith("weight") and len(shape) > 1:
        return u * np.sqrt(3.0 / np.prod(shape[1:]))
    if name.endswith("weight"):
        return 1 + 0.25 * u
    return 0.125 * u


def fill(segments, stream):
    first = 0
    with torch.no_grad():
        for name, value in segments:
            u = uniform(stream, first, value.numel())
            u = initial(name, value.shape, u).astype(np.float32)
            value.copy_(torch.from_numpy(u.astype(np.float64))
                        .reshape(value.shape))
            first += value.numel()


def reset(net):
    fill(net.segments(), WEIGHTS)
    fill(net.statistics(), BUFFERS)


def flat(tensors):
    return torch.cat([t.reshape(-1) for t in tensors])


def loss_of(net, x, y):
    return F.cross_entropy(net(x), y)


class Probe:
    """Loss, gradient and products on a fixed batch, statistics frozen."""

    def __init__(self, net, x, y):
        net.eval()
        self.net, self.x, self.y = net, x, y
        self.parameters = [value for _, value in net.segments()]
        self.loss = loss_of(net, x, y)
        gradients = torch.autograd.grad(self.loss, self.parameters,
                                        create_graph=True)
        self.graph = flat(gradients)
        self.gradient = self.graph.detach()

    def product(self, v):
        return flat(torch.autograd.grad(self.graph @ v, self.parameters,
                                        retain_graph=True)).detach()

    def loss_at(self, shift):
        first = 0
        with torch.no_grad():
            kept = [p.clone() for p in self.parameters]
            for p in self.parameters:
                p += shift[first:first + p.numel()].reshape(p.shape)
                first += p.numel()
            loss = loss_of(self.net, self.x, self.y).item()
            for p, before in zip(self.parameters, kept):
                p.copy_(before)
        return loss


def largest_eigenvalue(product, n, steps=80):
    """By Lanczos with full re-orthogonalisation, and its residual."""
    v = torch.from_numpy(uniform(DIRECTION, 0, n))
    basis, alpha, beta = [v / v.norm()], [], []
    for _ in range(steps):
        u = product(basis[-1])
        alpha.append((u @ basis[-1]).item())
        for _ in range(2):
            for b in basis:
                u = u - (u @ b) * b
        beta.append(u.norm().item())
        t = np.diag(alpha) + np.diag(beta[:-1], 1) + np.diag(beta[:-1], -1)
        values, vectors = np.linalg.eigh(t)
        residual = abs(beta[-1] * vectors[-1, -1] / values[-1])
        if residual < 1e-9:
            break
        basis.append(u / beta[-1])
    return values[-1], residual


def digest(segments, vector, direction):
    """Of each segment: norm, sum weighted by the direction, two entries."""
    result, first = {}, 0
    for name, value in segments:
        count = value.numel()
        part = vector[first:first + count]
        weights = direction[first:first + count]
        result[name] = [float("%.12g" % number.item()) for number in
                        (part.norm(), part @ weights, part[count // 3],
                         part[count - 1])]
        first += count
    return result


def curve(net, optimizer, shape):
    reset(net)
    net.train()
    opt = optimizer([value for _, value in net.segments()])
    losses = []
    for step in range(STEPS):
        opt.zero_grad()
        loss = loss_of(net, *samples(shape, step * STEP_BATCH, STEP_BATCH))
        loss.backward()
        opt.step()
        losses.append(float("%.12g" % loss.item()))
    statistics = {name: float("%.12g" % value.sum().item())
                  for name, value in net.statistics()}
    return {"losses": losses, "statistics": statistics}


OPTIMIZERS = {
    "sgd lr=0.001 momentum=0.9":
        lambda p: torch.optim.SGD(p, lr=0.001, momentum=0.9),
    "adam lr=0.0001": lambda p: torch.optim.Adam(p, lr=0.0001),
}


def reference(line, shape, count):
    net = named(line, shape)
    reset(net)
    x, y = samples(shape, 0, count)
    probe = Probe(net, x, y)
    segments = net.segments()
    n = probe.gradient.numel()
    direction = torch.from_numpy(uniform(DIRECTION, 0, n))
    product = probe.product(direction)
    value, residual = largest_eigenvalue(probe.product, n)
    g, w = probe.gradient, flat(probe.parameters).detach()
    tg = w.abs() * g
    with torch.no_grad():
        logits = net(x)[:2].reshape(-1)
    loss = probe.loss.item()
    return {
        "net": line, "input": list(shape), "n": count,
        "parameters": n, "loss": loss,
        "logits": [float("%.12g" % z) for z in logits],
        "gradient": digest(segments, g, direction),
        "product": digest(segments, product, direction),
        "lambda": value, "residual": residual,
        "sam": probe.loss_at(0.05 * g / g.norm()) - loss,
        "adaptive": probe.loss_at(0.5 * w.abs() * tg / tg.norm()) - loss,
        "curves": {line: curve(net, make, shape)
                   for line, make in OPTIMIZERS.items()},
    }


GREY, COLOUR = (1, 28, 28), (3, 32, 32)
REFERENCES = {
    "mlp-32-16": ("mlp 32-16", GREY, 32),
    "mlp-300-100": ("mlp 300-100", GREY, 32),
    "lenet5": ("lenet5", GREY, 16),
    "lenet5-colour": ("lenet5", COLOUR, 8),
    "vgg8": ("vgg8", GREY, 8),
    "vgg8-odd": ("vgg8", (3, 13, 11), 8),
    "resnet20": ("resnet20", GREY, 8),
    "resnet20-odd": ("resnet20", (3, 13, 11), 8),
    "mobilenet": ("mobilenet", GREY, 8),
    "vit": ("vit", GREY, 8),
    "vit-colour": ("vit", COLOUR, 4),
}


def main():
    for name in sys.argv[1:] or REFERENCES:
        result = reference(*REFERENCES[name])
        print(name, result["loss"], result["lambda"], result["residual"],
              flush=True)
        with open(name + ".json", "w") as file:
            json.dump(result, file, separators=(",", ":"))
            file.write("\n")


if __name__ == "__main__":
    main()
