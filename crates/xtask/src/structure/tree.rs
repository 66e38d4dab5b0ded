//! The modules of one crate, from its files, and what a path in them leads to.

use std::collections::BTreeMap;

use anyhow::{Result, bail};

use super::graph::Graph;
use super::parse::{self, Import, Scope};

/// Files by their path from the root, with forward slashes.
pub(super) type Sources = BTreeMap<String, String>;

/// How many re-exports may stand between a path and a declaration; more are a circle of `use`.
const DEEPEST: usize = 32;

/// The modules of a crate. The first one is its root.
pub(super) struct Tree {
    modules: Vec<Module>,
}

struct Module {
    file: String,
    parent: usize,
    /// What it declares and imports; its modules are in `children`.
    scope: Scope,
    children: BTreeMap<String, usize>,
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found<'t> {
    Module(usize),
    /// Something that is declared in this file.
    Item(&'t str),
}

impl Tree {
    /// Reads the crate whose root (`lib.rs` or `main.rs`) is `root`, and every module file that it declares.
    ///
    /// # Errors
    /// When a module has no file.
    pub(super) fn read(root: &str, sources: &Sources) -> Result<Self> {
        let mut tree = Self { modules: Vec::new() };
        let folder = root.rsplit_once('/').map_or("", |(folder, _)| folder);
        tree.add_file(root, folder, 0, sources)?;
        Ok(tree)
    }

    /// Adds the module in `file`, whose own modules lie in `folder`.
    fn add_file(&mut self, file: &str, folder: &str, parent: usize, sources: &Sources) -> Result<usize> {
        let Some(source) = sources.get(file) else { bail!("there is no {file}") };
        self.add_scope(parse::parse(source), file, folder, parent, sources)
    }

    fn add_scope(
        &mut self,
        mut scope: Scope,
        file: &str,
        folder: &str,
        parent: usize,
        sources: &Sources,
    ) -> Result<usize> {
        let id = self.modules.len();
        let (names, inner) = (std::mem::take(&mut scope.children), std::mem::take(&mut scope.inner));
        self.modules.push(Module { file: file.to_owned(), parent, scope, children: BTreeMap::new() });
        for name in names {
            let inside = format!("{folder}/{name}");
            let places = [format!("{inside}.rs"), format!("{inside}/mod.rs")];
            let Some(place) = places.iter().find(|place| sources.contains_key(*place)) else {
                bail!("{file} declares `mod {name}`, and there is neither {} nor {}", places[0], places[1]);
            };
            let child = self.add_file(place, &inside, id, sources)?;
            self.modules[id].children.insert(name, child);
        }
        for scope in inner {
            let name = scope.name.clone();
            let child = self.add_scope(scope, file, &format!("{folder}/{name}"), id, sources)?;
            self.modules[id].children.insert(name, child);
        }
        Ok(id)
    }

    /// Adds to `graph` which file of the crate uses which.
    ///
    /// A use is a name or a path that leads, through any number of re-exports, to something that another file declares.
    /// Declaring a module is none, and neither is a re-export that its own file makes no use of: what a reader follows is
    /// where the thing itself is.
    pub(super) fn add_uses(&self, graph: &mut Graph) {
        for (id, module) in self.modules.iter().enumerate() {
            let mut add = |path: &[String], line: usize, found: &str| {
                graph.add(&module.file, found, || format!("line {line}: {}", path.join("::")));
            };
            for Import { path, name, public, line } in &module.scope.imports {
                let Some(name) = name else {
                    // Of a glob, the names that occur.
                    if let Some(Found::Module(from)) = self.resolve(id, path, 0) {
                        for word in module.scope.words.iter().filter(|word| !self.declares(id, word)) {
                            if let Some(Found::Item(file)) = self.member(from, word, true, 0) {
                                add(&[path.as_slice(), std::slice::from_ref(word)].concat(), *line, file);
                            }
                        }
                    }
                    continue;
                };
                if (!public || module.scope.words.contains(name))
                    && let Some(Found::Item(file)) = self.resolve(id, path, 0)
                {
                    add(path, *line, file);
                }
            }
            for (path, line) in &module.scope.paths {
                if let Some(Found::Item(file)) = self.resolve(id, path, 0) {
                    add(path, *line, file);
                }
            }
        }
    }

    fn declares(&self, id: usize, name: &str) -> bool {
        let module = &self.modules[id];
        module.scope.items.contains(name) || module.children.contains_key(name)
    }

    /// What `path`, written in module `id`, leads to in this crate; `None` if it leads out of it.
    fn resolve(&self, id: usize, path: &[String], depth: usize) -> Option<Found<'_>> {
        let (first, mut rest) = path.split_first()?;
        let mut found = match first.as_str() {
            "crate" => Found::Module(0),
            "self" => Found::Module(id),
            "super" => Found::Module(self.modules[id].parent),
            name => self.member(id, name, rest.is_empty(), depth)?,
        };
        while let Found::Module(inside) = found {
            let Some((name, after)) = rest.split_first() else { break };
            found = match name.as_str() {
                "super" => Found::Module(self.modules[inside].parent),
                "self" => found,
                name => self.member(inside, name, after.is_empty(), depth)?,
            };
            rest = after;
        }
        Some(found)
    }

    /// What `name` means inside module `id`. A function and a module may share a name: at the end of a path the function
    /// is meant, before it the module.
    fn member(&self, id: usize, name: &str, is_last: bool, depth: usize) -> Option<Found<'_>> {
        if depth > DEEPEST {
            return None;
        }
        let module = &self.modules[id];
        let item = module.scope.items.contains(name).then_some(Found::Item(module.file.as_str()));
        let child = module.children.get(name).copied().map(Found::Module);
        let declared = if is_last { item.or(child) } else { child.or(item) };
        let imported = || {
            let named = module.scope.imports.iter().filter(|import| import.name.as_deref() == Some(name));
            let mut found = named.filter_map(|import| self.resolve(id, &import.path, depth + 1));
            found.next()
        };
        let through_globs = || {
            let globs = module.scope.imports.iter().filter(|import| import.name.is_none());
            let mut found = globs.filter_map(|glob| match self.resolve(id, &glob.path, depth + 1)? {
                Found::Module(from) if from != id => self.member(from, name, is_last, depth + 1),
                _ => None,
            });
            found.next()
        };
        declared.or_else(imported).or_else(through_globs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The uses in a crate of these files, below `src/`.
    fn uses(files: &[(&str, &str)]) -> Vec<(String, String)> {
        let sources: Sources = files.iter().map(|(path, text)| (format!("src/{path}"), (*text).to_owned())).collect();
        let mut graph = Graph::default();
        Tree::read("src/lib.rs", &sources).unwrap().add_uses(&mut graph);
        let short = |path: &str| path.trim_start_matches("src/").to_owned();
        graph.pairs().into_iter().map(|(from, to)| (short(from), short(to))).collect()
    }

    fn expect(files: &[(&str, &str)], expected: &[(&str, &str)]) {
        let expected: Vec<_> = expected.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect();
        assert_eq!(uses(files), expected);
    }

    #[test]
    fn an_import_is_a_use_of_the_declaring_file() {
        expect(
            &[("lib.rs", "mod a; mod b;"), ("a.rs", "use crate::b::B;"), ("b.rs", "pub struct B;")],
            &[("a.rs", "b.rs")],
        );
        expect(
            &[("lib.rs", "mod a; mod b;"), ("a.rs", "use super::b; fn f(x: b::B) {}"), ("b.rs", "pub struct B;")],
            &[("a.rs", "b.rs")],
        );
    }

    #[test]
    fn declaring_a_module_or_importing_one_alone_is_no_use() {
        expect(&[("lib.rs", "pub mod a; use a as b;"), ("a.rs", "pub struct A;")], &[]);
    }

    #[test]
    fn paths_in_bodies_count() {
        let b = ("b/mod.rs", "pub(crate) fn f() {}");
        expect(&[("lib.rs", "mod a; mod b;"), ("a.rs", "fn g() { crate::b::f() }"), b], &[("a.rs", "b/mod.rs")]);
        expect(&[("lib.rs", "mod a; mod b;"), ("a.rs", "fn g() { super::b::f() }"), b], &[("a.rs", "b/mod.rs")]);
    }

    #[test]
    fn a_reexport_leads_to_where_the_thing_is() {
        let files = [
            ("lib.rs", "mod a; mod b; pub use b::B;"),
            ("a.rs", "use crate::{B, b::C};"),
            ("b/mod.rs", "mod inner; pub use inner::{B, *};"),
            ("b/inner.rs", "pub struct B; pub struct C;"),
        ];
        expect(&files, &[("a.rs", "b/inner.rs")]);
    }

    #[test]
    fn a_folder_that_only_reexports_is_in_no_circle() {
        let files = [
            ("lib.rs", "mod m;"),
            ("m/mod.rs", "mod one; mod two; pub use one::One;"),
            ("m/one.rs", "pub struct One;"),
            ("m/two.rs", "use super::One;"),
        ];
        expect(&files, &[("m/two.rs", "m/one.rs")]);
    }

    #[test]
    fn a_folder_that_declares_what_its_files_use_and_uses_them_is_one() {
        let files = [
            ("lib.rs", "mod m;"),
            ("m/mod.rs", "mod one; pub use one::One; pub trait Method {} fn all() -> Vec<One> { vec![] }"),
            ("m/one.rs", "use super::Method; pub struct One; impl Method for One {}"),
        ];
        expect(&files, &[("m/mod.rs", "m/one.rs"), ("m/one.rs", "m/mod.rs")]);
    }

    #[test]
    fn a_glob_uses_the_names_that_occur() {
        let files = [
            ("lib.rs", "mod a; mod b; mod c;"),
            ("a.rs", "use super::b::*; fn f(x: B) {} struct Local;"),
            ("b.rs", "pub struct B; pub use crate::c::C; pub struct Local;"),
            ("c.rs", "pub struct C;"),
        ];
        expect(&files, &[("a.rs", "b.rs")]);
    }

    #[test]
    fn modules_written_in_a_file_belong_to_it() {
        let files = [
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", "pub mod inner { use super::super::b::B; pub struct I; pub mod deep; }"),
            ("b.rs", "pub struct B; fn f() -> crate::a::inner::I { crate::a::inner::deep::g() }"),
            ("a/inner/deep.rs", "pub fn g() {}"),
        ];
        expect(&files, &[("a.rs", "b.rs"), ("b.rs", "a.rs"), ("b.rs", "a/inner/deep.rs")]);
    }

    #[test]
    fn a_function_and_a_module_of_one_name_are_told_apart() {
        let files = [
            ("lib.rs", "mod a; pub mod run; pub fn other() {}"),
            ("a.rs", "use crate::run; fn f() { run::run(); run::go::go() }"),
            ("run/mod.rs", "pub mod go; pub fn run() {} pub fn go() {}"),
            ("run/go.rs", "pub fn go() {}"),
        ];
        expect(&files, &[("a.rs", "run/go.rs"), ("a.rs", "run/mod.rs")]);
    }

    #[test]
    fn tests_and_other_crates_are_left_out() {
        let files = [
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", "use std::fmt; use serde::b; #[cfg(test)] mod tests { use crate::b::B; }"),
            ("b.rs", "pub struct B;"),
        ];
        expect(&files, &[]);
    }

    #[test]
    fn imports_that_name_each_other_end() {
        expect(
            &[
                ("lib.rs", "mod a; mod b;"),
                ("a.rs", "pub use super::b::X;"),
                ("b.rs", "pub use super::a::X; use X as Y;"),
            ],
            &[],
        );
        expect(
            &[
                ("lib.rs", "mod a; mod b;"),
                ("a.rs", "pub use super::b::*;"),
                ("b.rs", "pub use super::a::*; fn f(x: X) {}"),
            ],
            &[],
        );
    }

    #[test]
    fn a_module_without_a_file_is_an_error() {
        let sources = Sources::from([("src/lib.rs".to_owned(), "mod gone;".to_owned())]);
        let error = Tree::read("src/lib.rs", &sources).err().unwrap().to_string();
        assert!(error.contains("`mod gone`") && error.contains("src/gone/mod.rs"), "{error}");
    }
}
