"""The small text CNNs that every golden file is computed on, and the JSON writer they share.

Only numpy is used here, so the PyTorch and the TensorFlow environment build the same networks.

A network maps x [E, D] to class scores z [Y]: per width K a valid convolution with stride 1, an optional
ReLU, the maximum over all positions (the first one wins a tie); the maxima are concatenated in the order of
the widths (M = sum of C) and a dense layer gives the logits.

Every weight and input value is a multiple of 1/256 of moderate size. So each value is exact in f32 and in a
short decimal, and every convolution score is exact in f32 too (at most 24 bits): a library that sums in another
order, or in single precision, finds the same winners and the same ties.
"""

import json
import os
import platform
from dataclasses import dataclass

import numpy as np

CLASSES = 5
GRID = 256.0


def snap(values):
    """Round to the grid of 1/256 (see the header)."""
    return np.round(np.asarray(values, dtype=np.float64) * GRID) / GRID


@dataclass
class Network:
    """One network with the input that is explained.

    conv[i] = (weight [C, D, K_i], bias [C]); dense_weight [Y, M]; dense_bias [Y]; x [E, D].
    `has_bias` False means the layers have no bias parameter at all; the arrays are zero then.
    """

    name: str
    widths: list
    relu: bool
    has_bias: bool
    conv: list
    dense_weight: np.ndarray
    dense_bias: np.ndarray
    x: np.ndarray
    target: int
    note: str = ""

    @property
    def rows(self):
        return self.x.shape[0]

    @property
    def depth(self):
        return self.x.shape[1]

    def case(self):
        """The part of a golden case that says what was computed on; shared by all files."""
        return {
            "name": self.name,
            "note": self.note,
            "widths": self.widths,
            "relu": self.relu,
            "has_bias": self.has_bias,
            "conv": [{"weight": w, "bias": b} for w, b in self.conv],
            "dense": {"weight": self.dense_weight, "bias": self.dense_bias},
            "x": self.x,
            "target": self.target,
            "baseline": None,
        }


def build(seed, name, widths, filters, depth, rows, *, relu, bias=True, pad=0, words=None, dead=False,
          target=None, note=""):
    """Draw one network.

    pad:    this many trailing rows of x are zero.
    words:  indices into a small random vocabulary, so that words (and whole windows) repeat.
    dead:   with a ReLU, push the last filter of each width below zero everywhere (an all-tie at 0).
    target: class to explain; by default the class with the largest logit.
    """
    rng = np.random.default_rng(seed)
    conv = []
    for width in widths:
        weight = snap(rng.standard_normal((filters, depth, width)) * 0.5)
        shift = snap(rng.standard_normal(filters) * 0.4)
        if not bias:
            shift = np.zeros(filters)
        elif dead:
            shift[-1] = -12.0
        conv.append((weight, shift))
    dense_weight = snap(rng.standard_normal((CLASSES, filters * len(widths))) * 0.5)
    dense_bias = snap(rng.standard_normal(CLASSES) * 0.3) if bias else np.zeros(CLASSES)
    if words is None:
        x = snap(rng.standard_normal((rows, depth)) * 0.8)
    else:
        vocabulary = snap(rng.standard_normal((max(words) + 1, depth)) * 0.8)
        x = vocabulary[np.array(words)]
        rows = len(words)
    if pad:
        x = x.copy()
        x[rows - pad:] = 0.0
    network = Network(name, list(widths), relu, bias, conv, dense_weight, dense_bias, x, 0, note)
    network.target = int(np.argmax(logits(network, x))) if target is None else target
    return network


def logits(network, x):
    """Plain numpy forward, only used to choose the default target."""
    maxima = []
    for weight, bias in network.conv:
        width = weight.shape[2]
        scores = [[bias[c] + np.sum(weight[c].T * x[p:p + width]) for c in range(weight.shape[0])]
                  for p in range(x.shape[0] - width + 1)]
        scores = np.array(scores)
        if network.relu:
            scores = np.maximum(scores, 0.0)
        maxima.append(scores.max(axis=0))
    return network.dense_weight @ np.concatenate(maxima) + network.dense_bias


def networks():
    """All networks of the attribution files."""
    return [
        build(101, "w2-linear-5", [2], 4, 4, 5, relu=False,
              note="one width, linear: the smallest case"),
        build(102, "w2-linear-40-padded", [2], 6, 5, 40, relu=False, pad=21,
              note="19 words, zero rows up to 40, no activation: the shape of the replicated network"),
        build(103, "w1-relu-9", [1], 5, 5, 9, relu=True, target=3,
              note="unigrams; the target is pinned to a class that need not be the largest"),
        build(104, "w3-relu-19-dead", [3], 5, 6, 19, relu=True, dead=True,
              note="the last filter is below zero at every position: after the ReLU all positions tie at 0"),
        build(105, "w23-linear-nobias-9", [2, 3], 3, 4, 9, relu=False, bias=False,
              note="two widths, no bias parameters"),
        build(106, "w23-relu-19-padded", [2, 3], 4, 5, 19, relu=True, pad=4, target=0,
              note="two widths with ReLU and four zero rows"),
        build(107, "w345-relu-60", [3, 4, 5], 3, 4, 60, relu=True,
              note="three widths on a long input"),
        build(108, "w345-linear-repeated-19", [3, 4, 5], 3, 4, 0, relu=False, target=1,
              words=[0, 1, 2, 0, 1, 2, 0, 1, 2, 3, 3, 3, 3, 3, 3, 0, 1, 2, 0],
              note="repeated words: equal windows tie and the first must win"),
        build(109, "w3-relu-nobias-9", [3], 5, 4, 9, relu=True, bias=False, target=2,
              note="ReLU without bias parameters"),
        build(110, "w345-relu-5", [3, 4, 5], 3, 4, 5, relu=True,
              note="as many rows as the largest filter is wide: one position for K = 5"),
    ]


def coalition_networks():
    """Short inputs for which every one of the 2^E coalitions, or E! orders, can be visited."""
    return [
        build(201, "w2-linear-6", [2], 4, 4, 6, relu=False, note="Shapley: linear"),
        build(202, "w23-relu-6", [2, 3], 3, 4, 6, relu=True, note="Shapley: two widths, ReLU"),
        build(203, "w3-relu-7-padded", [3], 4, 4, 7, relu=True, pad=2, target=1,
              note="Shapley: two zero rows are null players"),
        build(204, "w2-linear-7-repeated", [2], 5, 4, 0, relu=False, words=[0, 1, 0, 1, 2, 0, 1],
              note="Shapley: repeated words"),
    ]


def random_baseline(network, seed=900):
    """A baseline with a different vector at every position."""
    rng = np.random.default_rng(seed + network.rows)
    return snap(rng.standard_normal((network.rows, network.depth)) * 0.5)


# ---- writing ----------------------------------------------------------------------------------------

def plain(value, digits=12):
    """numpy / torch values to JSON values; floats keep `digits` significant digits, zeros become 0."""
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, dict):
        return {key: plain(item, digits) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item, digits) for item in value]
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (float, np.floating)):
        value = float(f"%.{digits}g" % float(value))
        return int(value) if value == int(value) and abs(value) < 1e6 else value
    if isinstance(value, np.integer):
        return int(value)
    return value


def write(path, generator, versions, body):
    """Write one self-contained golden file next to the scripts and report its size."""
    document = {
        "generator": generator,
        "versions": {"python": platform.python_version(), "numpy": np.__version__, **versions},
        **plain(body),
    }
    target = os.path.join(os.path.dirname(os.path.abspath(__file__)), path)
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    text = text.replace('{"name":"', '\n{"name":"').replace('{"method":"', '\n{"method":"')
    with open(target, "w", encoding="utf-8", newline="\n") as handle:
        handle.write(text + "\n")
    size = len(text) + 1
    print(f"{path}: {size / 1000:.0f} kB")
    if size > 400_000:
        raise SystemExit(f"{path} is larger than 400 kB")
