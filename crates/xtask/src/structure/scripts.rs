//! Which module of the page imports which.
//!
//! Only `import` and `export ... from` statements are followed, each of which starts its line. What is imported by a call
//! while the page runs is loaded later and waits for nobody, and types in comments are no code.

use super::graph::Graph;
use super::tree::Sources;

/// Where the page is.
const FOLDER: &str = "www/";

/// Adds the imports of the page's scripts in `sources` to `graph`; `problems` gets those that lead nowhere.
pub(super) fn add_imports(sources: &Sources, graph: &mut Graph, problems: &mut Vec<String>) {
    for (file, text) in sources.iter().filter(|(file, _)| file.starts_with(FOLDER) && is_script(file)) {
        for (specifier, line) in imports(text) {
            let Some(to) = resolve(file, specifier) else { continue };
            if sources.contains_key(&to) {
                graph.add(file, &to, || format!("line {line}: {specifier}"));
            } else if is_script(&to) {
                problems.push(format!("{file}:{line} imports {specifier}, which is not there"));
            }
        }
    }
}

/// Whether this is a module of JavaScript.
pub(super) fn is_script(file: &str) -> bool {
    file.ends_with(".js") || file.ends_with(".mjs")
}

/// What the statements of `text` import, with the line on which each begins.
fn imports(text: &str) -> Vec<(&str, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    for (index, line) in text.split_inclusive('\n').enumerate() {
        let statement = &text[at..];
        at += line.len();
        let starts =
            |word: &str| line.strip_prefix(word).is_some_and(|rest| rest.starts_with([' ', '{', '*', '\'', '"']));
        let from = if starts("import") {
            statement.find(['\'', '"'])
        } else if ["export {", "export *", "export{"].iter().any(|start| line.starts_with(start)) {
            let end = statement.find(';').unwrap_or(statement.len());
            statement[..end].find(['\'', '"'])
        } else {
            None
        };
        let specifier = from.and_then(|from| {
            let quote = char::from(statement.as_bytes()[from]);
            statement[from + 1..].split(quote).next()
        });
        found.extend(specifier.map(|specifier| (specifier, index + 1)));
    }
    found
}

/// The path that a relative `specifier` in `file` names.
fn resolve(file: &str, specifier: &str) -> Option<String> {
    if !specifier.starts_with("./") && !specifier.starts_with("../") {
        return None;
    }
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in specifier.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_and_reexports_are_found_on_one_line_and_on_many() {
        let text = "// import x from './no.js'\nimport './a.js';\nimport { b } from \"./b.js\";\nimport {\n  c,\n  d,\n} from '../c.js';\n\
            import * as e from './e.js';\nexport { f } from './f.js';\nexport * from './g.js';\nexport { h };\nconst i = './i.js';\n\
            export const j = './j.js';\n  import('./later.js');\nimport('./later.js');\n/** @type {import('./k.js').K} */\nimportant('./l.js');\n";
        let expected = [("./a.js", 2), ("./b.js", 3), ("../c.js", 4), ("./e.js", 8), ("./f.js", 9), ("./g.js", 10)];
        assert_eq!(imports(text), expected);
    }

    #[test]
    fn specifiers_are_relative_to_their_file() {
        assert_eq!(resolve("www/views/a.js", "../lib/b.js").as_deref(), Some("www/lib/b.js"));
        assert_eq!(resolve("www/main.js", "./lib/b.js").as_deref(), Some("www/lib/b.js"));
        assert_eq!(resolve("main.js", "../../b.js"), None);
        assert_eq!(resolve("www/main.js", "node:fs"), None);
    }

    #[test]
    fn imports_are_uses_and_a_missing_module_is_a_problem() {
        let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
        let sources = Sources::from([
            file("www/a.js", "import './b.js';\nimport './gone.js';\nimport './style.css';\n"),
            file("www/b.js", "import { a } from './a.js';\nimport c from '../pkg/c.js';\n"),
            file("pkg/c.js", "import './not-read.js';\n"),
        ]);
        let (mut graph, mut problems) = (Graph::default(), Vec::new());
        add_imports(&sources, &mut graph, &mut problems);
        assert_eq!(graph.pairs(), [("www/a.js", "www/b.js"), ("www/b.js", "pkg/c.js"), ("www/b.js", "www/a.js")]);
        assert_eq!(problems, ["www/a.js:2 imports ./gone.js, which is not there"]);
    }
}
