//! The figures in the README, between two marks.

use anyhow::{Context, Result};

use super::{
    found::{Found, Measured},
    page::number,
    spread::Spread,
    targets::{NATIVE, OURS},
};
use xtask::markdown::table;

const BEGIN: &str = "<!-- of cargo xtask bench -->";
const END: &str = "<!-- as far as here -->";

const PEERS: [&str; 2] = ["reconnecting-websocket", "partysocket"];

/// The rows of the README's table: topic, row of the topic, label.
const ROWS: [(&str, &str, &str); 6] = [
    ("received", "32 B text, 1 listener", "a received message, 32 B"),
    ("received", "4 KiB binary, 1 listener", "a received message, 4 KiB"),
    ("received", "32 B text, 10 listeners", "32 B to ten listeners"),
    ("sent", "32 B text", "a sent message, 32 B"),
    ("opening", "the first construction", "the first construction"),
    ("opening", "a later construction", "a later one"),
];

/// Returns the README with the figures replaced by those of this run.
pub(super) fn put(readme: &str, found: &Found) -> Result<String> {
    let (before, rest) = readme
        .split_once(BEGIN)
        .context("README.md has no mark for the figures")?;
    let (_, after) = rest
        .split_once(END)
        .context("README.md has no mark for the figures' end")?;
    Ok(format!("{before}{BEGIN}\n{}\n{END}{after}", figures(found)))
}

fn figures(found: &Found) -> String {
    let mut rows = vec![vec![
        String::new(),
        "the browser's".into(),
        PEERS[0].into(),
        PEERS[1].into(),
        "this one".into(),
    ]];
    for (topic, row, words) in ROWS {
        if let Some(measured) = found.topic(topic).find(|measured| measured.row == row) {
            let names = [NATIVE, PEERS[0], PEERS[1], OURS];
            let cells = names.map(|name| median(measured, name));
            rows.push(std::iter::once(words.to_owned()).chain(cells).collect());
        }
    }
    let size = |name: &str| {
        let found = found.sizes.iter().find(|size| size.name == name);
        #[allow(clippy::cast_precision_loss)] // Kilobytes.
        found.map_or("–".into(), |size| format!("{:.1} KB", size.brotli as f64 / 1000.0))
    };
    let sizes = ["–".into(), size(PEERS[0]), size(PEERS[1]), size("index.mjs")];
    rows.push(
        std::iter::once("size, minified, brotli".to_owned())
            .chain(sizes)
            .collect(),
    );
    table(&rows)
}

fn median(measured: &Measured, name: &str) -> String {
    let spread = measured.of(name).and_then(Spread::of);
    spread.map_or("–".into(), |spread| number(spread.median, &measured.unit))
}

#[cfg(test)]
mod tests {
    use super::{Found, put};

    #[test]
    fn what_stands_between_the_marks_is_replaced_and_nothing_else() {
        let readme = "a\n<!-- of cargo xtask bench -->\nold\n<!-- as far as here -->\nb\n";
        let written = put(readme, &Found::default()).unwrap();
        assert!(written.starts_with("a\n<!-- of cargo xtask bench -->\n|") && written.ends_with("-->\nb\n"));
        assert!(!written.contains("old"));
        assert_eq!(put(&written, &Found::default()).unwrap(), written);
        assert!(put("no mark", &Found::default()).is_err());
    }
}
