//! Numbers and rows in words. Everything a visitor reads about a row is written here, and tested here.

use wordlight_explain::ledger::{Account, Ledger};
use wordlight_explain::order::ascending;
use wordlight_explain::target::{Target, TargetKind};

use crate::decimals::signed_decimals;
use crate::reply::{Entry, LedgerReply, TokenReply, WordScore};
use crate::scale::intensity;

/// A no-break space, between a number and its unit.
const NBSP: char = '\u{a0}';

/// "62 %"; "< 1 %" rather than a zero that is none.
pub(crate) fn percent(share: f32) -> String {
    let rounded = (share * 100.0).round();
    if share > 0.0 && rounded == 0.0 {
        return format!("<{NBSP}1{NBSP}%");
    }
    format!("{rounded}{NBSP}%")
}

/// Three significant digits: "0.383", "12.4", "1.2e-9".
pub(crate) fn plain(value: f32) -> String {
    let size = value.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    if !(1e-4..1e6).contains(&size) {
        return format!("{value:.1e}").replace('-', "\u{2212}");
    }
    let digits = (2 - f64::from(size).log10().floor() as i32).clamp(0, 7) as usize;
    format!("{value:.digits$}").replace('-', "\u{2212}")
}

/// Three significant digits with a sign: "+0.383", "−12.4", "0".
pub(crate) fn signed(value: f32) -> String {
    if value > 0.0 { format!("+{}", plain(value)) } else { plain(value) }
}

/// Two decimals with a sign: what one sentence's words can carry. Not a number is none: a row without spread has no
/// correlation.
pub(crate) fn two(value: f64) -> String {
    match value.is_finite() {
        true => signed_decimals(value, 2).replace('-', "\u{2212}"),
        false => "none".to_owned(),
    }
}

/// "1 filter", "41 filters", "24,137 words"
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// "24,137"
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// The names a row uses for what it explains.
pub(crate) struct Names<'a> {
    /// The class explained.
    pub(crate) class: &'a str,
    /// The strongest other class.
    pub(crate) runner_up: &'a str,
    /// The class predicted.
    pub(crate) predicted: &'a str,
    /// What of the class.
    pub(crate) target: Target,
    /// Whether scores are in units of the explained value.
    pub(crate) in_target_units: bool,
}

impl Names<'_> {
    /// "logit of positive"
    pub(crate) fn explained(&self) -> String {
        match self.target.kind() {
            TargetKind::Logit | TargetKind::Probability | TargetKind::LogProbability => {
                format!("{} of {}", self.target.kind().choice().name, self.class)
            }
            TargetKind::Margin => format!("margin of {} over {}", self.class, self.runner_up),
            TargetKind::ExpectedScore => "expected score".to_owned(),
        }
    }

    /// "logit"
    pub(crate) fn unit(&self) -> String {
        let unit = match self.target.kind() {
            TargetKind::Logit | TargetKind::Margin => "logit",
            TargetKind::Probability => "probability",
            TargetKind::LogProbability => "log-probability",
            TargetKind::ExpectedScore => "classes",
        };
        if self.in_target_units { unit.to_owned() } else { format!("{unit} per embedding unit") }
    }

    /// What a positive and what a negative score mean.
    pub(crate) fn legend(&self) -> (String, String) {
        let class = self.class;
        match (self.in_target_units, self.target.kind()) {
            (false, _) => ("slope upwards".to_owned(), "slope downwards".to_owned()),
            (true, TargetKind::ExpectedScore) => ("raises the score".to_owned(), "lowers the score".to_owned()),
            (true, TargetKind::Margin) => (format!("supports {class}"), format!("supports {} instead", self.runner_up)),
            (true, _) => (format!("supports {class}"), format!("speaks against {class}")),
        }
    }

    /// The row in a sentence; `chances` are the probabilities of the explained and of the predicted class.
    pub(crate) fn summary(&self, tokens: &[TokenReply], scores: &[f32], chances: (f32, f32)) -> String {
        let (chance, top_chance) = chances;
        let head = if self.target.kind() == TargetKind::ExpectedScore || self.class == self.predicted {
            format!("{} ({})", self.predicted, percent(top_chance))
        } else {
            format!(
                "{} ({}; the network says {}, {})",
                self.class,
                percent(chance),
                self.predicted,
                percent(top_chance)
            )
        };
        let total: f32 = scores.iter().map(|s| s.abs()).sum();
        if total == 0.0 {
            return format!("{head}. No word has a score.");
        }
        let order = by_magnitude(scores);
        let top = |sign: f32, most: usize, least: f32| {
            let mut words: Vec<&str> = Vec::new();
            for &i in order.iter().filter(|&&i| scores[i] * sign > least * total) {
                let word = tokens[i].text.as_str();
                if !words.contains(&word) && words.len() < most {
                    words.push(word);
                }
            }
            words
        };
        // A word that holds less than a fortieth of the row is not worth a mention.
        let (pro, contra) = (top(1.0, 3, 0.025), top(-1.0, 2, 0.025));
        if !self.in_target_units {
            let mut steepest = top(1.0, 3, 0.0);
            if let Some(word) = contra.first() {
                steepest.truncate(2);
                steepest.push(word);
            }
            return format!("{head}; it reacts most to {}.", quoted(&steepest));
        }
        let reaches = |sign: f32| scores.iter().filter(|s| **s * sign > 0.0).map(|s| s.abs()).sum::<f32>();
        let against = match contra.len() {
            0 => String::new(),
            1 => format!("; {} speaks against it", quoted(&contra)),
            _ => format!("; {} speak against it", quoted(&contra)),
        };
        if pro.is_empty() {
            return format!("{head}, although no word speaks for it{against}.");
        }
        let supported = pro.iter().map(|word| {
            let of_word = (0..scores.len()).filter(|&i| tokens[i].text == *word && scores[i] > 0.0);
            of_word.map(|i| scores[i]).sum::<f32>()
        });
        let how = if supported.sum::<f32>() >= 0.6 * reaches(1.0) { "mostly" } else { "most of all" };
        format!("{head}, {how} because of {}{against}.", quoted(&pro))
    }
}

/// “a”, “b” and “c”
pub(crate) fn quoted(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("“{word}”")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// Indices, the largest magnitude first, the first of equals first.
fn by_magnitude(scores: &[f32]) -> Vec<usize> {
    let magnitudes: Vec<f64> = scores.iter().map(|s| -f64::from(s.abs())).collect();
    ascending(&magnitudes)
}

/// Scores with ranks, shares and words.
pub(crate) fn word_scores(names: &Names<'_>, tokens: &[TokenReply], scores: &[f32], max: f32) -> Vec<WordScore> {
    let order = by_magnitude(scores);
    let mut rank = vec![0; scores.len()];
    for (place, &i) in order.iter().enumerate() {
        rank[i] = place + 1;
    }
    let total: f32 = scores.iter().map(|s| s.abs()).sum();
    let (unit, (pro, contra)) = (names.unit(), names.legend());
    scores
        .iter()
        .zip(tokens)
        .zip(rank)
        .map(|((&score, token), rank)| {
            let share = percent(if total > 0.0 { score.abs() / total } else { 0.0 });
            let (sign, says) = match score {
                s if s > 0.0 => ("+", pro.as_str()),
                s if s < 0.0 => ("-", contra.as_str()),
                _ => ("0", "no effect"),
            };
            let unknown = if token.known { "" } else { "; not in the vocabulary, so the network reads nothing here" };
            let text = signed(score);
            WordScore {
                score,
                intensity: intensity(score, max),
                describe: format!(
                    "{}: {text} {unit}, rank {rank} of {}, {share} of all magnitude; {says}{unknown}",
                    token.text,
                    scores.len()
                ),
                text,
                rank,
                share,
                sign: sign.to_owned(),
            }
        })
        .collect()
}

/// The padding as one more word.
pub(crate) fn padding_score(names: &Names<'_>, score: f32, count: usize, max: f32) -> WordScore {
    let text = signed(score);
    WordScore {
        score,
        intensity: intensity(score, max),
        describe: format!("{count} positions of padding: {text} {} together", names.unit()),
        text,
        rank: 0,
        share: String::new(),
        sign: if score > 0.0 {
            "+"
        } else if score < 0.0 {
            "-"
        } else {
            "0"
        }
        .to_owned(),
    }
}

/// The ledger in words.
pub(crate) fn ledger(names: &Names<'_>, books: &Ledger<f32>) -> LedgerReply {
    let shown = |(account, amount): &&(Account, f32)| *account == Account::Words || *amount != 0.0;
    let entries: Vec<Entry> = books
        .entries
        .iter()
        .filter(shown)
        .map(|(account, amount)| Entry {
            id: account.id().to_owned(),
            name: account.name().to_owned(),
            amount: *amount,
            text: signed(*amount),
        })
        .collect();
    let (explained_name, explained_text) = (names.explained(), signed(books.explained));
    let text = if books.proves {
        let sum: Vec<String> = entries.iter().map(|e| format!("{} {}", e.name, e.text)).collect();
        let verdict = if books.holds() { "rounding" } else { "more than rounding" };
        let residual = plain(books.residual.abs());
        let nodes = match books.nodes {
            0 => String::new(),
            1 => ", from one point of the path".to_owned(),
            n => format!(", from {n} points of the path"),
        };
        let together = format!("together {explained_text}, the {explained_name}");
        format!("{}: {together}; residual {residual}, {verdict}{nodes}", sum.join(", "))
    } else {
        let what = if names.in_target_units { "this method claims no sum" } else { "a slope has no sum to prove" };
        format!("{what}; the {explained_name} is {explained_text}")
    };
    LedgerReply {
        entries,
        explained: books.explained,
        explained_name,
        explained_text,
        residual: books.residual,
        residual_text: signed(books.residual),
        tolerance: books.tolerance,
        ok: books.holds(),
        proves: books.proves,
        text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(words: &str) -> Vec<TokenReply> {
        let token = |w: &str| TokenReply {
            text: w.to_owned(),
            gap: " ".to_owned(),
            normal: w.to_lowercase(),
            known: w != "zzz",
        };
        words.split(' ').map(token).collect()
    }

    fn names(class: &'static str, kind: TargetKind, in_target_units: bool) -> Names<'static> {
        let target = Target::pin(kind, Some(0), ndarray::aview1(&[0.0f32, 0.0])).unwrap();
        Names { class, runner_up: "neutral", predicted: "positive", target, in_target_units }
    }

    #[test]
    fn numbers_have_three_significant_digits() {
        let cases = [
            (0.0, "0"),
            (0.38251, "+0.383"),
            (-12.44, "\u{2212}12.4"),
            (1234.5, "+1234"),
            (-0.000_012_3, "\u{2212}1.2e\u{2212}5"),
            (0.999_6, "+1.000"),
        ];
        for (value, text) in cases {
            assert_eq!(signed(value), text, "{value}");
        }
    }

    #[test]
    fn counts_are_grouped_and_have_a_plural() {
        assert_eq!(count(1, "filter", "filters"), "1 filter");
        assert_eq!(count(24_137, "word", "words"), "24,137 words");
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn a_small_share_is_not_called_zero() {
        assert_eq!([0.0, 0.004, 0.615, 1.0].map(percent), ["0\u{a0}%", "<\u{a0}1\u{a0}%", "62\u{a0}%", "100\u{a0}%"]);
    }

    #[test]
    fn a_row_is_told_by_its_strongest_words() {
        let row = names("positive", TargetKind::Logit, true);
        let text = row.summary(&tokens("an engaging overview of life"), &[0.3, 1.0, 0.01, -0.4, 0.0], (0.62, 0.62));
        assert_eq!(text, "positive (62\u{a0}%), mostly because of “engaging” and “an”; “of” speaks against it.");
    }

    #[test]
    fn a_verdict_rests_mostly_on_words_that_hold_most_of_what_speaks_for_it() {
        let row = names("positive", TargetKind::Logit, true);
        let of_six = |scores: &[f32]| row.summary(&tokens("a b c d e f"), scores, (0.6, 0.6));
        assert!(of_six(&[1.0, 1.0, 1.0, 1.0, -4.0, 0.0]).contains(", mostly because of “a”, “b” and “c”"));
        assert!(of_six(&[1.0; 6]).contains(", most of all because of “a”, “b” and “c”."));
    }

    #[test]
    fn another_class_says_what_the_network_says() {
        let row = names("negative", TargetKind::Logit, true);
        let text = row.summary(&tokens("an engaging overview"), &[-0.3, -1.0, -0.01], (0.1, 0.62));
        assert_eq!(
            text,
            "negative (10\u{a0}%; the network says positive, 62\u{a0}%), although no word speaks for it; “engaging” and “an” speak against it."
        );
    }

    #[test]
    fn a_slope_is_not_told_as_a_reason() {
        let row = names("positive", TargetKind::Logit, false);
        let text = row.summary(&tokens("not good"), &[2.0, 0.5], (0.62, 0.62));
        assert_eq!(text, "positive (62\u{a0}%); it reacts most to “not” and “good”.");
    }

    #[test]
    fn nothing_at_all_is_said_to_be_nothing() {
        let row = names("positive", TargetKind::Logit, true);
        assert_eq!(row.summary(&tokens("zzz"), &[0.0], (0.3, 0.3)), "positive (30\u{a0}%). No word has a score.");
    }

    #[test]
    fn a_word_is_described_with_score_rank_and_share() {
        let row = names("positive", TargetKind::Logit, true);
        let scores = word_scores(&row, &tokens("good zzz bad"), &[0.6, 0.0, -0.2], 0.6);
        assert_eq!(
            scores[0].describe,
            "good: +0.600 logit, rank 1 of 3, 75\u{a0}% of all magnitude; supports positive"
        );
        assert!(scores[1].describe.ends_with("no effect; not in the vocabulary, so the network reads nothing here"));
        assert_eq!((scores[2].rank, scores[2].sign.as_str(), scores[2].intensity), (2, "-", -0.2 / 0.6));
    }

    #[test]
    fn the_ledger_reads_as_a_sum() {
        let row = names("positive", TargetKind::Logit, true);
        let books =
            Ledger::close(0.75, vec![(Account::Words, 0.5), (Account::Padding, 0.0), (Account::Biases, 0.25)], 0.75);
        let text = "words +0.500, biases +0.250: together +0.750, the logit of positive; residual 0, rounding";
        assert_eq!(ledger(&row, &books).text, text);
        let by_quadrature = Ledger { nodes: 32, ..books };
        assert_eq!(ledger(&row, &by_quadrature).text, format!("{text}, from 32 points of the path"));
    }
}
