//! No source file is too long to be one idea.

use super::limits::{LONG_FILES, MAX_LINES};
use super::scripts::is_script;
use super::tree::Sources;

/// Every source file of a crate or of the page that is over [`MAX_LINES`] and not listed in [`LONG_FILES`].
pub(super) fn too_long(sources: &Sources) -> Vec<String> {
    let long = sources.iter().filter(|(file, _)| is_source(file)).filter_map(|(file, text)| {
        let lines = text.lines().count();
        let listed = LONG_FILES.iter().any(|(one, _)| one == file);
        (lines > MAX_LINES && !listed).then(|| {
            format!("{file} has {lines} lines, at most {MAX_LINES} are allowed; split it where it holds two ideas")
        })
    });
    long.collect()
}

/// The entries of [`LONG_FILES`] that no longer name a long file.
pub(super) fn outdated(sources: &Sources) -> Vec<&'static str> {
    let is_long = |file: &str| sources.get(file).is_some_and(|text| text.lines().count() > MAX_LINES);
    LONG_FILES.iter().map(|(file, _)| *file).filter(|file| !is_long(file)).collect()
}

fn is_source(file: &str) -> bool {
    let in_crate = file.strip_prefix("crates/").and_then(|rest| rest.split_once('/'));
    in_crate.is_some_and(|(_, rest)| rest.starts_with("src/") && rest.ends_with(".rs"))
        || (file.starts_with("www/") && (is_script(file) || file.ends_with(".css")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_sources_are_named_and_nothing_else() {
        let file = |path: &str, lines: usize| (path.to_owned(), "x\n".repeat(lines));
        let sources = Sources::from([
            file("crates/a/src/deep/long.rs", MAX_LINES + 1),
            file("crates/a/src/short.rs", MAX_LINES),
            file("crates/a/tests/long.rs", 1000),
            file("www/lib/long.js", MAX_LINES + 1),
            file("www/models/corpus.txt", 1000),
            file("README.md", 1000),
        ]);
        let found = too_long(&sources);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("crates/a/src/deep/long.rs has 401 lines"), "{}", found[0]);
        assert!(found[1].starts_with("www/lib/long.js has 401 lines"), "{}", found[1]);
    }

    #[test]
    fn a_listed_file_may_be_long_and_is_outdated_when_it_is_not() {
        for (file, _) in LONG_FILES {
            let long = Sources::from([(file.to_owned(), "x\n".repeat(MAX_LINES + 1))]);
            assert!(too_long(&long).is_empty() && !outdated(&long).contains(&file));
            let short = Sources::from([(file.to_owned(), "x\n".repeat(MAX_LINES))]);
            assert!(outdated(&short).contains(&file));
        }
    }
}
