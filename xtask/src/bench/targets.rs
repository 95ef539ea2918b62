//! The targets, and whether this run has met them.

use super::{
    found::{Found, Leak, Measured, Ratios},
    spread::{Mean, Spread},
};
use xtask::markdown::grouped;

/// The contenders' names in the harness.
pub(super) const NATIVE: &str = "native";
pub(super) const OURS: &str = "holdfast-ws";
const HEARTBEAT: &str = "with heartbeat";

/// The growth that is accepted after thousands of connections: noise of the garbage collector.
const FLAT: f64 = 1.05;

/// A target, and the value that was measured.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) what: &'static str,
    pub(super) reach: String,
    pub(super) reached: String,
    pub(super) verdict: Verdict,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Met,
    /// The target lies within the confidence interval.
    Unsure,
    Missed,
}

impl Verdict {
    /// Returns the verdict on an interval whose upper limit is `most`.
    fn at_most(most: f64, (low, high): (f64, f64)) -> Self {
        if high <= most {
            Self::Met
        } else if low <= most {
            Self::Unsure
        } else {
            Self::Missed
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Met => "yes",
            Self::Unsure => "within the noise",
            Self::Missed => "**no**",
        }
    }
}

/// Returns every target that this run has measured.
pub(super) fn judge(found: &Found) -> Vec<Target> {
    let row = |topic, row: &str| found.topic(topic).find(|measured| measured.row == row);
    let tabs = |named| row("tabs", named);
    let (single, burst) = (tabs("32 B text, one at a time"), tabs("32 B text, at once"));
    let targets = [
        ratio(found, "received, 32 B text", 1.03),
        ratio(found, "received, 4 KiB binary", 1.01),
        ratio(found, "sent, 32 B text", 1.03),
        more("first construction", 3.5, row("opening", "the first construction")),
        more("a later construction", 0.1, row("opening", "a later construction")),
        at_most(
            "a message to seven followers, the leader's page",
            500.0,
            single,
            "the leader of eight tabs",
        ),
        // One that wakes an idle page costs more in any tab, also in one with a connection of its own.
        at_most(
            "each of a burst to seven followers, a follower's page",
            60.0,
            burst,
            "a follower",
        ),
    ];
    let mut targets: Vec<Target> = targets.into_iter().flatten().collect();
    targets.extend(size(found));
    targets.extend(found.leaks.iter().filter_map(flat));
    targets
}

/// The target that memory and listeners don't grow.
fn flat(leak: &Leak) -> Option<Target> {
    // One-time allocations are made before the second sample; the peak of live objects is reached halfway.
    let (first, half, last) = (
        leak.points.get(1)?,
        leak.points.get(leak.points.len() / 2)?,
        leak.points.last()?,
    );
    #[allow(clippy::cast_precision_loss)] // Megabytes.
    let [grown, wasm_grown] =
        [(last.heap, first.heap), (last.wasm, half.wasm)].map(|(last, then)| last as f64 / then as f64);
    let rest = wasm_grown <= FLAT && last.listeners <= first.listeners && last.sockets <= first.sockets;
    let rest_reached = if rest { "the rest flat" } else { "the rest not" };
    let connections = last.after - first.after;
    Some(Target {
        what: if leak.row.starts_with("re") {
            "reconnects in a page"
        } else {
            "sockets constructed, opened, closed in a page"
        },
        reach: "heap, wasm memory, listeners flat".into(),
        reached: format!("heap {grown:.3} × after {} more; {rest_reached}", grouped(connections)),
        verdict: if grown <= FLAT && rest {
            Verdict::Met
        } else {
            Verdict::Missed
        },
    })
}

/// The target for a message, with a heartbeat: the recommended configuration.
fn ratio(found: &Found, what: &'static str, most: f64) -> Option<Target> {
    let Ratios { micros, pages, .. } = found.ratios.iter().find(|ratios| ratios.row == what)?;
    let (_, ours) = pages.iter().find(|(name, _)| name == HEARTBEAT)?;
    let ratio = Mean::of(ours)?;
    let more = (ratio.mean - 1.0) * Spread::of(micros)?.median;
    Some(Target {
        what,
        reach: format!("≤ {most} × native"),
        reached: format!("{:.3} ± {:.3} ×, {more:+.2} µs", ratio.mean, ratio.error),
        verdict: Verdict::at_most(most, ratio.sure()),
    })
}

/// The target in milliseconds more than native.
fn more(what: &'static str, most: f64, measured: Option<&Measured>) -> Option<Target> {
    let measured = measured?;
    let more = Spread::paired(measured.of(OURS)?, measured.of(NATIVE)?, |ours, theirs| {
        (ours - theirs) / 1000.0
    })?;
    let (low, high) = more.sure;
    Some(Target {
        what,
        reach: format!("≤ {most} ms more than native"),
        reached: format!("{:.2} ms ({low:.2}–{high:.2})", more.median),
        verdict: Verdict::at_most(most, more.sure),
    })
}

/// The target in microseconds of the main thread.
fn at_most(what: &'static str, most: f64, measured: Option<&Measured>, name: &str) -> Option<Target> {
    let micros = Spread::of(measured?.of(name)?)?;
    let (low, high) = micros.sure;
    Some(Target {
        what,
        reach: format!("≤ {most} µs"),
        reached: format!("{:.0} µs ({low:.0}–{high:.0})", micros.median),
        verdict: Verdict::at_most(most, micros.sure),
    })
}

fn size(found: &Found) -> Option<Target> {
    const MOST: f64 = 14.0;
    let entry = found.sizes.iter().find(|size| size.name == "index.mjs")?;
    #[allow(clippy::cast_precision_loss)] // Kilobytes.
    let kilobytes = entry.brotli as f64 / 1000.0;
    Some(Target {
        what: "the whole default entry, minified",
        reach: format!("≤ {MOST} KB brotli"),
        reached: format!("{kilobytes:.1} KB"),
        verdict: Verdict::at_most(MOST, (kilobytes, kilobytes)),
    })
}

#[cfg(test)]
mod tests {
    use super::Verdict;

    #[test]
    fn a_figure_is_met_or_missed_only_beyond_what_chance_leaves_open() {
        let of = |low, high| Verdict::at_most(1.03, (low, high));
        assert_eq!(of(1.0, 1.02), Verdict::Met);
        assert_eq!(of(1.02, 1.05), Verdict::Unsure);
        assert_eq!(of(1.04, 1.05), Verdict::Missed);
    }
}
