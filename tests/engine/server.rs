//! The other side of the line, scripted: what becomes of a dial, of a ping, of a closing handshake, and of the question for
//! a URL. All in milliseconds from when it was asked.

use std::collections::VecDeque;

use holdfast_ws::engine::Close;

/// What becomes of one dial.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fate {
    /// Nothing is ever heard of it.
    Silent,
    /// It fails before it opens.
    Refused { after: u64 },
    /// It opens, and stays.
    Opens { after: u64 },
    /// It opens, and ends `lasts` later.
    Ends { after: u64, lasts: u64, close: Close },
}

/// What the application's URL provider does.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Answer {
    /// It never answers.
    Silent,
    /// It gives a URL.
    Gives { after: u64 },
    /// It throws or rejects.
    Rejects { after: u64 },
}

/// A server, its line, and the application's own answers.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    /// What becomes of the first dials, in order.
    pub(crate) script: VecDeque<Fate>,
    /// What becomes of the others.
    pub(crate) otherwise: Fate,
    /// How long the answer to a ping takes; `None`: there is none.
    pub(crate) pong: Option<u64>,
    /// How long the closing handshake takes.
    pub(crate) farewell: u64,
    /// Bytes that leave in a millisecond; `None`: all of them, at once. Only looked at if the engine `needs_buffered_amount`.
    pub(crate) rate: Option<u64>,
    /// What the URL provider does first, in order; afterwards it gives at once.
    pub(crate) provider: VecDeque<Answer>,
    /// What `shouldReconnect` says; `None`: the test answers.
    pub(crate) decision: Option<bool>,
}

impl Server {
    /// Every dial opens after 10 ms and stays, pings are answered after 20 ms.
    pub(crate) fn good() -> Self {
        Self::which(Fate::Opens { after: 10 })
    }

    /// Every dial fares the same.
    pub(crate) fn which(otherwise: Fate) -> Self {
        Self {
            script: VecDeque::new(),
            otherwise,
            pong: Some(20),
            farewell: 15,
            rate: None,
            provider: VecDeque::new(),
            decision: None,
        }
    }

    /// Nothing answers.
    pub(crate) fn gone() -> Self {
        Self::which(Fate::Silent)
    }

    /// Every dial fails after 10 ms.
    pub(crate) fn down() -> Self {
        Self::which(Fate::Refused { after: 10 })
    }

    /// The first dials fare as `script` says.
    pub(crate) fn first(mut self, script: &[Fate]) -> Self {
        self.script = script.iter().copied().collect();
        self
    }

    /// The first questions for a URL are answered as `answers` says.
    pub(crate) fn asked(mut self, answers: &[Answer]) -> Self {
        self.provider = answers.iter().copied().collect();
        self
    }
}

/// A `close` event with this code, after a closing handshake.
pub(crate) const fn closed_with(code: u16) -> Close {
    Close {
        code,
        clean: true,
        retry_after: None,
    }
}
