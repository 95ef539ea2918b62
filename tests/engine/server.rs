//! The other side of the connection, scripted: what becomes of a dial, of a ping, of a closing handshake, and of the question for
//! a URL. All in milliseconds from when it was asked.

use std::collections::VecDeque;

use holdfast_ws::engine::Close;

/// The outcome of one dial.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Fate {
    /// It never gets an answer.
    Silent,
    /// It fails before it opens.
    Refused { after: u64 },
    /// It opens, and stays.
    Opens { after: u64 },
    /// It opens, and ends `lasts` later.
    Ends { after: u64, lasts: u64, close: Close },
}

/// The result of the application's URL provider.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Answer {
    /// It never answers.
    Silent,
    /// It gives a URL.
    Gives { after: u64 },
    /// It throws or rejects.
    Rejects { after: u64 },
}

/// A server, its connection, and the application's own answers.
#[derive(Debug, Clone)]
pub(crate) struct Server {
    /// The outcomes of the first dials, in order.
    pub(crate) script: VecDeque<Fate>,
    /// The outcome of the others.
    pub(crate) otherwise: Fate,
    /// The time of the answer to a ping; `None` means that there is none.
    pub(crate) pong: Option<u64>,
    /// The time of the closing handshake.
    pub(crate) farewell: u64,
    /// Bytes that leave in a millisecond; `None`: all of them, at once. Only looked at if the engine `needs_buffered_amount`.
    pub(crate) rate: Option<u64>,
    /// The first results of the URL provider, in order. Later it returns a URL at once.
    pub(crate) provider: VecDeque<Answer>,
    /// The result of `shouldReconnect`; `None` means that the test answers.
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

    /// A server that doesn't answer.
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
