//! The real driver and engine in the world: what they do when connections die, and what they promise whatever happens.

use std::rc::Rc;

use holdfast_ws::engine::{Config, Heartbeat, ReadyState, Span};
use holdfast_ws::testing::{Browser, Failure, Fault, Payload, Server, Simulation, Throttle, World};

use crate::client::Client;
use crate::diary::{URL, ms, secs};

fn config() -> Config {
    Config {
        heartbeat: Some(Heartbeat {
            interval: Span::from_millis(10_000),
            timeout: Span::from_millis(5_000),
            matches: true,
        }),
        ..Config::default()
    }
}

fn echo(world: &World) -> Server {
    let server = world.server(URL, |connection| {
        let echo = connection.clone();
        connection.on_message(move |message| echo.send(message));
    });
    server.expect("a URL")
}

/// The same over a network whose packets take a second: a ping is often in flight when something goes wrong.
fn far_echo(world: &World) -> Server {
    world.network().latency(secs(1), secs(1), ms(100));
    echo(world)
}

fn sends(world: &World, server: &Server) -> Rc<Client> {
    let client = Client::start(world, URL, config());
    watch(world, server, &client);
    let (sender, mut sent) = (Rc::downgrade(&client), 0);
    world.set_interval(secs(3), move || {
        if let Some(client) = sender.upgrade() {
            sent += 1;
            // A full queue refuses it, which is no acceptance.
            _ = client.send(format!("message {sent}"));
        }
    });
    client
}

/// Looks once a second whether an open connection is silent for longer than the heartbeat allows, while the page runs.
fn watch(world: &World, server: &Server, client: &Rc<Client>) {
    let (world, client) = (world.clone(), Rc::downgrade(client));
    let (mut quiet, mut received, mut hidden, mut hidden_for, mut open_for) = (0, 0, false, 0, 0);
    server.every(secs(1), move || {
        let Some(client) = client.upgrade() else { return };
        // Another connection begins anew, even if it opened between two looks.
        let now = client.received() + client.ledger().borrow().closes;
        let heard = std::mem::replace(&mut received, now) != now;
        let page = world.page();
        open_for = if client.ready_state() == ReadyState::Open {
            open_for + 1
        } else {
            0
        };
        let turned = std::mem::replace(&mut hidden, page.is_hidden()) != page.is_hidden();
        if heard || turned || client.ready_state() != ReadyState::Open || !page.is_running() {
            quiet = 0;
        } else {
            quiet += 1;
        }
        // Two ticks of its clock, and a little: Chromium's are a minute each, once a page was hidden for five.
        hidden_for = if page.is_hidden() { hidden_for + 1 } else { 0 };
        let ticks = match hidden_for {
            0 => 4,
            1..290 => 5,
            // Two more, if their rhythm isn't known yet: they have become so rare just now, or the timer that opening has set wasn't chained.
            290..600 => 245,
            _ if open_for < 300 => 245,
            _ => 125,
        };
        assert!(quiet <= 15 + ticks, "open, and dead for {quiet} s");
    });
}

#[test]
fn a_connection_that_is_cut_is_open_again_within_a_second() {
    let world = World::new(holdfast_ws::testing::Browser::Chromium, 7);
    let server = echo(&world);
    let client = Client::start(&world, URL, config());
    world
        .until(|| client.ready_state() == ReadyState::Open, secs(1))
        .unwrap();
    world.network().cut();
    world.advance(ms(1));
    assert_eq!(client.ready_state(), ReadyState::Connecting);
    world
        .until(|| client.ready_state() == ReadyState::Open, secs(1))
        .unwrap();
    client.send("hello").unwrap();
    world.advance(ms(50));
    assert_eq!(server.received(), [Payload::from("hello")]);
}

#[test]
fn a_silent_connection_is_found_dead_by_its_heartbeat() {
    let world = World::new(holdfast_ws::testing::Browser::Chromium, 7);
    let _server = echo(&world);
    let client = Client::start(&world, URL, config());
    world.advance(secs(1));
    world.network().change();
    world.until(|| client.ledger().borrow().closes == 1, secs(16)).unwrap();
    world
        .until(|| client.ready_state() == ReadyState::Open, secs(1))
        .unwrap();
}

#[test]
fn a_page_whose_own_timer_comes_before_each_rare_tick_finds_a_dead_connection_in_two_ticks() {
    let world = World::new(Browser::Chromium, 7);
    let _server = echo(&world);
    let client = Client::start(&world, URL, config());
    let sender = client.clone();
    world.set_interval(secs(3), move || _ = sender.send("hello"));
    world.advance(secs(1));
    world.page().throttle(Throttle::Minute);
    world.advance(secs(600));
    world.network().change();
    // From the last answer, less than a minute ago: interval and timeout of the heartbeat, and two ticks.
    world
        .until(|| client.ledger().borrow().closes == 1, secs(15 + 120))
        .unwrap();
}

#[test]
fn worlds_that_failed_once_hold() {
    // A page is left again when the time of an end that was held back is over, and no task has told of that end yet.
    passes(seeds(1).seed(3_736).run(echo, sends, promises));
    // Timers of a hidden page fire by the minute, and the application's own comes before the engine's.
    passes(hidden(1).seed(1_171).run(echo, sends, promises));
    // A connection of a hidden page opens anew, so that the clock ticks by the second for a while.
    passes(hidden(1).seed(1_870).run(echo, sends, promises));
}

#[test]
fn an_end_whose_time_is_over_is_told_though_the_page_is_left_again() {
    let world = World::new(Browser::Firefox, 7);
    let server = echo(&world);
    let client = Client::start(&world, URL, config());
    world.advance(secs(1));
    let stays = || {
        world.page().leave(ms(2));
        world.advance(ms(1));
        assert!(world.page().back());
    };
    stays();
    assert_eq!(client.ledger().borrow().closes, 0, "it is held back");
    world.page().block(secs(7));
    stays();
    world.advance(secs(7));
    assert_eq!(client.ledger().borrow().closes, 1);
    // No attempt is made while the page is being left.
    world.advance(secs(60));
    promises(&world, &server, &client).unwrap();
}

/// The engine's promises hold after everything that can go wrong.
fn promises(world: &World, _server: &Server, client: &Rc<Client>) -> Result<(), String> {
    if client.ready_state() != ReadyState::Open {
        return Err(format!("it is {:?} long after all faults", client.ready_state()));
    }
    client.send("the last").map_err(|error| error.to_string())?;
    let heard = || client.ledger().borrow().heard.last() == Some(&Payload::from("the last"));
    world.until(heard, secs(30)).map_err(|elapsed| elapsed.to_string())?;
    client.close();
    world.advance(secs(90));
    if client.ready_state() != ReadyState::Closed {
        return Err("it does not close".into());
    }
    let ledger = client.ledger().borrow();
    let told: Vec<_> = ledger.transmitted.iter().chain(&ledger.unsent).collect();
    if told != ledger.accepted.iter().collect::<Vec<_>>() || client.queued() > 0 {
        let differ = told
            .iter()
            .zip(&ledger.accepted)
            .position(|(told, accepted)| *told != accepted);
        let from = differ.unwrap_or_default();
        return Err(format!(
            "{} accepted, {} told of, {} queued; from {from}: {:?}, {:?}",
            ledger.accepted.len(),
            told.len(),
            client.queued(),
            ledger.accepted.iter().skip(from).take(3).collect::<Vec<_>>(),
            told.iter().skip(from).take(3).collect::<Vec<_>>(),
        ));
    }
    if ledger.heard.is_sorted_by_key(number) {
        Ok(())
    } else {
        Err("answers came out of order".into())
    }
}

fn number(payload: &Payload) -> u32 {
    let number = payload.as_text().and_then(|text| text.strip_prefix("message "));
    number.map_or(u32::MAX, |number| number.parse().expect("ours"))
}

fn number_in(variable: &str) -> Option<u32> {
    std::env::var(variable).ok().and_then(|number| number.parse().ok())
}

/// So many worlds, or as many as the variable `HOLDFAST_WORLDS` says.
fn worlds(usual: u32) -> u32 {
    number_in("HOLDFAST_WORLDS").unwrap_or(usual)
}

fn passes(passed: Result<(), Failure>) {
    if let Err(failure) = &passed {
        println!("{}", failure.transcript);
    }
    passed.unwrap();
}

fn seeds(runs: u32) -> Simulation {
    // HOLDFAST_SEED=1171 HOLDFAST_WORLDS=1 for one world.
    let first = number_in("HOLDFAST_SEED").unwrap_or(1);
    Simulation::new().runs(runs).seed(first.into()).lasts(secs(600))
}

/// Hours in which Chromium's page is hidden for long.
fn hidden(runs: u32) -> Simulation {
    let faults = [Fault::Hide, Fault::Hide, Fault::Change];
    let long = seeds(runs).lasts(secs(3_000)).every(secs(150));
    long.faults(&faults).browsers(&[Browser::Chromium])
}

#[test]
fn the_engine_keeps_its_promises_whatever_goes_wrong() {
    passes(seeds(worlds(25)).run(echo, sends, promises));
}

#[test]
fn the_engine_finds_dead_connections_however_long_its_page_is_hidden() {
    passes(hidden(worlds(6)).run(echo, sends, promises));
}

#[test]
fn the_engine_gives_up_no_live_connection_of_a_page_that_is_frozen_hidden_or_busy() {
    let page = seeds(worlds(10)).faults(&[Fault::Freeze, Fault::Hide, Fault::Block, Fault::TaskOrder]);
    let holds = |world: &World, server: &Server, client: &Rc<Client>| {
        let dead = client.ledger().borrow().declared_dead;
        if dead > 0 {
            return Err(format!("{dead} live connections were declared dead"));
        }
        promises(world, server, client)
    };
    passes(page.run(far_echo, sends, holds));
}

#[test]
fn the_engine_keeps_its_promises_over_a_slow_network_and_servers_that_restart() {
    let network =
        seeds(worlds(10))
            .every(secs(5))
            .faults(&[Fault::Drop, Fault::Silence, Fault::Bandwidth, Fault::Restart]);
    passes(network.run(far_echo, sends, promises));
}

#[test]
fn two_worlds_of_a_seed_agree_to_the_byte() {
    for seed in 1..=12 {
        let once = || {
            let kept = std::cell::RefCell::new(String::new());
            let passed = seeds(1).seed(seed).run(echo, sends, |world, _, _| {
                kept.replace(world.transcript());
                Ok(())
            });
            passed.unwrap();
            kept.take()
        };
        let transcript = once();
        assert!(transcript.lines().count() > 100, "{transcript}");
        assert_eq!(transcript, once(), "seed {seed}");
    }
}
