//! What one Rust file declares, imports and refers to.
//!
//! Code that is compiled for tests only (`#[cfg(test)]`) is left out.

use std::collections::BTreeSet;

use super::tokens::{Placed, Token, tokens};

/// A module of a file: the file's own, or one written out in it.
#[derive(Debug, Default)]
pub(super) struct Scope {
    /// Its name in the scope around it; empty for the file's own.
    pub(super) name: String,
    /// Functions, types, constants and macros.
    pub(super) items: BTreeSet<String>,
    /// Modules in files of their own: `mod name;`.
    pub(super) children: Vec<String>,
    /// Modules written out here: `mod name { ... }`.
    pub(super) inner: Vec<Scope>,
    pub(super) imports: Vec<Import>,
    /// Paths of at least two names outside of imports, with their lines.
    pub(super) paths: Vec<(Vec<String>, usize)>,
    /// Every name outside of imports that is no field or method and not the inside of a path.
    pub(super) words: BTreeSet<String>,
}

/// One name, or all of them, that a `use` brings in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Import {
    pub(super) path: Vec<String>,
    /// What it is called here; `None` for a glob.
    pub(super) name: Option<String>,
    /// Whether it is made visible to others.
    pub(super) public: bool,
    pub(super) line: usize,
}

/// Reads one file.
pub(super) fn parse(source: &str) -> Scope {
    let tokens = tokens(source);
    let mut scope = Scope::default();
    Reader { tokens: &tokens, at: 0 }.scope(&mut scope);
    scope
}

struct Reader<'t, 's> {
    tokens: &'t [Placed<'s>],
    at: usize,
}

impl<'s> Reader<'_, 's> {
    fn peek(&self, ahead: usize) -> Option<Token<'s>> {
        self.tokens.get(self.at + ahead).map(|(token, _)| *token)
    }

    fn word(&self, ahead: usize) -> Option<&'s str> {
        match self.peek(ahead) {
            Some(Token::Word(word)) => Some(word),
            _ => None,
        }
    }

    fn is_sign(&self, ahead: usize, sign: char) -> bool {
        self.peek(ahead) == Some(Token::Sign(sign))
    }

    fn line(&self) -> usize {
        self.tokens.get(self.at).map_or(0, |(_, line)| *line)
    }

    /// Reads until the brace that closes this scope, which is left for the caller.
    fn scope(&mut self, scope: &mut Scope) {
        let mut depth = 0;
        while let Some(token) = self.peek(0) {
            match token {
                Token::Sign('#') => {
                    self.attribute();
                    continue;
                }
                Token::Sign('{') => depth += 1,
                Token::Sign('}') if depth == 0 => return,
                Token::Sign('}') => depth -= 1,
                Token::Word("use") => {
                    self.import(scope);
                    continue;
                }
                Token::Word("mod") if depth == 0 && self.word(1).is_some() => {
                    self.module(scope);
                    continue;
                }
                Token::Word(word) => {
                    if depth == 0 {
                        self.item(word, scope);
                    }
                    self.path(scope);
                    continue;
                }
                Token::PathSep | Token::Sign(_) => {}
            }
            self.at += 1;
        }
    }

    /// `mod name;` or `mod name { ... }`.
    fn module(&mut self, scope: &mut Scope) {
        let name = self.word(1).unwrap_or_default().to_owned();
        self.at += 2;
        if self.is_sign(0, '{') {
            self.at += 1;
            let mut inner = Scope { name, ..Scope::default() };
            self.scope(&mut inner);
            scope.inner.push(inner);
        } else {
            scope.children.push(name);
        }
        self.at += 1;
    }

    /// Notes the name that the keyword `word` declares.
    fn item(&self, word: &str, scope: &mut Scope) {
        let name = match word {
            "fn" | "struct" | "enum" | "union" | "trait" | "type" | "const" => self.word(1),
            "static" => self.word(1).filter(|name| *name != "mut").or_else(|| self.word(2)),
            "macro_rules" if self.is_sign(1, '!') => self.word(2),
            _ => None,
        };
        // `const fn` and `const unsafe fn` declare by the later keyword.
        if let Some(name) = name.filter(|name| !["fn", "unsafe", "async", "extern", "_"].contains(name)) {
            scope.items.insert(name.to_owned());
        }
    }

    /// A word, or a path that starts with it.
    fn path(&mut self, scope: &mut Scope) {
        let line = self.line();
        let is_member = self.at > 0 && matches!(self.tokens[self.at - 1].0, Token::Sign('.') | Token::PathSep);
        let mut path = Vec::new();
        while let Some(word) = self.word(0) {
            path.push(word.to_owned());
            self.at += 1;
            if self.peek(0) != Some(Token::PathSep) || self.word(1).is_none() {
                break;
            }
            self.at += 1;
        }
        if is_member {
            return;
        }
        scope.words.insert(path[0].clone());
        if path.len() > 1 {
            scope.paths.push((path, line));
        }
    }

    /// `use path::{a, b as c, d::*};`
    fn import(&mut self, scope: &mut Scope) {
        let line = self.line();
        let public = self.at > 0 && matches!(self.tokens[self.at - 1].0, Token::Word("pub") | Token::Sign(')'));
        self.at += 1;
        // `use<'a>` in a type is no import.
        if !self.is_sign(0, '<') {
            self.tree(&[], public, line, scope);
        }
    }

    /// One branch of an import, after the names in `prefix`.
    fn tree(&mut self, prefix: &[String], public: bool, line: usize, scope: &mut Scope) {
        let mut path = prefix.to_vec();
        let mut import = |path: Vec<String>, name| scope.imports.push(Import { path, name, public, line });
        while let Some(token) = self.peek(0) {
            match token {
                Token::PathSep => self.at += 1,
                Token::Word("as") => {
                    let name = self.word(1).unwrap_or_default().to_owned();
                    self.at += 2;
                    return import(path, Some(name));
                }
                // `a::{self}` is `a`.
                Token::Word("self") if !path.is_empty() => self.at += 1,
                Token::Word(word) => {
                    path.push(word.to_owned());
                    self.at += 1;
                }
                Token::Sign('*') => {
                    self.at += 1;
                    return import(path, None);
                }
                Token::Sign('{') => {
                    self.at += 1;
                    while !self.is_sign(0, '}') && self.peek(0).is_some() {
                        let before = self.at;
                        self.tree(&path, public, line, scope);
                        if self.is_sign(0, ',') || self.at == before {
                            self.at += 1;
                        }
                    }
                    self.at += 1;
                    return;
                }
                Token::Sign(_) => break,
            }
        }
        if let Some(name) = path.last().cloned().filter(|_| path.len() > prefix.len() || !prefix.is_empty()) {
            import(path, Some(name));
        }
    }

    /// Skips an attribute, and what it is on if that is compiled for tests only.
    fn attribute(&mut self) {
        self.at += 1;
        let is_outer = !self.is_sign(0, '!');
        if !is_outer {
            self.at += 1;
        }
        if !self.is_sign(0, '[') {
            return;
        }
        let start = self.at;
        self.skip_group();
        let inside = &self.tokens[start..self.at.min(self.tokens.len())];
        let has = |word| inside.iter().any(|(token, _)| *token == Token::Word(word));
        let is_cfg = inside.get(1).is_some_and(|(token, _)| *token == Token::Word("cfg"));
        if is_outer && is_cfg && has("test") && !has("not") && !has("any") {
            self.skip_annotated();
        }
    }

    /// Skips what an attribute is on: a declaration, or a field, variant, arm or statement.
    fn skip_annotated(&mut self) {
        const DECLARES: [&str; 15] = [
            "pub",
            "fn",
            "mod",
            "struct",
            "enum",
            "union",
            "trait",
            "type",
            "const",
            "static",
            "use",
            "impl",
            "unsafe",
            "extern",
            "macro_rules",
        ];
        while self.is_sign(0, '#') {
            self.at += 1;
            self.skip_group();
        }
        let declares = self.word(0).is_some_and(|word| DECLARES.contains(&word) || word == "let" || word == "async");
        while let Some(token) = self.peek(0) {
            match token {
                Token::Sign('{') if declares => return self.skip_group(),
                Token::Sign('(' | '[' | '{') => self.skip_group(),
                Token::Sign('}') => return,
                Token::Sign(';') => {
                    self.at += 1;
                    return;
                }
                Token::Sign(',') if !declares => {
                    self.at += 1;
                    return;
                }
                _ => self.at += 1,
            }
        }
    }

    /// Skips a group in parentheses, brackets or braces that starts here.
    fn skip_group(&mut self) {
        let mut depth = 0;
        while let Some(token) = self.peek(0) {
            match token {
                Token::Sign('(' | '[' | '{') => depth += 1,
                Token::Sign(')' | ']' | '}') => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn imports(source: &str) -> Vec<(String, Option<String>, bool)> {
        let imports = parse(source).imports.into_iter();
        imports.map(|import| (import.path.join("::"), import.name, import.public)).collect()
    }

    fn named(path: &str, name: &str, public: bool) -> (String, Option<String>, bool) {
        (path.to_owned(), Some(name.to_owned()), public)
    }

    #[test]
    fn every_form_of_import_is_read() {
        assert_eq!(imports("use a::b;"), [named("a::b", "b", false)]);
        assert_eq!(imports("pub use a::b as c;"), [named("a::b", "c", true)]);
        assert_eq!(imports("pub(crate) use a;"), [named("a", "a", true)]);
        assert_eq!(imports("use super::*;"), [("super".to_owned(), None, false)]);
        assert_eq!(
            imports("use crate::{self, a::{b, c::*, d as e}, f,};"),
            [
                named("crate", "crate", false),
                named("crate::a::b", "b", false),
                ("crate::a::c".to_owned(), None, false),
                named("crate::a::d", "e", false),
                named("crate::f", "f", false),
            ]
        );
        assert_eq!(imports("use self::a::{self as b};"), [named("self::a", "b", false)]);
        assert_eq!(imports("fn f() -> impl Sized + use<'_> {}").len(), 0);
    }

    #[test]
    fn declarations_at_the_top_are_items_and_no_others() {
        let scope = parse(
            "pub const fn a() { fn inner() {} } struct B { c: u8 } enum D { E } static mut F: u8 = 1; \
             macro_rules! g { () => {} } impl B { fn method(&self) {} } trait H {} type I = B; const J: u8 = 1;",
        );
        assert_eq!(scope.items.into_iter().collect::<Vec<_>>(), ["B", "D", "F", "H", "I", "J", "a", "g"]);
    }

    #[test]
    fn modules_are_children_or_scopes() {
        let scope = parse("mod a; pub mod b { use super::x; mod c {} fn f() {} } pub(crate) mod d;");
        assert_eq!(scope.children, ["a", "d"]);
        let inner = &scope.inner[0];
        assert_eq!((inner.name.as_str(), inner.imports.len(), inner.items.len()), ("b", 1, 1));
        assert_eq!(inner.inner[0].name, "c");
        assert!(scope.imports.is_empty() && scope.items.is_empty());
    }

    #[test]
    fn paths_are_found_in_bodies_signatures_and_macros() {
        let scope = parse("fn f(x: a::B) -> Vec<super::C> {\n x.d::<e::F>(g::h!(1));\n <crate::T as I>::j() }");
        let paths: Vec<(String, usize)> = scope.paths.iter().map(|(path, line)| (path.join("::"), *line)).collect();
        let expected = [("a::B", 1), ("super::C", 1), ("e::F", 2), ("g::h", 2), ("crate::T", 3)];
        assert_eq!(paths, expected.map(|(path, line)| (path.to_owned(), line)));
        assert!(!scope.words.contains("d") && !scope.words.contains("j"));
        assert!(scope.words.contains("I") && scope.words.contains("x"));
    }

    #[test]
    fn test_code_is_left_out_and_what_follows_it_is_not() {
        let scope = parse(
            "#[cfg(test)] mod helper; #[cfg(test)] use a::b; #[cfg(test)] #[allow(x)] pub fn c() { d::e() } \
             struct S { #[cfg(test)] x: f::G, y: h::I } #[cfg(not(test))] mod real; #[cfg(feature = \"x\")] use j::k; \
             #[cfg(test)]\nmod tests { use l::m; }\nfn last() {}",
        );
        assert_eq!(scope.children, ["real"]);
        assert_eq!(scope.imports.len(), 1);
        assert_eq!(scope.paths, [(vec!["h".to_owned(), "I".to_owned()], 1)]);
        assert!(scope.inner.is_empty() && scope.items.contains("last"));
    }

    #[test]
    fn source_that_does_not_compile_ends_the_reading_and_nothing_else() {
        for source in [
            "use a::{",
            "mod",
            "mod a {",
            "#[cfg(test)]",
            "#[",
            "use",
            "pub use ;",
            "}",
            "fn f( {",
            "use a::{;}",
            "macro_rules!",
        ] {
            parse(source);
        }
    }
}
