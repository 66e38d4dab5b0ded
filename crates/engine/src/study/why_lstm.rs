//! Why did this word count, in a network that reads word by word? What it left in the two last states.
//!
//! Each direction's last state is shared out among the words without a remainder ([`wordlight_nn::layer::Left`]), and the
//! explained value is a sum over the last states, so what word `i` adds is
//!
//! ```text
//! sum over both directions and units k of   u_k  part[i,k]      u_k = sum_y V[y,k] dF/dz_y
//! ```

use ndarray::Array2;
use wordlight_explain::faithfulness::similarity::strongest;
use wordlight_explain::{Result, cite};
use wordlight_nn::affine::Affine;
use wordlight_nn::model::BiLstm;
use wordlight_nn::ops::{dot, flat, rows_weighted};

use crate::panel::{Cell, Line, Panel, Question, Table};
use crate::scale::largest;
use crate::study::context::Context;
use crate::wording::{percent, quoted, signed};

/// What every word left, and how much of it is still there.
pub(crate) fn why(context: &Context<'_>, question: &Question, model: &BiLstm<f32>) -> Result<Panel> {
    let case = context.case(&question.rows[0])?;
    let left = model.pass(case.x().to_owned(), None)?.left();
    let shares = rows_weighted(case.seed().view(), model.dense().weight());
    let (shares, hidden) = (flat(&shares.view()).into_owned(), model.config().hidden);
    let per_word = |of: &Array2<f32>, weights: &[f32]| -> Vec<f32> {
        of.outer_iter().map(|row| dot(&flat(&row), weights) as f32).collect()
    };
    let adds = [0, 1].map(|k| per_word(&left[k].parts, &shares[k * hidden..][..hidden]));
    let mean = vec![1.0 / hidden as f32; hidden];
    let kept = [0, 1].map(|k| per_word(&left[k].kept, &mean));
    let sums: Vec<f32> = adds[0].iter().zip(&adds[1]).map(|(a, b)| a + b).collect();
    let widest = || strongest(&sums.iter().map(|sum| f64::from(*sum)).collect::<Vec<_>>()).unwrap_or(0);
    let word = question.word.filter(|word| *word < sums.len()).unwrap_or_else(widest);

    let explained = context.names(case.target()).explained();
    let columns = ["Word", "Reading forwards", "Still there", "Reading backwards", "Still there", "Together"];
    let mut table = Table::new(format!("What each word adds to the {explained}"), &columns);
    let max = largest(&[&adds[0][..], &adds[1], &sums].concat());
    for i in 0..sums.len() {
        let cells = vec![
            Cell::score(adds[0][i], max),
            Cell::text(percent(kept[0][i])),
            Cell::score(adds[1][i], max),
            Cell::text(percent(kept[1][i])),
            Cell::score(sums[i], max),
        ];
        let kind = if i == word { "here" } else { "" }.to_owned();
        table.lines.push(Line { kind, ..Line::new(context.word(i), cells) });
    }
    let total = |name: &str, parts: [Option<f32>; 3]| {
        let mut cells = vec![Cell::default(); 5];
        for (cell, part) in [0, 2, 4].into_iter().zip(parts) {
            cells[cell] = Cell::text(part.map_or_else(String::new, signed));
        }
        Line::total(name, cells)
    };
    let [forwards, backwards, words] = [&adds[0], &adds[1], &sums].map(|adds| adds.iter().sum::<f32>());
    table.lines.push(total("all words", [Some(forwards), Some(backwards), Some(words)]));
    if case.target().is_linear() {
        let bias = dot(&flat(&case.seed().view()), &flat(&model.dense().bias())) as f32;
        table.lines.push(total("biases of the last layer", [None, None, Some(bias)]));
        table.lines.push(total(&explained, [None, None, Some(words + bias)]));
    }
    table.note =
        "Still there: how much of what the word wrote into the memory is left at the end, the mean over its units."
            .to_owned();
    Ok(Panel {
        text: format!(
            "{} adds {} to the {explained}: {} as the words are read forwards, {} as they are read backwards. Of what it wrote into \
             the memory, {} is still there at the end forwards and {} backwards.",
            quoted(&[context.word(word)]),
            signed(sums[word]),
            signed(adds[0][word]),
            signed(adds[1][word]),
            percent(kept[0][word]),
            percent(kept[1][word]),
        ),
        note: format!(
            "This network has no windows: it reads word by word into a memory, from both ends, and decides by what is there at \
             the end. A word’s part is what its step changed there ({}); it depends on the words read before it.",
            cite::MURDOCH_2017.short
        ),
        word: Some(word),
        tables: vec![table],
        ..Panel::default()
    })
}
