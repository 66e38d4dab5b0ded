//! The list of questions: every entry can be asked, and the page has the same list. Where the page's is out of date,
//! `WORDLIGHT_WRITE=1 cargo test -p conformance --test questions` writes it anew.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::path::PathBuf;

use conformance::written;
use wordlight_engine::{Field, FieldKind, Part, questions};

fn fields() -> impl Iterator<Item = &'static Field> {
    questions().iter().flat_map(|spec| spec.fields)
}

/// The module of the page that holds the list.
fn module() -> String {
    let lines: Vec<String> =
        questions().iter().map(|spec| format!("  {},\n", serde_json::to_string(spec).unwrap())).collect();
    let keys: Vec<String> = fields().map(|field| format!("'{}'", field.key)).collect();
    format!(
        "// @ts-check\n// Written by `WORDLIGHT_WRITE=1 cargo test -p conformance --test questions` from the engine's own list, \
         which it has to equal:\n// links are read and headings drawn before the engine is there.\n\n\
         /** The names of their fields in links. @typedef {{{}}} FieldKey */\n\n\
         /** @type {{readonly import('../../pkg/full.js').QuestionSpec[]}} */\nexport const QUESTIONS = [\n{}];\n",
        keys.join(" | "),
        lines.concat()
    )
}

#[test]
fn the_page_has_the_engines_list_of_questions() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../www/study/questions.js");
    let current = written::is_current(&path, &module());
    assert!(current, "out of date: WORDLIGHT_WRITE=1 cargo test -p conformance --test questions");
}

#[test]
fn ids_and_names_in_links_are_all_different_and_stay_as_they_are() {
    let ids: Vec<&str> = questions().iter().map(|spec| spec.id).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    for saved in ["why", "detectors", "flips", "reference", "people", "randomise", "confusion"] {
        assert!(ids.contains(&saved), "{saved}");
    }
    let keys: Vec<&str> = fields().map(|field| field.key).collect();
    assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
    for saved in "identity replace flips second seeds-at curves scramble seed corpus-class cell find".split(' ') {
        assert!(keys.contains(&saved), "{saved}");
    }
}

#[test]
fn a_field_begins_with_what_it_may_be() {
    for field in fields() {
        match field.kind {
            FieldKind::Id => assert!(matches!(field.part, Part::Choice | Part::Rows), "{field:?}"),
            FieldKind::Text { most, .. } => assert!(field.initial.is_empty() && most > 0, "{field:?}"),
            FieldKind::Number { most } => assert!(field.initial.parse::<u32>().unwrap() <= most, "{field:?}"),
        }
    }
}
