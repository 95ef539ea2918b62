//! Users with more than one tab: a connection for each tab, and one for all tabs of a user.

use storm::{Report, Scenario, Way, run};

use xtask::markdown::{grouped, table};

/// Tabs of a user, in tenths.
const TABS: u32 = 17;

/// The scenarios in which many connections are lost at once.
const SCENARIOS: [Scenario; 4] = [
    Scenario::Restart,
    Scenario::RestartWithCode,
    Scenario::SlowRecovery,
    Scenario::Flapping,
];

/// Returns the number of connections of this many users that share none.
const fn connections_of_tabs(users: u32) -> u32 {
    users.saturating_mul(TABS) / 10
}

/// Returns the section on users with tabs.
pub(super) fn section(users: u32, seed: u64) -> String {
    let head = [
        "",
        "connections",
        "attempts",
        "for each user",
        "peak in a second",
        "50 % back",
        "99 %",
        "all",
    ];
    let mut rows = vec![head.map(String::from).to_vec()];
    for scenario in SCENARIOS {
        for (words, clients) in [
            ("each tab its own", connections_of_tabs(users)),
            ("one for all tabs", users),
        ] {
            let report = run(Way::Ours, scenario, clients, seed, |_| {});
            rows.push(row(&format!("{}: {words}", scenario.name()), users, &report));
        }
    }
    format!(
        "### users with tabs\n\n{} users with 1.7 tabs each, on average. The tabs of a user have a connection each, or one for all \
         (`holdfast-ws/tabs`). All use the engine with its defaults, and the server accepts as many connections a second in both cases. \
         Times are from the loss of a connection to the next one.\n\n{}",
        grouped(users.into()),
        table(&rows)
    )
}

fn row(words: &str, users: u32, report: &Report) -> Vec<String> {
    let seconds = |share| {
        report
            .away_at_most(share)
            .map_or("never".into(), |s| format!("{s:.1} s"))
    };
    #[allow(clippy::cast_precision_loss)] // For a figure with two digits.
    let each = report.attempts as f64 / f64::from(users);
    vec![
        words.into(),
        grouped(report.clients.into()),
        grouped(report.attempts),
        format!("{each:.1}"),
        grouped(report.peak().into()),
        seconds(0.5),
        seconds(0.99),
        seconds(1.0),
    ]
}

#[cfg(test)]
mod tests {
    use super::{connections_of_tabs, section};

    #[test]
    fn users_who_share_have_a_connection_each_and_the_others_seventeen_for_ten() {
        assert_eq!(connections_of_tabs(1_000), 1_700);
        let section = section(1_000, 1);
        let connections = |words: &str| {
            let row = section.lines().find(|line| line.contains(words)).unwrap_or_default();
            row.split('|').nth(2).unwrap_or_default().trim().to_owned()
        };
        assert_eq!(connections("restart: each tab its own"), "1,700");
        assert_eq!(connections("restart: one for all tabs"), "1,000");
    }
}
