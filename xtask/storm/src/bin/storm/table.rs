//! The results of the simulations, as Markdown.

use std::{fmt::Write as _, time::Duration};

use storm::{Herd, HerdReport, HerdWay, Scenario, Way};

use super::outcome::{OUTAGES, Outcome};
use xtask::markdown::{grouped, table};

/// Returns the section of one scenario.
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

/// Returns the section on single clients: their delay after the server is up again, for each outage.
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
        "### one client\n\nA server is down for this long, and one client reconnects to it. The table shows the client's delay after the \
         server is up again: the median, and the 99th percentile.\n\n{}",
        table(&rows)
    )
}

/// Returns the section on the channels of all clients after a restart of the broker, for each of its rates.
pub(super) fn herds(herds: &[(Herd, Vec<(HerdWay, HerdReport)>)]) -> String {
    let head = [
        "",
        "attempts",
        "requests",
        "peak in a second",
        "work",
        "50 % back",
        "99 %",
        "all",
    ];
    let mut text = String::from("### channels");
    for (herd, outcomes) in herds {
        let mut rows = vec![head.map(String::from).to_vec()];
        for (way, report) in outcomes {
            let seconds = |share| {
                report
                    .away_at_most(share)
                    .map_or("never".into(), |s| format!("{s:.1} s"))
            };
            rows.push(vec![
                way.name().into(),
                grouped(report.attempts),
                grouped(report.requests),
                grouped(report.peak()),
                format!("{:.2}", report.work()),
                seconds(0.5),
                seconds(0.99),
                seconds(1.0),
            ]);
        }
        let _ = write!(
            text,
            "\n\nA broker restarts. {} clients with {} channels each connect again, {} a second, and subscribe all their channels. The \
             broker handles {} subscriptions a second.\n\n{}",
            grouped(herd.clients.into()),
            herd.channels,
            grouped(herd.accepts.into()),
            grouped(herd.subscribes.into()),
            table(&rows)
        );
    }
    text.push_str(
        "\n\n*Requests* are messages that ask for subscriptions, *peak* counts subscriptions. *Work* is what the broker has handled for \
         each subscription that was needed: 1 if none was handled twice. Clients are *back* when all their channels are subscribed; \
         *never* means not within half an hour. Brokers differ: this one answers in the order of asking, and handles also what nobody \
         waits for any more, unless the connection is gone.",
    );
    text
}

/// Returns a sentence on the size and the speed of the simulation.
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

/// Returns the path of a scenario's plot, relative to `docs/`.
pub(super) fn plot_of(scenario: Scenario) -> String {
    format!("plots/storm-{}.svg", scenario.name())
}

/// Returns the whole page.
pub(super) fn page<'a>(machine: &str, sections: impl Iterator<Item = (Scenario, &'a str)>, rest: [&str; 3]) -> String {
    let mut page = format!(
        "# A million clients\n\nWritten by `cargo xtask storm --write`; its numbers are not edited. {machine}\n\n\
         A discrete-event simulation. holdfast-ws is the real engine with its defaults. The others are their algorithms with \
         their defaults, as read in their sources; none of them uses hints from the server. [Decisions](decisions.md#backoff) \
         explains our defaults. Round trips take 20 to 200 ms. *Attempts* and *peak* are the server's load. Times are from the \
         loss of a client's connection to its next one. *Fairness* is Jain's index of those times.\n"
    );
    for (scenario, section) in sections {
        let _ = write!(page, "\n{}\n", section.replacen("###", "##", 1));
        if scenario != Scenario::Blip {
            let _ = write!(
                page,
                "\n![Attempts per second, and reconnected clients]({})\n",
                plot_of(scenario)
            );
        }
    }
    for section in rest {
        let _ = write!(page, "\n{}\n", section.replacen("###", "##", 1));
    }
    page
}
