//! Simulations: what they find, how far they shrink it, and that they repeat.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use holdfast_ws::testing::{Browser, Failure, Fault, Server, Simulation, World};

use crate::diary::{URL, ms, secs};

/// A server that counts up, to each connection from where it asks to go on.
fn counting(world: &World) -> Server {
    let said = Rc::new(Cell::new(0_u32));
    let server = world.server(URL, |_| {}).unwrap();
    let speaker = server.clone();
    server.every(secs(5), move || {
        said.set(said.get() + 1);
        speaker.broadcast(said.get().to_string());
    });
    server
}

/// An application that reconnects after a second, and forgets to if it was never open.
fn forgetful(world: &World, seen: &Rc<RefCell<u32>>) {
    let socket = world.socket(URL, &[]).unwrap();
    let opened = Rc::new(Cell::new(false));
    let open = Rc::clone(&opened);
    socket.on_open(move || open.set(true));
    let notes = Rc::clone(seen);
    socket.on_message(move |_| *notes.borrow_mut() += 1);
    let (world, seen) = (world.clone(), Rc::clone(seen));
    socket.on_close(move |_| {
        if opened.get() {
            let (next, seen) = (world.clone(), Rc::clone(&seen));
            world.set_timeout(secs(1), move || forgetful(&next, &seen));
        }
    });
}

fn hunt(simulation: &Simulation) -> Result<(), Failure> {
    simulation.run(
        counting,
        |world, _| {
            let seen = Rc::new(RefCell::new(0));
            forgetful(world, &seen);
            seen
        },
        |world, server, _| {
            let connected = server.connections().len();
            world.write("checked");
            if connected == 1 {
                Ok(())
            } else {
                Err(format!("{connected} connections"))
            }
        },
    )
}

#[test]
fn a_fault_is_found_and_shrunk_to_what_it_needs() {
    let simulation = Simulation::new().faults(&[Fault::Drop, Fault::Refuse, Fault::Latency, Fault::Hide, Fault::Block]);
    let failure = hunt(&simulation).unwrap_err();
    assert!(failure.drawn > 10, "{failure}");
    assert!(failure.faults.len() <= 2, "{failure}");
    assert!(failure.repeats);
    assert!(
        failure.faults.iter().any(|scheduled| scheduled.fault == Fault::Refuse),
        "{failure}"
    );
    assert!(failure.to_string().contains("0 connections"), "{failure}");
    // By its seed alone.
    let again = hunt(&simulation.clone().seed(failure.seed).runs(1)).unwrap_err();
    assert_eq!(again, failure);
}

#[test]
fn a_panic_is_a_failure_with_its_words() {
    let failure = Simulation::new().runs(1).run(
        |_| (),
        |world, ()| {
            world.set_timeout(secs(1), || panic!("by name"));
        },
        |_, (), ()| Ok(()),
    );
    let failure = failure.unwrap_err();
    assert_eq!(failure.reason, "panicked: by name");
    assert_eq!(failure.faults, []);
}

#[test]
fn two_runs_of_a_seed_agree_to_the_byte() {
    for seed in 1..=20 {
        let transcripts: Vec<String> = (0..2)
            .map(|_| {
                let kept = RefCell::new(String::new());
                let simulation = Simulation::new().lasts(secs(300)).seed(seed).runs(1);
                let passed = simulation.run(
                    counting,
                    |world, _| {
                        let seen = Rc::new(RefCell::new(0));
                        forgetful(world, &seen);
                    },
                    |world, _, ()| {
                        kept.replace(world.transcript());
                        Ok(())
                    },
                );
                passed.unwrap();
                kept.take()
            })
            .collect();
        assert!(transcripts[0].lines().count() > 20);
        assert_eq!(transcripts[0], transcripts[1], "seed {seed}");
    }
}

#[test]
fn all_faults_and_browsers_are_drawn() {
    let simulation = Simulation::new();
    let drawn: Vec<_> = (1..=30).flat_map(|seed| simulation.schedule(seed)).collect();
    for fault in Fault::ALL {
        assert!(drawn.iter().any(|scheduled| scheduled.fault == fault), "{fault:?}");
    }
    let browsers = RefCell::new(Vec::new());
    let passed = simulation.faults(&[]).lasts(ms(1)).runs(3).run(
        |world| browsers.borrow_mut().push(world.browser()),
        |_, ()| (),
        |_, (), ()| Ok(()),
    );
    passed.unwrap();
    let mut browsers = browsers.take();
    browsers.sort_by_key(|browser| browser.name());
    assert_eq!(browsers, [Browser::Chromium, Browser::Firefox, Browser::WebKit]);
}
