//! The rules of a box, sans-I/O: messages that are stored, sent, and kept until the server has acknowledged them.
//!
//! A *box* is the messages of one page life. They are numbered from 1, and the server keeps the last number that is done, in the same
//! transaction as the message's effect. The machine [`Outbox`] knows numbers and deadlines, not payloads. It owns no storage, no
//! connection and no clock: it takes inputs with their time, and returns [outputs](Output) and the next timeout, as the
//! [engine](crate::engine) does. Everything that waits on a disk can be given to another machine (`restore()`) under its old number.
//!
//! A connection begins with *hello*, which names the oldest number that the box still holds. The server answers with the last that is
//! done. Numbers before the oldest that are not done never come: they have expired, or were cancelled. So the server passes over them.
//!
//! These hold, whatever connections, servers and crashes do, if the server keeps its half:
//!
//! - Numbers are sent in order after each hello, none before it is stored. No more than [`Config::window`] that have neither ended nor
//!   been given up are in flight.
//! - Each message ends once: acknowledged, refused, expired, or cancelled by the application.
//! - What was given up after it was sent ends when the server won't do it from then on. It is acknowledged if it was done before.
//! - A number is used for one message, also if the storage loses what was written last or is restored from a backup, and other pages give
//!   numbers too: see [`Numbers`] and [`Output::Displaced`].
//! - The server does each at most once, in order; and each that is not refused, expired or cancelled, once all is well for long enough.

mod config;
mod inbox;
mod machine;
mod numbering;
mod numbers;
mod output;
mod withdrawn;

pub use config::{AfterRefusal, Config};
pub use inbox::Inbox;
pub use machine::Outbox;
pub use numbers::{Counter, Given, Numbers};
pub use output::Output;
pub use withdrawn::Reason;
