"""bilstm.json and bilstm.safetensors: a bidirectional nn.LSTM in PyTorch, Captum's integrated gradients, LRP by Arras et al.

The safetensors file is what `safetensors.torch.save_file` makes of a user's own module; our reader has to take it as it is.
"""

import json
import os

import numpy as np
import torch
import torch.nn.functional as F
from captum.attr import IntegratedGradients
from safetensors.torch import save_file
from torch import nn

import oracle
import oracle_lstm
from generate_pytorch import TARGETS, scalar
from networks import CLASSES, snap, write

EPSILONS = [0.001, 0.1]


class BiLstm(nn.Module):
    """x [B, T, D] -> logits [B, Y]: the state of each direction after the last word that it read."""

    def __init__(self, dim, hidden):
        super().__init__()
        self.lstm = nn.LSTM(dim, hidden, bidirectional=True, batch_first=True)
        self.dense = nn.Linear(2 * hidden, CLASSES)

    def forward(self, x):
        _, (h, _) = self.lstm(x)
        return self.dense(torch.cat([h[0], h[1]], dim=1))


def build(seed, dim, hidden):
    rng = np.random.default_rng(seed)
    model = BiLstm(dim, hidden).double()
    with torch.no_grad():
        for value in model.parameters():
            value.copy_(torch.tensor(snap(rng.standard_normal(value.shape) * 0.6)))
    return model, rng


def case(seed, dim, hidden, words, worst):
    model, rng = build(seed, dim, hidden)
    tensors = {name: value.detach().numpy() for name, value in model.named_parameters()}
    x, baseline = (snap(rng.standard_normal((words, dim)) * 0.8) for _ in range(2))
    batch = torch.tensor(x).unsqueeze(0)
    z = model(batch)[0].detach().numpy()
    target = int(np.argmax(z))
    rival = oracle.runner_up(z, target)
    label = f"D {dim}, H {hidden}, T {words}"
    worst.append(oracle.check(label, z, oracle_lstm.logits(tensors, x), 1e-12))

    expected = []
    for kind in TARGETS:
        given = batch.clone().requires_grad_(True)
        value = scalar(model(given)[0], target, kind, rival)
        value.backward()
        gradient = given.grad[0].numpy()
        of = lambda x: oracle.target_value(oracle_lstm.logits(tensors, x), target, kind, rival)
        oracle.check(f"{label} gradient of {kind}", gradient, oracle_lstm.differences(of, x), 1e-8)
        params = {"target": kind}
        expected.append({"method": "gradient", "params": params, "value": value.item(), "per_feature": gradient})
        expected.append({"method": "gradient-x-input", "params": params, "value": value.item(),
                         "per_feature": gradient * x})
    for rule, nodes in [("riemann_middle", "midpoint"), ("gausslegendre", "gauss-legendre")]:
        for steps in (2, 10):
            for start, name in [(np.zeros_like(x), "zero"), (baseline, "case")]:
                got = IntegratedGradients(model).attribute(
                    batch, torch.tensor(start).unsqueeze(0), target=target, method=rule, n_steps=steps)
                at, weights = np.polynomial.legendre.leggauss(steps)
                at, weights = (1 + at) / 2, weights / 2
                if rule == "riemann_middle":
                    at, weights = (np.arange(steps) + 0.5) / steps, np.ones(steps) / steps
                of = lambda x: oracle_lstm.logits(tensors, x)[target]
                slopes = [w * oracle_lstm.differences(of, start + t * (x - start)) for t, w in zip(at, weights)]
                # Captum rounds the weights to f32.
                worst_here = oracle.check(f"{label} {rule}", got[0].detach(), sum(slopes) * (x - start), 1e-6)
                expected.append({"method": "integrated-gradients", "per_feature": got[0].detach(),
                                 "params": {"quadrature": nodes, "steps": steps, "baseline": name},
                                 "difference": worst_here})
    for epsilon in EPSILONS:
        got = oracle_lstm.relevance(tensors, x, target, epsilon)
        expected.append({"method": "lrp-epsilon", "params": {"epsilon": epsilon}, "per_feature": got})

    model.zero_grad()
    loss = F.cross_entropy(model(batch), torch.tensor([target]))
    loss.backward()
    gradients = {name: value.grad.numpy().copy() for name, value in model.named_parameters()}
    for way in ("", "_reverse"):
        oracle.check("both biases", gradients[f"lstm.bias_ih_l0{way}"], gradients[f"lstm.bias_hh_l0{way}"], 1e-15)
    return {
        "name": label, "dim": dim, "hidden": hidden, "tensors": tensors, "x": x, "baseline": baseline,
        "target": target, "runner_up": rival, "logits": z, "expected": expected,
        "loss": loss.item(), "loss_gradients": gradients,
    }


def weights_file():
    """A user's own network, in single precision, with the description that our reader asks for."""
    model, rng = build(420, 3, 2)
    model = model.float()
    card = {
        "architecture": {"kind": "bilstm", "dim": 3, "classes": CLASSES, "hidden": 2},
        "labels": ["very negative", "negative", "neutral", "positive", "very positive"],
    }
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bilstm.safetensors")
    save_file(model.state_dict(), path, metadata={"wordlight": json.dumps(card)})
    x = snap(rng.standard_normal((6, 3)))
    z = model.double()(torch.tensor(x).unsqueeze(0))[0].detach()
    return {"file": "bilstm.safetensors", "x": x, "logits": z}


def main():
    torch.manual_seed(0)
    worst = []
    sizes = [(401, 4, 3, 1), (402, 4, 3, 9), (403, 3, 5, 6), (404, 1, 1, 4), (405, 5, 4, 20)]
    body = {"cases": [case(*size, worst) for size in sizes], "weights_file": weights_file()}
    print(f"largest difference to the oracle: {max(worst):.1e} over {len(worst)} comparisons")
    import captum
    write("bilstm.json", "generate_bilstm.py", {"torch": torch.__version__, "captum": captum.__version__}, body)


if __name__ == "__main__":
    main()
