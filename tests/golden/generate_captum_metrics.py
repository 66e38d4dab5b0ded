"""captum_metrics.json: infidelity and max-sensitivity from captum.metrics in f64, on perturbations that the file holds.

Captum draws its perturbations itself, through a function that is its argument. Here that function hands out fixed ones: sets
of removed rows for infidelity, moves of the input for sensitivity. Both sides so see the same, and nothing is random.
"""

import warnings

import captum
import numpy as np
import torch
from captum.attr import DeepLift, InputXGradient, IntegratedGradients, Saliency
from captum.metrics import infidelity, sensitivity_max

import oracle
from networks import networks, snap, write
from torch_net import TextCnn, tensor

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

SETS = 24
MOVES = 6
RADIUS = 26 / 256
NAMES = ["w2-linear-5", "w2-linear-40-padded", "w1-relu-9", "w23-linear-nobias-9", "w3-relu-19-dead", "w345-relu-5"]


def methods(network):
    """Name, and a function from a batch [B, E, D] to per-feature scores of the target logit."""
    model, target = TextCnn(network), network.target
    separate = TextCnn(network, separate=True)  # see DeepLIFT in README.md
    zero = torch.zeros_like(tensor(network.x))
    return [
        ("gradient", lambda x: Saliency(model).attribute(x, target=target, abs=False)),
        ("gradient-x-input", lambda x: InputXGradient(model).attribute(x, target=target)),
        ("integrated-gradients", lambda x: IntegratedGradients(model).attribute(
            x, zero.expand_as(x), target=target, n_steps=50, method="gausslegendre")),
        ("deep-lift", lambda x: DeepLift(separate).attribute(x, zero.expand_as(x), target=target)),
    ]


def infidelities(network, attribution, removed):
    """Captum's two forms, and the mean squared drop."""
    model, target = TextCnn(network), network.target
    mask = torch.tensor(removed, dtype=torch.float64).unsqueeze(2).expand(-1, -1, network.depth)

    def perturb(inputs):
        # Scores that have the factor x - x' in them already are multiplied by 1 where a row is removed.
        return mask, inputs * (1.0 - mask)

    def of(normalize):
        return infidelity(lambda x: model(x)[:, target], perturb, tensor(network.x), attribution,
                          n_perturb_samples=len(removed), max_examples_per_batch=len(removed), normalize=normalize).item()

    value = oracle.Forward(network, network.x).logits[target]
    drops = np.array([value - oracle.Forward(network, network.x * (1 - row)[:, None]).logits[target] for row in removed])
    sums = removed @ attribution[0].sum(1).detach().numpy()
    raw, normalised = of(False), of(True)
    oracle.check(f"{network.name} infidelity", raw, np.mean((sums - drops) ** 2), 1e-12)
    scale = np.mean(sums * drops) / np.mean(sums * sums) if np.any(sums) else 0.0
    oracle.check(f"{network.name} infidelity, normalised", normalised, np.mean((scale * sums - drops) ** 2), 1e-9)
    return {"raw": raw, "normalised": normalised, "mean_squared_drop": np.mean(drops ** 2)}


def sensitivity(network, explain, moves):
    """Captum's maximum over the moves; the scores are those of rows, as ours."""
    def rows(inputs):
        # A tuple, for Captum walks over what it gets for the unmoved input.
        return (explain(inputs[0] if isinstance(inputs, tuple) else inputs).sum(2),)

    def perturb(inputs, radius):
        inputs = inputs[0] if isinstance(inputs, tuple) else inputs
        assert inputs.shape[0] == len(moves)
        return inputs + torch.tensor(moves, dtype=torch.float64)

    return sensitivity_max(rows, tensor(network.x), perturb_func=perturb, perturb_radius=RADIUS,
                           n_perturb_samples=len(moves), max_examples_per_batch=len(moves)).item()


def main():
    warnings.filterwarnings("ignore")
    cases = []
    for network in (network for network in networks() if network.name in NAMES):
        rng = np.random.default_rng(700 + network.rows)
        removed = (rng.random((SETS, network.rows)) < rng.random((SETS, 1))).astype(float)
        moves = snap(rng.uniform(-RADIUS, RADIUS, (MOVES, network.rows, network.depth)))
        case = network.case()
        case["logits"] = oracle.Forward(network, network.x).logits
        case["removed"] = ["".join("1" if v else "0" for v in row) for row in removed]
        case["moves"] = np.round(moves * 256).astype(int)
        case["expected"] = []
        for name, explain in methods(network):
            attribution = explain(tensor(network.x))
            params = {"target": "logit", "baseline": "zero"}
            if name == "integrated-gradients":
                params |= {"nodes": "gauss-legendre", "steps": 50}
            case["expected"].append({
                "method": name, "params": params, "per_feature": attribution[0].detach().numpy(),
                "infidelity": infidelities(network, attribution.detach(), removed),
                "max_sensitivity": sensitivity(network, explain, moves)})
        cases.append(case)
        print(network.name, flush=True)
    write("captum_metrics.json", "generate_captum_metrics.py",
          {"torch": torch.__version__, "captum": captum.__version__}, {"cases": cases})


if __name__ == "__main__":
    main()
