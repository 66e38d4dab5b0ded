"""pytorch.json: values, input gradients, parameter gradients and Adam steps from PyTorch autograd in f64."""

import copy

import numpy as np
import torch
import torch.nn.functional as F

import oracle
from networks import build, networks, write
from torch_net import TextCnn, tensor

TARGETS = ["logit", "probability", "log-probability", "margin", "expected-score"]


def scalar(z, target, kind, rival):
    """The explained value F from the logits z [Y]."""
    if kind == "logit":
        return z[target]
    if kind == "probability":
        return torch.softmax(z, 0)[target]
    if kind == "log-probability":
        return torch.log_softmax(z, 0)[target]
    if kind == "margin":
        return z[target] - z[rival]
    return (torch.arange(len(z), dtype=z.dtype) * torch.softmax(z, 0)).sum()


def attribution_case(network, worst):
    model = TextCnn(network)
    case = network.case()
    z = model(tensor(network.x))[0].detach()
    forward = oracle.Forward(network, network.x)
    worst.append(oracle.check(f"{network.name} logits", z, forward.logits, 1e-12))
    case["logits"] = z
    case["winners"] = [w.tolist() for w in forward.winner]
    rival = oracle.runner_up(z.numpy(), network.target)
    case["expected"] = []
    for kind in TARGETS:
        x = tensor(network.x).requires_grad_(True)
        value = scalar(model(x)[0], network.target, kind, rival)
        value.backward()
        gradient = x.grad[0].numpy()
        dz = oracle.target_gradient(forward.logits, network.target, kind, rival)
        label = f"{network.name} {kind}"
        worst.append(oracle.check(label, gradient, oracle.gradient(network, network.x, dz), 1e-12))
        worst.append(oracle.check(label, value.item(),
                                  oracle.target_value(forward.logits, network.target, kind, rival), 1e-12))
        params = {"target": kind}
        if kind == "margin":
            params["runner_up"] = rival
        case["expected"].append({"method": "gradient", "params": params, "value": value.item(),
                                 "per_feature": gradient})
        if kind in ("logit", "probability"):
            case["expected"].append({"method": "gradient-x-input", "params": params, "value": value.item(),
                                     "per_feature": gradient * network.x,
                                     "per_token": (gradient * network.x).sum(axis=1)})
    case["loss_gradients"] = loss_gradients(network, worst)
    return case


def parameters(model, pick):
    """The model's parameters (or their gradients) in the layout of the golden files; a missing bias is zero."""
    def bias(layer, size):
        return np.zeros(size) if layer.bias is None else pick(layer.bias).detach().numpy().copy()

    return {
        "conv": [{"weight": pick(c.weight).detach().numpy().copy(), "bias": bias(c, c.out_channels)}
                 for c in model.convs],
        "dense": {"weight": pick(model.dense.weight).detach().numpy().copy(),
                  "bias": bias(model.dense, model.dense.out_features)},
    }


def loss_gradients(network, worst):
    """Cross entropy of the target class: the loss and its gradient for every parameter."""
    model = TextCnn(network)
    loss = F.cross_entropy(model(tensor(network.x)), torch.tensor([network.target]))
    loss.backward()
    got = parameters(model, lambda p: p.grad)
    z = oracle.Forward(network, network.x).logits
    conv, dense_weight, dense_bias = oracle.parameter_gradients(
        network, network.x, -oracle.target_gradient(z, network.target, "log-probability"))
    worst.append(oracle.check(network.name + " loss", loss.item(), -np.log(oracle.softmax(z)[network.target]), 1e-12))
    worst.append(oracle.check(network.name + " dL/dV", got["dense"]["weight"], dense_weight, 1e-12))
    for layer, (weight, bias) in zip(got["conv"], conv):
        worst.append(oracle.check(network.name + " dL/dw", layer["weight"], weight, 1e-12))
        if network.has_bias:
            worst.append(oracle.check(network.name + " dL/db", layer["bias"], bias, 1e-12))
    if network.has_bias:
        worst.append(oracle.check(network.name + " dL/da", got["dense"]["bias"], dense_bias, 1e-12))
    return {"loss": loss.item(), **got}


# ---- training ---------------------------------------------------------------------------------------

LEARNING_RATE, BETA1, BETA2, EPSILON, STEPS = 1e-3, 0.9, 0.999, 1e-7, 5


def training_batch():
    """Five inputs of 9 rows (the last ones with zero rows), with labels."""
    rng = np.random.default_rng(301)
    batch = np.round(rng.standard_normal((5, 9, 4)) * 0.8 * 256) / 256
    batch[3, 7:] = 0.0
    batch[4, 4:] = 0.0
    return batch, [0, 3, 2, 4, 1]


def mean_loss(model, batch, labels):
    return F.cross_entropy(model(torch.tensor(batch)), torch.tensor(labels))


def torch_adam(network, batch, labels):
    """torch.optim.Adam: p -= lr/(1-b1^t) * m / (sqrt(v)/sqrt(1-b2^t) + eps)."""
    model = TextCnn(network)
    optimiser = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE, betas=(BETA1, BETA2), eps=EPSILON)
    steps = []
    for _ in range(STEPS):
        optimiser.zero_grad()
        loss = mean_loss(model, batch, labels)
        loss.backward()
        optimiser.step()
        steps.append({"loss_before": loss.item(), **parameters(model, lambda p: p)})
    return steps, mean_loss(model, batch, labels).item()


def keras_adam(network, batch, labels):
    """Keras' Adam: p -= lr*sqrt(1-b2^t)/(1-b1^t) * m / (sqrt(v) + eps); gradients from the oracle."""
    net = copy.deepcopy(network)

    def flatten(n):
        return [a for layer in n.conv for a in layer] + [n.dense_weight, n.dense_bias]

    m = [np.zeros_like(a) for a in flatten(net)]
    v = [np.zeros_like(a) for a in flatten(net)]
    steps = []
    for t in range(1, STEPS + 1):
        gradients, loss = [np.zeros_like(a) for a in flatten(net)], 0.0
        for x, label in zip(batch, labels):
            z = oracle.Forward(net, x).logits
            loss -= np.log(oracle.softmax(z)[label]) / len(labels)
            dz = -oracle.target_gradient(z, label, "log-probability") / len(labels)
            conv, weight, bias = oracle.parameter_gradients(net, x, dz)
            for total, part in zip(gradients, [a for layer in conv for a in layer] + [weight, bias]):
                total += part
        rate = LEARNING_RATE * np.sqrt(1 - BETA2 ** t) / (1 - BETA1 ** t)
        for a, g, first, second in zip(flatten(net), gradients, m, v):
            first *= BETA1
            first += (1 - BETA1) * g
            second *= BETA2
            second += (1 - BETA2) * g * g
            a -= rate * first / (np.sqrt(second) + EPSILON)
        steps.append({"loss_before": loss, **copy.deepcopy(
            {"conv": [{"weight": w, "bias": b} for w, b in net.conv],
             "dense": {"weight": net.dense_weight, "bias": net.dense_bias}})})
    return steps


def largest_gap(a, b):
    return max(
        max(np.abs(p["dense"][k] - q["dense"][k]).max() for k in ("weight", "bias"))
        for p, q in zip(a, b))


def training(worst):
    network = build(302, "training-w23-relu-9", [2, 3], 3, 4, 9, relu=True)
    batch, labels = training_batch()
    steps, after = torch_adam(network, batch, labels)
    keras = keras_adam(network, batch, labels)
    worst.append(oracle.check("first loss", steps[0]["loss_before"], keras[0]["loss_before"], 1e-12))
    print(f"torch and Keras Adam differ by {largest_gap(steps, keras):.1e} after {STEPS} steps")
    case = network.case()
    for unused in ("target", "baseline", "x"):
        del case[unused]
    return {
        **case,
        "note": "mean cross entropy over the whole batch, one Adam step per batch; the two variants differ only in "
                "where epsilon enters",
        "batch": batch,
        "labels": labels,
        "learning_rate": LEARNING_RATE, "beta1": BETA1, "beta2": BETA2, "epsilon": EPSILON,
        "loss_after": after,
        "steps_torch": steps,
        "steps_keras": keras,
    }


def main():
    torch.manual_seed(0)
    worst = []
    body = {"cases": [attribution_case(n, worst) for n in networks()], "training": training(worst)}
    print(f"largest difference to the oracle: {max(worst):.1e} over {len(worst)} comparisons")
    write("pytorch.json", "generate_pytorch.py", {"torch": torch.__version__}, body)


if __name__ == "__main__":
    main()
