//! What the paper's experiment did otherwise than its text, and what is done about it here.

use anyhow::{Context, Result, bail};
use wordlight_engine::{ModelEntry, decimals, signed_decimals};
use wordlight_train::paper_table::PAPER;

use super::finding::{Finding, finding, not_measured};
use crate::records::Section;
use crate::replication::claims::stability_text;

pub(super) fn same_picture(section: &Section) -> Finding {
    finding(
        "same-picture",
        "Figures 4 (5 epochs) and 5 (10 epochs) of the paper are one picture, byte for byte, and reviews 50 and 105 have the \
         same picture in all three figures.",
        "Read in the paper's PDF; the networks cannot show it.",
        stability_text(section, "lrp-z"),
        "explains why the paper saw no difference".to_owned(),
    )
}

pub(super) fn warm_start() -> Finding {
    finding(
        "warm-start",
        "The paper's 10 and 20 epochs went on from the weights before, so they stand for more than they say.",
        "Read in the notebook: the run called 20 epochs begins at a training loss of 1.01, where a fresh network of five \
         classes begins near 1.6.",
        "Here each row is trained anew from its own first weights; `wordlight train --protocol warm` does what the notebook \
         did."
            .to_owned(),
        "avoided".to_owned(),
    )
}

pub(super) fn broken_identity(section: &Section) -> Result<Finding> {
    let found = section.identity.iter().find(|i| i.checkpoint == section.default).or(section.identity.first());
    let identity = found.context("the summary has no section `identity`")?;
    let parts: Vec<String> =
        identity.broken.iter().map(|(name, error)| format!("{name}: {:.0} %", 100.0 * error)).collect();
    Ok(finding(
        "target",
        "The paper's equation speaks of a probability; its notebook explains the largest logit. Its epsilon-LRP has an \
         epsilon of 0.",
        "Read in the notebook. Here: how far the scores move when the one is taken for the other, which is also what breaks \
         the identity.",
        format!("Mean relative change of a sentence's scores:\n{}", parts.join("\n")),
        "every target, epsilon and baseline can be chosen, and is named".to_owned(),
    ))
}

pub(super) fn path_steps(section: &Section) -> Result<Finding> {
    let parts: Vec<String> = section
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
        parts.join("\n"),
        "avoided: the default is exact".to_owned(),
    ))
}

pub(super) fn padding(section: &Section) -> Finding {
    let shares = section.reviews.iter().filter(|r| r.checkpoint == section.default).map(|r| r.gradient_padding);
    let most = shares.fold(0.0, f64::max);
    finding(
        "padding",
        "The paper scales colours by the largest of 40 positions, padding included; under the gradient padding has scores.",
        "Read in the notebook. Here: the largest score of the padding, of the largest word, for the six reviews.",
        format!("up to {:.0} %", 100.0 * most),
        "padding is shown and booked; no number is scaled before it is drawn".to_owned(),
    )
}

pub(super) fn not_in_105(section: &Section) -> Finding {
    let epoch = section.checkpoints.iter().find(|c| c.id == section.default).map(|c| c.epoch);
    // The default checkpoint comes first among those of its epoch.
    let same_epoch = section.checkpoints.iter().filter(|c| Some(c.epoch) == epoch);
    let review = |id: &String| section.reviews.iter().find(|r| r.checkpoint == *id && r.not.is_some());
    let found: Vec<(f64, f64)> = same_epoch.filter_map(|c| review(&c.id)?.not).collect();
    let alike = found.iter().filter(|(gradient, z)| *gradient > 0.0 && *z < 0.0).count();
    let result = match found.first() {
        Some((gradient, z)) => format!(
            "{} under gradient, {} under LRP-z, of the largest of each row\nAfter {} epochs {alike} of {} \
             networks from different seeds have the paper's signs",
            signed_decimals(*gradient, 2),
            signed_decimals(*z, 2),
            epoch.unwrap_or_default(),
            found.len()
        ),
        None => not_measured(),
    };
    finding(
        "not",
        "In review 105 the word \"not\" speaks most strongly for the class under gradient and most strongly against it \
         under LRP-z.",
        "The paper's heat maps read back: +1.00 and -1.00.",
        result,
        match () {
            () if found.is_empty() => not_measured(),
            () if alike == found.len() => "reproduced".to_owned(),
            () if alike == 0 => "not reproduced: weights differ from seed to seed".to_owned(),
            () => "depends on the seed".to_owned(),
        },
    )
}

pub(super) fn bias_in_both(section: &Section) -> Finding {
    let result = match section.mean(&section.default, "lrp-alpha-beta", "completeness_gap") {
        Some(m) => {
            let [mean, low, high] = [m.mean, m.low, m.high].map(|value| decimals(value, 3));
            format!("The textbook reading misses {mean} [{low}, {high}] of a logit on average")
        }
        None => not_measured(),
    };
    finding(
        "bias-in-both",
        "The LRP-alpha-beta of the paper's library puts the whole bias into both denominators and does not conserve.",
        "iNNvestigate 1.0.9 and 2.1.2; its numbers are among our golden values.",
        result,
        "both readings are offered, by name".to_owned(),
    )
}

pub(super) fn unknown_words(model: &ModelEntry) -> Finding {
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

pub(super) fn seeds(model: &ModelEntry) -> Finding {
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
        if parts.is_empty() { "one seed in the manifest".to_owned() } else { parts.join("\n") },
        "every number here has a seed, and the same seed gives the same bytes".to_owned(),
    )
}
