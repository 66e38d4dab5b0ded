//! Which method tells the truth about a network? The paper's question, asked of one checkpoint.
//!
//! Four measures ask the network itself and favour no method by their definition: the share of the greedy optimum that a
//! deletion reaches, ERASER's comprehensiveness and sufficiency, and what the scores leave unexplained of removals. (The
//! distance to exact Shapley values is no judge between Shapley values and others.) A method is *at the top* of a measure if
//! no other is better by the paired test: the best, and whatever is within noise of it. Methods are ordered by how often they
//! are at the top, then by their mean rank.

use wordlight_explain::faithfulness::similarity::ranks;

use crate::rank_agreement::tied;
use crate::records::{Duel, Section};

/// The measures that judge.
pub const FAITHFUL: [&str; 4] = ["deletion_share", "comprehensiveness", "sufficiency", "unexplained"];
/// The method that people's labels of words judge by.
const PLAUSIBLE: &str = "human_sign";
/// Methods that walk back through the network once.
const ONE_WALK: [&str; 14] = [
    "gradient",
    "gradient-x-input",
    "lrp-z",
    "lrp-epsilon",
    "lrp-alpha-beta",
    "lrp-gamma",
    "lrp-z-plus",
    "lrp-w-square",
    "lrp-flat",
    "lrp-z-box",
    "lrp",
    "deep-lift",
    "guided-backprop",
    "deconvnet",
];

/// A method's place.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The method.
    pub method: String,
    /// How many of the measures it is at the top of.
    pub tops: usize,
    /// The same among the methods that walk back once; 0 for others.
    pub tops_of_one_walk: usize,
    /// The mean of its ranks, 1 for the best; equals share a rank.
    pub rank: f64,
    /// On how many of the measures it is better than random scores.
    pub beats_chance: usize,
}

/// The answer for one checkpoint.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Every method that all measures have, the best first.
    pub places: Vec<Place>,
    /// Measures that judged.
    pub measures: usize,
    /// The methods at the top of agreement with people.
    pub people: Vec<String>,
}

fn is_one_walk(method: &str) -> bool {
    ONE_WALK.contains(&method)
}

/// Whether no other method of one walk is better.
fn unbeaten_in_one_walk(duel: &Duel, method: &str) -> bool {
    let rivals = duel.methods.iter().filter(|rival| is_one_walk(rival));
    is_one_walk(method) && rivals.filter_map(|rival| duel.sign(method, rival)).all(|sign| sign != '-')
}

impl Answer {
    /// The answer of a section's default checkpoint; none if nothing was measured.
    pub fn of(section: &Section) -> Option<Self> {
        let at = section.default.as_str();
        let duels: Vec<_> = FAITHFUL.iter().filter_map(|measure| section.duel(at, measure)).collect();
        let first = duels.first()?;
        let there = |method: &&String| duels.iter().all(|duel| duel.methods.contains(method));
        let methods: Vec<&String> = first.methods.iter().filter(there).collect();
        let mut rank = vec![0.0; methods.len()];
        for duel in &duels {
            let means: Vec<f64> =
                methods.iter().map(|id| section.mean(at, id, &duel.measure).map_or(f64::NAN, |m| m.mean)).collect();
            let high = crate::measure::MEASURES
                .iter()
                .any(|m| m.id == duel.measure && m.better == crate::measure::Better::High);
            let best_first: Vec<f64> = tied(&means).into_iter().map(|v| if high { -v } else { v }).collect();
            ranks(&best_first).iter().zip(&mut rank).for_each(|(r, sum)| *sum += r / duels.len() as f64);
        }
        let mut places: Vec<Place> = methods
            .iter()
            .zip(rank)
            .map(|(id, rank)| Place {
                method: (*id).clone(),
                tops: duels.iter().filter(|duel| duel.top().contains(&id.as_str())).count(),
                tops_of_one_walk: duels.iter().filter(|duel| unbeaten_in_one_walk(duel, id)).count(),
                rank,
                beats_chance: duels
                    .iter()
                    .filter_map(|duel| section.comparison(at, &duel.measure, id, "control-random"))
                    .filter(|found| found.verdict == "better")
                    .count(),
            })
            .collect();
        places.sort_by(|a, b| b.tops.cmp(&a.tops).then(a.rank.total_cmp(&b.rank)));
        let people =
            section.duel(at, PLAUSIBLE).map_or(Vec::new(), |duel| duel.top().into_iter().map(str::to_owned).collect());
        Some(Self { places, measures: duels.len(), people })
    }

    /// The best.
    pub fn best(&self) -> Option<&Place> {
        self.places.first()
    }

    /// Those that walk back through the network once and that no other of these is better than on most measures.
    pub fn best_of_one_walk(&self) -> Vec<&Place> {
        let once = || self.places.iter().filter(|place| is_one_walk(&place.method));
        let most = once().map(|place| place.tops_of_one_walk).max().unwrap_or_default();
        let mut best: Vec<&Place> = once().filter(|place| place.tops_of_one_walk == most).collect();
        best.sort_by(|a, b| a.rank.total_cmp(&b.rank));
        best
    }

    /// Those that are better than random scores on no more than half of the measures.
    pub fn near_chance(&self) -> Vec<&Place> {
        self.places.iter().filter(|place| 2 * place.beats_chance <= self.measures).collect()
    }

    /// A method's place.
    pub fn place(&self, method: &str) -> Option<&Place> {
        self.places.iter().find(|place| place.method == method)
    }
}

#[cfg(test)]
mod tests {
    use wordlight_explain::method::methods;

    use super::*;
    use crate::compare::KEY;

    #[test]
    fn the_judges_are_tested_measures_and_the_walks_are_methods() {
        assert!(FAITHFUL.iter().chain([&PLAUSIBLE]).all(|measure| KEY.contains(measure)));
        let all: Vec<&str> = methods::<f32>().iter().map(|method| method.spec().id).collect();
        assert!(ONE_WALK.iter().all(|id| all.contains(id)));
    }

    #[test]
    fn the_best_is_most_often_at_the_top_and_equals_share_a_place() {
        let section = crate::by_hand::section();
        let answer = Answer::of(&section).unwrap();
        let short: Vec<(&str, usize, f64)> =
            answer.places.iter().map(|p| (p.method.as_str(), p.tops, p.rank)).collect();
        assert_eq!(short, [("shapley", 2, 1.0), ("gradient-x-input", 0, 2.5), ("lrp-z", 0, 2.5), ("gradient", 0, 4.0)]);
        assert_eq!(answer.best().unwrap().method, "shapley");
        let once: Vec<&str> = answer.best_of_one_walk().iter().map(|p| p.method.as_str()).collect();
        assert_eq!(once, ["gradient-x-input", "lrp-z"]);
        assert_eq!(answer.near_chance().iter().map(|p| p.method.as_str()).collect::<Vec<_>>(), ["gradient"]);
        assert_eq!((answer.measures, answer.people.len()), (2, 0));
    }
}
