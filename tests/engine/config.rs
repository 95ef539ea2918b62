//! Impossible configurations are refused, naming the option as JavaScript has it.

use holdfast_ws::engine::{Config, ConfigError, Engine, Heartbeat, Instant, QueueLimits, Reconnect, Span};

use crate::world::ms;

fn refused(config: Config) -> String {
    let error: ConfigError = Engine::<u32>::new(Instant::ORIGIN, config, 1).expect_err("an impossible configuration");
    error.to_string()
}

fn reconnect(change: impl FnOnce(&mut Reconnect)) -> Config {
    let mut reconnect = Reconnect::default();
    change(&mut reconnect);
    Config {
        reconnect: Some(reconnect),
        ..Config::default()
    }
}

fn heartbeat(change: impl FnOnce(&mut Heartbeat)) -> Config {
    let mut heartbeat = Heartbeat::default();
    change(&mut heartbeat);
    Config {
        heartbeat: Some(heartbeat),
        ..Config::default()
    }
}

#[test]
fn each_impossible_option_is_named_with_what_it_takes() {
    let table = [
        (
            reconnect(|r| r.min_delay = Span::ZERO),
            "reconnect.minDelay takes more than 0 ms",
        ),
        (
            reconnect(|r| r.max_delay = Span::ZERO),
            "reconnect.maxDelay takes more than 0 ms",
        ),
        (
            reconnect(|r| r.max_delay = ms(499)),
            "reconnect.minDelay takes at most maxDelay",
        ),
        (
            reconnect(|r| r.factor = 0.99),
            "reconnect.factor takes a finite number from 1",
        ),
        (
            reconnect(|r| r.factor = f64::NAN),
            "reconnect.factor takes a finite number from 1",
        ),
        (
            reconnect(|r| r.factor = f64::INFINITY),
            "reconnect.factor takes a finite number from 1",
        ),
        (
            reconnect(|r| r.max_attempts = 0),
            "reconnect.maxAttempts takes 1 or more, or Infinity",
        ),
        (
            reconnect(|r| r.connect_timeout = Span::ZERO),
            "reconnect.connectTimeout takes more than 0 ms",
        ),
        (
            heartbeat(|h| h.interval = Span::ZERO),
            "heartbeat.interval takes more than 0 ms",
        ),
        (
            heartbeat(|h| h.timeout = Span::ZERO),
            "heartbeat.timeout takes more than 0 ms",
        ),
        (
            Config {
                idle_timeout: Span::ZERO,
                ..Config::default()
            },
            "idleTimeout takes more than 0 ms",
        ),
        (
            Config {
                stall_timeout: Span::ZERO,
                ..Config::default()
            },
            "stallTimeout takes more than 0 ms",
        ),
    ];
    for (config, message) in table {
        assert_eq!(refused(config), message);
    }
}

#[test]
fn the_least_and_the_greatest_of_everything_is_possible() {
    let least = Config {
        reconnect: Some(Reconnect {
            min_delay: Span::from_millis_f64(0.001),
            max_delay: Span::from_millis_f64(0.001),
            factor: 1.0,
            max_attempts: 1,
            connect_timeout: Span::from_millis_f64(0.001),
            stable_after: Span::ZERO,
            on_wake: false,
            asks: false,
        }),
        queue: Some(QueueLimits {
            max_messages: 0,
            max_bytes: 0,
            max_age: Span::from_millis_f64(0.001),
        }),
        ..heartbeat(|h| (h.interval, h.timeout) = (Span::from_millis_f64(0.001), Span::from_millis_f64(0.001)))
    };
    let greatest = Config {
        reconnect: Some(Reconnect {
            min_delay: Span::FOREVER,
            max_delay: Span::FOREVER,
            factor: f64::MAX,
            max_attempts: u32::MAX,
            connect_timeout: Span::FOREVER,
            stable_after: Span::FOREVER,
            on_wake: true,
            asks: true,
        }),
        ..heartbeat(|h| (h.interval, h.timeout) = (Span::FOREVER, Span::FOREVER))
    };
    for config in [least, greatest, Config::default()] {
        assert_eq!(config.check(), Ok(()));
    }
}

#[test]
fn the_defaults_are_those_of_the_documentation() {
    let config = Config::default();
    let reconnect = config.reconnect.expect("reconnecting is on");
    assert_eq!((reconnect.min_delay, reconnect.max_delay), (ms(500), ms(8_000)));
    assert!((reconnect.factor - 2.0).abs() < f64::EPSILON);
    assert_eq!(reconnect.max_attempts, u32::MAX);
    assert_eq!(
        (reconnect.connect_timeout, reconnect.stable_after),
        (ms(10_000), ms(5_000))
    );
    let queue = config.queue.expect("the queue is on");
    assert_eq!((queue.max_messages, queue.max_bytes), (1024, 1_048_576));
    assert_eq!(queue.max_age, Span::FOREVER);
    assert!(
        config.heartbeat.is_none() && config.idle_timeout == Span::FOREVER && config.stall_timeout == Span::FOREVER
    );
    let heartbeat = Heartbeat::default();
    assert_eq!((heartbeat.interval, heartbeat.timeout), (ms(25_000), ms(10_000)));
}
