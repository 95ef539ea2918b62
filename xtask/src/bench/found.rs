//! The results of the harness in `tests/bench`: it prints one JSON object a line.

use serde::Deserialize;

/// One line of its output.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(super) enum Line {
    Machine(Machine),
    /// A topic begins.
    Topic {
        name: String,
    },
    Measured(Measured),
    Ratios(Ratios),
    Size(Size),
    Leak(Leak),
    Profile(Profile),
}

/// The machine and the software of a run.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Machine {
    pub(super) date: String,
    pub(super) cpu: String,
    pub(super) cores: u32,
    /// The load average at the beginning.
    pub(super) load: f64,
    pub(super) system: String,
    pub(super) versions: Vec<String>,
}

/// One measurement of several contenders. Their n-th values are of the same round.
#[derive(Debug, Deserialize)]
pub(super) struct Measured {
    pub(super) topic: String,
    pub(super) row: String,
    pub(super) unit: String,
    pub(super) samples: Vec<(String, Vec<f64>)>,
}

/// The time of an operation with each contender, relative to the native class.
#[derive(Debug, Deserialize)]
pub(super) struct Ratios {
    pub(super) row: String,
    /// Microseconds for each message with the native class, by page.
    pub(super) micros: Vec<f64>,
    /// The ratio to the native class, by page.
    #[serde(rename = "ratios")]
    pub(super) pages: Vec<(String, Vec<f64>)>,
}

/// The size of a file, in bytes.
#[derive(Debug, Deserialize)]
pub(super) struct Size {
    pub(super) group: String,
    pub(super) name: String,
    pub(super) version: Option<String>,
    pub(super) minified: u64,
    pub(super) gzip: u64,
    pub(super) brotli: u64,
}

/// Memory, listeners and sockets, sampled repeatedly while connections open and close.
#[derive(Debug, Deserialize)]
pub(super) struct Leak {
    pub(super) row: String,
    pub(super) points: Vec<Point>,
}

/// A sample, after this many connections.
#[derive(Debug, Deserialize)]
pub(super) struct Point {
    pub(super) after: u64,
    /// Bytes of JavaScript and of the browser's own objects.
    pub(super) heap: u64,
    /// Bytes of wasm memory.
    pub(super) wasm: u64,
    pub(super) listeners: u64,
    /// The number of the browser's sockets.
    pub(super) sockets: u64,
}

/// The CPU profile of receiving messages.
#[derive(Debug, Deserialize)]
pub(super) struct Profile {
    pub(super) name: String,
    /// Microseconds for each message.
    pub(super) each: f64,
    pub(super) places: Vec<Place>,
}

/// A function's own share of the time.
#[derive(Debug, Deserialize)]
pub(super) struct Place {
    pub(super) at: String,
    pub(super) micros: f64,
}

/// All results of a run.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) machine: Machine,
    pub(super) measured: Vec<Measured>,
    pub(super) ratios: Vec<Ratios>,
    pub(super) sizes: Vec<Size>,
    pub(super) leaks: Vec<Leak>,
    pub(super) profiles: Vec<Profile>,
}

impl Found {
    pub(super) fn take(&mut self, line: Line) {
        match line {
            Line::Machine(machine) => self.machine = machine,
            Line::Topic { .. } => {}
            Line::Measured(measured) => self.measured.push(measured),
            Line::Ratios(ratios) => self.ratios.push(ratios),
            Line::Size(size) => self.sizes.push(size),
            Line::Leak(leak) => self.leaks.push(leak),
            Line::Profile(profile) => self.profiles.push(profile),
        }
    }

    /// Returns the rows of a topic, in the order of measuring.
    pub(super) fn topic<'a>(&'a self, topic: &'a str) -> impl Iterator<Item = &'a Measured> {
        self.measured.iter().filter(move |measured| measured.topic == topic)
    }
}

impl Measured {
    /// Returns a contender's values.
    pub(super) fn of(&self, name: &str) -> Option<&[f64]> {
        let found = self.samples.iter().find(|(contender, _)| contender == name);
        found.map(|(_, values)| values.as_slice())
    }
}
