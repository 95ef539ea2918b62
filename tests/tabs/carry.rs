//! A tab's outputs and events, carried out.

use holdfast_ws::tabs::{Ask, Down, Event, Frame, Output, Role};

use crate::lock::News;
use crate::stage::{Connection, Heard, Life, Payload, Source, Stage, Task};
use crate::world::{KIND, World, at, id, index};

/// No frame takes longer. A hub trusts that it is the hub for as long as that after it has run: a quarter of `take_over_after`.
const SLOWEST: u64 = 1_200;

impl World {
    /// Carries out what the tab wants done.
    pub(crate) fn pump(&mut self, tab: usize) {
        while let Some(output) = self.tabs[tab].machine.poll_output() {
            self.note(|| format!("    tab {tab} wants {output:?}"));
            match output {
                Output::RequestLock => {
                    let news = self.lock.request(tab);
                    self.bring(news);
                }
                Output::StealLock => {
                    for news in self.lock.steal(tab) {
                        self.bring(news);
                    }
                }
                Output::ReleaseLock => {
                    self.tabs[tab].tasks.remove(&Source::Lock);
                    let news = self.lock.release(tab);
                    self.bring(news);
                }
                Output::QueryLock => {
                    let holder = self.lock.holder.filter(|_| !self.fails());
                    self.deliver(tab, Source::Lock, Task::Holder(holder));
                }
                Output::Post(frame) => self.post(tab, &frame),
                Output::OpenConnection(token) => self.dial(tab, token),
                Output::DropConnection | Output::CloseConnection(_) => {
                    self.lose_handing(tab);
                    // A page that runs to its end takes no frames with it.
                    self.tabs[tab].left = self.posted;
                    self.tabs[tab].watched.clear();
                    for other in core::mem::take(&mut self.tabs[tab].open) {
                        self.tabs[tab].close_channel(other);
                    }
                    self.drop_connection(tab);
                }
                Output::Watch(other) => {
                    let other = index(other);
                    if self.is_present(other) {
                        self.tabs[tab].watched.insert(other);
                    } else {
                        self.deliver(tab, Source::Watch, Task::Gone(other));
                    }
                }
                Output::Unwatch(other) => {
                    self.tabs[tab].watched.remove(&index(other));
                    self.tabs[tab].close_channel(index(other));
                }
                Output::LookUp(other) => {
                    // Nobody knows, if the lookup fails.
                    let present = self.is_present(index(other)) || self.fails();
                    self.deliver(tab, Source::LookUp, Task::Presence(index(other), present));
                }
                Output::ReadSendable => {
                    // A connection may come into doubt when it is asked: it was silent for too long.
                    if self.doubts && self.chance.one_in(20) {
                        self.doubt(tab);
                    }
                    let Stage {
                        connection, machine, ..
                    } = &mut self.tabs[tab];
                    if let Some(held) = connection.as_mut() {
                        held.asked.retain(|(_, wire)| machine.expected(*wire) == Some(KIND));
                    }
                    let sendable = connection.as_ref().is_some_and(|held| held.open && !held.in_doubt);
                    self.tabs[tab].machine.handle_sendable(at(self.now), sendable);
                }
                Output::ReadBuffered => {
                    let bytes = if self.now.is_multiple_of(3) { 50_000 } else { 0 };
                    self.tabs[tab].machine.handle_buffered(at(self.now), bytes);
                }
                Output::Hand {
                    tab: from,
                    payload,
                    request,
                } => self.hand(tab, index(from), &payload, request),
                Output::Cancel { wire, kind } => {
                    assert_eq!(kind, KIND);
                    let held = self.tabs[tab].connection.as_ref();
                    let asked = held.is_some_and(|held| held.asked.iter().any(|(_, asked)| *asked == wire));
                    assert!(asked, "{wire} is cancelled on a connection that it was not handed to");
                    self.server.cancelled += 1;
                }
                Output::Refuse(call) => {
                    let held = self.tabs[tab].connection.as_ref();
                    let called = held.is_some_and(|held| held.calls.contains(&call));
                    assert!(called, "{call} is refused on a connection that did not bring it");
                    self.answer(tab, call, "nobody");
                }
                other => panic!("an output that the world does not know: {other:?}"),
            }
        }
        let handing: Vec<Payload> = self.tabs[tab].machine.handing().cloned().collect();
        self.tabs[tab].handing = handing;
        while let Some(event) = self.tabs[tab].machine.poll_event() {
            self.dispatch(tab, event);
        }
    }

    fn dispatch(&mut self, tab: usize, event: Event<Payload>) {
        self.note(|| format!("    tab {tab} dispatches {event:?}"));
        let stage = &mut self.tabs[tab];
        match event {
            Event::Message(Payload::Called(call)) => {
                stage.called.push(call);
                if !stage.is_slow {
                    self.deliver(tab, Source::Application, Task::Answer(call));
                }
            }
            Event::Message(Payload::Said(said)) => {
                let last = stage.heard.iter().rev().find_map(|heard| match heard {
                    Heard::Message(number) => Some(*number),
                    Heard::Gap => None,
                });
                let gap = stage.heard.last() == Some(&Heard::Gap);
                if let Some(last) = last {
                    assert!(said > last, "tab {tab} heard {said} after {last} at {}", self.now);
                    assert!(
                        said == last + 1 || gap,
                        "tab {tab} heard {said} after {last}, and no gap was told, at {}",
                        self.now
                    );
                }
                stage.heard.push(Heard::Message(said));
            }
            Event::Gap => stage.heard.push(Heard::Gap),
            // The application sees the connection lost, and so knows that it may have missed messages.
            Event::State {
                state: Payload::State("waiting"),
                ..
            } if !self.resumes => stage.heard.push(Heard::Gap),
            Event::Reply { request, payload, last } => {
                assert!(
                    last && matches!(payload, Payload::Sent(asker, _) if asker == tab),
                    "a reply to its own request"
                );
                *stage.requests.entry(request).or_default() += 1;
            }
            Event::Failed { request, .. } => *stage.requests.entry(request).or_default() += 1,
            Event::Uncertain(uncertain) => {
                assert!(stage.suspended, "tab {tab} is uncertain, and has always run");
                stage.uncertain.extend(uncertain);
            }
            Event::Ended { unsent, .. } => {
                stage.unsent = unsent;
                stage.life = Life::Left;
                stage.tasks.clear();
                self.vanish(tab);
            }
            _ => {}
        }
        for (request, settled) in &self.tabs[tab].requests {
            assert!(*settled <= 1, "tab {tab} settled {request:?} {settled} times");
        }
    }

    fn post(&mut self, tab: usize, frame: &Frame<Payload, u64>) {
        let (source, receivers): (_, Vec<usize>) = match frame {
            Frame::Common(..) => (
                Source::Common,
                (0..self.tabs.len()).filter(|&other| other != tab).collect(),
            ),
            Frame::Down(to, ..) | Frame::Fence(to, _) => (Source::Pair(index(*to)), vec![index(*to)]),
            Frame::Up(from, term, _) => (Source::Pair(index(*from)), vec![index(term.hub)]),
            other => panic!("a frame that the world does not know: {other:?}"),
        };
        self.posted += 1;
        if let Frame::Down(to, ..) = frame
            && index(*to) != tab
        {
            self.tabs[tab].open.insert(index(*to));
        }
        for receiver in receivers {
            if matches!(frame, Frame::Down(_, _, Down::Numbered(..))) && self.loses == Some(receiver) {
                self.note(|| format!("    tab {receiver} never gets it"));
                self.loses = None;
                continue;
            }
            let stage = &self.tabs[receiver];
            let is_open = match frame {
                Frame::Up(from, ..) => stage.open.contains(&index(*from)),
                _ => true,
            };
            if stage.hears && is_open && matches!(stage.life, Life::Running | Life::Frozen) {
                self.deliver(receiver, source, Task::Frame(frame.clone(), tab, self.posted));
            }
        }
    }

    /// The tab gives up the lock that is its own. Whoever watches it learns that.
    pub(crate) fn vanish(&mut self, tab: usize) {
        self.tabs[tab].present = false;
        for other in 0..self.tabs.len() {
            if self.tabs[other].watched.remove(&tab) {
                self.deliver(other, Source::Watch, Task::Gone(tab));
            }
        }
    }

    fn is_present(&self, tab: usize) -> bool {
        self.tabs[tab].present && self.tabs[tab].present_from <= self.now
    }

    /// The tab asks for the lock that is its own. It is granted a little later.
    pub(crate) fn ask_for_presence(&mut self, tab: usize) {
        let delay = match self.chance.below(100) {
            _ if !self.is_harsh => 0,
            0 => self.chance.below(2_000),
            1..10 => self.chance.below(self.slowest),
            _ => self.chance.below(8),
        };
        self.tabs[tab].present_from = self.now + delay;
        self.tabs[tab].present = true;
    }

    /// True if a lookup fails.
    fn fails(&mut self) -> bool {
        self.is_harsh && self.chance.one_in(50)
    }

    pub(crate) fn deliver(&mut self, tab: usize, source: Source, task: Task) {
        let slow = match source {
            Source::Common | Source::Pair(_) => self.slow_frames,
            Source::LookUp if self.is_harsh => 100,
            _ => 0,
        };
        let delay = if slow > 0 && self.chance.one_in(slow) {
            self.chance.below(SLOWEST)
        } else if self.chance.one_in(20) {
            self.chance.below(self.slowest)
        } else {
            self.chance.below(8)
        };
        let tasks = self.tabs[tab].tasks.entry(source).or_default();
        let earliest = tasks.back().map_or(0, |(due, _)| *due);
        tasks.push_back(((self.now + delay).max(earliest), task));
    }

    pub(crate) fn bring(&mut self, news: Option<News>) {
        match news {
            Some(News::Granted { tab, others }) => self.deliver(tab, Source::Lock, Task::Granted(others)),
            Some(News::Stolen { tab }) => {
                self.stolen_at.insert(tab, self.now);
                self.deliver(tab, Source::Lock, Task::Stolen);
            }
            None => {}
        }
    }

    pub(crate) fn dial(&mut self, tab: usize, token: Option<u64>) {
        let connection = self.next_connection;
        self.next_connection += 1;
        self.drop_connection(tab);
        self.tabs[tab].connection = Some(Connection {
            id: connection,
            open: false,
            in_doubt: false,
            token,
            asked: Vec::new(),
            calls: Vec::new(),
        });
        let delay = 20 + self.chance.below(100);
        let tasks = self.tabs[tab].tasks.entry(Source::Connection(connection)).or_default();
        tasks.push_back((self.now + delay, Task::Open(connection)));
    }

    pub(crate) fn drop_connection(&mut self, tab: usize) {
        if let Some(connection) = self.tabs[tab].connection.take() {
            self.server.connections.remove(&connection.id);
        }
    }

    /// An answer to a call goes to the server. It counts on the connection that brought the call.
    fn answer(&mut self, tab: usize, call: u64, by: &'static str) {
        let held = self.tabs[tab].connection.as_ref();
        if held.is_none_or(|held| !held.calls.contains(&call)) {
            return;
        }
        let before = self.server.answered.insert(call, by);
        assert_eq!(before, None, "call {call} is answered twice, at {}", self.now);
    }

    fn hand(&mut self, tab: usize, from: usize, payload: &Payload, request: Option<Ask>) {
        // A lookup may be some milliseconds old; the tab that has taken the lock since is still calling the roll.
        let lost = self.stolen_at.get(&tab).copied().unwrap_or(0);
        assert!(
            self.lock.holder == Some(tab) || self.now - lost < 150,
            "who hands over holds the lock, at {}",
            self.now
        );
        if let Payload::Answers(call) = *payload {
            if self.tabs[tab].machine.admits_answer(id(from), call) {
                self.answer(tab, call, "a tab");
            }
            return;
        }
        let Payload::Sent(sender, number) = *payload else {
            panic!("a tab sent {payload:?}");
        };
        let leads = self.tabs[tab].machine.role() == Role::Leader;
        self.tabs[tab].handing.retain(|handing| handing != payload);
        let retried = self.retried.get(&(sender, number)).copied().unwrap_or(false);
        let times = self.handed.entry((sender, number)).or_default();
        *times += 1;
        assert!(
            *times == 1 || retried,
            "{sender}'s {number} was handed over twice, at {}",
            self.now
        );
        // One that may be sent again may have been lost on its way to an earlier connection.
        if *times == 1 && !retried {
            let before = self.arrived.entry(sender).or_default();
            assert!(
                *before < number,
                "{sender}'s {number} came after {before}, at {}",
                self.now
            );
            *before = number;
        }
        let Some(held) = self.tabs[tab].connection.as_mut().filter(|held| held.open) else {
            panic!("tab {tab} hands over without a connection");
        };
        // It would keep them, and lose them with its tab. One that is the hub no more has nothing to lose.
        assert!(
            !held.in_doubt || !leads,
            "tab {tab} hands over to a connection in doubt"
        );
        let connection = held.id;
        let Some(wire) = request.map(|ask| ask.request.wire) else {
            if self.server.connections.contains_key(&connection) {
                self.server.received.push((sender, number));
            }
            return;
        };
        assert!(
            held.asked.iter().all(|(other, asked)| *other == from || *asked != wire),
            "two requests of one number are with the server, at {}",
            self.now
        );
        held.asked.push((from, wire));
        if self.server.connections.contains_key(&connection) {
            self.server.received.push((sender, number));
            if !self.server.answers {
                return;
            }
            self.deliver(
                tab,
                Source::Connection(connection),
                Task::Reply(connection, wire, from, number),
            );
        }
    }
}
