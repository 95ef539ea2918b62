//! What the simulations found, as Markdown.

use std::{fmt::Write as _, time::Duration};

use storm::Scenario;

use super::Outcome;

/// One scenario's table.
pub(super) fn section(scenario: Scenario, outcomes: &[Outcome]) -> String {
    let mut rows = vec![
        [
            "",
            "attempts",
            "for each",
            "peak in a second",
            "50 % back",
            "99 %",
            "all",
            "fairness",
        ]
        .map(String::from),
        ["---", "---:", "---:", "---:", "---:", "---:", "---:", "---:"].map(String::from),
    ];
    for Outcome { way, report } in outcomes {
        let seconds = |share| {
            report
                .away_at_most(share)
                .map_or("never".into(), |s| format!("{s:.1} s"))
        };
        #[allow(clippy::cast_precision_loss)] // For a figure with two digits.
        let each = report.attempts as f64 / f64::from(report.clients);
        rows.push([
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
    format!("### {}\n\n{}\n\n{}", scenario.name(), scenario.story(), aligned(&rows))
}

/// The rows with columns as wide as their widest cells.
fn aligned(rows: &[[String; 8]]) -> String {
    let mut text = String::new();
    for row in rows {
        text.push('|');
        for (column, cell) in row.iter().enumerate() {
            let width = rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
            let _ = match (cell.starts_with("---"), column) {
                (true, 0) => write!(text, " {:-<width$} |", ""),
                (true, _) => write!(text, " {:-<1$}: |", "", width - 1),
                (false, 0) => write!(text, " {cell:<width$} |"),
                (false, _) => write!(text, " {cell:>width$} |"),
            };
        }
        text.push('\n');
    }
    text.trim_end().to_owned()
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
pub(super) fn page<'a>(machine: &str, sections: impl Iterator<Item = (Scenario, &'a str)>) -> String {
    let mut page = format!(
        "# A million clients\n\nWritten by `cargo xtask storm --write`; its numbers are not edited. {machine}\n\n\
         Simulated by discrete events: holdfast-ws is the real engine with its defaults, the others are their algorithms with \
         their defaults, as read in their sources. Round trips are from 20 to 200 ms. *Attempts* and *peak* are the server's \
         load, times are from a client's loss of its connection to its next one, *fairness* is Jain's index of those times.\n"
    );
    for (scenario, section) in sections {
        let _ = write!(page, "\n{}\n", section.replacen("###", "##", 1));
        if scenario != Scenario::Blip {
            let _ = write!(page, "\n![Attempts a second, and who is back]({})\n", plot_of(scenario));
        }
    }
    page
}

/// `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(
            [0, 999, 1_000, 1_234_567].map(grouped),
            ["0", "999", "1,000", "1,234,567"]
        );
    }
}
