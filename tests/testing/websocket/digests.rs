//! One application in many worlds, each summed up in a number: `holdfast-ws/testing` must come to the same ones, for the same class in
//! JavaScript. `xtask/tests/agreement.rs` runs both.

use std::fmt::Write as _;
use std::rc::Rc;
use std::time::Duration;

use holdfast_ws::testing::{Server, Simulation, World};
use holdfast_ws::{Heartbeat, WebSocket};

const URL: &str = "wss://api.test/live";

fn echo(world: &World) -> Server {
    let server = world.server(URL, |connection| {
        let back = connection.clone();
        connection.on_message(move |message| match message.as_text() {
            Some("ping") => back.send("pong"),
            _ => back.send(message),
        });
    });
    server.expect("a URL")
}

/// Sends every 3 s, and writes down each event.
fn app(world: &World, _: &Server) -> Rc<WebSocket> {
    let heartbeat = Heartbeat::new()
        .interval(Duration::from_secs(10))
        .timeout(Duration::from_secs(5))
        .pong("pong");
    let ws = WebSocket::builder(URL).heartbeat(heartbeat).connect().expect("a URL");
    let note = |text: String| World::current().expect("it was entered").write(&text);
    ws.set_onopen(move || note("open".into()));
    ws.set_onmessage(move |message| note(format!("message {}", message.as_text().unwrap_or_default())));
    ws.set_onclose(move |event| {
        let (code, reason, goes_on) = (event.code, event.reason, event.will_reconnect);
        note(format!("close {code} {reason} {goes_on}"));
    });
    let ws = Rc::new(ws);
    let (weak, mut sent) = (Rc::downgrade(&ws), 0);
    world.set_interval(Duration::from_secs(3), move || {
        if let Some(ws) = weak.upgrade() {
            sent += 1;
            _ = ws.send_with_str(&format!("message {sent}"));
        }
    });
    ws
}

/// FNV-1a, with 64 bits.
fn digest(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Returns the number in an environment variable.
fn number_in(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Writes them to the file that `HOLDFAST_DIGESTS` names, for as many seeds as `HOLDFAST_WORLDS` says, from `HOLDFAST_SEED` on.
#[test]
fn the_worlds_of_the_kit_have_digests() {
    let first = number_in("HOLDFAST_SEED").unwrap_or(1);
    let worlds = number_in("HOLDFAST_WORLDS").unwrap_or(3);
    let mut digests = String::new();
    for seed in first..first + worlds {
        let kept = std::cell::RefCell::new(String::new());
        let simulation = Simulation::new().runs(1).seed(seed).lasts(Duration::from_secs(120));
        let passed = simulation.run(echo, app, |world, _, _| {
            kept.replace(world.transcript());
            Ok(())
        });
        passed.expect("it has no invariant");
        let transcript = kept.take();
        writeln!(digests, "{seed} {:016x}", digest(&transcript)).expect("memory");
        // To see where two logs differ.
        if let (Some(path), true) = (std::env::var_os("HOLDFAST_TRANSCRIPT"), seed + 1 == first + worlds) {
            std::fs::write(path, transcript).expect("it can be written");
        }
    }
    if let Some(path) = std::env::var_os("HOLDFAST_DIGESTS") {
        std::fs::write(path, digests).expect("it can be written");
    }
}
