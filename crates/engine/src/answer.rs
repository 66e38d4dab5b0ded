//! From a request to its reply: every text, sentence and row of it.

use std::ops::Range;

use ndarray::ArrayView1;
use wordlight_explain::method::spec;
use wordlight_explain::query::Answer;
use wordlight_explain::{Error, Result};
use wordlight_nn::model::{Classifier, MAX_TOKENS, Pass, argmax, softmax};
use wordlight_nn::text::{Token, split_sentences, tokenize};

use crate::engine::{Engine, Loaded};
use crate::reply::{LedgerReply, Reply, Row, RowError, SentenceReply, TokenReply, Verdict};
use crate::request::{Request, RowRequest};
use crate::scale::{above_noise, largest, scores_above_noise};
use crate::wording;
use crate::wording::Names;

/// A scored row before it is scaled: scaling needs all rows.
type Scored = Answer<f32>;

/// A whole text read at once.
pub(crate) struct Whole {
    /// Where each word stands in the text.
    pub(crate) spans: Vec<Range<usize>>,
    /// The class with the largest logit.
    pub(crate) predicted: usize,
    /// `[Y]`
    pub(crate) probabilities: Vec<f32>,
    /// `[T]`
    pub(crate) scores: Vec<f32>,
}

impl Engine {
    /// Reads a text as one, however many sentences it has; nothing if it has no word.
    pub(crate) fn whole(&self, text: &str, row: &RowRequest) -> Result<Option<Whole>> {
        let tokens = tokenize(text);
        if tokens.len() > MAX_TOKENS {
            return Err(Error::Network(wordlight_nn::Error::TooLong { limit: MAX_TOKENS, found: tokens.len() }));
        }
        if tokens.is_empty() {
            return Ok(None);
        }
        let loaded = self.checkpoint(&row.checkpoint)?;
        let pass = loaded.network.forward(self.input(loaded, &tokens)?)?;
        let scored = self.score(row, loaded, pass.as_ref(), tokens.len())?;
        Ok(Some(Whole {
            predicted: argmax(pass.logits()),
            probabilities: softmax(pass.logits()).to_vec(),
            spans: tokens.into_iter().map(|token| token.span).collect(),
            scores: scores_above_noise(&scored),
        }))
    }

    /// Predicts and explains. What is wrong with a single row is said in that row; the others are answered.
    ///
    /// # Errors
    /// [`Error::Unknown`] if no row names a loaded checkpoint, and [`wordlight_nn::Error::TooLong`]. A true class that a
    /// network does not have is no truth for it.
    pub fn explain(&self, request: &Request) -> Result<Reply> {
        let tokens = tokenize(&request.text);
        if tokens.len() > MAX_TOKENS {
            return Err(Error::Network(wordlight_nn::Error::TooLong { limit: MAX_TOKENS, found: tokens.len() }));
        }
        let mut used: Vec<(&str, &Loaded)> = Vec::new();
        for row in &request.rows {
            let known = used.iter().any(|(id, _)| *id == row.checkpoint);
            if let (false, Ok(loaded)) = (known, self.checkpoint(&row.checkpoint)) {
                used.push((&row.checkpoint, loaded));
            }
        }
        let Some((_, first)) = used.first() else {
            let asked = request.rows.first().map_or("", |row| row.checkpoint.as_str());
            return Err(Error::unknown("loaded checkpoint", asked, self.checkpoints()));
        };
        let truth = request.truth.as_deref();
        let mut reply = Reply {
            class_names: first.labels.clone(),
            empty: tokens.is_empty(),
            message: None,
            sentence_count: 0,
            whole: Vec::new(),
            sentences: Vec::new(),
        };
        if tokens.is_empty() {
            reply.message = Some("Type a sentence to see which of its words decide.".to_owned());
            return Ok(reply);
        }
        if self.look_up(&first.vectors, &tokens)?.iter().all(Option::is_none) {
            let read = match self.embedding(&first.vectors)?.reads_unknown_words() {
                true => "each of them reads as its unknown word.",
                false => "its verdict is the one it gives to an empty text.",
            };
            reply.message = Some(format!("The network knows none of these words, so {read}"));
        }
        let sentences = split_sentences(&request.text, &tokens);
        reply.sentence_count = sentences.len();
        let mut scored = Vec::new();
        for range in sentences.into_iter().take(request.max_sentences) {
            let (sentence, rows) = self.sentence(request, &tokens, range, &used, truth)?;
            reply.sentences.push(sentence);
            scored.push(rows);
        }
        // A single sentence has been read whole.
        reply.whole = match reply.sentences.as_slice() {
            [only] if reply.sentence_count == 1 => only.verdicts.clone(),
            _ => used.iter().map(|(id, loaded)| self.verdict(id, loaded, &tokens, truth)).collect::<Result<_>>()?,
        };
        self.finish(request, &used, &mut reply.sentences, scored);
        Ok(reply)
    }

    /// What a checkpoint says of some words.
    fn verdict(&self, id: &str, loaded: &Loaded, tokens: &[Token], truth: Option<&str>) -> Result<Verdict> {
        let x = self.input(loaded, tokens)?;
        Ok(verdict_of(id, loaded, loaded.network.forward(x)?.logits(), truth))
    }

    /// The words, verdicts and raw scores of one sentence.
    fn sentence(
        &self,
        request: &Request,
        tokens: &[Token],
        range: Range<usize>,
        used: &[(&str, &Loaded)],
        truth: Option<&str>,
    ) -> Result<(SentenceReply, Vec<Result<Scored>>)> {
        let from = if range.start == 0 { 0 } else { tokens[range.start - 1].span.end };
        let tokens = &tokens[range];
        let mut verdicts = Vec::new();
        let mut passes = Vec::new();
        for (id, loaded) in used {
            let pass = loaded.network.forward(self.input(loaded, tokens)?)?;
            verdicts.push(verdict_of(id, loaded, pass.logits(), truth));
            passes.push(pass);
        }
        let known = self.look_up(&used[0].1.vectors, tokens)?;
        let mut end = from;
        let replies = tokens
            .iter()
            .zip(known)
            .map(|(token, word)| {
                let reply = TokenReply {
                    text: request.text[token.span.clone()].to_owned(),
                    gap: request.text[end..token.span.start].to_owned(),
                    normal: token.form.clone(),
                    known: word.is_some(),
                };
                end = token.span.end;
                reply
            })
            .collect();
        let scored = request
            .rows
            .iter()
            .map(|row| {
                let place = used.iter().position(|(id, _)| *id == row.checkpoint);
                let place =
                    place.ok_or_else(|| Error::unknown("loaded checkpoint", &row.checkpoint, self.checkpoints()))?;
                self.score(row, used[place].1, passes[place].as_ref(), tokens.len())
            })
            .collect();
        Ok((SentenceReply { tokens: replies, verdicts, rows: Vec::new() }, scored))
    }

    /// One row's raw scores.
    fn score(&self, row: &RowRequest, loaded: &Loaded, pass: &dyn Pass<f32>, tokens: usize) -> Result<Scored> {
        let query = self.query(row, loaded)?;
        query.ask(&query.case(&loaded.network, pass, tokens)?, &mut |_| true)
    }

    /// Scales the rows, now that all of them are there, and puts them into words.
    fn finish(
        &self,
        request: &Request,
        used: &[(&str, &Loaded)],
        sentences: &mut [SentenceReply],
        scored: Vec<Vec<Result<Scored>>>,
    ) {
        // Rows share a scale only if their scores have the same unit.
        let unit = |row: &Scored| (row.method.in_target_units, row.target.kind() as u8);
        let mut shared: Vec<((bool, u8), f32)> = Vec::new();
        for row in scored.iter().flatten().flatten() {
            let most = largest(&scores_above_noise(row));
            match shared.iter_mut().find(|(of, _)| *of == unit(row)) {
                Some((_, max)) => *max = max.max(most),
                None => shared.push((unit(row), most)),
            }
        }
        for (sentence, rows) in sentences.iter_mut().zip(scored) {
            for (asked, row) in request.rows.iter().zip(rows) {
                sentence.rows.push(match row {
                    Err(error) => failed_row(asked, &error),
                    Ok(row) => {
                        let place = used.iter().position(|(id, _)| *id == asked.checkpoint).unwrap_or(0);
                        let max = shared.iter().find(|(of, _)| *of == unit(&row)).map_or(0.0, |(_, max)| *max);
                        self.row(request, asked, used[place].1, sentence, place, &row, max)
                    }
                });
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one row is made of everything there is")]
    fn row(
        &self,
        request: &Request,
        asked: &RowRequest,
        loaded: &Loaded,
        sentence: &SentenceReply,
        place: usize,
        row: &Scored,
        shared: f32,
    ) -> Row {
        let verdict = &sentence.verdicts[place];
        let name = |class: usize| loaded.labels.get(class).map_or("", String::as_str);
        let names = Names {
            class: name(row.target.class()),
            runner_up: name(row.target.runner_up()),
            predicted: name(verdict.predicted),
            target: row.target,
            in_target_units: row.method.in_target_units,
        };
        // What is shown; a program gets every score as it is.
        let scores = &scores_above_noise(row)[..];
        let max = request.scale.max(scores, shared);
        let padding_count = loaded.network.padded_len(scores.len()) - scores.len();
        let nothing = row.method.in_target_units && row.target.is_linear() && largest(scores) < 0.05;
        let note = request.scale.note();
        let (legend_for, legend_against) = names.legend();
        let mut words = wording::word_scores(&names, &sentence.tokens, scores, max);
        words.iter_mut().zip(&row.attribution.per_token).for_each(|(word, score)| word.score = *score);
        let padding = above_noise(row, row.attribution.padding);
        let chances = (verdict.probabilities[row.target.class()], verdict.probabilities[verdict.predicted]);
        Row {
            checkpoint: asked.checkpoint.clone(),
            method: asked.method.clone(),
            method_name: row.method.name.to_owned(),
            class: row.target.class(),
            class_name: names.class.to_owned(),
            target_name: names.explained(),
            words,
            padding: (padding_count > 0).then(|| wording::padding_score(&names, padding, padding_count, max)),
            padding_count,
            ledger: wording::ledger(&names, &row.attribution.ledger),
            scale_max: max,
            scale_text: format!("±{} {}", wording::plain(max), names.unit()),
            scale_note: if nothing {
                format!("{note}; no word reaches 0.05: almost nothing to see")
            } else {
                note.to_owned()
            },
            legend_for,
            legend_against,
            summary: names.summary(&sentence.tokens, scores, chances),
            error: None,
        }
    }
}

/// A verdict in words.
fn verdict_of(id: &str, loaded: &Loaded, logits: ArrayView1<'_, f32>, truth: Option<&str>) -> Verdict {
    let probabilities = softmax(logits);
    let predicted = argmax(logits);
    let truth = truth.and_then(|name| loaded.labels.iter().position(|label| label == name));
    let name = loaded.labels.get(predicted).cloned().unwrap_or_default();
    let percent: Vec<String> = probabilities.iter().map(|p| wording::percent(*p)).collect();
    Verdict {
        checkpoint: id.to_owned(),
        checkpoint_name: loaded.name.clone(),
        predicted,
        text: format!("{name} ({})", percent[predicted]),
        predicted_name: name,
        probabilities: probabilities.to_vec(),
        logits: logits.to_vec(),
        percent,
        truth,
        correct: truth.map(|truth| truth == predicted),
    }
}

/// A row that says why it is empty.
fn failed_row(asked: &RowRequest, error: &Error) -> Row {
    Row {
        checkpoint: asked.checkpoint.clone(),
        method: asked.method.clone(),
        method_name: spec(&asked.method).map_or(asked.method.clone(), |method| method.name.to_owned()),
        class: 0,
        class_name: String::new(),
        target_name: String::new(),
        words: Vec::new(),
        padding: None,
        padding_count: 0,
        ledger: LedgerReply::default(),
        scale_max: 0.0,
        scale_text: String::new(),
        scale_note: String::new(),
        legend_for: String::new(),
        legend_against: String::new(),
        summary: String::new(),
        error: Some(RowError { code: error.code().to_owned(), message: error.to_string() }),
    }
}
