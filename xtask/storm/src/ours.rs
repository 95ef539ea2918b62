//! A client with the real engine, called as the driver calls it.

use holdfast_ws::engine::{Close, Config, ConnectionId, Engine, Instant, Output, Span};

use crate::input::{Hint, Input, Millis};

/// One client.
pub(crate) struct Ours {
    engine: Engine<()>,
    line: ConnectionId,
}

pub(crate) const fn at(millis: Millis) -> Instant {
    Instant::from_millis(millis)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Of a simulation's length.
pub(crate) fn rounded_up(at: Instant) -> Millis {
    at.as_millis_f64().ceil() as Millis
}

impl Ours {
    /// Creates a client that is connected from the beginning; `number` is its seed.
    pub(crate) fn connected(number: u64) -> Self {
        let config = Config::default();
        let engine = Engine::new(at(0), config, number).expect("the defaults are possible");
        let mut ours = Self {
            engine,
            line: ConnectionId::new(0),
        };
        ours.pump();
        ours.engine.handle_open(at(0), ours.line);
        ours.pump();
        ours
    }

    /// Passes an input to the engine, and then advances time until it dials. No timer expires between a dial and its result.
    pub(crate) fn handle(&mut self, now: Millis, input: Input) -> Option<Millis> {
        let engine = &mut self.engine;
        match input {
            Input::Lost(hint) => engine.handle_closed(at(now), self.line, closed_with(hint)),
            Input::Opened => {
                engine.handle_open(at(now), self.line);
                self.pump();
                return None;
            }
            Input::Refused => engine.handle_closed(at(now), self.line, Close::ABNORMAL),
        }
        self.pump();
        loop {
            // Timers come no earlier than asked for.
            let next = rounded_up(self.engine.poll_timeout()?);
            self.engine.handle_timeout(at(next));
            if self.pump() {
                return Some(next);
            }
        }
    }

    /// Drains the engine's outputs. Returns true if it dials.
    fn pump(&mut self) -> bool {
        let mut dials = false;
        while let Some(output) = self.engine.poll_output() {
            if let Output::Dial(line) = output {
                (dials, self.line) = (true, line);
            }
        }
        while self.engine.poll_event().is_some() {}
        dials
    }
}

const fn closed_with(hint: Hint) -> Close {
    match hint {
        Hint::None => Close::ABNORMAL,
        Hint::Restart => Close {
            code: 1012,
            clean: true,
            retry_after: None,
        },
        Hint::RetryAfter(millis) => Close {
            code: 1013,
            clean: true,
            retry_after: Some(Span::from_millis(millis)),
        },
    }
}
