#!/usr/bin/env python3
"""Train one of the named networks in PyTorch and print its speed.

The peer of `snt --json -c '...'` in bench/run.py: the same network, the same
initial weights (a safetensors file that snt exported), the same batches in
file order. It is told what to do in lines of JSON, {"do": "train", "steps":
100, "report": 20}, and answers with one JSON object a line, "done" at the
end of each.
"""
import argparse
import gzip
import json
import os
import resource
import sys
import time

STARTED = time.monotonic()

import numpy as np  # noqa: E402
import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                "..", "tests", "golden"))
sys.dont_write_bytecode = True
from networks import named  # noqa: E402

FOLDER = "/usr/share/datasets/fashion-mnist"


def emit(event, **fields):
    print(json.dumps({"event": event, **fields}), flush=True)


def read_idx(path, header):
    with gzip.open(path) as file:
        return np.frombuffer(file.read(), dtype=np.uint8, offset=header)


def read_data(folder):
    """Images (n, 1, 28, 28), normalised as snt does, and labels (n)."""
    path = os.path.join(folder, "train-%s-ubyte.gz")
    images = read_idx(path % "images-idx3", 16).reshape(-1, 1, 28, 28)
    labels = read_idx(path % "labels-idx1", 8)
    x = torch.from_numpy(images.astype(np.float32)) / 255
    x = (x - x.mean()) / x.std(unbiased=False)
    return x, torch.from_numpy(labels.astype(np.int64))


def read_safetensors(path):
    with open(path, "rb") as file:
        data = file.read()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + size])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        first, last = entry["data_offsets"]
        values = np.frombuffer(data[8 + size + first:8 + size + last],
                               dtype=np.float32)
        tensors[name] = torch.from_numpy(values.reshape(entry["shape"])
                                         .copy())
    return tensors


def load(net, path):
    tensors = read_safetensors(path)
    with torch.no_grad():
        for name, value in net.segments() + net.statistics():
            value.copy_(tensors[name])


def make_optimizer(options, parameters):
    if options.optimizer == "adam":
        return torch.optim.Adam(parameters, lr=options.lr,
                                foreach=options.foreach)
    return torch.optim.SGD(parameters, lr=options.lr,
                           momentum=options.momentum,
                           foreach=options.foreach)


def batches(x, y, size):
    """For ever, in file order, the last one of an epoch ragged."""
    while True:
        yield from zip(x.split(size), y.split(size))


def train(options, net, source, optimizer, task):
    net.train()
    for first in range(0, task["steps"], task["report"]):
        steps = min(task["report"], task["steps"] - first)
        losses, images, started = 0.0, 0, time.monotonic()
        for _ in range(steps):
            inputs, labels = next(source)
            if options.channels_last:
                inputs = inputs.contiguous(memory_format=torch.channels_last)
            optimizer.zero_grad(set_to_none=True)
            loss = F.cross_entropy(net(inputs), labels)
            loss.backward()
            optimizer.step()
            losses += loss.item()
            images += len(labels)
        seconds = time.monotonic() - started
        emit("train", step=first + steps, loss=losses / steps,
             images_per_s=images / seconds)


def evaluate(options, net, x, task):
    """Time of the logits of the first n images, without gradients."""
    net.eval()
    x = x[:task["n"]]
    started = time.monotonic()
    with torch.no_grad():
        for inputs in x.split(500):
            if options.channels_last:
                inputs = inputs.contiguous(memory_format=torch.channels_last)
            net(inputs).argmax(1).sum().item()
    emit("evaluate", n=len(x), seconds=time.monotonic() - started)


def products(net, x, y, task):
    """Time of a gradient and of a Hessian-vector product on n images."""
    net.eval()
    x, y = x[:task["n"]], y[:task["n"]]
    parameters = list(net.parameters())
    started = time.monotonic()
    torch.autograd.grad(F.cross_entropy(net(x), y), parameters)
    plain = time.monotonic() - started
    gradient = torch.autograd.grad(F.cross_entropy(net(x), y), parameters,
                                   create_graph=True)
    vector = [torch.randn_like(p) for p in parameters]
    started = time.monotonic()
    for _ in range(task["products"]):
        vector = [v.detach() for v in torch.autograd.grad(
            gradient, parameters, vector, retain_graph=True)]
        norm = torch.sqrt(sum((v * v).sum() for v in vector))
        vector = [v / norm for v in vector]
    emit("products", products=task["products"], n=len(y),
         gradient_seconds=plain, seconds=time.monotonic() - started)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--network", default="mlp 300-100")
    parser.add_argument("--weights", help="safetensors file to start from")
    parser.add_argument("--data", default=FOLDER)
    parser.add_argument("--optimizer", choices=("adam", "sgd"),
                        default="adam")
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--momentum", type=float, default=0.9)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--channels-last", action="store_true")
    parser.add_argument("--foreach", action="store_true",
                        help="one call for all tensors in the optimizer")
    return parser.parse_args()


def main():
    options = parse()
    torch.set_num_threads(options.threads)
    x, y = read_data(options.data)
    net = named(options.network, (1, 28, 28))
    if options.weights:
        load(net, options.weights)
    if options.channels_last:
        net = net.to(memory_format=torch.channels_last)
    emit("ready", seconds=time.monotonic() - STARTED,
         torch=torch.__version__)
    source = batches(x, y, options.batch)
    optimizer = make_optimizer(options, list(net.parameters()))
    for line in sys.stdin:
        task = json.loads(line)
        if task["do"] == "train":
            train(options, net, source, optimizer, task)
        elif task["do"] == "evaluate":
            evaluate(options, net, x, task)
        else:
            products(net, x, y, task)
        emit("done", mib=resource.getrusage(
            resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main()
