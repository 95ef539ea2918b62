//! A crate's modules, and what a path in one of them leads to.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use syn::Item;

use crate::paths::{self, Leaf};

/// The imports of each file: the files imported, each with one path that does so.
pub(crate) type Imports = BTreeMap<PathBuf, BTreeMap<PathBuf, String>>;

/// Reads a file by its path; `None` if there is none.
type Read<'a> = &'a dyn Fn(&Path) -> Option<String>;

/// A module's place among those of its crate.
type Id = usize;

/// The modules of one crate; the first is its root.
pub(crate) struct Crate(Vec<Module>);

/// A module in a file of its own, or within another's.
struct Module {
    parent: Option<Id>,
    file: PathBuf,
    children: BTreeMap<String, Id>,
    /// The names that `use` brings in, each with its path.
    uses: BTreeMap<String, Vec<String>>,
    /// The paths whose names are all brought in.
    globs: Vec<Vec<String>>,
    /// Every path that is written in this module, those of `use` among them.
    paths: Vec<Vec<String>>,
}

impl Module {
    fn bring_in(&mut self, leaves: Vec<Leaf>) {
        for Leaf { path, name } in leaves {
            if let Some(name) = name {
                self.uses.insert(name, path.clone());
                self.paths.push(path);
            } else {
                self.globs.push(path);
            }
        }
    }
}

impl Crate {
    /// Reads the files of a crate, from its root.
    pub(crate) fn read(root: &Path, read: Read<'_>) -> Self {
        let mut all = Self(Vec::new());
        let folder = root.parent().unwrap_or(Path::new("")).to_owned();
        let items = parse(root, read).unwrap_or_else(|| panic!("{} can't be read", root.display()));
        all.add(None, root, &folder, items, read);
        all
    }

    /// Adds a module and those below it, whose files are in `folder`.
    fn add(&mut self, parent: Option<Id>, file: &Path, folder: &Path, items: Vec<Item>, read: Read<'_>) -> Id {
        let id = self.0.len();
        self.0.push(Module {
            parent,
            file: file.to_owned(),
            children: BTreeMap::new(),
            uses: BTreeMap::new(),
            globs: Vec::new(),
            paths: Vec::new(),
        });
        for item in items {
            match item {
                Item::Mod(module) => {
                    let name = module.ident.to_string();
                    let below = folder.join(&name);
                    let child = if let Some((_, items)) = module.content {
                        self.add(Some(id), file, &below, items, read)
                    } else {
                        let files = [folder.join(format!("{name}.rs")), below.join("mod.rs")];
                        let found = files.into_iter().find_map(|file| Some((parse(&file, read)?, file)));
                        let (items, file) = found.unwrap_or_else(|| panic!("no file of {}", below.display()));
                        self.add(Some(id), &file, &below, items, read)
                    };
                    self.0[id].children.insert(name, child);
                }
                Item::Use(item) => self.0[id].bring_in(paths::leaves(&item.tree)),
                item => paths::of(&item, &mut self.0[id].paths),
            }
        }
        id
    }

    pub(crate) fn imports(&self) -> Imports {
        let mut imports = Imports::new();
        for (id, module) in self.0.iter().enumerate() {
            let of_file = imports.entry(module.file.clone()).or_default();
            // A word alone that is a module's name is a variable, too.
            let is_import = |path: &&Vec<String>| path.len() > 1 || !module.children.contains_key(&path[0]);
            for path in module.paths.iter().filter(is_import) {
                let Some(found) = self.find(id, path, &mut Vec::new()) else {
                    continue;
                };
                let target = &self.0[found].file;
                if *target != module.file {
                    of_file.entry(target.clone()).or_insert_with(|| path.join("::"));
                }
            }
        }
        imports
    }

    /// Returns the module that a path leads to, or that defines its item. `None` if that is in another crate.
    fn find(&self, from: Id, path: &[String], seen: &mut Vec<(Id, String)>) -> Option<Id> {
        let (first, rest) = path.split_first()?;
        let begin = match first.as_str() {
            "crate" => 0,
            "self" => from,
            "super" => self.0[from].parent?,
            // Names that the file defines itself, or of another crate, are no imports.
            name => return self.name(from, name, rest, seen),
        };
        self.below(begin, rest, seen)
    }

    fn below(&self, module: Id, path: &[String], seen: &mut Vec<(Id, String)>) -> Option<Id> {
        let Some((first, rest)) = path.split_first() else {
            return Some(module);
        };
        if first == "super" {
            return self.below(self.0[module].parent?, rest, seen);
        }
        // No import has that name: it is defined here.
        self.name(module, first, rest, seen).or(Some(module))
    }

    /// Returns the module that a name leads to: a child, or an imported name.
    fn name(&self, module: Id, name: &str, rest: &[String], seen: &mut Vec<(Id, String)>) -> Option<Id> {
        if let Some(&child) = self.0[module].children.get(name) {
            return self.below(child, rest, seen);
        }
        let this = (module, name.to_owned());
        if seen.contains(&this) {
            return None;
        }
        seen.push(this);
        if let Some(path) = self.0[module].uses.get(name) {
            let whole = [path, rest].concat();
            // `use name::…` of another crate's is brought in under its own first word.
            return if whole.first().is_some_and(|first| first == name) && path.len() == 1 {
                None
            } else {
                self.find(module, &whole, seen)
            };
        }
        for glob in &self.0[module].globs {
            let Some(target) = self.find(module, glob, seen) else {
                continue;
            };
            if target != module && self.has(target, name) {
                return self.below(target, &[&[name.to_owned()], rest].concat(), seen);
            }
        }
        None
    }

    /// True if a module has a child of that name, or brings it in.
    fn has(&self, module: Id, name: &str) -> bool {
        self.0[module].children.contains_key(name) || self.0[module].uses.contains_key(name)
    }
}

fn parse(file: &Path, read: Read<'_>) -> Option<Vec<Item>> {
    let text = read(file)?;
    let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    Some(parsed.items)
}
