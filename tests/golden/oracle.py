"""Independent float64 reference for every golden value: plain numpy loops, one formula per peer rule.

Nothing here uses PyTorch, TensorFlow or a gradient tape. Each `generate_*.py` script compares the library's
answer with this file and refuses to write a golden file that it cannot explain; README.md prints the formulas.
"""

import numpy as np


class Forward:
    """All intermediate values. scores[i] [P, C] before the ReLU, winner[i] [C], maxima [M], logits [Y]."""

    def __init__(self, network, x):
        self.scores, self.winner, maxima = [], [], []
        for weight, bias in network.conv:
            filters, _, width = weight.shape
            positions = x.shape[0] - width + 1
            scores = np.empty((positions, filters))
            for p in range(positions):
                for c in range(filters):
                    scores[p, c] = bias[c] + np.sum(weight[c].T * x[p:p + width])
            active = np.maximum(scores, 0.0) if network.relu else scores
            self.scores.append(scores)
            self.winner.append(np.array([int(np.argmax(active[:, c])) for c in range(filters)]))
            maxima.append(active.max(axis=0))
        self.maxima = np.concatenate(maxima)
        self.logits = network.dense_weight @ self.maxima + network.dense_bias


def filters_of(network):
    """Yields (width index i, filter c, index m into the concatenated maxima)."""
    m = 0
    for i, (weight, _) in enumerate(network.conv):
        for c in range(weight.shape[0]):
            yield i, c, m
            m += 1


def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()


def runner_up(z, target):
    """The class with the largest logit other than the target; the first of equals."""
    others = [k for k in range(len(z)) if k != target]
    return max(others, key=lambda k: (z[k], -k))


def target_value(z, target, kind, rival=None):
    p = softmax(z)
    if kind == "logit":
        return z[target]
    if kind == "probability":
        return p[target]
    if kind == "log-probability":
        return np.log(p[target])
    if kind == "margin":
        return z[target] - z[rival]
    if kind == "expected-score":
        return float(np.arange(len(z)) @ p)
    raise ValueError(kind)


def target_gradient(z, target, kind, rival=None):
    """dF/dz [Y]."""
    p, one = softmax(z), np.eye(len(z))[target]
    if kind == "logit":
        return one
    if kind == "probability":
        return p[target] * (one - p)
    if kind == "log-probability":
        return one - p
    if kind == "margin":
        return one - np.eye(len(z))[rival]
    if kind == "expected-score":
        k = np.arange(len(z))
        return p * (k - k @ p)
    raise ValueError(kind)


def gradient(network, x, dz, relu="gradient"):
    """dF/dx [E, D] for a given dF/dz.

    `relu` changes only how the ReLU is passed: "gradient", "guided" (also needs a positive incoming gradient)
    or "deconvnet" (only needs a positive incoming gradient).
    """
    f = Forward(network, x)
    out = np.zeros_like(x)
    dm = network.dense_weight.T @ dz
    for i, c, m in filters_of(network):
        weight = network.conv[i][0]
        p = f.winner[i][c]
        g = dm[m]
        if network.relu:
            open_gate = f.scores[i][p, c] > 0.0
            if relu == "gradient":
                g = g if open_gate else 0.0
            elif relu == "guided":
                g = max(g, 0.0) if open_gate else 0.0
            elif relu == "deconvnet":
                g = max(g, 0.0)
        out[p:p + weight.shape[2]] += g * weight[c].T
    return out


def parameter_gradients(network, x, dz):
    """Gradients of F with respect to every parameter, in the layout of the golden files."""
    f = Forward(network, x)
    dm = network.dense_weight.T @ dz
    conv = [(np.zeros_like(w), np.zeros_like(b)) for w, b in network.conv]
    for i, c, m in filters_of(network):
        weight, bias = conv[i]
        p = f.winner[i][c]
        if network.relu and f.scores[i][p, c] <= 0.0:
            continue
        weight[c] += dm[m] * x[p:p + weight.shape[2]].T
        bias[c] += dm[m]
    return conv, np.outer(dz, f.maxima), dz.copy()


def check(label, got, want, absolute, relative=0.0):
    """Stop if a library value is not explained by the oracle. Returns the largest difference."""
    got, want = np.asarray(got, dtype=np.float64), np.asarray(want, dtype=np.float64)
    if got.shape != want.shape:
        raise SystemExit(f"{label}: shape {got.shape}, oracle {want.shape}")
    difference = np.abs(got - want)
    limit = absolute + relative * max(1.0, float(np.abs(want).max(initial=0.0)))
    if not np.all(difference <= limit):
        worst = np.unravel_index(int(np.argmax(difference)), difference.shape)
        raise SystemExit(f"{label}: at {worst} library {got[worst]!r}, oracle {want[worst]!r}, limit {limit:g}")
    return float(difference.max(initial=0.0))
