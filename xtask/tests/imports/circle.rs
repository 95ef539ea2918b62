//! The shortest circle of imports.

use std::{
    collections::{BTreeMap, VecDeque},
    path::{Path, PathBuf},
};

use crate::modules::Imports;

/// Returns the shortest circle, a line for each import of it; `None` if there is none.
pub(crate) fn circle(imports: &Imports) -> Option<String> {
    let circles = imports.keys().filter_map(|file| around(imports, file));
    let shortest = circles.min_by_key(Vec::len)?;
    let lines = shortest.iter().zip(shortest.iter().cycle().skip(1)).map(|(from, to)| {
        let path = &imports[*from][*to];
        format!("{} imports {}: {path}", from.display(), to.display())
    });
    Some(lines.collect::<Vec<_>>().join("\n"))
}

/// The shortest way from a file back to itself, without its end.
fn around<'a>(imports: &'a Imports, start: &'a Path) -> Option<Vec<&'a PathBuf>> {
    let mut came_from: BTreeMap<&Path, &PathBuf> = BTreeMap::new();
    let mut ahead = VecDeque::from([start]);
    while let Some(file) = ahead.pop_front() {
        let (file, next) = imports.get_key_value(file)?;
        for target in next.keys() {
            if target == start {
                let mut way = vec![file];
                while let Some(before) = way.last().and_then(|last| came_from.get(last.as_path())) {
                    way.push(before);
                }
                way.reverse();
                return Some(way);
            }
            if !came_from.contains_key(target.as_path()) {
                came_from.insert(target, file);
                ahead.push_back(target);
            }
        }
    }
    None
}
