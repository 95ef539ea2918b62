//! The paths that an item is written with.

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Item, ItemUse, UseTree, Visibility,
    visit::{self, Visit},
};

/// Adds the paths of an item, those in macros and within functions too.
pub(crate) fn of(item: &Item, paths: &mut Vec<Vec<String>>) {
    Paths(paths).visit_item(item);
}

struct Paths<'a>(&'a mut Vec<Vec<String>>);

impl<'ast> Visit<'ast> for Paths<'_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0
            .push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    // `pub(super)` uses nothing of `super`.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        self.0.extend(leaves(&item.tree).into_iter().map(|leaf| leaf.path));
    }

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        self.tokens(called.tokens.clone());
        visit::visit_macro(self, called);
    }
}

impl Paths<'_> {
    /// Paths among a macro's tokens: words with `::` between.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(word) => {
                    if colons != 2 {
                        self.end(&mut path);
                    }
                    path.push(word.to_string());
                    colons = 0;
                }
                TokenTree::Punct(sign) if sign.as_char() == ':' => colons += 1,
                other => {
                    self.end(&mut path);
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.tokens(group.stream());
                    }
                }
            }
        }
        self.end(&mut path);
    }

    fn end(&mut self, path: &mut Vec<String>) {
        if path.len() > 1 {
            self.0.push(std::mem::take(path));
        }
        path.clear();
    }
}

/// One name, or all names, that a `use` brings in.
pub(crate) struct Leaf {
    pub(crate) path: Vec<String>,
    /// The name that it gets; `None` for all names of a module.
    pub(crate) name: Option<String>,
}

pub(crate) fn leaves(tree: &UseTree) -> Vec<Leaf> {
    let mut found = Vec::new();
    collect(tree, &mut Vec::new(), &mut found);
    found
}

fn collect(tree: &UseTree, before: &mut Vec<String>, found: &mut Vec<Leaf>) {
    let (name, known_as) = match tree {
        UseTree::Path(step) => {
            before.push(step.ident.to_string());
            collect(&step.tree, before, found);
            before.pop();
            return;
        }
        UseTree::Group(group) => return group.items.iter().for_each(|tree| collect(tree, before, found)),
        UseTree::Glob(_) => {
            let path = before.clone();
            return found.push(Leaf { path, name: None });
        }
        UseTree::Name(name) => (&name.ident, &name.ident),
        UseTree::Rename(rename) => (&rename.ident, &rename.rename),
    };
    let mut path = before.clone();
    if name != "self" {
        path.push(name.to_string());
    }
    // `use a::{self}` brings in `a`.
    let name = if known_as == "self" {
        before.last().cloned()
    } else {
        Some(known_as.to_string())
    };
    found.push(Leaf { path, name });
}
