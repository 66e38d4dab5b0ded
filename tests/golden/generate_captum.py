"""captum.json: integrated gradients, DeepLIFT, LRP, occlusion and exact Shapley values from Captum in f64."""

import warnings

import captum
import numpy as np
import torch
from captum.attr import (LRP, DeepLift, Deconvolution, FeatureAblation, GuidedBackprop, IntegratedGradients, Occlusion,
                         ShapleyValues, ShapleyValueSampling)
from captum.attr._utils.lrp_rules import Alpha1_Beta0_Rule, EpsilonRule, GammaRule

import oracle
import oracle_lrp
import oracle_paths
from networks import coalition_networks, networks, random_baseline, snap, write
from torch_net import TextCnn, tensor

# Captum builds the Riemann nodes with torch.linspace in the default type; f32 nodes would be off by 1e-8.
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)  # many tiny operations

QUADRATURE = [("midpoint", 2), ("midpoint", 5), ("midpoint", 50),
              ("gauss-legendre", 1), ("gauss-legendre", 5), ("gauss-legendre", 50)]
CAPTUM_NAME = {"midpoint": "riemann_middle", "gauss-legendre": "gausslegendre"}


def rows_of(attribution):
    return attribution[0].detach().numpy()


def row_mask(network):
    """One feature per row of x."""
    return torch.arange(network.rows).reshape(1, -1, 1).expand(1, network.rows, network.depth).contiguous()


def baselines(network, case):
    return [("zero", np.zeros_like(network.x)), ("case", case["baseline"])]


def integrated_gradients(network, case, worst):
    model = TextCnn(network)

    def probability(x):
        return torch.softmax(model(x), dim=1)

    for kind, function in (("logit", model), ("probability", probability)):
        for name, baseline in baselines(network, case):
            for rule, steps in QUADRATURE if kind == "logit" else [("midpoint", 5), ("gauss-legendre", 50)]:
                got, delta = IntegratedGradients(function).attribute(
                    tensor(network.x), tensor(baseline), target=network.target, n_steps=steps,
                    method=CAPTUM_NAME[rule], return_convergence_delta=True)
                want, gap = oracle_paths.integrated_gradients(
                    network, network.x, baseline, network.target, kind, rule, steps)
                params = {"target": kind, "baseline": name, "nodes": rule, "steps": steps}
                label = f"{network.name} {params}"
                worst.append(oracle.check(label, rows_of(got), want, 1e-12))
                worst.append(oracle.check(label, delta.item(), gap, 1e-12))
                case["expected"].append({"method": "integrated-gradients", "params": params,
                                         "convergence_delta": delta.item(), "per_feature": rows_of(got)})


def deep_lift(network, case, worst, incomplete):
    for name, baseline in baselines(network, case):
        def attribute(model):
            got, delta = DeepLift(model).attribute(tensor(network.x), tensor(baseline), target=network.target,
                                                   return_convergence_delta=True)
            return rows_of(got), delta.item()

        label = f"{network.name} DeepLIFT {name}"
        got, delta = attribute(TextCnn(network, separate=True))
        want, gap = oracle_paths.deep_lift(network, network.x, baseline, network.target)
        worst.append(oracle.check(label, got, want, 1e-10))
        worst.append(oracle.check(label, delta, gap, 1e-10))
        if network.relu:
            # Without the clone Captum loses the pooling multiplier; show that this is what happens.
            direct, direct_delta = attribute(TextCnn(network))
            oracle.check(label + " direct", direct, oracle_paths.deep_lift_hooks_collide(
                network, network.x, baseline, network.target), 1e-10)
            incomplete.append((abs(direct_delta), abs(delta)))
        params = {"target": "logit", "baseline": name, "rule": "rescale"}
        case["expected"].append({"method": "deep-lift", "params": params, "convergence_delta": delta,
                                 "per_feature": got})


def lrp_rules():
    """(dense rule, conv rule) in golden-file form."""
    def epsilon(value):
        return {"rule": "epsilon", "epsilon": value, "bias": "absorb"}

    for value in (1e-9, 0.01, 0.25):
        yield epsilon(value), epsilon(value)
    for bias in ("absorb", "ignore"):
        yield epsilon(1e-9), {"rule": "captum-gamma", "gamma": 0.25, "epsilon": 1e-9, "bias": bias}
        yield epsilon(1e-9), {"rule": "captum-alpha1-beta0", "epsilon": 1e-9, "bias": bias}


def captum_rule(rule):
    if rule["rule"] == "epsilon":
        return EpsilonRule(epsilon=rule["epsilon"])
    zero = rule["bias"] == "ignore"
    return GammaRule(rule["gamma"], zero) if rule["rule"] == "captum-gamma" else Alpha1_Beta0_Rule(zero)


def lrp_attribution(network, dense_rule, conv_rule, two_dimensional):
    model = TextCnn(network, two_dimensional)
    for conv in model.convs:
        conv.rule = captum_rule(conv_rule)  # Conv1d has no default rule
    model.dense.rule = captum_rule(dense_rule)
    got, delta = LRP(model).attribute(tensor(network.x), target=network.target, return_convergence_delta=True)
    return rows_of(got), delta.item()


def lrp(network, case, worst):
    for dense_rule, conv_rule in lrp_rules():
        got, delta = lrp_attribution(network, dense_rule, conv_rule, two_dimensional=False)
        label = f"{network.name} LRP {conv_rule}"
        want = oracle_lrp.captum(network, network.x, network.target, dense_rule, conv_rule)
        worst.append(oracle.check(label, got, want, 1e-9, 1e-9))
        worst.append(oracle.check(label + " Conv2d", lrp_attribution(network, dense_rule, conv_rule, True)[0], got, 1e-9))
        case["expected"].append({"method": "lrp", "params": {"dense": dense_rule, "conv": conv_rule},
                                 "convergence_delta": delta, "per_feature": got})


def occlusion(network, case, worst, rounded):
    """A single row by FeatureAblation; windows of 2 and 3 rows by Occlusion (mean over overlapping windows)."""
    model = TextCnn(network)
    for name, baseline in baselines(network, case):
        for window in (1, 2, 3):
            if window == 1:
                got = FeatureAblation(model).attribute(tensor(network.x), tensor(baseline), target=network.target,
                                                       feature_mask=row_mask(network))
            else:
                got = Occlusion(model).attribute(tensor(network.x), (window, network.depth), strides=(1, network.depth),
                                                 baselines=tensor(baseline), target=network.target)
            got = rows_of(got)
            want = oracle_paths.occlusion(network, network.x, network.target, window, baseline)
            # Occlusion rounds the summed differences to f32 before it divides; FeatureAblation does not.
            label, want = f"{network.name} occlusion {window} {name}", np.repeat(want[:, None], network.depth, axis=1)
            if window == 1:
                worst.append(oracle.check(label, got, want, 1e-12))
            else:
                rounded.append(oracle.check(label, got, want, 0.0, 2e-7))
            params = {"target": "logit", "baseline": name, "window": window}
            case["expected"].append({"method": "occlusion", "params": params, "per_token": got[:, 0]})


def check_modified_relu(network):
    """Captum's guided backprop and deconvolution equal Zennit's (both start from 1), so they are not stored."""
    dz = np.eye(5)[network.target]
    for method, mode in ((GuidedBackprop, "guided"), (Deconvolution, "deconvnet")):
        got = rows_of(method(TextCnn(network)).attribute(tensor(network.x), target=network.target))
        oracle.check(f"{network.name} {mode}", got, oracle.gradient(network, network.x, dz, relu=mode), 1e-12)


def shapley(network, case, rounded, sampled):
    model = TextCnn(network)
    constant = np.tile(snap(np.random.default_rng(network.rows).standard_normal(network.depth) * 0.5),
                       (network.rows, 1))
    case["baseline"] = constant
    for name, baseline in baselines(network, case):
        settings = {"target": network.target, "feature_mask": row_mask(network), "perturbations_per_eval": 8}
        got = rows_of(ShapleyValues(model).attribute(tensor(network.x), tensor(baseline), **settings))
        want = oracle_paths.shapley(network, network.x, network.target, baseline)
        # Captum adds the marginal contributions of all E! orders in f32, one after the other: 2e-5 is lost for E = 7.
        rounded.append(oracle.check(f"{network.name} Shapley {name}", got[:, 0], want, 0.0, 5e-5))
        sampling = rows_of(ShapleyValueSampling(model).attribute(tensor(network.x), tensor(baseline), n_samples=100,
                                                                 **settings))
        sampled.append(float(np.abs(sampling[:, 0] - want).max()))
        case["expected"].append({"method": "shapley", "params": {"target": "logit", "baseline": name,
                                                                 "orders": "all"}, "per_token": got[:, 0],
                                 "per_token_exact": want})


def main():
    warnings.filterwarnings("ignore")
    torch.manual_seed(7)
    np.random.seed(7)
    worst, rounded, incomplete, sampled, cases = [], [], [], [], []
    for network in networks():
        case = network.case()
        case["baseline"], case["expected"] = random_baseline(network), []
        case["logits"] = oracle.Forward(network, network.x).logits
        for group in (integrated_gradients, lrp):
            group(network, case, worst)
        deep_lift(network, case, worst, incomplete)
        occlusion(network, case, worst, rounded)
        if network.relu:
            check_modified_relu(network)
        cases.append(case)
        print(network.name, flush=True)
    for network in coalition_networks():
        case = network.case()
        case["logits"], case["expected"] = oracle.Forward(network, network.x).logits, []
        shapley(network, case, rounded, sampled)
        cases.append(case)
        print(network.name, flush=True)
    print(f"largest difference to the oracle: {max(worst):.1e} over {len(worst)} comparisons")
    print(f"windowed occlusion and Shapley values, summed in f32 by Captum: {max(rounded):.1e}")
    print(f"DeepLIFT completeness gap with ReLU: {max(i[1] for i in incomplete):.1e}, and "
          f"{max(i[0] for i in incomplete):.2g} where the ReLU feeds the pooling directly")
    print(f"ShapleyValueSampling with 100 orders is off by at most {max(sampled):.2g}")
    if max(sampled) > 0.3:
        raise SystemExit("sampled and exact Shapley values disagree")
    write("captum.json", "generate_captum.py", {"torch": torch.__version__, "captum": captum.__version__},
          {"cases": cases})


if __name__ == "__main__":
    main()
