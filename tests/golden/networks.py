"""The named networks in PyTorch, layer by layer as `net show` numbers them.

Used by make_reference.py here and by bench/bench_torch.py.
"""
import torch
from torch import nn

CLASSES = 10


class Positions(nn.Module):
    def __init__(self, tokens, width):
        super().__init__()
        self.positions = nn.Parameter(torch.zeros(tokens, width))

    def forward(self, x):
        return x.flatten(2).transpose(1, 2) + self.positions


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.inner = nn.MultiheadAttention(width, heads, batch_first=True)

    def forward(self, x):
        return self.inner(x, x, x, need_weights=False)[0]


class Sum(nn.Module):
    def forward(self, a, b):
        return a + b


class Mean(nn.Module):
    def __init__(self, over):
        super().__init__()
        self.over = over

    def forward(self, x):
        return x.mean(self.over)


class Network(nn.Module):
    """Layers in the order of `net show`, numbered from 1."""

    def __init__(self, shape):
        super().__init__()
        self.layers = nn.ModuleList()
        self.sources = []
        self.shape = shape

    def add(self, layer, *sources):
        """Append; from the last layer unless told. Its number."""
        self.layers.append(layer)
        self.sources.append(sources or (len(self.layers) - 1,))
        return len(self.layers)

    def forward(self, x):
        values = [x]
        for layer, sources in zip(self.layers, self.sources):
            values.append(layer(*[values[i] for i in sources]))
        return values[-1]

    def width(self):
        """Shape of the last layer's output."""
        self.eval()
        with torch.no_grad():
            return self(torch.zeros(1, *self.shape)).shape[1:]

    def segments(self):
        """[(name, tensor)] in the order of the flat vector."""
        result = []
        for number, layer in enumerate(self.layers, 1):
            for name, value in layer.named_parameters():
                name = name.replace("inner.in_proj_", "qkv.")
                name = name.replace("inner.out_proj.", "proj.")
                result.append((f"{number}.{name}", value))
        return result

    def statistics(self):
        return [(f"{number}.{name}", value)
                for number, layer in enumerate(self.layers, 1)
                for name, value in layer.named_buffers()
                if "running" in name]


def mlp(net, *widths):
    net.add(nn.Flatten())
    for width in widths:
        net.add(nn.Linear(net.width()[0], width))
        net.add(nn.ReLU())
    net.add(nn.Linear(widths[-1], CLASSES))


def lenet5(net):
    channels = net.shape[0]
    for out in (20, 50):
        net.add(nn.Conv2d(channels, out, 5))
        net.add(nn.ReLU())
        net.add(nn.MaxPool2d(2))
        channels = out
    net.add(nn.Flatten())
    net.add(nn.Linear(net.width()[0], 500))
    net.add(nn.ReLU())
    net.add(nn.Linear(500, CLASSES))


def conv(net, out, k, stride=1, relu=True, groups=1, source=None):
    """Convolution and batch norm, and relu; source: (layer, channels)."""
    if source is None:
        channels = net.width()[0] if net.layers else net.shape[0]
        source = (len(net.layers), channels)
    net.add(nn.Conv2d(source[1], out, k, stride, k // 2, groups=groups,
                      bias=False), source[0])
    net.add(nn.BatchNorm2d(out))
    if relu:
        net.add(nn.ReLU())


def vgg8(net):
    for out in (32, 64):
        conv(net, out, 3)
        conv(net, out, 3)
        net.add(nn.MaxPool2d(2))
    net.add(nn.Flatten())
    net.add(nn.Linear(net.width()[0], 128))
    net.add(nn.ReLU())
    net.add(nn.Linear(128, CLASSES))


def resnet20(net):
    conv(net, 16, 3)
    channels = 16
    for stage, out in enumerate((16, 32, 64)):
        for block in range(3):
            start = len(net.layers)
            stride = 2 if stage and not block else 1
            conv(net, out, 3, stride)
            conv(net, out, 3, relu=False)
            main = len(net.layers)
            if stride != 1 or channels != out:
                conv(net, out, 1, stride, relu=False,
                     source=(start, channels))
                start = len(net.layers)
            net.add(Sum(), main, start)
            net.add(nn.ReLU())
            channels = out
    net.add(Mean((2, 3)))
    net.add(nn.Linear(channels, CLASSES))


def mobilenet(net):
    conv(net, 16, 3)
    channels = 16
    for out, stride in ((32, 1), (64, 2), (64, 1), (128, 2), (128, 1)):
        conv(net, channels, 3, stride, groups=channels)
        conv(net, out, 1)
        channels = out
    net.add(Mean((2, 3)))
    net.add(nn.Linear(channels, CLASSES))


def vit(net):
    width = 64
    net.add(nn.Conv2d(net.shape[0], width, 4, 4))
    _, h, w = net.width()
    net.add(Positions(h * w, width))
    for _ in range(4):
        start = len(net.layers)
        net.add(nn.LayerNorm(width))
        last = net.add(Attention(width, 4))
        start = net.add(Sum(), last, start)
        net.add(nn.LayerNorm(width))
        net.add(nn.Linear(width, 2 * width))
        net.add(nn.GELU())
        last = net.add(nn.Linear(2 * width, width))
        net.add(Sum(), last, start)
    net.add(nn.LayerNorm(width))
    net.add(Mean(1))
    net.add(nn.Linear(width, CLASSES))


BUILDERS = {"mlp": mlp, "lenet5": lenet5, "vgg8": vgg8, "resnet20": resnet20,
            "mobilenet": mobilenet, "vit": vit}


def named(line, shape):
    """The network of a line like "mlp 300-100" for inputs (c, h, w)."""
    name, *arguments = line.split()
    widths = [int(width) for word in arguments for width in word.split("-")]
    net = Network(shape)
    BUILDERS[name](net, *widths)
    return net
