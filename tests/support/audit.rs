//! A second accountant for ledgers: adds everything up again, in `f64`, with bounds that are not the ledger's own.

use ndarray::ArrayView1;
use wordlight_explain::attribution::Attribution;
use wordlight_explain::ledger::Account;
use wordlight_explain::target::TargetKind;
use wordlight_nn::Real;

/// How far the books may be off, as a part of all that was booked: in `f64`, the rounding of a few thousand additions.
pub const DOUBLE: f64 = 1e-12;

/// What an attribution comes to when it is added up again.
#[derive(Clone, Copy, Debug)]
pub struct Sums {
    /// The explained value minus all entries.
    pub residual: f64,
    /// The magnitudes of the explained value, of every score and of every other entry.
    pub booked: f64,
}

/// Adds up the explained value and the entries.
pub fn sums<F: Real>(got: &Attribution<F>) -> Sums {
    let size = |score: &F| score.as_f64().abs();
    let by_word = got.per_feature.is_empty();
    let scores: f64 =
        if by_word { got.per_token.iter().map(size).sum() } else { got.per_feature.iter().map(size).sum() };
    let total: f64 = got.ledger.entries.iter().map(|(_, amount)| amount.as_f64()).sum();
    let entries: f64 = got.ledger.entries.iter().map(|(_, amount)| amount.as_f64().abs()).sum();
    let explained = got.explained.as_f64();
    Sums { residual: explained - total, booked: explained.abs() + scores + entries }
}

/// Checks that a method that proves has booked everything: entries against the explained value, the entry of the words
/// against the words, each word against its features, the padding against its rows. Every sum may be off by `relative`
/// of the magnitudes that it is the sum of; the whole also by `relative` of `inherited`, numbers that the explained value
/// is a small difference of, and which are not booked.
///
/// # Errors
/// What does not add up.
pub fn audit<F: Real>(got: &Attribution<F>, relative: f64, inherited: f64) -> Result<(), String> {
    let ledger = &got.ledger;
    if ledger.explained != got.explained {
        return Err(format!("the ledger explains {}, the attribution {}", ledger.explained, got.explained));
    }
    if !ledger.proves {
        return if ledger.entries.is_empty() { Ok(()) } else { Err("entries without a claim".to_owned()) };
    }
    let close = |what: &str, booked: f64, numbers: &mut dyn Iterator<Item = f64>| {
        let (sum, size) = numbers.fold((0.0, 0.0), |(sum, size), v| (sum + v, size + v.abs()));
        let allowed = relative * (size + booked.abs());
        if (sum - booked).abs() <= allowed {
            Ok(())
        } else {
            Err(format!("{what}: {sum:e} booked as {booked:e}, allowed {allowed:e}"))
        }
    };
    let entry = |account: Account| {
        let of_account = ledger.entries.iter().filter(|(a, _)| *a == account);
        of_account.map(|(_, amount)| amount.as_f64()).sum::<f64>()
    };
    let tokens = got.per_token.len();
    if got.per_feature.is_empty() {
        close("words", entry(Account::Words), &mut got.per_token.iter().map(|v| v.as_f64()))?;
    } else {
        let rows = |from: usize, to: usize| {
            let rows = got.per_feature.slice(ndarray::s![from..to, ..]);
            rows.iter().map(|v| v.as_f64()).collect::<Vec<f64>>().into_iter()
        };
        close("words", entry(Account::Words), &mut rows(0, tokens))?;
        for (t, score) in got.per_token.iter().enumerate() {
            close(&format!("word {t}"), score.as_f64(), &mut rows(t, t + 1))?;
        }
        close("padding", got.padding.as_f64(), &mut rows(tokens, got.per_feature.nrows()))?;
    }
    if entry(Account::Padding) != got.padding.as_f64() {
        return Err(format!("padding of {} booked as {}", got.padding, entry(Account::Padding)));
    }
    let Sums { residual, booked } = sums(got);
    let allowed = relative * (booked + inherited);
    // A residual that is no number is not within anything.
    let within = |gap: f64| gap.abs() <= allowed;
    if !within(residual) {
        return Err(format!("residual {residual:e}, allowed {allowed:e}: {:?}", ledger.entries));
    }
    let said = ledger.residual.as_f64();
    if !within(said - residual) {
        return Err(format!("the ledger says that its residual is {said:e}; it is {residual:e}"));
    }
    Ok(())
}

/// How far the books may be off in `f32`. A score, a baseline's value and an account are each the end of a dozen roundings
/// of up to 6e-8 of what was added, behind one another and not averaged; 1e-5 is a hundred and seventy of them.
pub const SINGLE: f64 = 1e-5;

/// The largest logit where the explained value is a small difference of logits (a margin, the logarithm of a probability
/// near 1) and inherits their rounding; 0 for other targets.
pub fn inherited<F: Real>(kind: TargetKind, logits: ArrayView1<'_, F>) -> f64 {
    match kind {
        TargetKind::Margin | TargetKind::LogProbability => logits.iter().fold(0.0, |m: f64, z| m.max(z.as_f64().abs())),
        _ => 0.0,
    }
}
