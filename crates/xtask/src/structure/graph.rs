//! Which file uses which, and where such uses form a circle.

use std::collections::BTreeMap;

/// Files as names, and one reason for each use of another file.
#[derive(Debug, Default)]
pub(super) struct Graph {
    uses: BTreeMap<String, BTreeMap<String, String>>,
}

/// Files of which each uses, directly or through others, every other one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Circle {
    /// Sorted.
    pub(super) files: Vec<String>,
    /// The uses among them: from, to, and where.
    pub(super) uses: Vec<(String, String, String)>,
}

impl Graph {
    /// Notes that `from` uses `to`; the first reason is kept. A file's use of itself is none.
    pub(super) fn add(&mut self, from: &str, to: &str, reason: impl FnOnce() -> String) {
        if from != to {
            self.uses.entry(from.to_owned()).or_default().entry(to.to_owned()).or_insert_with(reason);
        }
    }

    /// The uses of `file`.
    fn of(&self, file: &str) -> impl Iterator<Item = (&str, &str)> {
        self.uses.get(file).into_iter().flatten().map(|(to, reason)| (to.as_str(), reason.as_str()))
    }

    /// Every use: from and to.
    #[cfg(test)]
    pub(super) fn pairs(&self) -> Vec<(&str, &str)> {
        self.uses.keys().flat_map(|from| self.of(from).map(move |(to, _)| (from.as_str(), to))).collect()
    }

    /// The same without the files that `leave_out` picks.
    pub(super) fn without(&self, leave_out: impl Fn(&str) -> bool) -> Self {
        let mut rest = Self::default();
        for from in self.uses.keys().filter(|from| !leave_out(from)) {
            for (to, reason) in self.of(from).filter(|(to, _)| !leave_out(to)) {
                rest.add(from, to, || reason.to_owned());
            }
        }
        rest
    }

    /// Every circle, sorted by its first file.
    pub(super) fn circles(&self) -> Vec<Circle> {
        let mut search = Search::new(self);
        for file in self.uses.keys() {
            if !search.index.contains_key(file.as_str()) {
                search.visit(file);
            }
        }
        let mut circles: Vec<Circle> =
            search.components.into_iter().filter(|files| files.len() > 1).map(|files| self.circle(files)).collect();
        circles.sort_by(|one, other| one.files.cmp(&other.files));
        circles
    }

    fn circle(&self, mut files: Vec<&str>) -> Circle {
        files.sort_unstable();
        let mut uses = Vec::new();
        for from in &files {
            for (to, reason) in self.of(from).filter(|(to, _)| files.contains(to)) {
                uses.push(((*from).to_owned(), to.to_owned(), reason.to_owned()));
            }
        }
        Circle { files: files.into_iter().map(str::to_owned).collect(), uses }
    }
}

/// Tarjan's search for strongly connected components.
struct Search<'g> {
    graph: &'g Graph,
    /// When each file was reached.
    index: BTreeMap<&'g str, usize>,
    /// The earliest file on the stack that each one reaches.
    low: BTreeMap<&'g str, usize>,
    stack: Vec<&'g str>,
    components: Vec<Vec<&'g str>>,
}

impl<'g> Search<'g> {
    fn new(graph: &'g Graph) -> Self {
        Self { graph, index: BTreeMap::new(), low: BTreeMap::new(), stack: Vec::new(), components: Vec::new() }
    }

    fn visit(&mut self, file: &'g str) {
        let number = self.index.len();
        self.index.insert(file, number);
        self.low.insert(file, number);
        self.stack.push(file);
        for (to, _) in self.graph.of(file) {
            let reached = match self.index.get(to) {
                None => {
                    self.visit(to);
                    self.low[to]
                }
                Some(&reached) if self.stack.contains(&to) => reached,
                Some(_) => continue,
            };
            let low = self.low[file].min(reached);
            self.low.insert(file, low);
        }
        if self.low[file] == number {
            let start = self.stack.iter().position(|one| *one == file).unwrap_or_default();
            self.components.push(self.stack.split_off(start));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(uses: &[(&str, &str)]) -> Graph {
        let mut graph = Graph::default();
        for (from, to) in uses {
            graph.add(from, to, || format!("{from} uses {to}"));
        }
        graph
    }

    fn files(uses: &[(&str, &str)]) -> Vec<Vec<String>> {
        graph(uses).circles().into_iter().map(|circle| circle.files).collect()
    }

    #[test]
    fn a_tree_and_a_diamond_have_no_circle() {
        assert!(files(&[("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("d", "e")]).is_empty());
        assert!(files(&[("a", "a")]).is_empty());
        assert!(files(&[]).is_empty());
    }

    #[test]
    fn circles_are_found_wherever_the_search_starts() {
        assert_eq!(files(&[("a", "b"), ("b", "a")]), [["a", "b"]]);
        assert_eq!(files(&[("z", "b"), ("b", "y"), ("y", "z"), ("a", "b"), ("y", "c")]), [["b", "y", "z"]]);
        assert_eq!(files(&[("a", "b"), ("b", "a"), ("b", "c"), ("c", "d"), ("d", "c")]), [["a", "b"], ["c", "d"]]);
    }

    #[test]
    fn circles_that_share_a_file_are_one() {
        assert_eq!(files(&[("a", "b"), ("b", "a"), ("b", "c"), ("c", "b")]), [["a", "b", "c"]]);
    }

    #[test]
    fn a_file_that_is_left_out_closes_no_circle() {
        let whole = graph(&[("a", "b"), ("b", "c"), ("c", "a"), ("c", "b")]);
        let circles = |graph: Graph| graph.circles().into_iter().map(|circle| circle.files).collect::<Vec<_>>();
        assert_eq!(circles(whole.without(|file| file == "a")), [["b", "c"]]);
        assert_eq!(circles(whole.without(|file| file == "b")), [["a", "c"]; 0]);
    }

    #[test]
    fn a_circle_names_its_own_uses_with_the_first_reason() {
        let mut graph = graph(&[("a", "b"), ("b", "a"), ("b", "c")]);
        graph.add("a", "b", || "later".to_owned());
        let uses = &graph.circles()[0].uses;
        let expected = [("a", "b", "a uses b"), ("b", "a", "b uses a")];
        assert_eq!(*uses, expected.map(|(from, to, reason)| (from.to_owned(), to.to_owned(), reason.to_owned())));
    }
}
