//! The replication: each claim of the paper and each pitfall of its experiment, what it rests on, what was measured here,
//! and the verdict. Every number comes from the summary of `wordlight evidence` and from the manifest; a verdict follows
//! from the numbers and changes with them.

mod claims;
mod finding;
mod models;
mod pitfalls;

use std::fmt::Write;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use wordlight_site::Site;

pub use finding::Finding;

use crate::summary::Summary;

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
