//! The cost of a message in the engine, in units that are the same on every machine: allocations, and steps of the caller's loop (outputs to
//! execute, events to dispatch, timers to set). `cargo xtask bench` measures times.
#![cfg(not(target_arch = "wasm32"))]

use allocation_counter::measure;
use holdfast_ws::engine::{
    Config, ConnectionId, Engine, Heartbeat, Instant, Output, QueueLimits, Reply, RequestId, Route, Span,
};

/// The steps of the caller's loop.
#[derive(Debug, Default, PartialEq, Eq)]
struct Steps {
    outputs: u32,
    events: u32,
    /// True if the next deadline has moved.
    rearmed: bool,
}

const NONE: Steps = Steps {
    outputs: 0,
    events: 0,
    rearmed: false,
};

/// One transmission, or whatever else is one output.
const ONE_OUTPUT: Steps = Steps { outputs: 1, ..NONE };

const NOW: Instant = Instant::from_millis(1_000_000);
const LINE: ConnectionId = ConnectionId::new(1);

/// Room that is there is no longer a cost; a thousand messages make it.
const WARM: u64 = 1_000;

fn later(millis: u64) -> Instant {
    NOW.saturating_add(Span::from_millis(millis))
}

fn engine(config: Config) -> Engine<u64> {
    let mut engine = Engine::new(NOW, config, 1).expect("a possible configuration");
    assert_eq!(steps(&mut engine, |_| ()).outputs, 1, "it dials");
    engine
}

fn open(config: Config) -> Engine<u64> {
    let mut engine = engine(config);
    engine.handle_open(NOW, LINE);
    steps(&mut engine, |_| ());
    engine
}

fn beating() -> Config {
    let heartbeat = Heartbeat {
        interval: Span::from_millis(25_000),
        timeout: Span::from_millis(10_000),
        matches: true,
    };
    Config {
        heartbeat: Some(heartbeat),
        ..Config::default()
    }
}

/// Limits that no measurement reaches.
fn roomy() -> Config {
    let queue = QueueLimits {
        max_messages: u32::MAX,
        max_bytes: u64::MAX,
        ..QueueLimits::default()
    };
    Config {
        queue: Some(queue),
        ..Config::default()
    }
}

/// Runs something and the caller's loop after it.
fn steps(engine: &mut Engine<u64>, run: impl FnOnce(&mut Engine<u64>)) -> Steps {
    let before = engine.poll_timeout();
    run(engine);
    let mut steps = Steps::default();
    while engine.poll_output().is_some() {
        steps.outputs += 1;
    }
    while engine.poll_event().is_some() {
        steps.events += 1;
    }
    steps.rearmed = engine.poll_timeout() != before;
    steps
}

/// A thousand times to make room, then once: the allocations and steps of that one time.
fn cost(engine: &mut Engine<u64>, mut run: impl FnMut(&mut Engine<u64>, u64)) -> (u64, Steps) {
    for number in 0..WARM {
        steps(engine, |engine| run(engine, number));
    }
    let mut last = Steps::default();
    let counted = measure(|| last = steps(engine, |engine| run(engine, WARM)));
    (counted.count_total, last)
}

#[test]
fn a_received_message_takes_no_memory_and_no_step() {
    for config in [Config::default(), beating()] {
        let cost = cost(&mut open(config), |engine, number| {
            assert!(engine.handle_message(later(number), LINE, false));
        });
        assert_eq!(cost, (0, NONE));
    }
}

#[test]
fn a_received_message_takes_no_more_while_requests_are_pending() {
    let mut engine = open(beating());
    for _ in 0..1_000 {
        ask(&mut engine, 0);
    }
    let cost = cost(&mut engine, |engine, number| {
        assert!(engine.expects_replies(|| later(number)));
        assert!(engine.handle_message(later(number), LINE, false));
    });
    assert_eq!(cost, (0, NONE));
}

#[test]
fn a_sent_message_is_one_transmission_and_takes_no_memory() {
    for config in [Config::default(), beating()] {
        let cost = cost(&mut open(config), |engine, number| {
            engine.send(NOW, number, 10).expect("an open line");
        });
        assert_eq!(cost, (0, ONE_OUTPUT));
    }
}

#[test]
fn a_queued_message_is_no_step_and_a_thousand_take_a_handful_of_allocations() {
    let mut engine = engine(roomy());
    let counted = measure(|| {
        for number in 0..1_000 {
            let steps = steps(&mut engine, |engine| {
                engine.send(NOW, number, 10).expect("room");
            });
            assert_eq!(steps, NONE);
        }
    });
    // The queue doubles its room: 4, 8, … 1024.
    assert!((1..=9).contains(&counted.count_total), "{counted:?}");
}

#[test]
fn what_was_queued_leaves_in_one_transmission_each() {
    let mut engine = engine(roomy());
    for number in 0..1_000 {
        engine.send(NOW, number, 10).expect("room");
    }
    engine.handle_open(NOW, LINE);
    let mut transmitted = 0;
    while let Some(output) = engine.poll_output() {
        transmitted += u32::from(matches!(output, Output::Transmit(..)));
    }
    assert_eq!(transmitted, 1_000);
}

/// Sends a request with a timeout of this long after [`NOW`] and an hour.
fn ask(engine: &mut Engine<u64>, millis: u64) -> RequestId {
    let id = engine.number_request();
    let timeout = Span::from_millis(3_600_000 + millis);
    steps(engine, |engine| {
        engine
            .request(NOW, id, id.get(), 10, timeout, Route::Any)
            .expect("an open line");
    });
    id
}

#[test]
fn a_request_and_its_reply_are_one_transmission_and_take_no_memory_however_many_wait() {
    for pending in [10, 1_000, 100_000] {
        let mut engine = open(roomy());
        for number in 0..pending {
            ask(&mut engine, number);
        }
        let cost = cost(&mut engine, |engine, number| {
            let id = engine.number_request();
            let timeout = Span::from_millis(7_200_000);
            engine
                .request(later(number), id, number, 10, timeout, Route::Any)
                .expect("an open line");
            assert_eq!(engine.handle_reply(later(number), id, true), Reply::Matched);
        });
        assert_eq!(cost, (0, ONE_OUTPUT), "with {pending} pending");
    }
}
