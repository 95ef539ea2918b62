//! Words that this project once used in a meaning of its own do not come back. Each had a standard word instead.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A word, and the one to use. Identifiers count, too: `skin_size` and `skinSize` contain `skin`.
const WORDS: [(&str, &str); 10] = [
    ("skin", "wrapper"),
    ("hinge", "bindings"),
    ("storey", "layer"),
    ("house", "architecture"),
    ("seat", "listener slot"),
    ("misfit", "config error"),
    ("hasten", "expedite"),
    ("mailbox", "rx, receiver"),
    ("keeper", "task"),
    ("ear", "listener"),
];

const FOLDERS: [&str; 11] = [
    ".ci",
    "bindings",
    "docs",
    "examples",
    "hooks",
    "pkg-template",
    "src",
    "tests",
    "www",
    "xtask",
    ".",
];
const ENDINGS: [&str; 9] = ["rs", "ts", "mts", "cts", "js", "jsx", "mjs", "html", "md"];
/// Installed, built or generated files, and this list.
const SKIPPED: [&str; 7] = [
    "node_modules",
    "target",
    "generated",
    ".work",
    "built.js",
    "fixtures",
    "words.rs",
];

#[test]
fn private_words_do_not_come_back() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask is in the repository");
    let mut found = Vec::new();
    for folder in FOLDERS {
        for file in files(&repository.join(folder), folder != ".") {
            let text = fs::read_to_string(&file).unwrap_or_default();
            for (number, line) in text.lines().enumerate() {
                for word in words(line) {
                    let known = WORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word));
                    if let Some((_, instead)) = known {
                        let file = file.strip_prefix(repository).unwrap_or(&file).display();
                        found.push(format!("{file}:{}: {word}; use: {instead}", number + 1));
                    }
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn words_are_found_in_identifiers() {
    let found: Vec<&str> = words("the skin_size of mySkin, SKIN; not skinny").collect();
    let skins = found.iter().filter(|word| word.eq_ignore_ascii_case("skin")).count();
    assert_eq!(skins, 3, "{found:?}");
}

/// Returns the files of a folder, and of the folders below it if `deep`.
fn files(folder: &Path, deep: bool) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
    {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if SKIPPED.contains(&&*name) {
            continue;
        }
        if path.is_dir() {
            if deep {
                files.extend(self::files(&path, true));
            }
        } else if path
            .extension()
            .is_some_and(|ending| ENDINGS.iter().any(|other| ending == *other))
        {
            files.push(path);
        }
    }
    files
}

/// Splits a line into words: at everything but letters, and before a capital that follows a small letter.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let letters = line.split(|letter: char| !letter.is_ascii_alphabetic());
    letters.flat_map(|part| {
        let bytes = part.as_bytes();
        let ends = (1..bytes.len()).filter(|&at| bytes[at - 1].is_ascii_lowercase() && bytes[at].is_ascii_uppercase());
        let ends: Vec<usize> = ends.chain([bytes.len()]).collect();
        let starts: Vec<usize> = [0].into_iter().chain(ends.iter().copied()).collect();
        starts.into_iter().zip(ends).map(move |(start, end)| &part[start..end])
    })
}
