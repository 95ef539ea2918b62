//! Promises of the machine, whatever is done to it: arbitrary calls at arbitrary times, in each browser.
#![allow(clippy::cast_possible_truncation)] // Small numbers.

use std::collections::BTreeMap;

use holdfast_ws::engine::ReadyState;
use holdfast_ws::testing::machine::{Answer, Machine, Random, ServerId, SocketId, Span, Step, TimerId};
use holdfast_ws::testing::{Browser, Throttle};

/// The events of a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Told {
    Nothing,
    Open,
    Error,
    Close,
}

struct Play {
    machine: Machine,
    random: Random,
    servers: Vec<ServerId>,
    sockets: Vec<SocketId>,
    timers: Vec<TimerId>,
    told: BTreeMap<SocketId, Told>,
    /// How many messages each side has sent, and the other got.
    up: BTreeMap<SocketId, (u32, u32)>,
    down: BTreeMap<SocketId, (u32, u32)>,
}

impl Play {
    fn new(browser: Browser, seed: u64) -> Self {
        let mut machine = Machine::new(browser, seed);
        let servers = ["ws://a.test/", "wss://b.test:444/path"]
            .map(|url| machine.add_server(url).unwrap())
            .to_vec();
        Self {
            machine,
            random: Random::new(seed ^ 1),
            servers,
            sockets: Vec::new(),
            timers: Vec::new(),
            told: BTreeMap::new(),
            up: BTreeMap::new(),
            down: BTreeMap::new(),
        }
    }

    fn below(&mut self, most: u64) -> u64 {
        self.random.bits() % most
    }

    fn span(&mut self) -> Span {
        let doubled = self.below(22);
        let micros = self.below(100 << doubled);
        Span::from_micros(micros)
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> Option<T> {
        let count = from.len().max(1) as u64;
        let index = usize::try_from(self.below(count)).unwrap();
        from.get(index).copied()
    }

    fn act(&mut self) {
        let sockets = self.sockets.clone();
        let socket = self.pick(&sockets[sockets.len().saturating_sub(4)..]);
        let servers = self.servers.clone();
        let server = self.pick(&servers).unwrap();
        let (long, other, much) = (self.span(), self.span(), self.below(200_000));
        let machine = &mut self.machine;
        let even = much % 2 == 0;
        match (self.random.bits() % 32, socket) {
            (0..=2, _) => {
                let url = ["ws://a.test/?q", "wss://b.test:444/path", "ws://nobody.test/"][(much % 3) as usize];
                self.sockets.push(machine.open(url, &[]).unwrap());
            }
            (3..=6, Some(id)) if machine.ready_state(id) == ReadyState::Open => {
                let sent = self.up.entry(id).or_default();
                sent.0 += 1;
                machine.send(id, format!("{}", sent.0).into()).unwrap();
            }
            (7, Some(id)) => _ = machine.send(id, vec![0; much as usize].into()),
            (8..=10, _) => {
                if let Some(id) = machine.connections(server).pop() {
                    let sent = self.down.entry(id).or_default();
                    sent.0 += 1;
                    machine.peer_send(id, format!("{}", sent.0).into());
                }
            }
            (11, Some(id)) => _ = machine.close(id, even.then_some(4_000), "bye"),
            (12, Some(id)) => machine.peer_close(id, even.then_some((much % 6_000) as u16), "done"),
            (13, Some(id)) => machine.terminate(id),
            (14, Some(id)) => machine.set_socket_silent(id, even),
            (15, Some(id)) => machine.cut_socket(id),
            (16, _) => machine.set_latency(long, other, Span::from_micros(much)),
            (17, _) => machine.set_bandwidth(even.then_some(much), (much % 3 == 0).then_some(much)),
            (18, _) => machine.set_silent(even),
            (19, _) if much % 4 == 0 => machine.cut(),
            (20, _) => machine.set_offline(even),
            (21, _) if much % 4 == 0 => machine.change_network(),
            (22, _) => machine.set_answer(
                server,
                [Answer::Accept, Answer::Accept, Answer::Refuse(404), Answer::Hang][(much % 4) as usize],
            ),
            (23, _) => machine.restart(server, long, even.then_some(1001), "restart"),
            (24, _) => {
                if even {
                    machine.hide();
                } else {
                    machine.show();
                }
            }
            (25, _) => {
                if even {
                    machine.freeze();
                } else {
                    machine.resume();
                }
            }
            (26, _) => {
                if even {
                    machine.sleep(long);
                } else {
                    machine.wake();
                }
            }
            (27, _) => machine.block(long),
            (28, _) => {
                if even {
                    machine.leave(other);
                } else {
                    _ = machine.back();
                }
            }
            (29, _) if much % 4 == 0 => machine.load(),
            (30, _) => {
                let throttles = [
                    None,
                    Some(Throttle::Second),
                    Some(Throttle::Minute),
                    Some(Throttle::None),
                ];
                machine.set_throttle(throttles[(much % 4) as usize]);
                machine.set_any_order(even);
            }
            _ => {
                self.timers.push(machine.set_timer((much % 70_000) as i32 - 10, even));
                let timers = self.timers.clone();
                if let Some(timer) = self.pick(&timers) {
                    self.machine.clear_timer(timer);
                }
            }
        }
    }

    fn step(&mut self, step: Step) {
        let machine = &mut self.machine;
        match step {
            Step::Request(id) => machine.accept(id, ""),
            Step::Open(id) => {
                assert_eq!(machine.ready_state(id), ReadyState::Open);
                self.tell(id, Told::Open);
            }
            Step::Message(id, payload) => {
                assert_eq!(machine.ready_state(id), ReadyState::Open);
                assert_eq!(self.told.get(&id), Some(&Told::Open), "a message while it is not open");
                let got = self.down.entry(id).or_default();
                got.1 += 1;
                assert_eq!(
                    payload.as_text(),
                    Some(got.1.to_string().as_str()),
                    "in order, and each once"
                );
            }
            Step::Error(id) => self.tell(id, Told::Error),
            Step::Close(id, _) => {
                assert_eq!(machine.ready_state(id), ReadyState::Closed);
                self.tell(id, Told::Close);
            }
            Step::Received(id, payload) => {
                if let Some(text) = payload.as_text() {
                    let got = self.up.entry(id).or_default();
                    got.1 += 1;
                    assert_eq!(text, got.1.to_string(), "in order, and each once");
                }
            }
            Step::Timer(_) | Step::Page(_) => assert!(!machine.is_gone()),
            Step::Tick(_) | Step::Left(..) => {}
        }
    }

    fn tell(&mut self, id: SocketId, what: Told) {
        let before = self.told.insert(id, what).unwrap_or(Told::Nothing);
        assert!(before < what, "{what:?} after {before:?}");
    }

    fn run(&mut self, time: Span) {
        let until = self.machine.now().saturating_add(time);
        let mut steps = 0;
        while let Some(step) = self.machine.next(until) {
            steps += 1;
            assert!(steps < 2_000_000, "the world is spinning");
            self.step(step);
        }
        assert!(self.machine.now() >= until);
    }
}

fn play(browser: Browser, seed: u64) -> String {
    let mut play = Play::new(browser, seed);
    for _ in 0..200 {
        play.act();
        let time = play.span();
        play.run(time);
    }
    // The network is well again, and everything comes to an end.
    for id in play.sockets.clone() {
        play.machine.set_socket_silent(id, false);
    }
    play.machine.set_silent(false);
    play.machine.set_offline(false);
    play.machine.set_bandwidth(None, None);
    play.machine.set_latency(Span::ZERO, Span::ZERO, Span::ZERO);
    play.machine.wake();
    play.machine.back();
    play.machine.show();
    play.machine.clear_timers();
    for id in play.machine.open_sockets() {
        play.machine.close(id, None, "").unwrap();
    }
    play.run(Span::from_millis(4_000_000));
    if !play.machine.is_gone() {
        let open = play.machine.open_sockets();
        assert!(
            open.is_empty(),
            "{open:?} never close:
{}",
            log(&play.machine)
        );
    }
    log(&play.machine)
}

fn log(machine: &Machine) -> String {
    let lines = machine.log().iter().map(|entry| format!("{entry}\n"));
    lines.collect()
}

#[test]
fn sockets_keep_the_standards_order_whatever_happens() {
    // HOLDFAST_WORLDS=100000 for more.
    let worlds = std::env::var("HOLDFAST_WORLDS")
        .ok()
        .and_then(|worlds| worlds.parse().ok());
    for seed in 0..worlds.unwrap_or(120) {
        let browser = Browser::ALL[(seed % 3) as usize];
        let transcript = play(browser, seed);
        if seed % 10 == 0 {
            assert_eq!(transcript, play(browser, seed), "seed {seed}");
        }
    }
}
