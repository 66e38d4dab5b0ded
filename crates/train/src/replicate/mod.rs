//! The replication: each claim of the paper and each pitfall of its experiment, what it rests on, what was measured here,
//! and the verdict. Every number comes from the summary of `wordlight evidence` and from the manifest; a verdict follows
//! from the numbers and changes with them.

use std::fmt::Write;

use anyhow::{Result, bail};
use serde::{Deserialize, Serialize};
use wordlight_explain::report::ModelEntry;

use crate::evidence::summary::{Stability, Summary};
use crate::site::Site;
use crate::table::PAPER;

/// One line of the replication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// A short name.
    pub id: String,
    /// What the paper says, or what there is to know of its experiment.
    pub claim: String,
    /// What that rests on.
    pub evidence: String,
    /// What was measured here.
    pub result: String,
    /// What follows.
    pub verdict: String,
}

/// All of them: `replication.json` of the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replication {
    /// Version of this format: 1.
    pub schema: u32,
    /// The paper's claims.
    pub claims: Vec<Finding>,
    /// What its experiment did otherwise than its text, and what we do about it.
    pub pitfalls: Vec<Finding>,
}

fn finding(id: &str, claim: &str, evidence: &str, result: String, verdict: String) -> Finding {
    let [id, claim, evidence] = [id, claim, evidence].map(str::to_owned);
    Finding { id, claim, evidence, result, verdict }
}

/// Two rows of scores with this tau-b or more have nearly the same order.
const ALIKE: f64 = 0.9;
/// Single precision leaves less than this of the largest score.
const ROUNDING: f64 = 1e-5;

impl Replication {
    /// Draws the conclusions.
    ///
    /// # Errors
    /// If the summary lacks what they rest on, or names checkpoints that the site does not have.
    pub fn of(site: &Site, summary: &Summary) -> Result<Self> {
        let Some(first) = summary.checkpoints.first() else { bail!("the summary has no checkpoint") };
        let (model, _) = site.find(&first.id)?;
        let default = site.default_checkpoint()?;
        let shown = summary.checkpoints.iter().find(|c| c.id == default).unwrap_or(first).id.as_str();
        let claims = vec![
            table_1(model, summary),
            epochs_alike(summary)?,
            integrated_gradients(summary)?,
            better_than_lrp(summary, shown)?,
            lrp_alike(summary, shown),
        ];
        let pitfalls = vec![
            finding(
                "same-picture",
                "Figures 4 (5 epochs) and 5 (10 epochs) of the paper are one picture, byte for byte, and reviews 50 and \
                 105 have the same picture in all three figures.",
                "Read in the paper's PDF; the networks cannot show it.",
                stability_text(summary, "lrp-z", 0),
                "explains why the paper saw no difference".to_owned(),
            ),
            finding(
                "warm-start",
                "The paper's 10 and 20 epochs went on from the weights before, so they stand for more than they say.",
                "Read in the notebook: the run called 20 epochs begins at a training loss of 1.01, where a fresh network \
                 of five classes begins near 1.6.",
                "Here each row is trained anew from its own first weights; `wordlight train --protocol warm` does what the \
                 notebook did."
                    .to_owned(),
                "avoided".to_owned(),
            ),
            broken_identity(summary, shown)?,
            path_steps(summary)?,
            padding(summary, shown),
            not_in_105(summary, shown),
            finding(
                "bias-in-both",
                "The LRP-alpha-beta of the paper's library puts the whole bias into both denominators and does not \
                 conserve.",
                "iNNvestigate 1.0.9 and 2.1.2; its numbers are among our golden values.",
                mean_text(summary, shown, "lrp-alpha-beta", "completeness_gap", "The textbook reading misses"),
                "both readings are offered, by name".to_owned(),
            ),
            unknown_words(model),
            seeds(model),
        ];
        Ok(Self { schema: 1, claims, pitfalls })
    }

    /// `REPLICATION.md`.
    pub fn markdown(&self, summary: &Summary) -> String {
        let mut out = String::from("# Replication\n\n");
        let _ = write!(
            out,
            "What R. Jalota, *Interpretation of Neural Models using LRP and Integrated Gradient Approach*, claims, what its \
             experiment did, and what was measured here on {} test sentences of the Stanford Sentiment Treebank. This file \
             is written by `wordlight replicate` from `experiments/evidence/summary.json` and `www/models/manifest.json`; nothing in it was typed by \
             hand, and its verdicts follow from its numbers.\n\n\
             Intervals are 95 % bootstrap intervals over sentences. Methods are compared sentence by sentence by Wilcoxon's \
             signed-rank test, all p values of a checkpoint corrected together (Holm); a difference counts below {}. Faithful is \
             what the network does, plausible what people say; the two are kept apart.\n",
            summary.sentences, summary.level
        );
        for (title, findings) in
            [("The claims", &self.claims), ("What lies between text and experiment", &self.pitfalls)]
        {
            let _ = write!(out, "\n## {title}\n\n| | evidence | our result | verdict |\n|---|---|---|---|\n");
            for f in findings {
                let _ = writeln!(out, "| {} | {} | {} | **{}** |", f.claim, f.evidence, f.result, f.verdict);
            }
        }
        out.push_str(&methods_table(summary));
        out
    }
}

/// Mean and standard deviation.
fn spread(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0).max(1.0)).sqrt())
}

/// Test accuracies after so many epochs: one per seed, or the one checkpoint there is.
fn accuracies(model: &ModelEntry, summary: &Summary, epochs: usize) -> Vec<f64> {
    let entry = |id: &String| model.checkpoints.iter().find(|c| c.id == *id && c.epoch as usize == epochs);
    let seeds: Vec<f64> = model
        .seeds
        .iter()
        .filter_map(|seed| seed.checkpoints.iter().find_map(entry))
        .map(|c| c.test_accuracy)
        .collect();
    if !seeds.is_empty() {
        return seeds;
    }
    summary.checkpoints.iter().filter(|c| c.epoch as usize == epochs).map(|c| c.test_accuracy).collect()
}

fn table_1(model: &ModelEntry, summary: &Summary) -> Finding {
    let (mut parts, mut farthest) = (Vec::new(), 0.0f64);
    for row in PAPER {
        let values = accuracies(model, summary, row.epochs);
        if values.is_empty() {
            continue;
        }
        let (mean, deviation) = spread(&values);
        farthest = farthest.max((mean - row.accuracy).abs());
        parts.push(match values.len() {
            1 => format!("{} epochs: {mean:.3}", row.epochs),
            n => format!("{} epochs: {mean:.3} ± {deviation:.3} ({n} seeds)", row.epochs),
        });
    }
    let verdict = match () {
        () if parts.is_empty() => "not measured".to_owned(),
        () if farthest <= 0.02 => format!("reproduced within {farthest:.3}"),
        () => format!("close: the largest difference is {farthest:.3}"),
    };
    finding(
        "table-1",
        "Table 1: after 5, 10 and 20 epochs the network gets 0.431, 0.438 and 0.436 of the test sentences right.",
        "Test accuracy of networks trained anew; mean and standard deviation of seeds.",
        parts.join("; "),
        verdict,
    )
}

fn of_pair<'a>(summary: &'a Summary, method: &str, pair: usize) -> Option<&'a Stability> {
    let mut pairs: Vec<(&str, &str)> = summary.stability.iter().map(|s| (s.a.as_str(), s.b.as_str())).collect();
    pairs.dedup();
    let (a, b) = pairs.get(pair)?;
    summary.stability.iter().find(|s| s.a == *a && s.b == *b && s.method == method)
}

fn stability_text(summary: &Summary, method: &str, pair: usize) -> String {
    match of_pair(summary, method, pair) {
        Some(s) => format!(
            "{method}, {} and {}: tau-b {:.2} [{:.2}, {:.2}], the same strongest word in {:.0} % of sentences",
            s.a,
            s.b,
            s.kendall,
            s.low,
            s.high,
            100.0 * s.same_top
        ),
        None => "not measured: one checkpoint only".to_owned(),
    }
}

fn epochs_alike(summary: &Summary) -> Result<Finding> {
    let methods = ["gradient", "lrp-z", "lrp-alpha-beta"];
    let texts: Vec<String> = methods.iter().map(|m| stability_text(summary, m, 0)).collect();
    let taus: Vec<f64> = methods.iter().filter_map(|m| of_pair(summary, m, 0)).map(|s| s.kendall).collect();
    let verdict = match () {
        () if taus.is_empty() => "not measured".to_owned(),
        () if taus.iter().all(|tau| *tau >= ALIKE) => "reproduced".to_owned(),
        () => "not reproduced: the order of the words changes".to_owned(),
    };
    Ok(finding(
        "epochs-alike",
        "The heat maps after 5 and after 10 epochs are almost identical.",
        "The paper's figures 4 and 5, which are one picture. Here: how alike each method's scores are between the two.",
        texts.join("; "),
        verdict,
    ))
}

fn integrated_gradients(summary: &Summary) -> Result<Finding> {
    if summary.identity.is_empty() {
        bail!("the summary has no section `identity`");
    }
    let most =
        |of: &dyn Fn(&crate::evidence::paper::Identity) -> f64| summary.identity.iter().map(of).fold(0.0, f64::max);
    let (z, path, mean) = (most(&|i| i.lrp_z), most(&|i| i.integrated_gradients), most(&|i| i.mean_baseline));
    let asked = || {
        let pair = |c: &&crate::evidence::summary::Comparison| {
            c.method == "integrated-gradients" && c.against == "gradient-x-input"
        };
        summary.comparisons.iter().filter(pair)
    };
    let (all, identical) = (asked().count(), asked().filter(|c| c.verdict == "identical").count());
    let same = z < ROUNDING && identical == all;
    Ok(finding(
        "integrated-gradients",
        "Integrated Gradients shows a significant difference to the two LRP methods.",
        "The rows so named in the paper are the plain gradient: no path, no factor x (read in its notebook). On this network \
         the real method, gradient times input and LRP-z are the same number for a logit and a baseline that is the same \
         at every position.",
        format!(
            "Largest difference from gradient times input on any sentence, of its largest score: LRP-z {z:.1e}. Exact \
             Integrated Gradients is identical on {identical} of {all} comparisons. Taken in 50 steps in single precision, where \
             a step can round two nearly equal windows into the other order, it is off by {path:.1e} on the worst sentence \
             (from the mean word, one step against 50: {mean:.1e})"
        ),
        if same { "refuted: they are one method here" } else { "the identity does not hold for these networks" }
            .to_owned(),
    ))
}

fn better_than_lrp(summary: &Summary, shown: &str) -> Result<Finding> {
    let mut parts = Vec::new();
    let mut worse = 0;
    let measures = ["deletion_aopc", "comprehensiveness", "shapley_pearson", "human_sign"];
    for measure in measures {
        let one = |c: &&crate::evidence::summary::Comparison| {
            c.checkpoint == shown && c.measure == measure && c.method == "gradient" && c.against == "gradient-x-input"
        };
        let Some(found) = summary.comparisons.iter().find(one) else { continue };
        worse += usize::from(found.verdict == "worse");
        let mean = |method: &str| summary.mean(shown, method, measure).map_or(f64::NAN, |m| m.mean);
        parts.push(format!(
            "{measure}: {:.3} against {:.3}, {} ({})",
            mean("gradient"),
            mean("gradient-x-input"),
            found.verdict,
            if found.p > 0.0 { format!("p {:.1e}", found.p) } else { "p below 1e-300".to_owned() }
        ));
    }
    let verdict = match () {
        () if parts.is_empty() => "not measured".to_owned(),
        () if worse == parts.len() => "refuted: the rows so named are worse on every count".to_owned(),
        () if worse == 0 => "not refuted".to_owned(),
        () => format!("worse on {worse} of {} counts", parts.len()),
    };
    Ok(finding(
        "more-efficient",
        "Integrated Gradients explains more efficiently than the two LRP methods.",
        "Two reviews, looked at. Here: the plain gradient, which the paper drew under that name, against LRP-z (which is \
         gradient times input), on every test sentence.",
        parts.join("; "),
        verdict,
    ))
}

fn lrp_alike(summary: &Summary, shown: &str) -> Finding {
    let values: Vec<f64> = summary
        .reviews
        .iter()
        .filter(|r| r.checkpoint == shown && r.lrp_z_and_alpha_beta.is_finite())
        .map(|r| r.lrp_z_and_alpha_beta)
        .collect();
    let gradient: Vec<f64> = summary
        .reviews
        .iter()
        .filter(|r| r.checkpoint == shown && r.gradient_and_lrp_z.is_finite())
        .map(|r| r.gradient_and_lrp_z)
        .collect();
    let list = |values: &[f64]| values.iter().map(|v| format!("{v:.2}")).collect::<Vec<_>>().join(", ");
    let alike = values.iter().filter(|v| **v >= 0.8).count();
    finding(
        "lrp-alike",
        "The two LRP methods draw similar pictures.",
        "The paper's heat maps read back: Pearson .95, .80, .98, .93, .96, .97 for the six reviews; gradient and LRP-z \
         .45, -.37, .48, .28, .45, .04.",
        format!(
            "LRP-z and LRP-alpha-beta (the library's reading): {}; gradient and LRP-z: {}",
            list(&values),
            list(&gradient)
        ),
        match values.len() {
            0 => "not measured".to_owned(),
            n if alike == n => "reproduced".to_owned(),
            n => format!("reproduced for {alike} of {n} reviews"),
        },
    )
}

fn broken_identity(summary: &Summary, shown: &str) -> Result<Finding> {
    let found = summary.identity.iter().find(|i| i.checkpoint == shown).or(summary.identity.first());
    let Some(identity) = found else { bail!("the summary has no section `identity`") };
    let parts: Vec<String> =
        identity.broken.iter().map(|(name, error)| format!("{name}: {:.0} %", 100.0 * error)).collect();
    Ok(finding(
        "target",
        "The paper's equation speaks of a probability; its notebook explains the largest logit. Its epsilon-LRP has an \
         epsilon of 0.",
        "Read in the notebook. Here: how far the scores move when the one is taken for the other, which is also what breaks \
         the identity.",
        format!("Mean relative change of a sentence's scores. {}", parts.join("; ")),
        "every target, epsilon and baseline can be chosen, and is named".to_owned(),
    ))
}

fn path_steps(summary: &Summary) -> Result<Finding> {
    let parts: Vec<String> = summary
        .path_error
        .iter()
        .filter(|s| [10, 50, 300].contains(&s.steps))
        .map(|s| {
            format!("{} steps: {:.2} % of the word scores, {:.1e} of completeness", s.steps, 100.0 * s.error, s.gap)
        })
        .collect();
    if parts.is_empty() {
        bail!("the summary has no section `path_error`");
    }
    Ok(finding(
        "steps",
        "Integrated Gradients is a sum over steps, and has the error of one.",
        "Another sentence as the baseline, the midpoint rule against the exact integral along the upper envelope of the \
         filters' scores.",
        parts.join("; "),
        "avoided: the default is exact".to_owned(),
    ))
}

fn padding(summary: &Summary, shown: &str) -> Finding {
    let shares: Vec<f64> =
        summary.reviews.iter().filter(|r| r.checkpoint == shown).map(|r| r.gradient_padding).collect();
    let most = shares.iter().copied().fold(0.0, f64::max);
    finding(
        "padding",
        "The paper scales colours by the largest of 40 positions, padding included; under the gradient padding has scores.",
        "Read in the notebook. Here: the largest score of the padding, of the largest word, for the six reviews.",
        format!("up to {:.0} %", 100.0 * most),
        "padding is shown and booked; no number is scaled before it is drawn".to_owned(),
    )
}

fn not_in_105(summary: &Summary, shown: &str) -> Finding {
    let found = summary.reviews.iter().find(|r| r.checkpoint == shown && r.not.is_some()).and_then(|r| r.not);
    let (result, verdict) = match found {
        Some((gradient, z)) => (
            format!("{gradient:+.2} under gradient, {z:+.2} under LRP-z, of the largest of each row"),
            if gradient > 0.0 && z < 0.0 { "reproduced" } else { "not reproduced: weights differ from seed to seed" },
        ),
        None => ("not measured".to_owned(), "not measured"),
    };
    finding(
        "not",
        "In review 105 the word \"not\" speaks most strongly for the class under gradient and most strongly against it \
         under LRP-z.",
        "The paper's heat maps read back: +1.00 and -1.00.",
        result,
        verdict.to_owned(),
    )
}

fn mean_text(summary: &Summary, checkpoint: &str, method: &str, measure: &str, lead: &str) -> String {
    match summary.mean(checkpoint, method, measure) {
        Some(m) => format!("{lead} {:.3} [{:.3}, {:.3}] of a logit on average", m.mean, m.low, m.high),
        None => "not measured".to_owned(),
    }
}

fn unknown_words(model: &ModelEntry) -> Finding {
    let coverage = &model.training["coverage"];
    let number = |key: &str| coverage[key].as_u64();
    let result = match (number("tokens"), number("unknown_tokens")) {
        (Some(tokens), Some(unknown)) => {
            format!("{unknown} of {tokens} tokens have no vector ({:.1} %)", 100.0 * unknown as f64 / tokens as f64)
        }
        _ => "not in the manifest".to_owned(),
    };
    finding(
        "brackets",
        "Every round bracket of the treebank read as nothing in the paper's pipeline: its vocabulary had another spelling.",
        "Read in its data: 981 tokens, and no other word was unknown.",
        result,
        "avoided: other spellings of a sign are looked up, and an unknown word is underlined".to_owned(),
    )
}

fn seeds(model: &ModelEntry) -> Finding {
    let parts: Vec<String> = PAPER
        .iter()
        .filter_map(|row| {
            let of = |id: &String| model.checkpoints.iter().find(|c| c.id == *id && c.epoch as usize == row.epochs);
            let all =
                model.seeds.iter().filter_map(|seed| seed.checkpoints.iter().find_map(of)).map(|c| c.test_accuracy);
            let (low, high) = all.fold((f64::INFINITY, 0.0f64), |(low, high), v| (low.min(v), high.max(v)));
            (high > 0.0).then(|| format!("{} epochs: {low:.3} to {high:.3}", row.epochs))
        })
        .collect();
    finding(
        "seed",
        "The paper sets no seed and trains once.",
        "Read in the notebook. Here: the range of test accuracies over seeds.",
        if parts.is_empty() { "one seed in the manifest".to_owned() } else { parts.join("; ") },
        "every number here has a seed, and the same seed gives the same bytes".to_owned(),
    )
}

/// Every method by the measures that matter most.
fn methods_table(summary: &Summary) -> String {
    let measures =
        ["deletion_share", "comprehensiveness", "unexplained", "shapley_pearson", "human_sign", "random_both"];
    let mut out = String::from("\n## Every method\n");
    for checkpoint in &summary.checkpoints {
        let _ = write!(
            out,
            "\n{}, test accuracy {:.3}. An asterisk: not told apart from random scores.\n\n| method |",
            checkpoint.id, checkpoint.test_accuracy
        );
        measures.iter().for_each(|measure| out.push_str(&format!(" {measure} |")));
        out.push_str("\n|---|");
        measures.iter().for_each(|_| out.push_str("---|"));
        out.push('\n');
        for method in &summary.methods {
            let _ = write!(out, "| `{method}` |");
            for measure in measures {
                let noise = summary.comparisons.iter().any(|c| {
                    c.checkpoint == checkpoint.id
                        && c.method == *method
                        && c.measure == measure
                        && c.against == "control-random"
                        && c.verdict == "within noise"
                });
                match summary.mean(&checkpoint.id, method, measure) {
                    Some(m) => {
                        let _ = write!(
                            out,
                            " {:.2} [{:.2}, {:.2}]{} |",
                            m.mean,
                            m.low,
                            m.high,
                            if noise { "*" } else { "" }
                        );
                    }
                    None => out.push_str(" |"),
                }
            }
            out.push('\n');
        }
    }
    out.push_str("\n| measure | what it is | good |\n|---|---|---|\n");
    for measure in summary.measures.iter().filter(|m| measures.contains(&m.id.as_str())) {
        let tenth = if measure.every_tenth { ", every tenth sentence" } else { "" };
        let _ = writeln!(out, "| {} | {}{tenth} | {} |", measure.id, measure.name, measure.better);
    }
    out
}
