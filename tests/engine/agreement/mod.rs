//! The real driver in the world for tests (`holdfast_ws::testing`), and this folder's own loop around the engine: the same script gives
//! the same story, to the byte.
//!
//! The loop of `world.rs` carries out the engine's outputs by itself; in the world they pass the driver, a page's timers, sockets with
//! handshakes, and a network. Timers have their turn at multiples of 5 ms in both.

mod kit;
mod script;

use holdfast_ws::engine::{Event, Instant, Output, ReadyState};

use self::kit::Kit;
use self::script::{Action, Script};
use crate::promises::Note;
use crate::story::tell;
use crate::world::{World, ms};

/// Timers have their turn at multiples of so many milliseconds.
const TURN: u64 = 5;

/// The native loop's story: what is told and done, each with its millisecond. `None` if a timer is due less than a microsecond after its
/// turn, which a driver ignores.
fn natively(script: &Script) -> Option<String> {
    let mut world = World::seeded(script.config.clone(), script.server.clone(), script.seed);
    world.throttle = Some(TURN);
    for (action, then) in &script.actions {
        match action {
            Action::Send(payload) => {
                // As the driver does, who trusts no connection that was silent for too long.
                if world.engine.can_transmit() && world.engine.doubts() {
                    let now = world.now();
                    world.engine.handle_inactivity(now);
                    world.pump();
                }
                _ = world.send(*payload);
            }
            Action::Close => world.close(),
            Action::Reconnect => world.reconnect(),
            // Before it is open, a browser ends one without the network.
            Action::Cut if world.engine.ready_state() == ReadyState::Open => world.cut(),
            Action::Cut => {}
        }
        world.run(*then);
    }
    if world.notes.iter().any(is_just_after_a_turn) {
        return None;
    }
    let lines = world.notes.iter().filter(|(_, note)| is_told(note));
    let lines = lines.map(|(at, note)| format!("{} {}\n", millis(*at), tell(note)));
    Some(lines.collect())
}

#[allow(clippy::cast_precision_loss)] // A small number.
fn is_just_after_a_turn((at, note): &(Instant, Note)) -> bool {
    let Note::Told(Event::Reconnecting { delay, .. }) = note else {
        return false;
    };
    let after = at.saturating_add(*delay).as_millis_f64() % TURN as f64;
    after > 0.0 && after < 0.001
}

/// Leaves out what the driver keeps to itself.
const fn is_told(note: &Note) -> bool {
    !matches!(
        note,
        Note::Did(
            Output::AllowDirectSend(..)
                | Output::RevokeDirectSend(_)
                | Output::ReadBufferedAmount(_)
                | Output::CheckIdle(_)
                | Output::Close(_)
        ) | Note::Told(Event::Error)
    )
}

fn millis(at: Instant) -> u64 {
    at.saturating_since(crate::world::START).as_millis()
}

/// The driver's story, in the world.
fn in_the_kit(script: &Script) -> String {
    let kit = Kit::start(script);
    for (action, then) in &script.actions {
        match action {
            Action::Send(payload) => kit.send(*payload),
            Action::Close => kit.close(),
            Action::Reconnect => kit.reconnect(),
            Action::Cut => kit.cut(),
        }
        kit.run(ms(*then));
    }
    kit.story()
}

#[test]
fn the_kit_and_the_native_world_agree_to_the_byte() {
    // HOLDFAST_WORLDS=10000 for more.
    let worlds = std::env::var("HOLDFAST_WORLDS")
        .ok()
        .and_then(|worlds| worlds.parse().ok());
    let worlds = worlds.unwrap_or(300);
    let (mut lines, mut left_out, mut kinds) = (0, 0, std::collections::BTreeSet::new());
    for seed in 0..worlds {
        let script = Script::draw(seed);
        let Some(native) = natively(&script) else {
            left_out += 1;
            continue;
        };
        let kit = in_the_kit(&script);
        assert!(native == kit, "seed {seed}, {script:#?}\n{}", differ(&native, &kit));
        lines += native.lines().count();
        kinds.extend(
            native
                .lines()
                .filter_map(|line| Some(line.split(' ').nth(1)?.to_owned())),
        );
    }
    println!("{worlds} worlds agree, {lines} lines; {left_out} are left out");
    assert!(left_out * 100 <= worlds, "{left_out} are left out");
    for kind in [
        "dial", "open", "transmit", "ping", "abandon", "ended", "attempt", "unsent", "now",
    ] {
        assert!(kinds.contains(kind), "{kind} never happens: {kinds:?}");
    }
}

/// Both stories from a little before where they differ.
fn differ(native: &str, kit: &str) -> String {
    let from = native
        .lines()
        .zip(kit.lines())
        .take_while(|(native, kit)| native == kit)
        .count();
    let part = |text: &str| {
        text.lines()
            .skip(from.saturating_sub(8))
            .take(16)
            .collect::<Vec<_>>()
            .join("\n  ")
    };
    format!("natively\n  {}\nin the kit\n  {}", part(native), part(kit))
}
