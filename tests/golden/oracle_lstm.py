"""Independent float64 reference for the bidirectional LSTM: plain numpy, one gate after another.

`relevance` follows the published reference implementation of Arras et al. 2017 (LRP for LSTM, numpy): the same order of
steps, the same epsilon rule with `bias_factor` 0, the whole pre-activation in every denominator, and nothing for a gate.
"""

import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


class Way:
    """One direction read over x [T, D]: gates, states and pre-activations, a row per step."""

    def __init__(self, tensors, suffix, x):
        name = lambda part: tensors[f"lstm.{part}_l0{suffix}"]
        self.words, self.state = name("weight_ih"), name("weight_hh")
        self.bias = name("bias_ih") + name("bias_hh")
        hidden = self.state.shape[1]
        self.x = x
        steps = len(x)
        self.z = np.zeros((steps, 4 * hidden))
        self.i, self.f, self.g, self.o = (np.zeros((steps, hidden)) for _ in range(4))
        # Row -1 is the state before the first step.
        self.c, self.h = np.zeros((steps + 1, hidden)), np.zeros((steps + 1, hidden))
        for t in range(steps):
            self.z[t] = self.words @ x[t] + self.state @ self.h[t - 1] + self.bias
            i, f, g, o = np.split(self.z[t], 4)
            self.i[t], self.f[t], self.g[t], self.o[t] = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
            self.c[t] = self.f[t] * self.c[t - 1] + self.i[t] * self.g[t]
            self.h[t] = self.o[t] * np.tanh(self.c[t])

    def last(self):
        return self.h[len(self.x) - 1]


def ways(tensors, x):
    return Way(tensors, "", x), Way(tensors, "_reverse", x[::-1])


def logits(tensors, x):
    features = np.concatenate([way.last() for way in ways(tensors, x)])
    return tensors["dense.weight"] @ features + tensors["dense.bias"]


def differences(value, x, step=1e-6):
    """The gradient of `value` by central differences."""
    out = np.zeros_like(x)
    for place in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[place] += step
        down[place] -= step
        out[place] = (value(up) - value(down)) / (2 * step)
    return out


def lrp_linear(hin, weight, hout, relevance, epsilon):
    """Relevance of the inputs `hin` [n] of `hout` [m]; `weight` is [n, m]."""
    sign = np.where(hout >= 0, 1.0, -1.0)
    message = weight * hin[:, None] / (hout + epsilon * sign)[None, :] * relevance[None, :]
    return message.sum(axis=1)


def relevance(tensors, x, target, epsilon):
    """LRP of the target's logit, [T, D]."""
    both = ways(tensors, x)
    hidden = both[0].state.shape[1]
    z = logits(tensors, x)
    start = np.zeros_like(z)
    start[target] = z[target]
    out = np.zeros_like(x)
    for k, way in enumerate(both):
        steps = len(x)
        of_h, of_c = np.zeros((steps + 1, hidden)), np.zeros((steps + 1, hidden))
        weight = tensors["dense.weight"][:, k * hidden:(k + 1) * hidden]
        of_h[steps - 1] = lrp_linear(way.last(), weight.T, z, start, epsilon)
        one = np.identity(hidden)
        new = slice(2 * hidden, 3 * hidden)
        of_x = np.zeros((steps, x.shape[1]))
        for t in reversed(range(steps)):
            of_c[t] += of_h[t]
            of_g = lrp_linear(way.i[t] * way.g[t], one, way.c[t], of_c[t], epsilon)
            of_c[t - 1] = lrp_linear(way.f[t] * way.c[t - 1], one, way.c[t], of_c[t], epsilon)
            of_x[t] = lrp_linear(way.x[t], way.words[new].T, way.z[t, new], of_g, epsilon)
            of_h[t - 1] = lrp_linear(way.h[t - 1], way.state[new].T, way.z[t, new], of_g, epsilon)
        out += of_x if k == 0 else of_x[::-1]
    return out
