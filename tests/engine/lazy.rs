//! A lazy socket makes no attempt before it is used.

use holdfast_ws::engine::{
    Config, ConfigError, Engine, Hidden, QueueLimits, ReadyState, Reconnect, Route, SendError, Sent, Signal, Status,
};

use crate::server::{Fate, Server};
use crate::world::{START, World, ms};

fn lazy() -> Config {
    Config {
        lazy: true,
        ..Config::default()
    }
}

/// A day in which nobody uses the socket.
const DAY: u64 = 86_400_000;

#[test]
fn nothing_happens_before_it_is_used() {
    let mut world = World::new(lazy(), Server::good());
    for signal in [
        Signal::Offline,
        Signal::Online,
        Signal::Hidden,
        Signal::Wake,
        Signal::Jump,
        Signal::Leaving,
        Signal::Left,
        Signal::Restored,
        Signal::Wake,
    ] {
        world.signal(signal);
        world.run(DAY);
        assert!(world.story().is_empty(), "{signal:?}");
        assert_eq!(world.engine.poll_timeout(), None);
    }
    assert_eq!(
        (world.engine.status(), world.engine.ready_state()),
        (Status::Idle, ReadyState::Connecting)
    );
    assert_eq!((world.engine.attempt(), world.engine.retry_at()), (0, None));
    assert_eq!(world.engine.stats().attempts, 0);
}

#[test]
fn the_first_message_connects_and_is_sent() {
    let mut world = World::new(lazy(), Server::good());
    world.run(DAY);
    assert_eq!(world.send(1), Ok(Sent::Queued));
    assert_eq!(world.send(2), Ok(Sent::Queued));
    world.run(10);
    assert_eq!(
        world.story(),
        ["dial", "now Connecting", "transmit 1", "transmit 2", "open", "now Open"]
    );
    assert_eq!(world.engine.attempt(), 0);
}

#[test]
fn the_first_request_connects_and_its_timeout_runs_at_once() {
    let mut world = World::new(lazy(), Server::gone());
    let id = world.engine.number_request();
    let asked = world.engine.request(world.now(), id, 1, 1, ms(2_000), Route::Any);
    assert_eq!(asked, Ok(()));
    world.pump();
    world.run(2_000);
    assert_eq!(world.story(), ["dial", "now Connecting", "request 1 TimedOut"]);
}

#[test]
fn it_connects_when_it_is_told_to_and_only_once() {
    for reconnects in [false, true] {
        let mut world = World::new(lazy(), Server::good());
        if reconnects {
            world.reconnect();
        } else {
            world.engine.connect(world.now());
            world.pump();
        }
        world.run(10);
        world.engine.connect(world.now());
        world.pump();
        world.run(DAY);
        assert_eq!(world.story(), ["dial", "now Connecting", "open", "now Open"]);
        assert_eq!(world.engine.attempt(), 0);
    }
}

#[test]
fn it_asks_for_the_url_only_then() {
    let config = Config {
        resolves: true,
        ..lazy()
    };
    let mut world = World::new(config, Server::good());
    world.run(DAY);
    assert!(world.story().is_empty() && world.engine.question().is_none());
    assert_eq!(world.send(1), Ok(Sent::Queued));
    world.run(100);
    assert_eq!(world.story()[..3], ["resolve", "now Connecting", "dial"]);
}

#[test]
fn it_can_be_closed_before_it_is_used() {
    let mut world = World::new(lazy(), Server::good());
    world.close();
    world.run(DAY);
    assert_eq!(world.story(), ["ended 1006 Closed, over", "now Closed"]);
    world.engine.connect(world.now());
    world.pump();
    world.run(DAY);
    assert!(world.story().is_empty(), "it is closed, not lazy");
    world.reconnect();
    world.run(10);
    assert_eq!(world.engine.status(), Status::Open);
}

#[test]
fn an_attempt_that_fails_is_followed_by_another() {
    let mut world = World::new(lazy(), Server::good().first(&[Fate::Refused { after: 10 }]));
    assert_eq!(world.send(1), Ok(Sent::Queued));
    world.run(10_000);
    assert_eq!((world.engine.status(), world.count("transmit 1")), (Status::Open, 1));
}

#[test]
fn a_message_that_finds_no_room_connects_all_the_same() {
    let small = QueueLimits {
        max_messages: 0,
        ..QueueLimits::default()
    };
    for (queue, error) in [(None, SendError::NotOpen), (Some(small), SendError::Full)] {
        let mut world = World::new(Config { queue, ..lazy() }, Server::good());
        assert_eq!(world.send(1), Err(error));
        world.run(10);
        assert_eq!(world.send(2), Ok(Sent::Transmitted));
    }
}

#[test]
fn a_hidden_page_and_one_without_a_network_dial_as_a_new_socket_does() {
    let config = Config {
        hidden: Hidden {
            dial: false,
            ..Hidden::default()
        },
        ..lazy()
    };
    let mut world = World::new(config, Server::good());
    world.signal(Signal::Offline);
    world.signal(Signal::Hidden);
    assert_eq!(world.send(1), Ok(Sent::Queued));
    world.run(10);
    assert_eq!(world.engine.status(), Status::Open);
}

#[test]
fn a_page_that_was_left_connects_when_it_is_back() {
    for back in [Signal::Wake, Signal::Restored] {
        let mut world = World::new(lazy(), Server::good());
        world.signal(Signal::Left);
        assert_eq!(world.send(1), Ok(Sent::Queued));
        world.run(DAY);
        assert_eq!(world.story(), ["now Waiting"]);
        world.signal(back);
        world.run(260);
        assert_eq!((world.count("dial"), world.count("transmit 1")), (1, 1), "{back:?}");
    }
}

#[test]
fn it_needs_reconnection_because_there_is_no_queue_without() {
    let config = Config {
        reconnect: None,
        ..lazy()
    };
    assert_eq!(Engine::<u32>::new(START, config, 1).err(), Some(ConfigError::Lazy));
    assert_eq!(ConfigError::Lazy.to_string(), "lazy takes reconnection to be on");
}

#[test]
fn after_the_first_attempt_it_is_as_any_other() {
    let reconnect = Reconnect {
        max_attempts: 2,
        ..Reconnect::default()
    };
    let config = |lazy| Config {
        lazy,
        reconnect: Some(reconnect.clone()),
        ..Config::default()
    };
    let [mut one, mut other] = [false, true].map(|lazy| World::new(config(lazy), Server::down()));
    other.engine.connect(other.now());
    other.pump();
    for world in [&mut one, &mut other] {
        world.run(60_000);
    }
    let (one, other) = (one.story(), other.story());
    assert_eq!(one[1..], other[2..]);
    assert_eq!(one.last().map(String::as_str), Some("now Closed"));
}
