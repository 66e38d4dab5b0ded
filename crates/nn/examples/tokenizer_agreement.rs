//! How far `wordlight_nn::text` agrees with the tokens and sentences of the Stanford Sentiment Treebank.
//!
//! ```text
//! cargo run --release -p wordlight-nn --example tokenizer_agreement -- <treebank> [--dump <file>] [--show <number>]
//! ```
//!
//! `<treebank>` is the folder with the trees as `train.txt`, `dev.txt` and `test.txt` (`trainDevTestTrees_PTB.zip`).
//! `--dump` writes the texts and the expected spans for `nltk_agreement.py`, so that NLTK answers the same questions.
//! `--show` prints that many of the sentences in which a token differs.
//!
//! The treebank has no original text, only tokens, so the text that a person would have typed is made from them by
//! closing the gaps that English does not have ([`detokenise`]). The spans of the tokens in that text are then known
//! exactly. Where the treebank's own spaces are a mistake ("all-too - inevitable") they stay: no tokenizer gains by it.

use std::fmt::Write as _;
use std::ops::Range;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use wordlight_nn::text::{normalise, split_sentences, tokenize};

const SPLITS: [&str; 3] = ["train", "dev", "test"];

fn main() -> ExitCode {
    match run(env::args().skip(1).collect()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: Vec<String>) -> Result<(), String> {
    let usage = "usage: tokenizer_agreement <treebank folder> [--dump <file>] [--show <number>]";
    let mut args = args.into_iter();
    let folder = args.next().ok_or(usage)?;
    let (mut dump, mut show) = (None, 0_usize);
    while let Some(flag) = args.next() {
        let value = args.next().ok_or(usage)?;
        match flag.as_str() {
            "--dump" => dump = Some(value),
            "--show" => show = value.parse().map_err(|_| format!("--show takes a number, not {value:?}"))?,
            _ => return Err(usage.to_owned()),
        }
    }

    let mut sentences = Vec::new();
    for split in SPLITS {
        let path = Path::new(&folder).join(format!("{split}.txt"));
        let trees = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
        sentences.extend(trees.lines().filter(|l| !l.trim().is_empty()).map(leaves));
    }

    println!("{} sentences, {} tokens\n", sentences.len(), sentences.iter().map(Vec::len).sum::<usize>());
    println!("| text | sentences all right | tokens right (F1) | forms right |");
    println!("|---|---|---|---|");
    let mut lines = String::new();
    for (name, make) in VARIANTS {
        let typed: Vec<Typed> = sentences.iter().map(|tokens| make(tokens)).collect();
        let score = Score::of(&typed, show, name);
        println!(
            "| {name} | {} | {} | {} |",
            percent(score.exact, typed.len()),
            f1(&score),
            percent(score.forms, score.hit)
        );
        for t in &typed {
            let spans: Vec<String> = t.spans.iter().map(|s| in_chars(&t.text, s)).collect();
            let _ = writeln!(lines, "{name}\t{}\t{}", t.text, spans.join(" "));
        }
    }
    let leaves: Vec<&String> = sentences.iter().flatten().collect();
    let alone = leaves.iter().filter(|token| normalise(token) == form(token)).count();
    println!("\none token at a time: the form of {}\n", percent(alone, leaves.len()));
    sentence_figures(&sentences);
    if let Some(path) = dump {
        fs::write(&path, lines).map_err(|e| format!("{path}: {e}"))?;
        println!("\nwrote {path}");
    }
    Ok(())
}

type Make = fn(&[String]) -> Typed;

const VARIANTS: [(&str, Make); 4] = [
    ("treebank's own", |tokens| joined(tokens)),
    ("treebank's own, lower case", |tokens| joined(&tokens.iter().map(|t| t.to_lowercase()).collect::<Vec<_>>())),
    ("as typed, straight quotes", |tokens| detokenise(tokens, false)),
    ("as typed, curly quotes", |tokens| detokenise(tokens, true)),
];

/// A text with the tokens it must have.
struct Typed {
    text: String,
    spans: Vec<Range<usize>>,
    forms: Vec<String>,
}

#[derive(Default)]
struct Score {
    exact: usize,
    hit: usize,
    expected: usize,
    found: usize,
    forms: usize,
}

impl Score {
    fn of(typed: &[Typed], show: usize, name: &str) -> Self {
        let mut score = Self::default();
        let mut shown = 0;
        for t in typed {
            let tokens = tokenize(&t.text);
            score.expected += t.spans.len();
            score.found += tokens.len();
            let mut same = 0;
            for (span, form) in t.spans.iter().zip(&t.forms) {
                if let Ok(i) = tokens.binary_search_by_key(&span.start, |t| t.span.start)
                    && tokens[i].span == *span
                {
                    same += 1;
                    score.forms += usize::from(tokens[i].form == *form);
                }
            }
            score.hit += same;
            let exact = same == t.spans.len() && same == tokens.len();
            score.exact += usize::from(exact);
            if !exact && shown < show {
                shown += 1;
                let found: Vec<&str> = tokens.iter().map(|k| &t.text[k.span.clone()]).collect();
                let wanted: Vec<&str> = t.spans.iter().map(|s| &t.text[s.clone()]).collect();
                let only =
                    |a: &[&str], b: &[&str]| a.iter().filter(|w| !b.contains(w)).copied().collect::<Vec<_>>().join(" ");
                eprintln!("{name}: wanted [{}] found [{}] in {}", only(&wanted, &found), only(&found, &wanted), t.text);
            }
        }
        score
    }
}

fn f1(score: &Score) -> String {
    format!("{:.3} %", 200.0 * score.hit as f64 / (score.expected + score.found) as f64)
}

fn percent(part: usize, whole: usize) -> String {
    format!("{part} of {whole} ({:.3} %)", 100.0 * part as f64 / whole as f64)
}

fn in_chars(text: &str, span: &Range<usize>) -> String {
    let start = text[..span.start].chars().count();
    format!("{start}-{}", start + text[span.clone()].chars().count())
}

/// The words of a tree in bracket notation: what stands between a label and a closing parenthesis.
fn leaves(tree: &str) -> Vec<String> {
    tree.split('(')
        .filter_map(|node| node.trim_end_matches([')', ' ']).split_once(' '))
        .map(|(_, word)| word.to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

/// What the network must read for a token of the treebank. Written apart from the library's own rules.
fn form(token: &str) -> String {
    match token.to_lowercase().as_str() {
        "-lrb-" => "(".to_owned(),
        "-rrb-" => ")".to_owned(),
        lower => lower.replace("\\/", "/").replace("\\*", "*"),
    }
}

fn joined(tokens: &[String]) -> Typed {
    let mut text = String::new();
    let mut spans = Vec::new();
    for token in tokens {
        if !text.is_empty() {
            text.push(' ');
        }
        let start = text.len();
        text.push_str(token);
        spans.push(start..text.len());
    }
    Typed { text, spans, forms: tokens.iter().map(|t| form(t)).collect() }
}

/// The text of some tokens without the spaces that English does not have.
fn detokenise(tokens: &[String], curly: bool) -> Typed {
    let mut typed = Typed { text: String::new(), spans: Vec::new(), forms: Vec::new() };
    let mut glue = true;
    for (i, token) in tokens.iter().enumerate() {
        let lower = token.to_lowercase();
        let previous = i.checked_sub(1).map_or("", |p| tokens[p].as_str());
        let next_is_number = tokens.get(i + 1).is_some_and(|t| t.starts_with(|c: char| c.is_ascii_digit()));
        let closes = matches!(
            lower.as_str(),
            "," | "."
                | ";"
                | ":"
                | "?"
                | "!"
                | "%"
                | "..."
                | "''"
                | "'"
                | "-rrb-"
                | "?!?"
                | "!?"
                | "'s"
                | "'re"
                | "'ve"
                | "'ll"
                | "'d"
                | "'m"
                | "n't"
        ) || (lower == "not" && previous.eq_ignore_ascii_case("can"));
        if !(glue || closes) {
            typed.text.push(' ');
        }
        glue =
            matches!(lower.as_str(), "``" | "`" | "-lrb-") || (matches!(lower.as_str(), "$" | "#") && next_is_number);
        let shown = match lower.as_str() {
            "``" if curly => "“".to_owned(),
            "''" if curly => "”".to_owned(),
            "`" if curly => "‘".to_owned(),
            "``" | "''" => "\"".to_owned(),
            "`" => "'".to_owned(),
            "-lrb-" => "(".to_owned(),
            "-rrb-" => ")".to_owned(),
            _ => token.replace("\\/", "/").replace("\\*", "*"),
        };
        let shown = if curly { shown.replace('\'', "’") } else { shown };
        let start = typed.text.len();
        typed.text.push_str(&shown);
        typed.spans.push(start..typed.text.len());
        typed.forms.push(form(token));
    }
    typed
}

fn sentence_figures(sentences: &[Vec<String>]) {
    println!("| sentence splitting | figure |");
    println!("|---|---|");
    for (name, make) in VARIANTS {
        let whole = sentences.iter().filter(|tokens| count_sentences(&make(tokens).text) == 1).count();
        println!("| {name}: stays one sentence | {} |", percent(whole, sentences.len()));
    }
    // Pairs of neighbours, of which the first ends in a full stop and nothing else can.
    for lower in [false, true] {
        let (mut pairs, mut right) = (0, 0);
        for pair in sentences.chunks_exact(2) {
            if pair[0].last().is_none_or(|t| t != ".") {
                continue;
            }
            let typed = [detokenise(&pair[0], false), detokenise(&pair[1], false)];
            if typed.iter().any(|t| count_sentences(&t.text) != 1) {
                continue;
            }
            let mut text = format!("{} {}", typed[0].text, typed[1].text);
            if lower {
                text = text.to_lowercase();
            }
            pairs += 1;
            let tokens = tokenize(&text);
            let found = split_sentences(&text, &tokens);
            let at = typed[0].text.len();
            right += usize::from(found.len() == 2 && tokens[found[0].end - 1].span.end == at);
        }
        let case = if lower { ", lower case" } else { "" };
        println!("| two typed sentences in a row{case}: split in the right place | {} |", percent(right, pairs));
    }
}

fn count_sentences(text: &str) -> usize {
    split_sentences(text, &tokenize(text)).len()
}
