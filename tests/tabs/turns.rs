//! Time: whose turn is next, and what it does.

use holdfast_ws::engine::Instant;
use holdfast_ws::tabs::Call;

use crate::stage::{Payload, Source, Task};
use crate::world::{World, at, id};

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Times of a test.
fn millis(instant: Instant) -> u64 {
    instant.as_millis_f64().ceil() as u64
}

/// Whose turn it is.
#[derive(Debug, Clone, Copy)]
enum Turn {
    Timer(usize),
    Task(usize, Source),
}

impl World {
    /// Lets time pass.
    pub(crate) fn run(&mut self, millis: u64) {
        let end = self.now + millis;
        for _ in 0..1_000_000 {
            match self.next() {
                Some((due, turn)) if due <= end => {
                    self.now = self.now.max(due);
                    self.take_turn(turn);
                }
                _ => {
                    self.now = end;
                    return;
                }
            }
        }
        panic!("the tabs keep the world spinning at {}", self.now);
    }

    /// Returns what is next. Among tasks that are due at one time, chance decides.
    fn next(&mut self) -> Option<(u64, Turn)> {
        let mut first: Option<(u64, Turn)> = None;
        let mut rivals = 1;
        for tab in 0..self.tabs.len() {
            if !self.tabs[tab].is_running() {
                continue;
            }
            let timer = self.tabs[tab]
                .machine
                .poll_timeout()
                .map(|due| (millis(due), Turn::Timer(tab)));
            let tasks = self.tabs[tab]
                .tasks
                .iter()
                .filter_map(|(&source, tasks)| Some((tasks.front()?.0, Turn::Task(tab, source))));
            for (due, turn) in tasks.chain(timer) {
                let due = due.max(self.now);
                match &first {
                    Some((best, _)) if *best < due => {}
                    Some((best, _)) if *best == due => {
                        rivals += 1;
                        if self.chance.one_in(rivals) {
                            first = Some((due, turn));
                        }
                    }
                    _ => {
                        rivals = 1;
                        first = Some((due, turn));
                    }
                }
            }
        }
        first
    }

    fn take_turn(&mut self, turn: Turn) {
        match turn {
            Turn::Timer(tab) => {
                let now = at(self.now);
                self.tabs[tab].machine.handle_timeout(now);
                self.pump(tab);
            }
            Turn::Task(tab, source) => {
                let Some(tasks) = self.tabs[tab].tasks.get_mut(&source) else {
                    return;
                };
                let Some((_, task)) = tasks.pop_front() else { return };
                if tasks.is_empty() {
                    self.tabs[tab].tasks.remove(&source);
                }
                self.execute(tab, task);
                self.pump(tab);
            }
        }
    }

    fn execute(&mut self, tab: usize, task: Task) {
        self.note(|| format!("tab {tab}: {task:?}"));
        let (now, date) = (at(self.now), self.date());
        let resumes = self.resumes;
        let stage = &mut self.tabs[tab];
        let machine = &mut stage.machine;
        match task {
            Task::Frame(frame, by, number) => {
                machine.handle_frame(now, frame);
                self.tabs[by].left = self.tabs[by].left.max(number);
            }
            Task::Granted(others) => machine.handle_granted(now, Some(others)),
            Task::Stolen => machine.handle_stolen(now),
            Task::Gone(other) => machine.handle_gone(now, id(other)),
            Task::Presence(other, present) => machine.handle_presence(now, id(other), present),
            Task::Holder(holder) => machine.handle_holder(now, holder.map(id), date),
            Task::Signal(signal) => {
                self.brings_back(tab, signal);
                self.tabs[tab].machine.handle_signal(now, signal);
            }
            Task::Open(connection) => {
                let Some(held) = stage.connection.as_mut().filter(|held| held.id == connection) else {
                    return;
                };
                held.open = true;
                machine.handle_state(now, Payload::State("open"));
                machine.handle_ready(now, true);
                self.server.connections.insert(connection, tab);
                let from = held.token.filter(|_| resumes).unwrap_or(self.server.said);
                for said in from + 1..=self.server.said {
                    self.deliver(tab, Source::Connection(connection), Task::Message(connection, said));
                }
            }
            Task::Message(connection, said) => {
                let Some(held) = stage.connection.as_mut().filter(|held| held.id == connection) else {
                    return;
                };
                held.token = Some(said);
                machine.handle_message(now, Payload::Said(said), 1, resumes.then_some(said));
            }
            Task::Call(connection, call, method) => {
                let Some(held) = stage.connection.as_mut().filter(|held| held.id == connection) else {
                    return;
                };
                held.calls.push(call);
                let called = Call {
                    id: Some(call),
                    method,
                    payload: Payload::Called(call),
                };
                machine.handle_call(now, called, 1, None);
            }
            Task::Answer(call) => machine.send(now, Payload::Answers(call), 1),
            Task::Reply(connection, wire, asker, number) => {
                if stage.connection.as_ref().is_none_or(|held| held.id != connection) {
                    return;
                }
                machine.handle_reply(now, wire, Payload::Sent(asker, number), false);
            }
            Task::Proved(connection) => {
                if let Some(held) = stage.connection.as_mut().filter(|held| held.id == connection) {
                    held.in_doubt = false;
                }
            }
            Task::Lost(connection) => {
                let Some(held) = stage.connection.as_mut().filter(|held| held.id == connection) else {
                    return;
                };
                machine.handle_ready(now, false);
                machine.handle_state(now, Payload::State("waiting"));
                let token = held.token;
                self.dial(tab, token);
            }
        }
    }
}
