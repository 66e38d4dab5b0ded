"""zennit.json: layer-wise relevance propagation, guided backprop and DeconvNet from Zennit in f64."""

from importlib.metadata import version

import numpy as np
import torch
from zennit.attribution import Gradient
from zennit.composites import (DeconvNet, EpsilonAlpha2Beta1, EpsilonAlpha2Beta1Flat, EpsilonGammaBox, EpsilonPlus,
                               EpsilonPlusFlat, ExcitationBackprop, GuidedBackprop, NameMapComposite)
from zennit.rules import AlphaBeta, Epsilon, Flat, Gamma, Pass, WSquare, ZBox, ZPlus

import oracle
import oracle_lrp
from networks import networks, write
from torch_net import TextCnn, tensor

STABILIZER = 1e-6


def epsilon(value=1e-6, bias="absorb"):
    return {"rule": "epsilon", "epsilon": value, "bias": bias}


def gamma(value=0.25, bias="absorb"):
    return {"rule": "gamma", "gamma": value, "bias": bias, "stabilizer": STABILIZER}


def alpha_beta(alpha, bias="absorb"):
    return {"rule": "alpha-beta", "alpha": alpha, "beta": alpha - 1, "bias": bias, "stabilizer": STABILIZER}


def z_plus(bias="absorb"):
    return {"rule": "z-plus", "bias": bias, "stabilizer": STABILIZER}


def w_square(bias="absorb"):
    return {"rule": "w-square", "bias": bias, "stabilizer": STABILIZER}


def flat():
    # Zennit's Flat always zeroes the bias, whatever zero_params says.
    return {"rule": "flat", "bias": "ignore", "stabilizer": STABILIZER}


def z_box(low, high):
    # The bias cancels: b - max(b, 0) - min(b, 0) = 0.
    return {"rule": "z-box", "low": low, "high": high, "bias": "ignore", "stabilizer": STABILIZER}


def column_box(network):
    """Per embedding dimension, the smallest box around the input that contains zero."""
    return np.minimum(network.x.min(axis=0), 0.0), np.maximum(network.x.max(axis=0), 0.0)


def settings(network):
    """(dense rule, conv rule, name of Zennit's own composite or None)."""
    same = [epsilon(0.0), epsilon(1e-6), epsilon(0.01), epsilon(0.25), epsilon(0.25, "ignore"),
            gamma(0.25), gamma(1.0), gamma(0.25, "ignore"), z_plus(), z_plus("ignore"),
            alpha_beta(2.0), alpha_beta(2.0, "ignore"), alpha_beta(1.0), w_square(), w_square("ignore"), flat()]
    for rule in same:
        yield rule, rule, "ExcitationBackprop" if rule == z_plus() else None
    yield epsilon(), z_plus(), "EpsilonPlus"
    yield epsilon(), alpha_beta(2.0), "EpsilonAlpha2Beta1"
    yield epsilon(), flat(), "EpsilonPlusFlat"
    yield epsilon(), w_square(), None
    yield epsilon(), gamma(), None
    yield epsilon(0.01), gamma(1.0), None
    yield epsilon(), z_box(-3.0, 3.0), "EpsilonGammaBox"
    yield epsilon(), z_box(*column_box(network)), "EpsilonGammaBox"


def hook(rule):
    """The Zennit hook of a rule in golden-file form."""
    zero = {"zero_params": ["bias"] if rule["bias"] == "ignore" else None}
    kind = rule["rule"]
    if kind == "epsilon":
        return Epsilon(epsilon=rule["epsilon"], **zero)
    if kind == "z-box":
        return ZBox(low=bound(rule["low"]), high=bound(rule["high"]), stabilizer=rule["stabilizer"])
    build = {"gamma": lambda: Gamma(rule["gamma"], rule["stabilizer"], **zero),
             "alpha-beta": lambda: AlphaBeta(rule["alpha"], rule["beta"], rule["stabilizer"], **zero),
             "z-plus": lambda: ZPlus(rule["stabilizer"], **zero),
             "w-square": lambda: WSquare(rule["stabilizer"], **zero),
             "flat": lambda: Flat(rule["stabilizer"])}
    return build[kind]()


def bound(value):
    """A box bound for the conv input [B, D, E]: a scalar, or one number per dimension as [1, D, 1]."""
    if np.ndim(value) == 0:
        return float(value)
    return torch.tensor(value, dtype=torch.float64).reshape(1, -1, 1)


def layer_composite(network, dense_rule, conv_rule):
    """One rule for every convolution and one for the dense layer; activations pass relevance through."""
    convs = tuple(f"convs.{i}" for i in range(len(network.widths)))
    relus = tuple(f"relus.{i}" for i in range(len(network.widths)))
    names = [(convs, hook(conv_rule)), (("dense",), hook(dense_rule))]
    if network.relu:
        names.append((relus, Pass()))
    return NameMapComposite(names)


def named_composite(name, conv_rule):
    if name == "EpsilonGammaBox":
        return EpsilonGammaBox(low=bound(conv_rule["low"]), high=bound(conv_rule["high"]))
    return {"EpsilonPlus": EpsilonPlus, "EpsilonAlpha2Beta1": EpsilonAlpha2Beta1, "EpsilonPlusFlat": EpsilonPlusFlat,
            "EpsilonAlpha2Beta1Flat": EpsilonAlpha2Beta1Flat, "ExcitationBackprop": ExcitationBackprop}[name]()


def attribute(network, composite, start):
    """Relevance [E, D]; `start` maps the logits [1, Y] to the initial relevance."""
    model = TextCnn(network)
    with Gradient(model=model, composite=composite) as attributor:
        _, relevance = attributor(tensor(network.x), start)
    return relevance[0].numpy()


def main():
    worst, cases, special = [], [], []
    for network in networks():
        one_hot = torch.eye(5, dtype=torch.float64)[[network.target]]

        def logit(z, one_hot=one_hot):
            return z * one_hot

        case = network.case()
        forward = oracle.Forward(network, network.x)
        case["logits"], case["expected"] = forward.logits, []
        for dense_rule, conv_rule, name in settings(network):
            label = f"{network.name} {dense_rule} {conv_rule}"
            got = attribute(network, layer_composite(network, dense_rule, conv_rule), logit)
            want = oracle_lrp.zennit(network, network.x, network.target, dense_rule, conv_rule)
            worst.append(oracle.check(label, got, want, 1e-10, 1e-10))
            params = {"dense": dense_rule, "conv": conv_rule}
            # The built-in composites give their first-layer rule to the first convolution only, so with several
            # widths they are another method; with one width they must equal the rule pair.
            if name is not None:
                built_in = attribute(network, named_composite(name, conv_rule), logit)
                if len(network.widths) == 1 or name in ("EpsilonPlus", "EpsilonAlpha2Beta1", "ExcitationBackprop"):
                    oracle.check(f"{label} {name}", built_in, got, 1e-12)
                    params["composite"] = name
                else:
                    special.append(float(np.abs(built_in - got).max()))
                if name == "EpsilonPlusFlat":
                    twin = attribute(network, named_composite("EpsilonAlpha2Beta1Flat", conv_rule), logit)
                    if len(network.widths) == 1:
                        oracle.check(f"{label} EpsilonAlpha2Beta1Flat", twin, got, 1e-12)
            case["expected"].append({"method": "lrp", "params": params, "per_feature": got})
        if network.relu:
            dz = np.eye(5)[network.target]
            for method, composite, mode in (("guided-backprop", GuidedBackprop(), "guided"),
                                            ("deconvnet", DeconvNet(), "deconvnet")):
                got = attribute(network, composite, one_hot)
                want = oracle.gradient(network, network.x, dz, relu=mode)
                worst.append(oracle.check(f"{network.name} {method}", got, want, 1e-12))
                case["expected"].append({"method": method, "params": {"target": "logit"}, "per_feature": got})
        cases.append(case)
    print(f"largest difference to the oracle: {max(worst):.1e} over {len(worst)} comparisons")
    print(f"built-in first-layer composites differ on several widths by up to {max(special):.2g}, "
          f"at least {min(special):.2g}")
    write("zennit.json", "generate_zennit.py", {"torch": torch.__version__, "zennit": version("zennit")},
          {"cases": cases})


if __name__ == "__main__":
    main()
