//! What the paper says, and what was measured.

use anyhow::{Context, Result};
use wordlight_engine::{ModelEntry, decimals};
use wordlight_train::paper_table::PAPER;

use super::finding::{Finding, finding, named, not_measured};
use crate::paper::{Identity, Review};
use crate::records::{OverSeeds, Section, Stability};
use crate::statistics::{deviation, mean};

/// Two rows of scores with this tau-b or more have nearly the same order.
const ALIKE: f64 = 0.9;
/// Single precision leaves less than this of the largest score.
const ROUNDING: f64 = 1e-5;

/// Test accuracies after so many epochs: one per seed, or the one checkpoint there is.
fn accuracies(model: &ModelEntry, section: &Section, epochs: usize) -> Vec<f64> {
    let entry = |id: &String| model.checkpoints.iter().find(|c| c.id == *id && c.epoch as usize == epochs);
    let seeds: Vec<f64> = model
        .seeds
        .iter()
        .filter_map(|seed| seed.checkpoints.iter().find_map(entry))
        .map(|c| c.test_accuracy)
        .collect();
    match seeds.is_empty() {
        true => section.shown().filter(|c| c.epoch as usize == epochs).map(|c| c.test_accuracy).collect(),
        false => seeds,
    }
}

pub(super) fn table_1(model: &ModelEntry, section: &Section) -> Finding {
    let (mut parts, mut farthest) = (Vec::new(), 0.0f64);
    for row in PAPER {
        let values = accuracies(model, section, row.epochs);
        if values.is_empty() {
            continue;
        }
        let (mean, deviation) = (mean(&values), deviation(&values));
        farthest = farthest.max((mean - row.accuracy).abs());
        parts.push(match values.len() {
            1 => format!("{} epochs: {mean:.3}", row.epochs),
            n => format!("{} epochs: {mean:.3} ± {deviation:.3} ({n} seeds)", row.epochs),
        });
    }
    let verdict = match () {
        () if parts.is_empty() => not_measured(),
        () if farthest <= 0.02 => format!("reproduced within {farthest:.3}"),
        () => format!("close: the largest difference is {farthest:.3}"),
    };
    finding(
        "table-1",
        "Table 1: after 5, 10 and 20 epochs the network gets 0.431, 0.438 and 0.436 of the test sentences right.",
        "Test accuracy of networks trained anew; mean and standard deviation of seeds.",
        parts.join("\n"),
        verdict,
    )
}

/// The likeness of a method's scores after the first two numbers of epochs, over as many seeds as there are.
fn first_epochs<'a>(section: &'a Section, method: &str) -> Option<&'a Stability> {
    let first = section.stability.iter().find(|s| s.differ == "epochs")?;
    let same = |s: &&Stability| s.differ == "epochs" && (s.a, s.b) == (first.a, first.b) && s.method == method;
    section.stability.iter().filter(same).max_by_key(|s| s.seeds)
}

/// The likeness of a method's scores between seeds after so many epochs.
fn between_seeds<'a>(section: &'a Section, method: &str, epoch: u32) -> Option<&'a Stability> {
    section.stability.iter().find(|s| s.differ == "seeds" && s.a == epoch && s.method == method)
}

pub(super) fn stability_text(section: &Section, method: &str) -> String {
    let Some(s) = first_epochs(section, method) else { return "not measured: one checkpoint only".to_owned() };
    let seeds = s.deviation.map_or(String::new(), |deviation| format!(" ± {deviation:.2} over {} seeds", s.seeds));
    format!(
        "{}, {} and {} epochs: tau-b {}{seeds} [{}, {}], the same strongest word in {:.0} % of sentences",
        named(method),
        s.a,
        s.b,
        decimals(s.kendall, 2),
        decimals(s.low, 2),
        decimals(s.high, 2),
        100.0 * s.same_top
    )
}

pub(super) fn epochs_alike(section: &Section) -> Finding {
    let methods = ["gradient", "lrp-z", "lrp-alpha-beta"];
    let mut texts: Vec<String> = methods.iter().map(|m| stability_text(section, m)).collect();
    let found: Vec<&Stability> = methods.iter().filter_map(|m| first_epochs(section, m)).collect();
    if let Some(seeds) = found.get(1).and_then(|s| between_seeds(section, "lrp-z", s.b)) {
        texts.push(format!(
            "For comparison {} by two seeds after {} epochs: tau-b {} [{}, {}]",
            named("lrp-z"),
            seeds.a,
            decimals(seeds.kendall, 2),
            decimals(seeds.low, 2),
            decimals(seeds.high, 2)
        ));
    }
    let verdict = match () {
        () if found.is_empty() => not_measured(),
        () if found.iter().all(|s| s.kendall >= ALIKE) => "reproduced".to_owned(),
        () => "not reproduced: the order of the words changes".to_owned(),
    };
    finding(
        "epochs-alike",
        "The heat maps after 5 and after 10 epochs are almost identical.",
        "The paper's figures 4 and 5, which are one picture. Here: how alike each method's scores are between the two.",
        texts.join("\n"),
        verdict,
    )
}

pub(super) fn integrated_gradients(section: &Section) -> Result<Finding> {
    let first = section.identity.first().context("the summary has no section `identity`")?;
    let most = |of: &dyn Fn(&Identity) -> f64| section.identity.iter().map(of).fold(0.0, f64::max);
    let (z, exact) = (most(&|i| i.lrp_z), most(&|i| i.exact));
    let worst = section.identity.iter().fold(first, |worst, i| if i.fifty > worst.fifty { i } else { worst });
    let off: usize = section.identity.iter().map(|i| i.fifty_off).sum();
    let all: usize = section.identity.iter().map(|i| i.sentences).sum();
    let double = section.identity.iter().filter_map(|i| i.fifty_double).fold(0.0, f64::max);
    Ok(finding(
        "integrated-gradients",
        "Integrated Gradients shows a significant difference to the two LRP methods.",
        "The rows so named in the paper are the plain gradient: no path, no factor x (read in its notebook). On this network \
         the real method, gradient times input and LRP-z are the same number for a logit and a baseline that is the same \
         at every position.",
        format!(
            "Largest difference from gradient times input on any of {all} explanations (a sentence by a checkpoint), of its \
             largest score: LRP-z {z:.1e}, exact Integrated Gradients {}.\nTaken in 50 midpoint steps in single precision, {off} of \
             them {} off by more than {ROUNDING:.0e}, the worst ({}, sentence {}) by {:.1e}; in double precision the same steps \
             are off by at most {double:.1e} there. So it is no error of the quadrature: the two best windows of a filter are \
             {:.1e} of their score apart, single precision keeps {:.1e}, and at some steps rounding lets the other one win",
            if exact > 0.0 { format!("{exact:.1e}") } else { "0".to_owned() },
            if off == 1 { "is" } else { "are" },
            worst.checkpoint,
            worst.fifty_at,
            worst.fifty,
            worst.fifty_gap.unwrap_or(f64::NAN),
            f32::EPSILON
        ),
        match z < ROUNDING && exact < ROUNDING {
            true => "refuted: they are one method here",
            false => "the identity does not hold for these networks",
        }
        .to_owned(),
    ))
}

pub(super) fn better_than_lrp(section: &Section) -> Finding {
    let shown = section.default.as_str();
    let epoch = section.checkpoints.iter().find(|c| c.id == shown).map(|c| c.epoch);
    let mut parts = Vec::new();
    let mut worse = 0;
    let measures = [
        ("deletion_aopc", "area over the deletion curve"),
        ("comprehensiveness", "comprehensiveness"),
        ("shapley_pearson", "correlation with exact Shapley values"),
        ("human_sign", "words whose sign people agree with"),
    ];
    for (measure, name) in measures {
        let Some(found) = section.comparison(shown, measure, "gradient", "gradient-x-input") else { continue };
        worse += usize::from(found.verdict == "worse");
        let mean = |method: &str| {
            let mean = section.mean(shown, method, measure).map_or(f64::NAN, |m| m.mean);
            let of = |o: &&OverSeeds| Some(o.epoch) == epoch && o.method == method && o.measure == measure;
            let over = section.over_seeds.iter().find(of);
            let over =
                over.map_or(String::new(), |o| format!(" (seeds: {} ± {:.3})", decimals(o.mean, 3), o.deviation));
            format!("{}{over}", decimals(mean, 3))
        };
        parts.push(format!(
            "{name}: {} against {}, {} ({})",
            mean("gradient"),
            mean("gradient-x-input"),
            found.verdict,
            if found.p > 0.0 { format!("p {:.1e}", found.p) } else { "p below 1e-300".to_owned() }
        ));
    }
    let verdict = match () {
        () if parts.is_empty() => not_measured(),
        () if worse == parts.len() => "refuted: the rows so named are worse on every count".to_owned(),
        () if worse == 0 => "not refuted".to_owned(),
        () => format!("worse on {worse} of {} counts", parts.len()),
    };
    finding(
        "more-efficient",
        "Integrated Gradients explains more efficiently than the two LRP methods.",
        "Two reviews, looked at. Here: the plain gradient, which the paper drew under that name, against LRP-z (which is \
         gradient times input), on every test sentence.",
        parts.join("\n"),
        verdict,
    )
}

pub(super) fn lrp_alike(section: &Section) -> Finding {
    let of = |value: &dyn Fn(&Review) -> f64| -> Vec<f64> {
        let reviews = section.reviews.iter().filter(|r| r.checkpoint == section.default);
        reviews.map(value).filter(|v| v.is_finite()).collect()
    };
    let (values, gradient) = (of(&|r| r.lrp_z_and_alpha_beta), of(&|r| r.gradient_and_lrp_z));
    let list = |values: &[f64]| values.iter().map(|v| decimals(*v, 2)).collect::<Vec<_>>().join(", ");
    let alike = values.iter().filter(|v| **v >= 0.8).count();
    finding(
        "lrp-alike",
        "The two LRP methods draw similar pictures.",
        "The paper's heat maps read back: Pearson .95, .80, .98, .93, .96, .97 for the six reviews; gradient and LRP-z \
         .45, -.37, .48, .28, .45, .04.",
        format!(
            "{} and {} (the library's reading): {}\n{} and {}: {}",
            named("lrp-z"),
            named("lrp-alpha-beta"),
            list(&values),
            named("gradient"),
            named("lrp-z"),
            list(&gradient)
        ),
        match values.len() {
            0 => not_measured(),
            n if alike == n => "reproduced".to_owned(),
            n => format!("reproduced for {alike} of {n} reviews"),
        },
    )
}
