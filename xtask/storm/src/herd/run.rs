//! The loop of the simulation: events in the order of time.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use holdfast_ws::engine::Random;

use crate::input::Millis;
use crate::peers::between;
use crate::world::{Answer, START, Scenario, Server};

use super::broker::{Broker, Request};
use super::client::{Action, Client, Input, Ticket};
use super::report::HerdReport;
use super::way::HerdWay;

/// The size of a herd, and the broker's limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Herd {
    /// The number of clients.
    pub clients: u32,
    /// The number of channels of each.
    pub channels: u32,
    /// Connections that the broker accepts in a second.
    pub accepts: u32,
    /// Subscriptions that the broker handles in a second.
    pub subscribes: u32,
}

/// The end of the simulation.
const END: Millis = START + 1_800_000;

/// Simulates a restart of the broker: all connections are lost, nothing listens for 2 s, and then everybody comes.
#[must_use]
pub fn herd(way: HerdWay, herd: Herd, seed: u64) -> HerdReport {
    let mut random = Random::new(seed);
    let mut simulation = Simulation::new(herd);
    for client in 0..herd.clients {
        let round_trip = between(&mut random, 20, 200);
        let (lost, _) = Scenario::Restart.loss(&mut random);
        simulation.clients.push(Member {
            client: way.client(client.into(), herd.channels),
            round_trip,
            lost,
            connection: 0,
            connected: true,
            back: false,
        });
        simulation.at(lost, Event::Lost(client, 0));
    }
    simulation.play();
    simulation.report.away.sort_unstable();
    simulation.report
}

struct Member {
    client: Box<dyn Client>,
    round_trip: Millis,
    lost: Millis,
    /// The number of its connection, or of its attempt.
    connection: u32,
    connected: bool,
    /// All its channels are subscribed again.
    back: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Lost(u32, u32),
    Dial(u32),
    Opened(u32),
    Refused(u32),
    Asked {
        client: u32,
        connection: u32,
        ticket: Ticket,
        channels: u32,
    },
    Answered(u32, u32, Ticket),
    Due(u32),
    /// The broker has handled a request.
    Handled,
}

struct Simulation {
    clients: Vec<Member>,
    server: Server,
    broker: Broker,
    /// Those of one time in the order of adding.
    events: BinaryHeap<Reverse<(Millis, u64, Event)>>,
    added: u64,
    waiting: u32,
    report: HerdReport,
}

impl Simulation {
    fn new(herd: Herd) -> Self {
        Self {
            clients: Vec::with_capacity(herd.clients as usize),
            server: Server::with_rate(Scenario::Restart, f64::from(herd.accepts) / 1_000.0),
            broker: Broker::new(f64::from(herd.subscribes) / 1_000.0),
            events: BinaryHeap::new(),
            added: 0,
            waiting: herd.clients,
            report: HerdReport {
                clients: herd.clients,
                channels: herd.channels,
                ..HerdReport::default()
            },
        }
    }

    fn at(&mut self, at: Millis, event: Event) {
        self.added += 1;
        self.events.push(Reverse((at, self.added, event)));
    }

    fn play(&mut self) {
        while let Some(Reverse((now, _, event))) = self.events.pop() {
            if now > END || self.waiting == 0 {
                return;
            }
            self.happens(now, event);
        }
    }

    fn happens(&mut self, now: Millis, event: Event) {
        match event {
            Event::Lost(client, connection) => {
                let member = &mut self.clients[client as usize];
                if member.connected && member.connection == connection {
                    member.connected = false;
                    self.pass(client, now, Input::Lost);
                }
            }
            Event::Dial(client) => self.dial(now, client),
            Event::Opened(client) => {
                self.clients[client as usize].connected = true;
                self.pass(client, now, Input::Opened);
            }
            Event::Refused(client) => self.pass(client, now, Input::Refused),
            Event::Asked {
                client,
                connection,
                ticket,
                channels,
            } => {
                self.broker.ask(Request {
                    client,
                    connection,
                    ticket,
                    channels,
                    at: now,
                });
                self.begin();
            }
            Event::Answered(client, connection, ticket) => {
                let member = &self.clients[client as usize];
                if member.connected && member.connection == connection {
                    self.pass(client, now, Input::Answered(ticket));
                }
            }
            // It may have moved since.
            Event::Due(client) => {
                if self.clients[client as usize].client.due().is_some_and(|due| due <= now) {
                    self.pass(client, now, Input::Due);
                }
            }
            Event::Handled => {
                if let Some(request) = self.broker.end() {
                    self.report.handled += u64::from(request.channels);
                    let half = self.clients[request.client as usize].round_trip / 2;
                    self.at(
                        now + half,
                        Event::Answered(request.client, request.connection, request.ticket),
                    );
                }
                self.begin();
            }
        }
    }

    fn dial(&mut self, now: Millis, client: u32) {
        self.report.attempts += 1;
        let member = &mut self.clients[client as usize];
        member.connection += 1;
        match self.server.attempt(now, member.round_trip) {
            Answer::Refused(after) => self.at(now + after, Event::Refused(client)),
            Answer::Accepted(after) | Answer::Dropped(after, _) => self.at(now + after, Event::Opened(client)),
        }
    }

    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss
    )] // Of a simulation's length.
    fn begin(&mut self) {
        let clients = &self.clients;
        let lives = |request: &Request| {
            let member = &clients[request.client as usize];
            member.connected && member.connection == request.connection
        };
        if let Some(until) = self.broker.begin(lives) {
            self.at(until.ceil() as Millis, Event::Handled);
        }
    }

    /// Passes an input to a client, and carries out what it does.
    fn pass(&mut self, client: u32, now: Millis, input: Input) {
        let mut actions = Vec::new();
        let member = &mut self.clients[client as usize];
        let (connection, half) = (member.connection, member.round_trip / 2);
        member.client.handle(now, input, &mut actions);
        let due = member.client.due();
        if !member.back && member.connected && member.client.is_subscribed() {
            member.back = true;
            self.waiting -= 1;
            let away = now - member.lost;
            self.report.away.push(u32::try_from(away).unwrap_or(u32::MAX));
        }
        for action in actions {
            match action {
                Action::Dial(at) => self.at(at, Event::Dial(client)),
                Action::Subscribe(ticket, channels) => {
                    self.report.asked(now.saturating_sub(START), channels);
                    self.at(
                        now + half,
                        Event::Asked {
                            client,
                            connection,
                            ticket,
                            channels,
                        },
                    );
                }
                Action::Close => self.at(now, Event::Lost(client, connection)),
            }
        }
        if let Some(due) = due {
            self.at(due.max(now + 1), Event::Due(client));
        }
    }
}
