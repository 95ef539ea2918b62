//! A connection that is to be authenticated: nothing but what is meant for it alone goes out before, and its attempt's time runs on.

use holdfast_ws::engine::{Close, Config, ConnectionId, Heartbeat, ReadyState, Reply, Route, SendError, Status};

use crate::server::{Fate, Server};
use crate::world::{SIZE, World, ms};

fn config() -> Config {
    Config {
        authenticates: true,
        ..Config::default()
    }
}

/// A world where the first connection has opened and waits to be authenticated.
fn authenticating() -> World {
    let mut world = World::new(config(), Server::good());
    world.run(10);
    assert_eq!(world.story(), ["dial", "authenticate?"]);
    world
}

impl World {
    fn authenticate(&mut self) {
        let connection = self.connection();
        self.engine.handle_authenticated(self.now(), connection);
        self.pump();
    }

    fn reject(&mut self) -> bool {
        let connection = self.connection();
        let authenticating = self.engine.handle_rejected(self.now(), connection);
        self.pump();
        authenticating
    }

    fn ask_on(&mut self, connection: ConnectionId) -> Result<u32, SendError> {
        let id = self.number_request();
        let real = self.real(id);
        let payload = u32::try_from(id.get()).expect("few requests");
        let asked = self
            .engine
            .request(self.now(), real, payload, SIZE, ms(1_000), Route::Only(connection));
        self.pump();
        asked.map(|()| payload)
    }
}

#[test]
fn what_is_sent_waits_until_the_connection_is_authenticated() {
    let mut world = authenticating();
    assert_eq!(world.engine.ready_state(), ReadyState::Connecting);
    assert_eq!(world.engine.status(), Status::Connecting);
    world.send(7).unwrap();
    world.run(100);
    assert_eq!(world.story(), [""; 0]);
    world.authenticate();
    assert_eq!(world.story(), ["transmit 7", "open", "now Open"]);
    assert_eq!(world.engine.ready_state(), ReadyState::Open);
}

#[test]
fn a_request_for_this_connection_goes_out_before_all_that_waits() {
    let mut world = authenticating();
    world.send(77).unwrap();
    let connection = world.connection();
    let id = world.ask_on(connection).unwrap();
    assert_eq!(world.transmitted(), [id]);
    let request = holdfast_ws::engine::RequestId::new(id.into());
    assert_eq!(
        world.engine.handle_reply(world.now(), world.real(request), true),
        Reply::Matched
    );
    world.authenticate();
    assert_eq!(world.transmitted(), [id, 77]);
}

#[test]
fn what_is_meant_for_one_connection_goes_by_no_other() {
    let mut world = authenticating();
    let connection = world.connection();
    world.end(Close::ABNORMAL);
    assert_eq!(world.engine.send_on(connection, 7), Err(SendError::NotOpen));
    assert_eq!(world.ask_on(connection), Err(SendError::NotOpen));
    assert_eq!(world.engine.outbox().len(), 0);
    world.run(1_000);
    let next = world.connection();
    assert_ne!(connection, next);
    assert_eq!(world.engine.send_on(connection, 7), Err(SendError::NotOpen));
    assert_eq!(world.engine.send_on(next, 8), Ok(()));
    world.authenticate();
    assert_eq!(world.engine.send_on(next, 9), Ok(()));
    world.pump();
    assert_eq!(world.transmitted(), [8, 9]);
}

#[test]
fn a_connection_rejected_is_a_failed_attempt() {
    let mut world = authenticating();
    assert!(world.reject());
    assert_eq!(
        world.story(),
        [
            "abandon",
            "error",
            "ended 1006 Failed, goes on",
            "attempt 1 planned: Failed",
            "now Waiting"
        ]
    );
    world.run(600);
    assert_eq!(world.story(), ["dial", "now Connecting", "authenticate?"]);
    world.authenticate();
    assert!(!world.reject(), "it was authenticated");
    assert_eq!(world.engine.status(), Status::Open);
}

#[test]
fn connections_rejected_widen_the_delays_and_end_at_max_attempts() {
    let mut config = config();
    if let Some(reconnect) = &mut config.reconnect {
        reconnect.max_attempts = 3;
        reconnect.stable_after = ms(0);
    }
    let mut world = World::new(config, Server::good());
    for _ in 0..3 {
        world.run(5_000);
        assert!(world.reject());
    }
    assert_eq!(world.engine.ready_state(), ReadyState::Closed);
    let delays: Vec<u64> = world.plans().iter().map(|plan| plan.delay.as_millis()).collect();
    assert!(
        delays.len() == 2 && delays[0] <= 500 && (750..=2_000).contains(&delays[1]),
        "{delays:?}"
    );
}

#[test]
fn an_admission_that_takes_too_long_is_a_connect_timeout() {
    let mut world = authenticating();
    world.run(10_200);
    assert_eq!(
        world.story()[..3],
        ["abandon", "error", "ended 1006 ConnectTimeout, goes on"]
    );
}

#[test]
fn the_connection_is_not_pinged_before_it_is_authenticated() {
    let heartbeat = Heartbeat {
        interval: ms(1_000),
        ..Heartbeat::default()
    };
    let config = Config {
        heartbeat: Some(heartbeat),
        ..config()
    };
    let mut world = World::new(config, Server::good());
    world.run(5_000);
    world.hear(true);
    assert_eq!(world.count("ping"), 0);
    assert_eq!(world.engine.stats().pongs, 0);
    world.authenticate();
    world.run(1_100);
    assert_eq!(world.count("ping"), 1);
}

#[test]
fn close_while_authenticating_closes_the_connection() {
    let mut world = authenticating();
    world.send(7).unwrap();
    world.close();
    assert_eq!(world.engine.ready_state(), ReadyState::Closing);
    world.authenticate();
    assert!(!world.reject());
    world.run(100);
    assert_eq!(
        world.story(),
        [
            "close",
            "now Closing",
            "unsent 7",
            "ended 1000 Closed, over",
            "now Closed"
        ]
    );
}

#[test]
fn a_connection_that_ends_while_authenticating_has_failed() {
    let mut server = Server::good();
    server.script.push_back(Fate::Ends {
        after: 10,
        lasts: 20,
        close: crate::server::closed_with(1011),
    });
    let mut world = World::new(config(), server);
    world.run(30);
    assert_eq!(
        world.story()[1..4],
        [
            "authenticate?",
            "ended 1011 Failed, goes on",
            "attempt 1 planned: Failed"
        ]
    );
}
