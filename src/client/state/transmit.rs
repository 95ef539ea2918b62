//! Hands messages to the driver: to the browser at once where a connection is open, else to the queue.

use crate::client::trace;
use crate::client::values::data::Data;
use crate::client::values::error::SendError;
use crate::driver::{Driver, Host};
use crate::engine::{Engine, ReadyState};

/// The outcome of an accepted message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sent {
    /// The browser has it.
    Now,
    /// It waits for a connection.
    Queued,
}

/// Sends data that nobody else can change: at once, or by the queue.
pub(crate) fn hand_over<H: Host<Payload = Data>>(
    driver: &Driver<H>,
    data: &Data,
    bytes: u64,
) -> Result<Sent, SendError> {
    if send_now(driver, data)? {
        return Ok(Sent::Now);
    }
    driver.queue(data.clone(), bytes)?;
    trace::queued(bytes);
    Ok(Sent::Queued)
}

/// Sends at once, or says that it can't.
pub(crate) fn send_now<H: Host<Payload = Data>>(driver: &Driver<H>, data: &Data) -> Result<bool, SendError> {
    if is_ending(driver) {
        return Err(SendError::Closed);
    }
    driver.send(data).map_err(|_| match ready_state(driver) {
        ReadyState::Connecting => SendError::NotOpen,
        _ => SendError::Refused,
    })
}

/// Makes the first connection of a lazy socket that was not used yet.
pub(crate) fn connect<H: Host>(driver: &Driver<H>) {
    if driver.engine(|engine| engine.is_idle()) {
        driver.command(Engine::connect);
    }
}

pub(crate) fn is_ending<H: Host<Payload = Data>>(driver: &Driver<H>) -> bool {
    let (reconnects, discards) = driver.engine(|engine| (engine.reconnects(), engine.discards()));
    discards || (!reconnects && matches!(ready_state(driver), ReadyState::Closing | ReadyState::Closed))
}

pub(crate) fn ready_state<H: Host<Payload = Data>>(driver: &Driver<H>) -> ReadyState {
    match driver.ready_state() {
        0 => ReadyState::Connecting,
        1 => ReadyState::Open,
        2 => ReadyState::Closing,
        _ => ReadyState::Closed,
    }
}
