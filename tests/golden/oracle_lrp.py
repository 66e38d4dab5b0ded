"""LRP formulas of Zennit, Captum and iNNvestigate in plain numpy, written per winning window.

Max pooling passes all relevance to the winner, so for a text CNN every rule reduces to the same step, once per
dense output and once per filter: `share(a, w, b)` returns the fraction of one output's relevance that each input
gets, for an input vector a [n], weights w [n] and bias b of that output. README.md lists the fractions.
"""

import numpy as np

from oracle import Forward, filters_of


def stabilise(z, eps):
    """z + eps * sign(z) with sign(0) = +1."""
    return z + (eps if z >= 0.0 else -eps)


def safe_divide(a, b, factor=1e-7):
    """iNNvestigate's SafeDivide: adds `factor` to the denominator only where it is exactly zero."""
    return a / (b + factor if b == 0.0 else b)


def pos(v):
    return np.maximum(v, 0.0)


def neg(v):
    return np.minimum(v, 0.0)


# ---- Zennit -------------------------------------------------------------------------------------------

def zennit_share(rule):
    """The fraction function of one Zennit rule, given as in the golden files."""
    kind = rule["rule"]
    eps = rule["epsilon"] if kind == "epsilon" else rule.get("stabilizer")
    keep = 0.0 if rule.get("bias") == "ignore" else 1.0

    def epsilon(a, w, b, low, high):
        return a * w / stabilise(a @ w + keep * b, eps)

    def gamma(a, w, b, low, high):
        g = rule["gamma"]
        z = a @ w + b  # zero_params does not reach the sign test
        if z == 0.0:
            return np.zeros_like(a)
        up, down = (pos, neg) if z > 0.0 else (neg, pos)
        parts = pos(a) * (w + g * up(w)) + neg(a) * (w + g * down(w))
        return parts / stabilise(parts.sum() + keep * (b + g * up(b)), eps)

    def alpha_beta(a, w, b, low, high):
        plus = pos(a) * pos(w) + neg(a) * neg(w)
        minus = pos(a) * neg(w) + neg(a) * pos(w)
        alpha, beta = rule["alpha"], rule["beta"]
        return (alpha * plus / stabilise(plus.sum() + keep * max(b, 0.0), eps)
                - beta * minus / stabilise(minus.sum() + keep * min(b, 0.0), eps))

    def z_plus(a, w, b, low, high):
        plus = pos(a) * pos(w) + neg(a) * neg(w)
        return plus / stabilise(plus.sum() + keep * max(b, 0.0), eps)

    def w_square(a, w, b, low, high):
        return w * w / stabilise((w * w).sum() + keep * b * b, eps)

    def flat(a, w, b, low, high):
        return np.full(len(a), 1.0 / stabilise(float(len(a)), eps))

    def z_box(a, w, b, low, high):
        parts = a * w - low * pos(w) - high * neg(w)
        return parts / stabilise(parts.sum(), eps)  # b - b+ - b- = 0

    return {"epsilon": epsilon, "gamma": gamma, "alpha-beta": alpha_beta, "z-plus": z_plus, "w-square": w_square,
            "flat": flat, "z-box": z_box}[kind]


def zennit(network, x, target, dense_rule, conv_rule):
    """Relevance [E, D]; starts with the target logit."""
    dense, conv = zennit_share(dense_rule), zennit_share(conv_rule)
    low = np.broadcast_to(np.asarray(conv_rule.get("low", 0.0), dtype=float), (x.shape[1],))
    high = np.broadcast_to(np.asarray(conv_rule.get("high", 0.0), dtype=float), (x.shape[1],))
    return walk(network, x, target,
                lambda a, w, b: dense(a, w, b, None, None),
                lambda a, w, b: conv(a, w, b, np.tile(low, len(a) // len(low)), np.tile(high, len(a) // len(high))))


# ---- the walk ------------------------------------------------------------------------------------------

def walk(network, x, target, dense_share, conv_share, gate=False):
    """One backward pass. `gate` True stops relevance at a ReLU that is not open (gradient instead of pass)."""
    f = Forward(network, x)
    out = np.zeros_like(x)
    relevance = f.logits[target] * dense_share(f.maxima, network.dense_weight[target], network.dense_bias[target])
    for i, c, m in filters_of(network):
        weight, bias = network.conv[i]
        width, p = weight.shape[2], f.winner[i][c]
        if gate and network.relu and f.scores[i][p, c] <= 0.0:
            continue
        window = x[p:p + width]
        share = conv_share(window.ravel(), weight[c].T.ravel(), bias[c])
        out[p:p + width] += relevance[m] * share.reshape(width, -1)
    return out


# ---- iNNvestigate --------------------------------------------------------------------------------------

def innvestigate_share(rule):
    """The fraction function of one iNNvestigate rule, given as in the golden files."""
    kind = rule["rule"]
    keep = 0.0 if rule.get("bias") == "ignore" else 1.0

    def z(a, w, b):
        return a * w * safe_divide(1.0, a @ w + keep * b)

    def epsilon(a, w, b):
        return a * w / stabilise(a @ w + keep * b, rule["epsilon"])

    def alpha_beta(a, w, b):
        # max(b, 0) is in the positive layer, min(b, 0) in the negative one, and the two outputs are added:
        # the whole bias enters both denominators.
        plus = pos(a) * pos(w) + neg(a) * neg(w)
        minus = pos(a) * neg(w) + neg(a) * pos(w)
        share = plus * safe_divide(1.0, plus.sum() + keep * b)
        if rule["beta"] == 0.0:
            return share
        return rule["alpha"] * share - rule["beta"] * minus * safe_divide(1.0, minus.sum() + keep * b)

    def z_plus_fast(a, w, b):
        # Not restricted to positive inputs: a negative input gets a negative share.
        return a * pos(w) * safe_divide(1.0, a @ pos(w))

    def w_square(a, w, b):
        return w * w * safe_divide(1.0, (w * w).sum())

    def flat(a, w, b):
        return np.full(len(a), 1.0 / len(a))

    def z_box(a, w, b):
        parts = a * w - rule["low"] * pos(w) - rule["high"] * neg(w)
        return parts * safe_divide(1.0, parts.sum())

    return {"z": z, "epsilon": epsilon, "alpha-beta": alpha_beta, "z-plus-fast": z_plus_fast, "w-square": w_square,
            "flat": flat, "z-box": z_box}[kind]


def innvestigate(network, x, target, dense_rule, conv_rule):
    """Relevance [E, D]; starts with the target logit; a ReLU passes relevance through."""
    return walk(network, x, target, innvestigate_share(dense_rule), innvestigate_share(conv_rule))


# ---- Captum --------------------------------------------------------------------------------------------

def captum(network, x, target, dense_rule, conv_rule):
    """Relevance [E, D]; starts with the target logit; a ReLU passes relevance through.

    Max pooling has Captum's default, the epsilon rule with 1e-9, so the winner gets y / (y + 1e-9 sign(y)).
    """
    def share(rule):
        eps, kind = rule["epsilon"], rule["rule"]

        def inner(a, w, b):
            if kind == "captum-gamma":
                w = w + rule["gamma"] * pos(w)
            elif kind == "captum-alpha1-beta0":
                w = pos(w)
            return a * w / stabilise(a @ w + (0.0 if rule["bias"] == "ignore" else b), eps)
        return inner

    dense = share(dense_rule)

    def dense_and_pool(a, w, b):
        return dense(a, w, b) * np.array([y / stabilise(y, 1e-9) for y in a])

    return walk(network, x, target, dense_and_pool, share(conv_rule))
