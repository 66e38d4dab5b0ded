"""innvestigate.json: iNNvestigate's analysers on a Keras model, in f32 (TensorFlow's kernels here).

The input of the Keras model is [1, E, D]: height 1, width E, D channels, as in the replicated experiment. The class
is pinned with neuron_selection_mode="index".
"""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")  # plain kernels: reproducible sums
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import json  # noqa: E402
from importlib.metadata import version  # noqa: E402

import innvestigate  # noqa: E402
import innvestigate.analyzer.relevance_based.relevance_rule as rrule  # noqa: E402
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from innvestigate.analyzer import LRP  # noqa: E402
from tensorflow import keras  # noqa: E402

import oracle  # noqa: E402
import oracle_lrp  # noqa: E402
from networks import networks, plain, random_baseline, write  # noqa: E402

# iNNvestigate needs graph-mode gradients.
tf.compat.v1.disable_eager_execution()

RELATIVE = 2e-5  # f32 against the f64 oracle, relative to the largest relevance


def keras_model(network):
    """Conv2D((1, K)) -> ReLU -> MaxPooling2D -> Flatten per width, concatenated, then Dense without softmax."""
    rows, depth = network.x.shape
    source = keras.layers.Input((1, rows, depth))
    branches = []
    for weight, bias in network.conv:
        filters, _, width = weight.shape
        layer = keras.layers.Conv2D(filters, (1, width), use_bias=network.has_bias,
                                    activation="relu" if network.relu else None)
        h = layer(source)
        kernel = weight.transpose(2, 1, 0)[None]  # [C, D, K] -> [1, K, D, C]
        layer.set_weights([kernel, bias] if network.has_bias else [kernel])
        h = keras.layers.MaxPooling2D((1, rows - width + 1))(h)
        branches.append(keras.layers.Flatten()(h))
    h = branches[0] if len(branches) == 1 else keras.layers.Concatenate()(branches)
    dense = keras.layers.Dense(network.dense_weight.shape[0], use_bias=network.has_bias)
    model = keras.Model(source, dense(h))
    weight = network.dense_weight.T
    dense.set_weights([weight, network.dense_bias] if network.has_bias else [weight])
    return model


class ZIgnoreBias(rrule.ZRule):
    """The Z rule without bias; 1.0.x offered it as lrp.z_IB, 2.1.2 only as a rule argument."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, bias=False, **kwargs)


def rule(kind, bias="absorb", **settings):
    return {"rule": kind, "bias": bias, **settings}


Z = rule("z")
EPSILON = rule("epsilon", epsilon=1e-7)
ALPHA_2_BETA_1 = rule("alpha-beta", alpha=2.0, beta=1.0, reading="innvestigate")
ALPHA_2_BETA_1_IB = rule("alpha-beta", "ignore", alpha=2.0, beta=1.0, reading="innvestigate")
ALPHA_1_BETA_0 = rule("alpha-beta", alpha=1.0, beta=0.0, reading="innvestigate")
ALPHA_1_BETA_0_IB = rule("alpha-beta", "ignore", alpha=1.0, beta=0.0, reading="innvestigate")
PRESET_EPSILON = rule("epsilon", epsilon=0.1)
FLAT = rule("flat", "ignore")


def relevance_settings():
    """(name, how to make the analyser of a model, dense rule, conv rule)."""
    def named(name, **settings):
        return lambda model: innvestigate.create_analyzer(name, model, neuron_selection_mode="index", **settings)

    def lrp(**settings):
        return lambda model: LRP(model, neuron_selection_mode="index", **settings)

    yield "lrp.z", named("lrp.z"), Z, Z
    yield "lrp.z_IB", lrp(rule=ZIgnoreBias), rule("z", "ignore"), rule("z", "ignore")
    yield "lrp.epsilon", named("lrp.epsilon"), EPSILON, EPSILON
    for epsilon in (0.01, 0.25):
        same = rule("epsilon", epsilon=epsilon)
        yield "lrp.epsilon", named("lrp.epsilon", epsilon=epsilon), same, same
    same = rule("epsilon", "ignore", epsilon=0.25)
    yield "lrp.epsilon_IB", named("lrp.epsilon", epsilon=0.25, bias=False), same, same
    yield "lrp.alpha_2_beta_1", named("lrp.alpha_2_beta_1"), ALPHA_2_BETA_1, ALPHA_2_BETA_1
    yield "lrp.alpha_2_beta_1_IB", named("lrp.alpha_2_beta_1_IB"), ALPHA_2_BETA_1_IB, ALPHA_2_BETA_1_IB
    yield "lrp.alpha_1_beta_0", named("lrp.alpha_1_beta_0"), ALPHA_1_BETA_0, ALPHA_1_BETA_0
    yield "lrp.alpha_1_beta_0_IB", named("lrp.alpha_1_beta_0_IB"), ALPHA_1_BETA_0_IB, ALPHA_1_BETA_0_IB
    yield "lrp.z_plus", named("lrp.z_plus"), ALPHA_1_BETA_0_IB, ALPHA_1_BETA_0_IB
    fast = rule("z-plus-fast", "ignore")
    yield "lrp.z_plus_fast", named("lrp.z_plus_fast"), fast, fast
    square = rule("w-square", "ignore")
    yield "lrp.w_square", named("lrp.w_square"), square, square
    yield "lrp.flat", named("lrp.flat"), FLAT, FLAT
    yield "lrp.sequential_preset_a", named("lrp.sequential_preset_a"), PRESET_EPSILON, ALPHA_1_BETA_0
    yield "lrp.sequential_preset_b", named("lrp.sequential_preset_b"), PRESET_EPSILON, ALPHA_2_BETA_1
    yield "lrp.sequential_preset_b_flat", named("lrp.sequential_preset_b_flat"), PRESET_EPSILON, FLAT
    yield "lrp z, input layer bounded", lrp(rule="Z", input_layer_rule=(-3.0, 3.0)), Z, \
        rule("z-box", "ignore", low=-3.0, high=3.0)


def analyse(analyser, network):
    image = network.x[None, None].astype(np.float32)
    return np.asarray(analyser.analyze(image, neuron_selection=network.target))[0, 0].astype(np.float64)


def left_riemann(network, x, baseline, steps):
    """iNNvestigate's integrated gradients: mean gradient at t = 0, 1/n, ... (n-1)/n, times x - x'."""
    dz = np.eye(network.dense_weight.shape[0])[network.target]
    total = np.zeros_like(x)
    for i in range(steps):
        total += oracle.gradient(network, baseline + i / steps * (x - baseline), dz)
    return (x - baseline) * total / steps


def compare(report, label, group, got, want):
    difference = oracle.check(label, got, want, 0.0, RELATIVE)
    report[group] = max(report.get(group, 0.0), difference / max(1.0, float(np.abs(want).max())))


def network_case(network, report):
    case = network.case()
    z = keras_model(network).predict_on_batch(network.x[None, None].astype(np.float32))[0].astype(np.float64)
    f = oracle.Forward(network, network.x)
    compare(report, f"{network.name} logits", "logits", z, f.logits)
    case["logits"], case["expected"] = z, []
    dz = np.eye(len(z))[network.target]
    gradient = oracle.gradient(network, network.x, dz)

    def add(method, params, make, want):
        # A fresh model each time: analysers call the model's layers again, and a convolution that was called on
        # anything but the input layer (as integrated gradients does) silently loses its input-layer rule.
        keras.backend.clear_session()
        got = analyse(make(keras_model(network)), network)
        compare(report, f"{network.name} {params}", params["analyzer"], got, want)
        case["expected"].append({"method": method, "params": params, "per_feature": got})

    def named(name, **settings):
        return lambda model: innvestigate.create_analyzer(name, model, neuron_selection_mode="index", **settings)

    add("gradient", {"analyzer": "gradient"}, named("gradient"), gradient)
    add("gradient-x-input", {"analyzer": "input_t_gradient"}, named("input_t_gradient"), gradient * network.x)
    case["baseline"] = random_baseline(network)
    for steps, kind in ((8, "zero"), (64, "zero"), (64, "case")):
        baseline = case["baseline"] if kind == "case" else np.zeros_like(network.x)
        add("integrated-gradients",
            {"analyzer": "integrated_gradients", "steps": steps, "nodes": "left", "baseline": kind},
            named("integrated_gradients", steps=steps, reference_inputs=baseline[None, None]),
            left_riemann(network, network.x, baseline, steps))
    for name, make, dense_rule, conv_rule in relevance_settings():
        add("lrp", {"analyzer": name, "dense": dense_rule, "conv": conv_rule}, make,
            oracle_lrp.innvestigate(network, network.x, network.target, dense_rule, conv_rule))
    if network.relu:
        # Both start from the logit, not from 1: a negative logit flips every sign before the ReLU rule.
        for method, name, mode in (("guided-backprop", "guided_backprop", "guided"),
                                   ("deconvnet", "deconvnet", "deconvnet")):
            add(method, {"analyzer": name, "start": "logit"}, named(name),
                oracle.gradient(network, network.x, dz * f.logits[network.target], relu=mode))
    return case


def check_keras_adam(report):
    """The "steps_keras" trajectory of pytorch.json against Keras' own optimiser, in f32."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "pytorch.json"), encoding="utf-8") as handle:
        training = json.load(handle)["training"]
    batch = np.array(training["batch"], dtype=np.float32)
    source = keras.layers.Input(batch.shape[1:])
    branches = []
    for entry in training["conv"]:
        weight = np.array(entry["weight"])
        layer = keras.layers.Conv1D(weight.shape[0], weight.shape[2], activation="relu")
        branches.append(keras.layers.GlobalMaxPooling1D()(layer(source)))
        layer.set_weights([weight.transpose(2, 1, 0), np.array(entry["bias"])])
    dense = keras.layers.Dense(len(training["dense"]["bias"]))
    model = keras.Model(source, dense(keras.layers.Concatenate()(branches)))
    dense.set_weights([np.array(training["dense"]["weight"]).T, np.array(training["dense"]["bias"])])
    optimiser = keras.optimizers.legacy.Adam(training["learning_rate"], training["beta1"], training["beta2"],
                                             training["epsilon"])
    model.compile(optimiser, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    for step in training["steps_keras"]:
        loss = model.train_on_batch(batch, np.array(training["labels"]))
        compare(report, "Keras Adam loss", "adam loss", loss, step["loss_before"])
        for layer in model.layers:
            if layer is dense:
                weight, bias = layer.get_weights()
                compare(report, "Keras Adam dense", "adam weights", weight.T, step["dense"]["weight"])
                compare(report, "Keras Adam dense", "adam weights", bias, step["dense"]["bias"])
            elif isinstance(layer, keras.layers.Conv1D):
                weight, bias = layer.get_weights()
                want = next(c for c in step["conv"] if len(c["weight"][0][0]) == weight.shape[0])
                compare(report, "Keras Adam conv", "adam weights", weight.transpose(2, 1, 0), want["weight"])
                compare(report, "Keras Adam conv", "adam weights", bias, want["bias"])


def main():
    report = {}
    check_keras_adam(report)
    cases = []
    for network in networks():
        # f32 results carry eight digits; the inputs are exact in nine.
        cases.append(plain(network_case(network, report), digits=9))
        print(network.name, flush=True)
    for group, difference in sorted(report.items(), key=lambda item: item[1]):
        print(f"{difference:.1e} {group}")
    write("innvestigate.json", "generate_innvestigate.py",
          {"tensorflow": tf.__version__, "innvestigate": version("innvestigate")}, {"cases": cases})


if __name__ == "__main__":
    main()
