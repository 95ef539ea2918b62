//! The handle of a bus.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::vec::Vec;
use core::error::Error;
use core::fmt;

use super::answer::Answer;
use super::channel::Channel;
use super::events::{BusEvent, BusEvents};
use super::holder::{BEHIND, Holder};
use super::inner::Inner;
use super::join_error::JoinError;
use super::load;
use super::loading::Loading;
use super::options::ChannelOptions;
use super::values::{ChannelMessage, Position};
use crate::channels::{Can, Payload};
use crate::client::state::subscribers::{Buffer, Overflow};
use crate::engine::Status;

/// So many events of the bus are kept for a slow reader.
const EVENTS: usize = 256;

/// The channels of a broker over one connection.
///
/// ```no_run
/// # use futures_util::StreamExt;
/// # use holdfast_ws::bus::{Bus, ChannelOptions, Via};
/// # async fn run(via: Via) -> Result<(), Box<dyn std::error::Error>> {
/// let bus = Bus::builder("wss://push.example.com", via).connect()?;
/// let mut news = bus.channel_with("news", ChannelOptions::new().history(20))?;
/// news.publish("hello").await?;
/// while let Some(message) = news.next().await {
///     println!("{:?} at {:?}", message.data.as_text(), message.position);
/// }
/// # Ok(())
/// # }
/// ```
///
/// A clone is the same bus. A [`Channel`] keeps it; with the last of both it is closed.
#[derive(Clone)]
pub struct Bus(pub(super) Rc<Inner>);

impl Bus {
    /// Returns the abilities of the adapter and its broker. Nothing else is promised.
    #[must_use]
    pub fn can(&self) -> Can {
        self.0.can
    }

    /// Returns the status of the connection. [`Status::Idle`] if there is none, as none is needed.
    #[must_use]
    pub fn status(&self) -> Status {
        self.0.status()
    }

    /// Returns a stream of the connection's events from now on.
    pub fn events(&self) -> BusEvents {
        let buffer = Rc::new(Buffer::new(EVENTS, Overflow::DropOldest));
        if self.0.is_closed.get() {
            buffer.finish();
        }
        self.0.listen(&buffer);
        BusEvents(buffer)
    }

    /// Uses a channel, which is a stream of its messages.
    ///
    /// # Errors
    /// [`JoinError::Closed`].
    pub fn channel(&self, name: &str) -> Result<Channel, JoinError> {
        self.channel_with(name, ChannelOptions::new())
    }

    /// The same with options.
    ///
    /// # Errors
    /// [`JoinError`].
    pub fn channel_with(&self, name: &str, options: ChannelOptions) -> Result<Channel, JoinError> {
        let buffer = Rc::new(Buffer::new(BEHIND, Overflow::Close));
        let sink = Rc::clone(&buffer);
        let holder = self.0.join(name, options, |id, channel, options| {
            Holder::new(name, id, channel, sink, None, options.authorize)
        })?;
        Ok(Channel::new(Rc::clone(&self.0), holder, buffer))
    }

    /// Uses a channel whose state the application loads: first, and whenever messages may be missing. Read the position before the data;
    /// messages in both are left out by their position. Live messages are held meanwhile. A failure is tried again.
    ///
    /// ```no_run
    /// # use futures_util::StreamExt;
    /// # use holdfast_ws::bus::{Bus, ChannelOptions, Position, Update};
    /// # async fn fetch_prices() -> Result<(Vec<String>, Position), std::io::Error> { todo!() }
    /// # async fn run(bus: &Bus) -> Result<(), Box<dyn std::error::Error>> {
    /// let mut prices = bus.load("prices", ChannelOptions::new(), async || {
    ///     let (prices, position) = fetch_prices().await?;
    ///     Ok((prices, Some(position)))
    /// })?;
    /// let mut all = Vec::new();
    /// while let Some(update) = prices.next().await {
    ///     match update {
    ///         Update::State(prices) => all = prices,
    ///         Update::Message(message) => all.extend(message.data.as_text().map(str::to_owned)),
    ///         _ => {}
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`JoinError`].
    pub fn load<S: 'static>(
        &self,
        name: &str,
        mut options: ChannelOptions,
        function: impl AsyncFn() -> Result<(S, Option<Position>), Box<dyn Error>> + 'static,
    ) -> Result<Loading<S>, JoinError> {
        options.config.loads = true;
        let buffer = Rc::new(Buffer::new(BEHIND, Overflow::Close));
        let (sink, load) = (Rc::clone(&buffer), load::load(&buffer, function));
        let holder = self.0.join(name, options, |id, channel, options| {
            Holder::new(name, id, channel, sink, Some(load), options.authorize)
        })?;
        Ok(Loading::new(Rc::clone(&self.0), holder, buffer))
    }

    /// Publishes to a channel, which need not be used: now, or with the next connection. The answer is the message's position, if the
    /// broker says it.
    pub fn publish(&self, name: &str, data: impl Into<Payload>) -> Answer<Option<Position>> {
        self.0.publish(name, data.into())
    }

    /// Asks for the last messages of a channel, which need not be used: at most so many, up to now or up to a position, oldest first.
    pub fn history(&self, name: &str, limit: u32, before: Option<Position>) -> Answer<Vec<ChannelMessage>> {
        self.0.history(name, limit, before)
    }

    /// Leaves all channels, and closes the connection. Their streams end, and publications without an answer fail.
    pub fn close(&self) {
        self.0.close();
    }
}

impl fmt::Debug for Bus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bus")
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}

impl Inner {
    pub(super) fn report(&self, event: &BusEvent) {
        for buffer in self.listeners() {
            buffer.push(event.clone());
        }
    }
}
