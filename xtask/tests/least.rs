//! The least versions that the crate's manifest names are those of `tests/least/Cargo.lock`, with which it is compiled.

use std::{collections::BTreeMap, fs, path::Path};

/// The dependencies under `[dependencies]`, and the versions that they name.
fn named(manifest: &str) -> BTreeMap<String, String> {
    let lines = manifest.lines().skip_while(|line| *line != "[dependencies]").skip(1);
    let lines = lines.take_while(|line| !line.starts_with('['));
    lines
        .filter_map(|line| {
            let (name, rest) = line.split_once(" = ")?;
            let version = rest.split_once("version = \"").map_or(rest, |(_, version)| version);
            let version = version.trim_start_matches('"').split('"').next()?;
            Some((name.to_owned(), version.to_owned()))
        })
        .collect()
}

/// The versions in a lock file.
fn locked(lock: &str) -> BTreeMap<String, String> {
    let value = |line: &str, key: &str| Some(line.strip_prefix(key)?.trim_matches('"').to_owned());
    let lines: Vec<&str> = lock.lines().collect();
    lines
        .windows(2)
        .filter_map(|pair| Some((value(pair[0], "name = ")?, value(pair[1], "version = ")?)))
        .collect()
}

#[test]
fn the_least_versions_are_those_that_are_compiled() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the repository");
    let read = |path: &str| fs::read_to_string(repository.join(path)).expect(path);
    let (named, locked) = (named(&read("Cargo.toml")), locked(&read("tests/least/Cargo.lock")));
    assert!(named.len() > 5, "{named:?}");
    for (name, version) in named {
        let version = if version.matches('.').count() < 2 {
            version + ".0"
        } else {
            version
        };
        assert_eq!(locked.get(&name), Some(&version), "{name}: see tests/least/Cargo.toml");
    }
}
