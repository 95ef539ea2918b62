//! What the simulations found, as Markdown.

use std::{fmt::Write as _, time::Duration};

use storm::{Scenario, Way};

use super::outcome::{OUTAGES, Outcome};
use crate::markdown::{grouped, table};

/// One scenario's table.
pub(super) fn section(scenario: Scenario, outcomes: &[Outcome<'_>]) -> String {
    let head = [
        "",
        "attempts",
        "for each",
        "peak in a second",
        "50 % back",
        "99 %",
        "all",
        "fairness",
    ];
    let mut rows = vec![head.map(String::from).to_vec()];
    for Outcome { way, report } in outcomes {
        let seconds = |share| {
            report
                .away_at_most(share)
                .map_or("never".into(), |s| format!("{s:.1} s"))
        };
        #[allow(clippy::cast_precision_loss)] // For a figure with two digits.
        let each = report.attempts as f64 / f64::from(report.clients);
        rows.push(vec![
            way.name().into(),
            grouped(report.attempts),
            format!("{each:.1}"),
            grouped(report.peak().into()),
            seconds(0.5),
            seconds(0.99),
            seconds(1.0),
            format!("{:.2}", report.fairness()),
        ]);
    }
    format!("### {}\n\n{}\n\n{}", scenario.name(), scenario.story(), table(&rows))
}

/// How long single clients still wait when their server is up again, for each outage.
pub(super) fn alone(waits: [(Way, [Vec<u32>; OUTAGES.len()]); Way::ALL.len()]) -> String {
    let second = |waits: &[u32], percent: usize| {
        let wait = waits.get(waits.len() * percent / 100).copied();
        f64::from(wait.unwrap_or_default()) / 1000.0
    };
    let mut rows = vec![vec![String::new()]];
    rows[0].extend(OUTAGES.map(|seconds| format!("{seconds} s")));
    for (way, waits) in waits {
        let mut row = vec![way.name().to_owned()];
        row.extend(waits.map(|waits| format!("{:.1}, {:.1} s", second(&waits, 50), second(&waits, 99))));
        rows.push(row);
    }
    format!(
        "### one client\n\nA server is down for so long, and one client waits for it: how much longer than the outage it is away, \
         by the median and in the worst of a hundred cases.\n\n{}",
        table(&rows)
    )
}

/// What was simulated, and how fast.
pub(super) fn machine(clients: u32, seed: u64, steps: u64, took: Duration) -> String {
    #[allow(clippy::cast_precision_loss)] // For a figure with two digits.
    let rate = steps as f64 / took.as_secs_f64() / 1e6;
    format!(
        "{} clients each, seed {seed}; {} steps in {:.0} s, {rate:.1} million a second, on {} cores.",
        grouped(clients.into()),
        grouped(steps),
        took.as_secs_f64(),
        std::thread::available_parallelism().map_or(1, usize::from),
    )
}

/// Where a scenario's plot is, from `docs/`.
pub(super) fn plot_of(scenario: Scenario) -> String {
    format!("plots/storm-{}.svg", scenario.name())
}

/// The whole page.
pub(super) fn page<'a>(machine: &str, sections: impl Iterator<Item = (Scenario, &'a str)>, alone: &str) -> String {
    let mut page = format!(
        "# A million clients\n\nWritten by `cargo xtask storm --write`; its numbers are not edited. {machine}\n\n\
         Simulated by discrete events: holdfast-ws is the real engine with its defaults, the others are their algorithms with \
         their defaults, as read in their sources; none of them takes hints. Why ours are what they are is in \
         [Decisions](decisions.md#backoff). Round trips are from 20 to 200 ms. *Attempts* and *peak* are the server's \
         load, times are from a client's loss of its connection to its next one, *fairness* is Jain's index of those times.\n"
    );
    for (scenario, section) in sections {
        let _ = write!(page, "\n{}\n", section.replacen("###", "##", 1));
        if scenario != Scenario::Blip {
            let _ = write!(page, "\n![Attempts a second, and who is back]({})\n", plot_of(scenario));
        }
    }
    let _ = write!(page, "\n{}\n", alone.replacen("###", "##", 1));
    page
}
