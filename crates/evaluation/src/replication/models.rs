//! Every network: which method tells the truth about it, whether networks agree on that, and the tables.

use std::fmt::Write;

use wordlight_engine::decimals;

use super::finding::{Finding, finding, named};
use crate::compare::KEY;
use crate::measure::is_control;
use crate::ranking::{Answer, FAITHFUL, Place};
use crate::records::{Order, Section};
use crate::summary::Summary;

/// The columns of the tables.
const COLUMNS: [&str; 6] =
    ["deletion_share", "comprehensiveness", "unexplained", "shapley_pearson", "human_sign", "random_both"];
/// The paper's methods, by the names that they should have had.
const PAPERS: [&str; 3] = ["gradient", "lrp-z", "lrp-alpha-beta"];

fn names(places: &[&Place]) -> String {
    places.iter().map(|place| named(&place.method)).collect::<Vec<_>>().join(", ")
}

/// The paper's question, asked of a model.
pub(super) fn answer(section: &Section, sentences: usize) -> Option<Finding> {
    let answer = Answer::of(section)?;
    let best = answer.best()?;
    let once = answer.best_of_one_walk();
    let mut parts = vec![format!(
        "Of all: {}, at the top of {} of {} measures (mean rank {:.1} of {})",
        named(&best.method),
        best.tops,
        answer.measures,
        best.rank,
        answer.places.len()
    )];
    if let Some(first) = once.first() {
        parts.push(format!(
            "Of those that walk back once: {}, unbeaten by the others on {} of {} measures (mean rank from {:.1})",
            names(&once),
            first.tops_of_one_walk,
            answer.measures,
            first.rank
        ));
    }
    let mut papers: Vec<&Place> = PAPERS.iter().filter_map(|id| answer.place(id)).collect();
    papers.sort_by(|a, b| a.rank.total_cmp(&b.rank));
    let papers: Vec<String> =
        papers.iter().map(|place| format!("{} ({:.1})", named(&place.method), place.rank)).collect();
    parts.push(format!("The paper's three in order: {}", papers.join(", ")));
    let chance = answer.near_chance();
    parts.push(match chance.is_empty() {
        true => "Every method beats random scores on most measures".to_owned(),
        false => format!("Not better than random scores on half of the measures or more: {}", names(&chance)),
    });
    if !answer.people.is_empty() {
        parts.push(format!(
            "People agree most with {}, which is another question",
            answer.people.iter().map(|id| named(id)).collect::<Vec<_>>().join(", ")
        ));
    }
    let count = section.shown().find(|c| c.id == section.default).map_or(0, |c| c.sentences);
    let of =
        if count == sentences { format!("{count} sentences") } else { format!("{count} of {sentences} sentences") };
    Some(finding(
        &format!("truth-{}", section.model),
        &format!("Which method tells the truth? The paper asks it of one network; here of {}.", section.name),
        &format!(
            "{} on {of}: {}; paired tests, corrected together.",
            section.default,
            FAITHFUL.map(|measure| measure.replace('_', " ")).join(", ")
        ),
        parts.join("\n"),
        match once.first() {
            Some(first) if first.method == best.method => names(&once),
            Some(_) => format!("{}; at the price of one walk back: {}", named(&best.method), names(&once)),
            None => named(&best.method).to_owned(),
        },
    ))
}

/// Whether networks put the methods in the same order.
pub(super) fn agreement(summary: &Summary) -> Option<Finding> {
    let of = |differ: &str| -> Vec<&Order> {
        let all = summary.sections.iter().flat_map(|section| &section.orders).chain(&summary.orders);
        all.filter(|order| order.differ == differ && FAITHFUL.contains(&order.measure.as_str())).collect()
    };
    let text = |name: &str, orders: &[&Order]| -> Option<String> {
        let mean = orders.iter().map(|order| order.kendall).sum::<f64>() / orders.len() as f64;
        let lowest = orders.iter().map(|order| order.lowest).fold(f64::INFINITY, f64::min);
        let settled = orders.iter().filter_map(|order| order.settled);
        let (both, same) = settled.fold((0, 0), |(both, same), (b, s)| (both + b, same + s));
        let settled = match both {
            0 => String::new(),
            _ => format!(
                "; of the pairs of methods that are told apart in both, {:.0} % have the same order",
                100.0 * same as f64 / both as f64
            ),
        };
        (!orders.is_empty()).then(|| {
            format!("{name}: tau-b {} on average, {} at least{settled}", decimals(mean, 2), decimals(lowest, 2))
        })
    };
    let models = of("models");
    let mean = models.iter().map(|order| order.kendall).sum::<f64>() / models.len().max(1) as f64;
    let parts =
        [text("Between seeds", &of("seeds")), text("Between epochs", &of("epochs")), text("Between models", &models)];
    (!models.is_empty()).then(|| {
        finding(
            "methods-in-order",
            "What holds for one network holds for the next: the paper draws its conclusion from one.",
            "The methods put in order by each of the four measures; Kendall's tau-b of two orders.",
            parts.into_iter().flatten().collect::<Vec<_>>().join("\n"),
            match mean {
                m if m >= 0.8 => "mostly: networks agree on the order of methods",
                m if m >= 0.5 => "in part: the ends of the order agree, its middle does not",
                _ => "no: the order of methods depends on the network",
            }
            .to_owned(),
        )
    })
}

/// The networks of which some measures were taken on fewer sentences, as the end of a sentence; nothing if there are none.
pub(super) fn exceptions(summary: &Summary) -> String {
    let fewer = summary.sections.iter().filter(|section| !section.is_whole(summary.frame.sentences));
    let names: Vec<&str> = fewer.map(|section| section.name.as_str()).collect();
    if names.is_empty() {
        String::new()
    } else {
        format!(", but of {} what is expensive is taken on fewer", names.join(", "))
    }
}

/// The tables of all models.
pub(super) fn tables(summary: &Summary) -> String {
    let mut out = String::from("\n## Do networks agree on the order of methods?\n");
    out.push_str(&orders(summary));
    out.push_str("\n## Every method\n");
    for section in &summary.sections {
        for checkpoint in section.shown() {
            let _ = write!(
                out,
                "\n{}: {}, test accuracy {:.3}, {} of {} sentences. An asterisk: within noise of random scores.\n\n| method |",
                section.name, checkpoint.id, checkpoint.test_accuracy, checkpoint.sentences, summary.frame.sentences
            );
            COLUMNS.iter().for_each(|measure| out.push_str(&format!(" {measure} |")));
            out.push_str("\n|---|");
            COLUMNS.iter().for_each(|_| out.push_str("---|"));
            out.push('\n');
            for method in &summary.methods {
                let _ = write!(out, "| `{method}` |");
                COLUMNS.iter().for_each(|measure| out.push_str(&cell(section, &checkpoint.id, method, measure)));
                out.push('\n');
            }
        }
        for out_of in &section.left_out {
            let times = if out_of.times > 0 { format!(" ({} times)", out_of.times) } else { String::new() };
            let _ = writeln!(out, "\nLeft out: `{}`{times}: {}.", out_of.method, out_of.reason);
        }
    }
    out.push_str(&over_seeds(summary));
    out.push_str("\n| measure | what it is | good |\n|---|---|---|\n");
    let whole = exceptions(summary).is_empty();
    for measure in summary.measures.iter().filter(|m| COLUMNS.contains(&m.id.as_str())) {
        let fewer = if measure.costly && !whole { ", on fewer sentences" } else { "" };
        let _ = writeln!(out, "| {} | {}{fewer} | {} |", measure.id, measure.name, measure.better);
    }
    out
}

fn cell(section: &Section, checkpoint: &str, method: &str, measure: &str) -> String {
    let noise = section
        .comparison(checkpoint, measure, method, "control-random")
        .is_some_and(|found| found.verdict == "within noise");
    match section.mean(checkpoint, method, measure) {
        Some(m) => {
            let [mean, low, high] = [m.mean, m.low, m.high].map(|value| decimals(value, 2));
            format!(" {mean} [{low}, {high}]{} |", if noise { "*" } else { "" })
        }
        None => " |".to_owned(),
    }
}

/// Kendall's tau-b between the models' default checkpoints, by measure.
fn orders(summary: &Summary) -> String {
    let mut pairs: Vec<(&str, &str)> = Vec::new();
    let models = || summary.orders.iter().filter(|order| order.differ == "models");
    for order in models() {
        if !pairs.contains(&(order.a.as_str(), order.b.as_str())) {
            pairs.push((&order.a, &order.b));
        }
    }
    if pairs.is_empty() {
        return "\nOnly one model was measured.\n".to_owned();
    }
    let mut out = "\nKendall's tau-b of the orders; after the bar, of the pairs of methods that are told apart in both, how many \
                   have the same order.\n\n| |"
        .to_owned();
    KEY.iter().for_each(|measure| out.push_str(&format!(" {measure} |")));
    out.push_str("\n|---|");
    KEY.iter().for_each(|_| out.push_str("---|"));
    out.push('\n');
    for (a, b) in pairs {
        let _ = write!(out, "| {a}, {b} |");
        for measure in KEY {
            let found = models().find(|order| order.a == a && order.b == b && order.measure == measure);
            let settled =
                |order: &Order| order.settled.map_or(String::new(), |(both, same)| format!("/ {same} of {both} "));
            out.push_str(
                &found.map_or(" |".to_owned(), |order| format!(" {} {}|", decimals(order.kendall, 2), settled(order))),
            );
        }
        out.push('\n');
    }
    out
}

/// Means and standard deviations over seeds, where there are several.
fn over_seeds(summary: &Summary) -> String {
    let mut out = String::new();
    for section in summary.sections.iter().filter(|section| !section.over_seeds.is_empty()) {
        let mut epochs: Vec<u32> = section.over_seeds.iter().map(|over| over.epoch).collect();
        epochs.dedup();
        for epoch in epochs {
            let of_epoch = || section.over_seeds.iter().filter(|over| over.epoch == epoch);
            let seeds = of_epoch().map(|over| over.seeds).max().unwrap_or_default();
            let _ = write!(
                out,
                "\n{} after {epoch} epochs, mean and standard deviation of {seeds} seeds; stability: tau-b of the words' scores \
                 between two seeds.\n\n| method |",
                section.name
            );
            COLUMNS.iter().for_each(|measure| out.push_str(&format!(" {measure} |")));
            out.push_str(" stability |\n|---|");
            COLUMNS.iter().for_each(|_| out.push_str("---|"));
            out.push_str("---|\n");
            for method in summary.methods.iter().filter(|method| !is_control(method)) {
                let _ = write!(out, "| `{method}` |");
                for measure in COLUMNS {
                    let found = of_epoch().find(|over| over.method == *method && over.measure == measure);
                    let text =
                        found.map_or(" |".to_owned(), |o| format!(" {} ± {:.2} |", decimals(o.mean, 2), o.deviation));
                    out.push_str(&text);
                }
                let alike =
                    section.stability.iter().find(|s| s.differ == "seeds" && s.a == epoch && s.method == *method);
                out.push_str(&alike.map_or(" |\n".to_owned(), |s| format!(" {} |\n", decimals(s.kendall, 2))));
            }
        }
    }
    out
}
