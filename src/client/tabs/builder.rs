//! The option of the builder.

#[cfg(not(all(feature = "testing", not(target_arch = "wasm32"))))]
use super::sharing::connect;
use crate::client::socket::builder::Builder;
use crate::client::state::tabs_options::Tabs;
#[cfg(all(feature = "testing", not(target_arch = "wasm32")))]
use crate::client::{socket::handle::WebSocket, values::error::ConnectError};

impl Builder {
    /// Shares the connection with all tabs of the origin. One of them, the leader, holds it and serves the others. If it is closed, crashes,
    /// freezes or goes into the back/forward cache, another takes over: for your code that is a lost connection.
    ///
    /// Every message of the server comes to each tab, once and in order; a [gap](crate::WebSocket::set_ongap) says where some may be missing.
    /// What a tab sends goes out in order, at most once; what no leader had begun to send goes out with the next. A reply comes to the tab
    /// that asked. [`WebSocket::close`](crate::WebSocket::close) leaves, and the connection ends with the last tab. See `docs/tabs.md`.
    ///
    /// The queue and the timeouts of requests are each tab's. All other options are the connection's, and count in the tab that leads: give
    /// all tabs the same. `hidden` has no effect, because a hidden leader serves visible tabs. It needs reconnection to be on, and isn't for
    /// [`lazy`](Self::lazy) sockets.
    ///
    /// ```no_run
    /// # use holdfast_ws::{Tabs, Url, WebSocket};
    /// let url = Url::from_fn(|attempt| {
    ///     format!("wss://example.com/live?from={}", attempt.resume.as_deref().unwrap_or("now"))
    /// });
    /// let ws = WebSocket::builder(url)
    ///     .resume(|message| Some(message.as_text()?.split_once(' ')?.0.to_owned()))
    ///     .tabs(Tabs::new().key("live").identity("user 7"))
    ///     .connect()?;
    /// ws.set_onrolechange(|role| web_sys::console::log_1(&role.to_string().into()));
    /// # Ok::<(), holdfast_ws::ConnectError>(())
    /// ```
    pub fn tabs(self, tabs: Tabs) -> Self {
        self.connected_by(move |builder| connect(&builder, &tabs))
    }
}

/// A world has one page.
#[cfg(all(feature = "testing", not(target_arch = "wasm32")))]
fn connect(builder: &Builder, tabs: &Tabs) -> Result<WebSocket, ConnectError> {
    tabs.check()?;
    builder.copy().connect()
}
