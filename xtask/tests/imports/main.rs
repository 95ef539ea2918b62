//! The Rust sources have no import cycles.
//!
//! An import is a path that starts with `crate`, `super` or `self`, or with a name imported by such a path. It leads to the file that defines
//! the item; re-exports are followed. A module may use items of its parent, unless the parent uses items of the module.

mod circle;
mod modules;
mod paths;

use std::{collections::BTreeMap, fs, path::Path};

use circle::circle;
use modules::Crate;

/// The root files of the checked crates.
const ROOTS: [&str; 6] = [
    "src/lib.rs",
    "bindings/src/lib.rs",
    "xtask/src/lib.rs",
    "xtask/src/main.rs",
    "xtask/storm/src/lib.rs",
    "xtask/storm/src/bin/storm/main.rs",
];

#[test]
fn no_file_imports_one_that_imports_it_in_turn() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask is in the repository");
    let read = |file: &Path| fs::read_to_string(repository.join(file)).ok();
    let circles: Vec<String> = ROOTS
        .into_iter()
        .filter_map(|root| circle(&Crate::read(Path::new(root), &read).imports()))
        .collect();
    assert!(circles.is_empty(), "files import each other:\n{}", circles.join("\n"));
}

#[test]
fn the_imports_of_the_library_are_found() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask is in the repository");
    let read = |file: &Path| fs::read_to_string(repository.join(file)).ok();
    let imports = Crate::read(Path::new("src/lib.rs"), &read).imports();
    let count: usize = imports.values().map(BTreeMap::len).sum();
    assert!(
        imports.len() > 50 && count > 150,
        "{} files, {count} imports",
        imports.len()
    );
}

/// Returns the cycle among files, given as name and text. The first is the root.
fn circle_of(files: &[(&str, &str)]) -> Option<String> {
    let read = |file: &Path| {
        let (_, text) = files.iter().find(|(name, _)| Path::new(name) == file)?;
        Some((*text).to_owned())
    };
    circle(&Crate::read(Path::new(files[0].0), &read).imports())
}

#[test]
fn two_files_that_import_each_other_are_a_circle() {
    let found = circle_of(&[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use super::b::B; pub struct A;"),
        ("b.rs", "pub struct B(crate::a::A);"),
    ]);
    let found = found.expect("a circle");
    assert!(found.contains("a.rs imports b.rs: super::b::B"), "{found}");
    assert!(found.contains("b.rs imports a.rs: crate::a::A"), "{found}");
}

#[test]
fn the_shortest_of_several_circles_is_printed() {
    let found = circle_of(&[
        ("lib.rs", "mod a; mod b; mod c;"),
        ("a.rs", "use super::b::B; pub struct A;"),
        ("b.rs", "use super::c::C; pub struct B;"),
        ("c.rs", "use super::{a::A, b::B}; pub struct C;"),
    ]);
    let found = found.expect("a circle");
    assert!(!found.contains("a.rs"), "{found}");
}

#[test]
fn files_one_above_the_other_are_no_circle() {
    let found = circle_of(&[
        ("lib.rs", "mod a; mod b; pub use a::A;"),
        ("a.rs", "use crate::b::B; pub struct A;"),
        ("b.rs", "use core::fmt; pub struct B;"),
    ]);
    assert_eq!(found, None);
}

#[test]
fn a_re_export_leads_to_the_file_that_defines_the_item() {
    // `a` names its parent, which imports `a`, but the item is in `b`.
    let found = circle_of(&[
        ("lib.rs", "mod a; mod b; pub use a::A; pub use b::B;"),
        ("a.rs", "use super::B; pub struct A;"),
        ("b.rs", "pub struct B;"),
    ]);
    assert_eq!(found, None);
    let found = circle_of(&[
        ("lib.rs", "mod a; mod b; pub use self::{a::A as First, b::B};"),
        ("a.rs", "use super::B; pub struct A;"),
        ("b.rs", "use crate::First; pub struct B;"),
    ]);
    assert!(found.is_some());
    let found = circle_of(&[
        ("lib.rs", "mod all; mod a; mod b; pub use all::*;"),
        ("all.rs", "pub use crate::{a::A, b::B};"),
        ("a.rs", "use crate::B; pub struct A;"),
        ("b.rs", "use crate::A; pub struct B;"),
    ]);
    assert!(found.expect("a circle").contains("a.rs imports b.rs"));
}

#[test]
fn a_module_may_use_what_its_parent_defines_unless_the_parent_uses_what_it_defines() {
    let child = ("a/b.rs", "use super::A; pub struct B;");
    let parent = "mod b; pub struct A;";
    assert_eq!(circle_of(&[("lib.rs", "mod a;"), ("a/mod.rs", parent), child]), None);
    let parent = "mod b; pub struct A(b::B);";
    assert!(circle_of(&[("lib.rs", "mod a;"), ("a.rs", parent), child]).is_some());
}

#[test]
fn a_path_by_an_imported_module_s_name_is_an_import() {
    let found = circle_of(&[
        ("lib.rs", "mod a; mod b;"),
        ("a/mod.rs", "mod inner; pub use inner::run;"),
        ("a/inner.rs", "pub fn run() { crate::b::step() }"),
        ("b.rs", "use super::a; pub fn step() { a::run() }"),
    ]);
    assert!(found.is_some());
}

#[test]
fn a_visibility_is_no_import_and_neither_is_a_variable() {
    let found = circle_of(&[
        ("lib.rs", "mod a; fn f(a: u8) -> u8 { a }"),
        ("a.rs", "use super::f; pub(super) struct A;"),
    ]);
    assert_eq!(found, None);
}

#[test]
fn a_use_within_a_function_is_an_import() {
    let found = circle_of(&[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "fn f() { use super::b::B; }"),
        ("b.rs", "use super::a; pub struct B;"),
    ]);
    assert!(found.is_some());
}

#[test]
fn macros_and_inline_modules_are_read_too() {
    let found = circle_of(&[
        ("lib.rs", "mod a; mod b;"),
        (
            "a.rs",
            "pub struct A; #[cfg(test)] mod tests { use super::super::b::B; }",
        ),
        ("b.rs", "pub struct B; fn f() { assert!(crate::a::A == x); }"),
    ]);
    assert!(found.is_some());
}
