"""The network as a PyTorch module made of leaf modules, as Captum's and Zennit's hooks need them."""

import torch
from torch import nn


class TextCnn(nn.Module):
    """x [B, E, D] -> logits [B, Y].

    The ReLU and the pooling of each width are separate module instances: LRP and DeepLIFT hooks store state
    per module and forbid to use one twice. nn.MaxPool1d (not amax) gives all the gradient to the first winner.
    `separate` puts a clone between ReLU and pooling, so that hooks on the two modules see two tensors.
    `two_dimensional` writes the same convolution as Conv2d with kernel (K, D) on [B, 1, E, D] and a MaxPool2d.
    """

    def __init__(self, network, two_dimensional=False, separate=False):
        super().__init__()
        self.two_dimensional, self.separate = two_dimensional, separate
        rows, depth = network.x.shape
        self.convs, self.pools = nn.ModuleList(), nn.ModuleList()
        # No nn.Identity and no empty list otherwise: Captum's LRP refuses leaf modules that it does not know.
        self.relus = nn.ModuleList(nn.ReLU() for _ in network.conv) if network.relu else None
        for weight, bias in network.conv:
            filters, _, width = weight.shape
            positions = rows - width + 1
            weight = torch.tensor(weight, dtype=torch.float64)
            if two_dimensional:
                conv = nn.Conv2d(1, filters, (width, depth), bias=network.has_bias).double()
                weight = weight.permute(0, 2, 1).unsqueeze(1)
                pool = nn.MaxPool2d((positions, 1))
            else:
                conv = nn.Conv1d(depth, filters, width, bias=network.has_bias).double()
                pool = nn.MaxPool1d(positions)
            conv.weight = nn.Parameter(weight.contiguous())
            if network.has_bias:
                conv.bias = nn.Parameter(torch.tensor(bias, dtype=torch.float64))
            self.convs.append(conv)
            self.pools.append(pool)
        classes, maxima = network.dense_weight.shape
        self.dense = nn.Linear(maxima, classes, bias=network.has_bias).double()
        self.dense.weight = nn.Parameter(torch.tensor(network.dense_weight, dtype=torch.float64))
        if network.has_bias:
            self.dense.bias = nn.Parameter(torch.tensor(network.dense_bias, dtype=torch.float64))

    def forward(self, x):
        h = x.unsqueeze(1) if self.two_dimensional else x.transpose(1, 2)
        maxima = []
        for i, (conv, pool) in enumerate(zip(self.convs, self.pools)):
            scores = conv(h)
            if self.relus is not None:
                scores = self.relus[i](scores)
            if self.separate:
                scores = scores.clone()
            maxima.append(pool(scores).flatten(1))
        return self.dense(torch.cat(maxima, dim=1))


def tensor(x):
    """[E, D] -> [1, E, D] in f64."""
    return torch.tensor(x, dtype=torch.float64).unsqueeze(0)
