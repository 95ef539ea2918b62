//! What was found, as Markdown.

use std::fmt::Write as _;

use super::{
    found::{Found, Leak, Machine, Measured, Profile, Ratios, Size},
    plot,
    spread::{Mean, Spread},
    targets,
};
use crate::markdown::{grouped, table};

/// The topics that are measured by contender: their names, titles, what is to be known, and their plots.
const TOPICS: [(&str, &str, &str); 6] = [
    (
        "received",
        "A received message",
        "From the browser's event to the last listener, each of which looks at the data. *json* is text that can be a reply, \
         so it is looked into while a request is pending; it has no `id`, so it is not parsed. *With a request pending* has \
         the heartbeat, too. *On 60 sockets* is on as many of each contender: Chromium opens 255 in a profile and refuses the \
         next, so a thousand can't be measured.",
    ),
    (
        "sent",
        "A sent message",
        "Until the server has it all, in blocks of a hundred and more.",
    ),
    (
        "requests",
        "A request and its reply",
        "Against the ten lines that people write: a `Map`, a number, `JSON.parse`; and with the timeout that they need as \
         well. Ours also has its signal, its queue, its retry and its errors.",
    ),
    (
        "opening",
        "Construction",
        "The first is in a new process for each. With it ours compiles its WebAssembly, and the browser its class's code. \
         Both peers only prepare in their constructors and make the browser's socket later. Time *by the clock* includes \
         waiting for the browser's other threads.",
    ),
    (
        "flat",
        "Whether it depends on how many wait",
        "The same work beside ten, a thousand and a hundred thousand that wait.",
    ),
    (
        "memory",
        "Memory",
        "Of JavaScript, of the browser's objects in the page and of buffers, wasm memory among them, after a collection; \
         without what the first socket brings. The `Map`'s request has no timeout.",
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

const METHOD: &str = "Everything is measured in one run of headless Chromium, what is compared in one page. Times are the \
    main thread's CPU time (`Performance.getMetrics`, `ThreadTime`: the thread's own clock in microseconds), so that other \
    processes and waiting are not in them. A round measures every contender once, in an order that moves on; ratios are \
    taken within a round, and what is shown is their median and, in brackets, the middle half of them. What the measuring \
    costs is taken off. In the first table the ratios of messages are means of fresh pages' medians, each page with a process of its \
    own, with their standard errors, of a socket with a heartbeat; the brackets there are the median's own bounds, with 95 % certainty.";

const RATIOS: &str =
    "The time of a message as a multiple of the native class's: the mean of fresh pages, with its standard error.";

const WHY: &str = "What ours does beyond the browser's own work: a received message gets a prototype that answers `target` with \
    our socket, and goes through our own list of listeners; a heartbeat reads its time, `pong` compares it, a pending request \
    looks for its number. WebAssembly is not called for it, nor for a sent message on an open line, which is our method, its \
    checks, and the browser's `send` (`tests/package/crossings.test.mjs` holds them to that). The first construction decodes the \
    text of the WebAssembly, compiles it, and runs everything for the first time; a later one makes a core, its closures and its \
    listeners. Shares are [below](#where-a-received-messages-time-goes). Of the entry's size, three fifths are the WebAssembly, and \
    [its parts](#size) say what is in it. Its figure would take off a third, as much as the engine and the driver together have. \
    That third costs a first visit 6 ms at 10 Mbit/s, a later one nothing, and the first construction its share, which stays \
    within its own figure.";

const PROFILE: &str = "What a text of 32 B takes in all, by the thread's clock; and each function's own share, by the sampling \
    profiler, in microseconds. That samples by the clock on the wall, so on a busy machine its figures are too high, and only \
    their proportions count; the browser's own work is not in them. Names are the built package's, so the beginning of a \
    function's text stands for it.";

const SIZE: &str = "Bytes, minified; the peers from their npm packages, bundled by esbuild with the same settings. React is \
    the application's own. *Code* is that of the wasm file's functions, each part compressed by itself. The compiler puts a \
    function that is called once into its caller, so the driver and the bindings have some of the engine's.";

const LEAKS: &str = "One page, with a heartbeat on; after a collection: the heap, wasm memory, the browser's count of \
    listeners, and its sockets that are still alive. Wasm memory never shrinks: it has the size of the most that was alive \
    between two collections of the browser's choice.";

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

/// A table of one topic: what the first contender takes, and the others in its terms.
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

/// With three digits that say something.
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

/// A row for each thing measured, a column for each contender.
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
