//! The options of a channel.

use alloc::boxed::Box;
use alloc::string::String;
use core::error::Error;
use core::fmt;
use core::time::Duration;

use serde::Serialize;

use super::token::{AskFor, Token, ask_for};
use super::values::Position;
use crate::channels::{ChannelConfig, Identity, Payload};

/// The options of a channel. If several parts of the application use one, those of the first count for its subscription.
///
/// ```no_run
/// # use holdfast_ws::bus::{Bus, ChannelOptions, JoinError};
/// # fn run(bus: &Bus) -> Result<(), JoinError> {
/// let options = ChannelOptions::new().history(20).presence("ada", &"Ada Lovelace");
/// let news = bus.channel_with("news", options)?;
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
#[must_use = "give it to the bus"]
pub struct ChannelOptions {
    pub(super) config: ChannelConfig<Payload, String>,
    pub(super) authorize: Option<AskFor>,
}

impl ChannelOptions {
    /// The defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// The last message that is known: those after it come first.
    pub fn since(mut self, position: Position) -> Self {
        self.config.since = Some(position);
        self
    }

    /// The messages since this time come first, if the broker can find them. The time is since 1970.
    #[allow(clippy::cast_precision_loss)] // Exact for 285,000 years.
    pub fn since_time(mut self, time: Duration) -> Self {
        self.config.since_time = Some(time.as_secs_f64() * 1_000.0);
        self
    }

    /// How many messages of before come first, without a position. Default 0.
    pub fn history(mut self, messages: u32) -> Self {
        self.config.history = messages;
        self
    }

    /// The application is a member, as this user. Others see the data, which is written as JSON; it is `null` if it can't be.
    pub fn presence<T: Serialize + ?Sized>(mut self, user: impl Into<String>, data: &T) -> Self {
        let data = serde_json::to_string(data).unwrap_or_else(|_| String::from("null"));
        self.config.identity = Some(Identity {
            user: user.into(),
            data: Payload::Text(data),
        });
        self
    }

    /// For how long a user whose connection is lost stays a member here. Default 15 s.
    pub fn grace(mut self, grace: Duration) -> Self {
        self.config.grace = grace.into();
        self
    }

    /// Calls a function with the channel's name for its token: when there is none, and when it expires. `Err` refuses the channel, with
    /// the error's text as the reason.
    pub fn authorize<T: Into<Token>>(
        mut self,
        function: impl AsyncFn(String) -> Result<T, Box<dyn Error>> + 'static,
    ) -> Self {
        self.authorize = Some(ask_for(function));
        self.config.authorizes = true;
        self
    }
}

impl fmt::Debug for ChannelOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChannelOptions")
    }
}
