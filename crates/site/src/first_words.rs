//! The words that most texts consist of, in a file of their own: with it the page can begin before all vectors are there.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use wordlight_engine::{FirstWords, examples};
use wordlight_nn::layer::Embedding;
use wordlight_nn::text::trees::form;
use wordlight_nn::text::{Vocab, tokenize};
use wordlight_train::files::{read, sha256};

use crate::export::{Folder, Written, existing, remove_unused, write_manifest};

/// The rows of the words that are needed most: those of the examples that the page offers and of `always`, then the most
/// frequent ones of the sentences until there are `count`, of equals the one that comes first in the vocabulary. In the
/// order of the vocabulary.
pub fn choose<'a>(
    vocab: &Vocab,
    sentences: impl IntoIterator<Item = &'a [String]>,
    always: &[&str],
    count: usize,
) -> Vec<usize> {
    let mut seen: HashMap<usize, u64> = HashMap::new();
    for word in sentences.into_iter().flatten() {
        if let Some(row) = vocab.get(&form(word)) {
            *seen.entry(row).or_default() += 1;
        }
    }
    let offered = examples();
    let offered = offered.iter().filter(|example| example.group == "try").map(|example| example.text.as_str());
    for token in offered.chain(always.iter().copied()).flat_map(tokenize) {
        if let Some(row) = vocab.get(&token.form) {
            seen.insert(row, u64::MAX);
        }
    }
    let mut rows: Vec<usize> = (0..vocab.len()).collect();
    // The sort is stable, so equals stay in the vocabulary's order.
    rows.sort_by_key(|row| std::cmp::Reverse(seen.get(row).copied().unwrap_or(0)));
    rows.truncate(count);
    rows.sort_unstable();
    rows
}

/// Adds the file to a site's folder of models, for the model that is shown first, and names it in the manifest.
///
/// # Errors
/// If the manifest or the vectors cannot be read, are not what they should be, or the folder cannot be written.
pub fn write<'a>(
    models: &Path,
    sentences: impl IntoIterator<Item = &'a [String]>,
    always: &[&str],
    count: usize,
) -> Result<Vec<Written>> {
    ensure!(count > 0, "--words is 0, expected at least 1");
    let before = existing(models)?.with_context(|| format!("{} holds no models", models.display()))?;
    let mut manifest = before.clone();
    let default = manifest.default_model.clone();
    let model = manifest.models.iter_mut().find(|model| model.id == default);
    let model = model.with_context(|| format!("the manifest's default model {default:?} is not in it"))?;
    let path = models.join(&model.vectors.file);
    let bytes = read(&path)?;
    ensure!(sha256(&bytes) == model.vectors.sha256, "{} is not the file of the manifest", path.display());
    let embedding = Embedding::from_bytes(&bytes).with_context(|| path.display().to_string())?;
    let rows = choose(embedding.vocab(), sentences, always, count);
    let mut folder = Folder::new(models);
    let (file, bytes, sha256) = folder.put(&format!("{default}-first-words"), &embedding.select(&rows)?.to_bytes()?)?;
    model.vectors.first = Some(FirstWords { file, bytes, sha256, words: rows.len() });
    write_manifest(&mut folder, &manifest)?;
    remove_unused(models, &before, &manifest);
    Ok(folder.written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_offered_comes_first_then_what_is_frequent() {
        let vocab = Vocab::from_bytes(b"rare\nthe\nfilm\nplot\n(\nnever\nworse").unwrap();
        let sentence = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let sentences = [sentence("The film -LRB- the plot"), sentence("the plot zyzzyva")];
        let words = |count| {
            let rows = choose(&vocab, sentences.iter().map(Vec::as_slice), &["Never"], count);
            rows.iter().map(|&row| vocab.word(row).unwrap()).collect::<Vec<_>>().join(" ")
        };
        let offered: Vec<String> = examples()
            .iter()
            .filter(|example| example.group == "try")
            .flat_map(|example| tokenize(&example.text))
            .map(|token| token.form)
            .collect();
        let free = |word: &str| !offered.iter().any(|form| form == word);
        assert!(free("rare") && free("(") && free("worse"), "the test needs words that no example has");
        assert_eq!(words(100), "rare the film plot ( never worse");
        assert_eq!(words(6), "rare the film plot ( never", "of two that no sentence has, the first");
        assert_eq!(words(5), "the film plot ( never");
        assert!(words(1) == "never" || !free("the") || !free("film") || !free("plot"));
    }
}
