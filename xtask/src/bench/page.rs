//! The results as a Markdown page.

use std::fmt::Write as _;

use super::{
    found::{Found, Leak, Machine, Measured, Profile, Ratios, Size},
    plot,
    spread::{Mean, Spread},
    targets,
};
use xtask::markdown::{grouped, table};

/// The topics that are measured by contender: their names, titles, explanations and plots.
const TOPICS: [(&str, &str, &str); 7] = [
    (
        "received",
        "A received message",
        "The time from the browser's event to the last listener. Each listener reads the data. *json* is text that can be \
         a reply, so it is searched for an `id` while a request is pending. It has none, so it is not parsed. *With a \
         request pending* includes the heartbeat. *On 60 sockets*: each contender has 60 sockets. Chromium opens 255 in a \
         profile, so a thousand can't be measured.",
    ),
    (
        "sent",
        "A sent message",
        "The time until the server has received all, in blocks of at least a hundred messages.",
    ),
    (
        "requests",
        "A request and its reply",
        "Compared with the ten lines that people write themselves: a `Map`, a number, `JSON.parse`; and with the same and \
         a timeout. Ours also has a signal, a queue, retry and errors.",
    ),
    (
        "opening",
        "Construction",
        "Each first construction is in a new process. In it ours compiles its WebAssembly, and the browser compiles its \
         own class. Ours is the file of the package, with the comment that has Chromium compile its functions ahead; a bundler \
         drops it, and the first construction takes 2 ms more. Both peers only prepare in their constructors, and make the browser's socket later. Time *by the \
         clock* includes waiting for the browser's other threads.",
    ),
    (
        "flat",
        "Dependence on the number waiting",
        "The same work while ten, a thousand and a hundred thousand requests or messages are waiting.",
    ),
    (
        "tabs",
        "A message to eight tabs with one connection",
        "`holdfast-ws/tabs`: the main thread of the tab that leads, which has the connection and serves seven others, and that of \
         a tab that follows, beside a tab with the default entry and a connection of its own. Each tab has a process of its own. \
         *One at a time* is 4 ms apart, so nothing that a message costs is shared with the next one. *At once* is a burst.",
    ),
    (
        "memory",
        "Memory",
        "Bytes after a garbage collection: JavaScript, the browser's objects in the page, and buffers, among them wasm \
         memory. The one-time cost of the first socket is left out. The `Map`'s request has no timeout.",
    ),
];

/// The whole page.
pub(super) fn page(found: &Found) -> String {
    let mut page = format!(
        "# Benchmarks\n\nWritten by `cargo xtask bench --write`; its numbers are not edited. {}\n\n{METHOD}\n",
        machine(&found.machine)
    );
    let targets = targets::judge(found);
    if !targets.is_empty() {
        let mut rows = vec![["", "to reach", "reached", "met"].map(String::from).to_vec()];
        for target in targets {
            let verdict = target.verdict.word().into();
            rows.push(vec![target.what.into(), target.reach, target.reached, verdict]);
        }
        let _ = write!(page, "\n## The figures to reach\n\n{}\n\n{WHY}\n", table(&rows));
    }
    if !found.ratios.is_empty() {
        let _ = write!(
            page,
            "\n## A message, to one per cent\n\n{RATIOS}\n\n{}\n",
            ratios(&found.ratios)
        );
    }
    for (topic, title, story) in TOPICS {
        let rows: Vec<&Measured> = found.topic(topic).collect();
        if !rows.is_empty() {
            let _ = write!(page, "\n## {title}\n\n{story}\n\n{}\n", measured(&rows));
            if let Some(file) = plot::of_topic(topic) {
                let _ = write!(page, "\n![{title}](plots/{file})\n");
            }
        }
    }
    if !found.profiles.is_empty() {
        let _ = write!(
            page,
            "\n## Where a received message's time goes\n\n{PROFILE}\n\n{}\n",
            profiles(&found.profiles)
        );
    }
    if !found.sizes.is_empty() {
        let _ = write!(
            page,
            "\n## Size\n\n{SIZE}\n\n{}\n\n![Size](plots/{})\n",
            sizes(&found.sizes),
            plot::SIZES
        );
    }
    if !found.leaks.is_empty() {
        let _ = write!(page, "\n## Leaks\n\n{LEAKS}\n");
        for leak in &found.leaks {
            let _ = write!(page, "\n### {}\n\n{}\n", capital(&leak.row), points(leak));
        }
        let _ = write!(page, "\n![Heap after collection](plots/{})\n", plot::LEAKS);
    }
    page
}

const METHOD: &str = "Everything is measured in one run of headless Chromium, and contenders that are compared \
    share a page. Times are CPU time of the main thread (`Performance.getMetrics`, `ThreadTime`, in microseconds). So \
    other processes and waiting don't count. A round measures every contender once, in a random order. Ratios are taken \
    within a round. The tables show their median and, in brackets, their middle half. The cost of measuring is \
    subtracted. In the first table, ratios of messages are of a socket with a heartbeat. They are means over fresh pages \
    of each page's median, with standard errors; each page has a process of its own. Brackets there are the 95 % \
    confidence interval of the median.";

const RATIOS: &str = "The time of a message relative to the native class: the mean over fresh pages, with its standard \
    error.";

const WHY: &str = "Ours does more than the browser for a received message. The event gets a prototype that returns \
    our socket as `target`, and goes through our own list of listeners. A heartbeat reads its time, `pong` is compared \
    with it, and a pending request searches it for an id. WebAssembly is not called. A message that is sent on an open \
    connection doesn't call it either: that is our method, its checks, and the browser's `send` \
    (`tests/package/crossings.test.mjs` checks this). With a heartbeat each sent message reads `Date.now()`, because a \
    browser accepts messages on a dead connection, too; the rest of our own code takes some 10 ns of a sent message once it \
    is compiled. The first construction decodes the WebAssembly from text, compiles it, and runs all code for the first \
    time. A later one makes a core, its closures and its listeners. [The profile](#where-a-received-messages-time-goes) \
    has the shares. Half of the entry's size is WebAssembly; [its parts](#size) are listed below. [The parts of all of \
    it](decisions.md#size) are each in use, so the target for the size can't be reached with all features. What is above it \
    costs a first visit 8 ms at 10 Mbit/s, and a later visit nothing.";

const PROFILE: &str = "The total CPU time for a text of 32 B, and each function's own share by the sampling profiler, in \
    microseconds. The profiler samples by wall-clock time, so on a busy machine its figures are too high, and only their \
    proportions count. The browser's own work is not in them. The package is minified, so the beginning of a function's \
    text stands for its name.";

const SIZE: &str = "Sizes in bytes, minified. The peers are their npm packages, bundled by esbuild with the same \
    settings. React is left out, because the application has it. *Code* is the code of the wasm file's functions, with \
    each part compressed by itself. The compiler inlines a function that is called once, so the driver and the bindings \
    contain some of the engine's code.";

const LEAKS: &str = "One page, with a heartbeat, after a garbage collection: the heap, wasm memory, the browser's \
    count of listeners, and its open sockets. Wasm memory never shrinks: its size is the peak between two collections.";

fn machine(machine: &Machine) -> String {
    format!(
        "{}: {}, {} cores (load {:.1} when it began), {}; {}.",
        machine.date,
        machine.cpu,
        machine.cores,
        machine.load,
        machine.system,
        machine.versions.join(", ")
    )
}

/// Returns the table of one topic: the first contender's values, and the others relative to it.
fn measured(rows: &[&Measured]) -> String {
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in rows.iter().flat_map(|row| &row.samples) {
        if !names.contains(&name.as_str()) {
            names.push(name);
        }
    }
    let mut lines = vec![
        std::iter::once(String::new())
            .chain(names.iter().map(|name| (*name).into()))
            .collect(),
    ];
    for row in rows {
        let base = row.samples.first().map(|(_, values)| values.as_slice());
        let cells = names.iter().map(|name| match (row.of(name), base) {
            (Some(values), Some(base)) => cell(values, base, &row.unit),
            _ => "–".into(),
        });
        lines.push(std::iter::once(row.row.clone()).chain(cells).collect());
    }
    table(&lines)
}

fn cell(values: &[f64], base: &[f64], unit: &str) -> String {
    let Some(spread) = Spread::of(values) else {
        return "–".into();
    };
    let figure = number(spread.median, unit);
    // Where the first is next to nothing, a ratio says nothing.
    let comparable = Spread::of(base).is_some_and(|base| base.quartiles.0 > spread.median / 100.0);
    match Spread::ratio(values, base) {
        Some(ratio) if values.as_ptr() != base.as_ptr() && comparable && values.len() > 1 => {
            let (low, high) = ratio.quartiles;
            format!("{figure}; {:.2} × ({low:.2}–{high:.2})", ratio.median)
        }
        _ => figure,
    }
}

/// Formats a value with three significant digits.
pub(super) fn number(value: f64, unit: &str) -> String {
    match value.abs() {
        size if size >= 1000.0 && unit == "µs" => format!("{:.2} ms", value / 1000.0),
        size if size >= 100.0 => format!("{value:.0} {unit}"),
        size if size >= 10.0 => format!("{value:.1} {unit}"),
        _ => format!("{value:.2} {unit}"),
    }
}

fn profiles(profiles: &[Profile]) -> String {
    let mut sections = Vec::new();
    for profile in profiles {
        let mut rows = vec![vec![profile.name.clone(), format!("{:.2} µs", profile.each)]];
        for place in &profile.places {
            rows.push(vec![
                format!("`{}`", place.at.replace(['|', '`'], " ")),
                format!("{:.2}", place.micros),
            ]);
        }
        sections.push(table(&rows));
    }
    sections.join("\n\n")
}

fn sizes(sizes: &[Size]) -> String {
    let mut rows = vec![["", "minified", "gzip -9", "brotli 11"].map(String::from).to_vec()];
    for size in sizes {
        let name = match (size.group.as_str(), &size.version) {
            ("entries", _) => format!("**{}**", size.name),
            ("parts", _) => format!("– {}", size.name),
            ("code", _) => format!("– – code of {}", size.name),
            (_, Some(version)) => format!("{} {version}", size.name),
            _ => size.name.clone(),
        };
        let cells = [size.minified, size.gzip, size.brotli].map(grouped);
        rows.push(std::iter::once(name).chain(cells).collect());
    }
    table(&rows)
}

fn points(leak: &Leak) -> String {
    let mut rows = vec![
        ["connections", "heap, B", "wasm memory, B", "listeners", "sockets alive"]
            .map(String::from)
            .to_vec(),
    ];
    for point in &leak.points {
        let cells = [point.after, point.heap, point.wasm, point.listeners, point.sockets];
        rows.push(cells.map(grouped).to_vec());
    }
    table(&rows)
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Returns a table with a row for each measurement and a column for each contender.
fn ratios(found: &[Ratios]) -> String {
    let names = found.first().map_or(&[][..], |row| &row.pages);
    let head = names.iter().map(|(name, _)| name.clone());
    let mut rows = vec![std::iter::once(String::new()).chain(head).collect()];
    for Ratios { row, micros, pages } in found {
        let mut cells = vec![row.clone()];
        for (name, values) in pages {
            let native = Spread::of(micros).map_or(f64::NAN, |spread| spread.median);
            cells.push(match Mean::of(values) {
                _ if name == targets::NATIVE => number(native, "µs"),
                Some(Mean { mean, error }) => format!("{mean:.3} ± {error:.3} ×"),
                None => "–".into(),
            });
        }
        rows.push(cells);
    }
    table(&rows)
}

#[cfg(test)]
mod tests {
    use super::{Found, page};
    use crate::bench::found::Line;

    const LINES: [&str; 5] = [
        r#"{"kind":"machine","date":"2026-01-02","cpu":"a CPU","cores":2,"load":0.5,"system":"an OS","versions":["Chrome 1"]}"#,
        r#"{"kind":"measured","topic":"received","row":"32 B text, 1 listener","unit":"µs",
            "samples":[["native",[10,20,10]],["holdfast-ws",[11,22,11]]]}"#,
        r#"{"kind":"ratios","row":"received, 32 B text","micros":[10,10,10],
            "ratios":[["native",[1,1,1]],["with heartbeat",[1.09,1.11,1.1]]]}"#,
        r#"{"kind":"size","group":"entries","name":"index.mjs","minified":60000,"gzip":20000,"brotli":13000}"#,
        r#"{"kind":"leak","row":"reconnected","points":[
            {"after":1,"heap":1000,"wasm":65536,"listeners":0,"sockets":1},
            {"after":2,"heap":1000,"wasm":65536,"listeners":0,"sockets":1},
            {"after":3,"heap":1001,"wasm":65536,"listeners":0,"sockets":1}]}"#,
    ];

    #[test]
    fn the_page_tells_what_was_found_and_nothing_of_what_was_not() {
        let mut found = Found::default();
        for line in LINES {
            found.take(serde_json::from_str::<Line>(line).unwrap());
        }
        let page = page(&found);
        for part in [
            "2026-01-02: a CPU, 2 cores (load 0.5 when it began), an OS; Chrome 1.",
            "1.100 ± 0.006 ×, +1.00 µs | **no** |",
            "| received, 32 B text | 10.0 µs | 1.100 ± 0.006 × |",
            "| 32 B text, 1 listener | 10.0 µs | 11.0 µs; 1.10 × (1.10–1.10) |",
            "13.0 KB |    yes |",
            "heap 1.001 × after 1 more; the rest flat |    yes |",
        ] {
            assert!(page.contains(part), "{part}\nis not in\n{page}");
        }
        assert!(!page.contains("## A sent message"));
    }
}
