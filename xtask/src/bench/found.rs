//! What the harness in `tests/bench` finds, line by line.

use serde::Deserialize;

/// One line of its output.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(super) enum Line {
    Machine(Machine),
    /// A part of the work begins.
    Topic {
        name: String,
    },
    Measured(Measured),
    Ratios(Ratios),
    Size(Size),
    Leak(Leak),
    Profile(Profile),
}

/// Where and with what it was measured.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Machine {
    pub(super) date: String,
    pub(super) cpu: String,
    pub(super) cores: u32,
    /// How many processes wanted a core when it began.
    pub(super) load: f64,
    pub(super) system: String,
    pub(super) versions: Vec<String>,
}

/// One thing, measured of several contenders. The n-th values were measured in the same round.
#[derive(Debug, Deserialize)]
pub(super) struct Measured {
    pub(super) topic: String,
    pub(super) row: String,
    pub(super) unit: String,
    pub(super) samples: Vec<(String, Vec<f64>)>,
}

/// How much of the native class's time something takes with each contender.
#[derive(Debug, Deserialize)]
pub(super) struct Ratios {
    pub(super) row: String,
    /// Microseconds for each message with the native class, by page.
    pub(super) micros: Vec<f64>,
    /// The ratio to the native class, by page.
    #[serde(rename = "ratios")]
    pub(super) pages: Vec<(String, Vec<f64>)>,
}

/// What a file weighs, in bytes.
#[derive(Debug, Deserialize)]
pub(super) struct Size {
    pub(super) group: String,
    pub(super) name: String,
    pub(super) version: Option<String>,
    pub(super) minified: u64,
    pub(super) gzip: u64,
    pub(super) brotli: u64,
}

/// What was there, again and again, while connections came and went.
#[derive(Debug, Deserialize)]
pub(super) struct Leak {
    pub(super) row: String,
    pub(super) points: Vec<Point>,
}

/// A look, after so many connections.
#[derive(Debug, Deserialize)]
pub(super) struct Point {
    pub(super) after: u64,
    /// Bytes of JavaScript and of the browser's own objects.
    pub(super) heap: u64,
    /// Bytes of wasm memory.
    pub(super) wasm: u64,
    pub(super) listeners: u64,
    /// The browser's sockets.
    pub(super) sockets: u64,
}

/// Where a received message's time goes.
#[derive(Debug, Deserialize)]
pub(super) struct Profile {
    pub(super) name: String,
    /// Microseconds for each message.
    pub(super) each: f64,
    pub(super) places: Vec<Place>,
}

/// A function's own share.
#[derive(Debug, Deserialize)]
pub(super) struct Place {
    pub(super) at: String,
    pub(super) micros: f64,
}

/// All that was found.
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

    /// The rows of a topic, in the order in which they were measured.
    pub(super) fn topic<'a>(&'a self, topic: &'a str) -> impl Iterator<Item = &'a Measured> {
        self.measured.iter().filter(move |measured| measured.topic == topic)
    }
}

impl Measured {
    /// A contender's values.
    pub(super) fn of(&self, name: &str) -> Option<&[f64]> {
        let found = self.samples.iter().find(|(contender, _)| contender == name);
        found.map(|(_, values)| values.as_slice())
    }
}
