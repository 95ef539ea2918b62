//! The simulation itself: everyone comes back, the server's limits hold, and chance has a seed.

use storm::{Herd, HerdWay, Scenario, Way, herd, run, waits};

const CLIENTS: u32 = 20_000;

#[test]
fn everyone_comes_back_in_every_scenario_by_every_way() {
    for scenario in Scenario::ALL {
        for way in Way::ALL {
            let report = run(way, scenario, CLIENTS, 1, |_| {});
            assert_eq!(report.away.len(), CLIENTS as usize, "{way:?} in {scenario:?}");
            assert_eq!(report.back.last(), Some(&CLIENTS));
            assert!(report.attempts >= u64::from(CLIENTS));
            assert_eq!(
                report.attempts,
                report
                    .by_second
                    .iter()
                    .map(|&attempts| u64::from(attempts))
                    .sum::<u64>()
            );
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_storm() {
    let once = || run(Way::Ours, Scenario::Restart, CLIENTS, 7, |_| {});
    let (first, second) = (once(), once());
    assert_eq!((first.away, first.by_second), (second.away, second.by_second));
}

#[test]
fn no_more_come_back_in_a_second_than_the_server_accepts() {
    let report = run(Way::Mqtt, Scenario::Restart, 200_000, 1, |_| {});
    let mut before = 0;
    for &back in &report.back {
        // 20,000 a second, and a tenth of that at once.
        assert!(back - before <= 22_100, "{} in a second", back - before);
        before = back;
    }
    assert!(
        report
            .away_at_most(0.99)
            .is_some_and(|seconds| seconds >= 2.0 + 198_000.0 / 20_000.0 - 0.2)
    );
}

#[test]
fn a_lone_connection_that_drops_is_back_in_little_over_half_a_second() {
    let report = run(Way::Ours, Scenario::Blip, CLIENTS, 1, |_| {});
    // The delay is at most 500 ms, a round trip at most 200.
    assert!(report.away_at_most(1.0).is_some_and(|seconds| seconds <= 0.701));
    assert!(report.away_at_most(0.5).is_some_and(|seconds| seconds <= 0.6));
    assert_eq!(report.attempts, u64::from(CLIENTS));
}

#[test]
fn with_a_retry_after_for_each_client_no_client_dials_twice() {
    let report = run(Way::Ours, Scenario::RestartSpread, CLIENTS, 1, |_| {});
    assert_eq!(report.attempts, u64::from(CLIENTS));
}

#[test]
fn only_clients_that_take_hints_reconnect_differently_after_code_1012() {
    for way in Way::ALL {
        let away = |scenario| run(way, scenario, 2_000, 1, |_| {}).away;
        let differs = away(Scenario::Restart) != away(Scenario::RestartWithCode);
        assert_eq!(differs, way.takes_hints(), "{way:?}");
    }
}

#[test]
fn a_server_that_flaps_is_met_once_for_each_time_it_drops_and_once_for_good() {
    let report = run(Way::Mqtt, Scenario::Flapping, 2_000, 1, |_| {});
    // Each second and a bit, for half a minute.
    let each = report.attempts / 2_000;
    assert!((24..=30).contains(&each), "{each} attempts each");
}

#[test]
fn a_single_client_is_back_within_the_greatest_delay_after_an_outage() {
    for outage in [1_000, 10_000, 300_000] {
        let waits = waits(Way::Ours, outage, 2_000, 1);
        assert_eq!(waits.len(), 2_000);
        assert!(
            // The greatest delay, and two round trips of 200 ms.
            waits.iter().all(|&wait| wait <= 8_400) && waits[1_000] < 4_500,
            "after {outage} ms"
        );
    }
}

#[test]
fn a_broker_that_keeps_up_handles_each_subscription_once() {
    let size = Herd {
        clients: 2_000,
        channels: 20,
        accepts: 1_000,
        subscribes: 40_000,
    };
    for way in HerdWay::ALL {
        let report = herd(way, size, 1);
        assert_eq!(report.away.len(), 2_000, "{way:?}");
        assert_eq!((report.subscriptions, report.handled), (40_000, 40_000), "{way:?}");
    }
}

#[test]
fn a_broker_that_is_a_minute_behind_gets_little_more_work_from_us_than_it_must_do() {
    let size = Herd {
        clients: 2_400,
        channels: 20,
        accepts: 1_000,
        subscribes: 800,
    };
    let report = herd(HerdWay::Ours, size, 1);
    assert_eq!(report.away.len(), 2_400);
    // Each is asked for once more at most.
    assert!(report.work() < 2.0, "{}", report.work());
    assert!(report.away_at_most(1.0).is_some_and(|seconds| seconds < 120.0));
}
