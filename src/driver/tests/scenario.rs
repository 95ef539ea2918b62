//! The life of one socket, in which everything happens that a driver has to do with.

use alloc::rc::Rc;

use super::world::{Fake, Fired, World, start};
use crate::driver::{Driver, span};
use crate::engine::{Config, Engine, Heartbeat, Hidden, Reconnect, Signal};

/// Configurations that differ in what the driver does.
pub(super) fn configs() -> [Config; 3] {
    let reconnect = Reconnect {
        min_delay: span(100.0),
        max_delay: span(1_000.0),
        connect_timeout: span(5_000.0),
        ..Reconnect::default()
    };
    let heartbeat = Heartbeat {
        interval: span(1_000.0),
        timeout: span(500.0),
        matches: true,
    };
    let plain = Config {
        reconnect: None,
        ..Config::default()
    };
    let all = Config {
        reconnect: Some(Reconnect {
            asks: true,
            ..reconnect.clone()
        }),
        heartbeat: Some(heartbeat),
        stall_timeout: span(2_000.0),
        hidden: Hidden {
            close_after: span(3_000.0),
            ..Hidden::default()
        },
        ..Config::default()
    };
    let bare = Config {
        reconnect: Some(reconnect),
        ..Config::default()
    };
    [plain, bare, all]
}

/// Runs it all, to its end. `prepare` is called before the driver is made.
pub(super) fn run(config: Config, prepare: impl FnOnce(&World)) -> (Rc<Driver<Fake>>, Rc<World>) {
    let (driver, world) = start(prepare, config);
    world.send();
    world.send();
    world.advance(10.0);
    world.fire(Fired::Open);
    world.advance(10.0);
    world.fire(Fired::Message(50));
    let request = world.request();
    world.send();
    world.fire(Fired::Message(request));
    world.advance(1_100.0);
    world.fire(Fired::Message(super::world::PONG));
    world.request();
    world.signal(Signal::Hidden);
    world.advance(100.0);
    world.signal(Signal::Wake);
    world.fire(Fired::Message(51));
    driver.command(Engine::watch_drain);
    world.fire(Fired::Close(1006));
    world.send();
    world.advance(300.0);
    world.fire(Fired::Open);
    world.send();
    // The machine sleeps, and nobody answers any more.
    world.wall.set(60_000.0);
    world.advance(10_000.0);
    world.fire(Fired::Error);
    world.fire(Fired::Close(1006));
    world.send();
    world.advance(3_000.0);
    world.fire(Fired::Open);
    world.advance(100.0);
    end(&world);
    (driver, world)
}

/// The application closes, and the server answers.
pub(super) fn end(world: &World) {
    world.close();
    world.advance(10.0);
    world.fire(Fired::Close(1000));
    world.advance(3_600_000.0);
}
