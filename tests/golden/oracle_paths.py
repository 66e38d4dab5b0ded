"""Path, difference and coalition methods in plain numpy: integrated gradients, DeepLIFT, occlusion, Shapley."""

from itertools import combinations
from math import factorial

import numpy as np

from oracle import Forward, filters_of, gradient, target_gradient, target_value


def nodes(rule, n):
    """(t, weight) pairs on [0, 1]."""
    if rule == "midpoint":
        return [((i + 0.5) / n, 1.0 / n) for i in range(n)]
    if rule == "gauss-legendre":
        points, weights = np.polynomial.legendre.leggauss(n)
        return [(0.5 * (1.0 + t), 0.5 * w) for t, w in zip(points, weights)]
    raise ValueError(rule)


def integrated_gradients(network, x, baseline, target, kind, rule, steps):
    """(x - x') * sum of weight * dF/dx at x' + t (x - x'), and its completeness gap sum(A) - (F(x) - F(x')).

    Captum rounds the weights (not the nodes) to f32 whatever the type of the input; so does this oracle.
    """
    total = np.zeros_like(x)
    for t, weight in nodes(rule, steps):
        point = baseline + t * (x - baseline)
        z = Forward(network, point).logits
        total += float(np.float32(weight)) * gradient(network, point, target_gradient(z, target, kind))
    attribution = (x - baseline) * total
    rise = (target_value(Forward(network, x).logits, target, kind)
            - target_value(Forward(network, baseline).logits, target, kind))
    return attribution, attribution.sum() - rise


def deep_lift(network, x, baseline, target, tiny=1e-10):
    """Captum's DeepLIFT (rescale) for conv -> ReLU -> max -> dense, with its own treatment of the maximum.

    With y, y' the maxima for x and x', q, q' their positions and h, h' the pooled scores, the multiplier of
    position p is [p = q] (max(y, y') - y') / (h_p - h'_p) + [p = q'] (y - max(y, y')) / (h_p - h'_p):
    a rise belongs to the winner for x, a fall to the winner for x'.
    """
    f, r = Forward(network, x), Forward(network, baseline)
    out = np.zeros_like(x)
    for i, c, m in filters_of(network):
        weight = network.conv[i][0]
        width = weight.shape[2]
        s, s_ref = f.scores[i][:, c], r.scores[i][:, c]
        h, h_ref = (np.maximum(s, 0.0), np.maximum(s_ref, 0.0)) if network.relu else (s, s_ref)
        y, y_ref, q, q_ref = f.maxima[m], r.maxima[m], f.winner[i][c], r.winner[i][c]
        top = max(y, y_ref)
        g = network.dense_weight[target, m]
        for p in sorted({int(q), int(q_ref)}):
            delta = h[p] - h_ref[p]
            if abs(delta) < tiny:
                multiplier = g if p == q else 0.0
            else:
                multiplier = g * ((top - y_ref) * (p == q) + (y - top) * (p == q_ref)) / delta
            if network.relu:
                rise = s[p] - s_ref[p]
                if abs(rise) < tiny:
                    multiplier *= float(s[p] > 0.0)
                else:
                    multiplier *= delta / rise
            out[p:p + width] += multiplier * weight[c].T * (x[p:p + width] - baseline[p:p + width])
    gap = out.sum() - (f.logits[target] - r.logits[target])
    return out, gap


def occlusion(network, x, target, window, baseline):
    """Captum's Occlusion: per position the mean of F(x) - F(x with the window replaced) over its windows [E]."""
    rows = x.shape[0]
    full = Forward(network, x).logits[target]
    total, count = np.zeros(rows), np.zeros(rows)
    for p in range(rows - window + 1):
        changed = x.copy()
        changed[p:p + window] = baseline[p:p + window]
        total[p:p + window] += full - Forward(network, changed).logits[target]
        count[p:p + window] += 1
    return total / count


def shapley(network, x, target, baseline):
    """Exact Shapley values of the rows by all 2^E coalitions; an absent row is its baseline row [E]."""
    rows = x.shape[0]
    value = {}
    for size in range(rows + 1):
        for present in combinations(range(rows), size):
            mixed = baseline.copy()
            mixed[list(present)] = x[list(present)]
            value[frozenset(present)] = Forward(network, mixed).logits[target]
    phi = np.zeros(rows)
    for i in range(rows):
        others = [j for j in range(rows) if j != i]
        for size in range(rows):
            weight = factorial(size) * factorial(rows - size - 1) / factorial(rows)
            for present in combinations(others, size):
                s = frozenset(present)
                phi[i] += weight * (value[s | {i}] - value[s])
    return phi


def deep_lift_hooks_collide(network, x, baseline, target, tiny=1e-10):
    """What Captum's DeepLIFT returns when an nn.ReLU feeds an nn.MaxPool1d directly.

    Both hooks sit on one tensor and the ReLU's runs first, so the rescale multiplier of the pooling is lost and the
    plain gradient stands in for it: the winner for x alone gets g (h_q - h'_q) of a rise y - y'.
    """
    f, r = Forward(network, x), Forward(network, baseline)
    out = np.zeros_like(x)
    for i, c, m in filters_of(network):
        weight = network.conv[i][0]
        q = int(f.winner[i][c])
        s, s_ref = f.scores[i][q, c], r.scores[i][q, c]
        rise = s - s_ref
        slope = float(s > 0.0) if abs(rise) < tiny else (max(s, 0.0) - max(s_ref, 0.0)) / rise
        window = slice(q, q + weight.shape[2])
        out[window] += network.dense_weight[target, m] * slope * weight[c].T * (x[window] - baseline[window])
    return out
