//! The replication: each claim of the paper and each pitfall of its experiment, what it rests on, what was measured here,
//! and the verdict. Every number comes from the summary of `wordlight evidence` and from the manifest; a verdict follows
//! from the numbers and changes with them.

mod claims;
mod models;
mod pitfalls;

use std::fmt::Write;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use wordlight_site::Site;

use crate::summary::Summary;

/// One line of the replication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// A short name.
    pub id: String,
    /// What the paper says, or what there is to know of its experiment.
    pub claim: String,
    /// What that rests on.
    pub evidence: String,
    /// What was measured here, a statement a line.
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
    let [claim, evidence, result, verdict] = [claim, evidence, &result, &verdict].map(with_minus_signs);
    Finding { id: id.to_owned(), claim, evidence, result, verdict }
}

/// The text with a minus sign before numbers that have a hyphen there: "-0.4", "[-.4", "1e-5", but not "paper-cnn-5".
fn with_minus_signs(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let at = |k: Option<usize>| k.and_then(|k| letters.get(k)).copied();
    let is_minus = |k: usize| {
        let before = at(k.checked_sub(1));
        let exponent = before == Some('e') && at(k.checked_sub(2)).is_some_and(|c| c.is_ascii_digit());
        let begins = before.is_none_or(|c| !c.is_alphanumeric());
        let number = at(Some(k + 1)).is_some_and(|c| c.is_ascii_digit() || c == '.');
        letters[k] == '-' && number && (begins || exponent)
    };
    (0..letters.len()).map(|k| if is_minus(k) { '−' } else { letters[k] }).collect()
}

/// The name of a method for people, or its id if it is none.
fn named(method: &str) -> &str {
    wordlight_explain::method::spec(method).map_or(method, |spec| spec.name)
}

fn not_measured() -> String {
    "not measured".to_owned()
}

impl Replication {
    /// Draws the conclusions.
    ///
    /// # Errors
    /// If the summary lacks what they rest on, or is of other weights than the site has.
    pub fn of(site: &Site, summary: &Summary) -> Result<Self> {
        summary.check(site)?;
        let section = summary.first(site)?;
        let (model, _) = site.find(&section.default)?;
        let mut all = vec![
            claims::table_1(model, section),
            claims::epochs_alike(section),
            claims::integrated_gradients(section)?,
            claims::better_than_lrp(section),
            claims::lrp_alike(section),
        ];
        all.extend(summary.sections.iter().filter_map(|section| models::answer(section, summary.frame.sentences)));
        all.extend(models::agreement(summary));
        let pitfalls = vec![
            pitfalls::same_picture(section),
            pitfalls::warm_start(),
            pitfalls::broken_identity(section)?,
            pitfalls::path_steps(section)?,
            pitfalls::padding(section),
            pitfalls::not_in_105(section),
            pitfalls::bias_in_both(section),
            pitfalls::unknown_words(model),
            pitfalls::seeds(model),
        ];
        Ok(Self { schema: 1, claims: all, pitfalls })
    }

    /// `docs/evaluation.md`.
    pub fn markdown(&self, summary: &Summary) -> String {
        let mut out = String::from("# Replication\n\n");
        let _ = write!(
            out,
            "What R. Jalota, *Interpretation of Neural Models using LRP and Integrated Gradient Approach*, claims, what its \
             experiment did, and what was measured here on {} test sentences of the Stanford Sentiment Treebank, by {} \
             checkpoints of {} models. This file is written by `wordlight replicate` from `experiments/evidence/summary.json` and \
             `www/models/manifest.json`; nothing in it was typed by hand, and its verdicts follow from its numbers.\n\n\
             Intervals are 95 % bootstrap intervals over sentences, ± is the standard deviation over seeds. Methods are compared \
             sentence by sentence by Wilcoxon's signed-rank test, all p values of a model corrected together (Holm); a difference \
             counts below {}, and is called within noise above. Sentences are cut after {} words. All measures of all methods \
             are taken on all of them{}. Faithful is what the network does, plausible what people say; the two are kept apart.\n",
            summary.frame.sentences,
            summary.sections.iter().map(|section| section.checkpoints.len()).sum::<usize>(),
            summary.sections.len(),
            summary.level,
            summary.frame.cut,
            models::exceptions(summary)
        );
        for (title, findings) in
            [("The claims", &self.claims), ("What lies between text and experiment", &self.pitfalls)]
        {
            let _ = write!(out, "\n## {title}\n\n| | evidence | our result | verdict |\n|---|---|---|---|\n");
            for f in findings {
                let result = f.result.replace('\n', "<br>");
                let _ = writeln!(out, "| {} | {} | {result} | **{}** |", f.claim, f.evidence, f.verdict);
            }
        }
        out.push_str(&models::tables(summary));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_minus_signs_and_names_keep_their_hyphens() {
        let text = "-0.44, [-.1, -2] of paper-cnn-5: 1e-5 below 1e-300; leave-one-out, 5-10";
        let wanted = "−0.44, [−.1, −2] of paper-cnn-5: 1e−5 below 1e−300; leave-one-out, 5-10";
        assert_eq!(with_minus_signs(text), wanted);
    }

    #[test]
    fn methods_are_called_by_their_names() {
        assert_eq!((named("lrp-alpha-beta"), named("control-random")), ("LRP-αβ", "control-random"));
    }
}
