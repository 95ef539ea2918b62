//! The URL of a connection, as far as a network needs to know it.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;

/// The URL of a server or a connection: `ws:` or `wss:`, absolute.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    /// True for `wss:`.
    pub secure: bool,
    /// The host, in lower case.
    pub host: String,
    /// The port; that of the scheme if none was given.
    pub port: u16,
    /// The path, from `/` on.
    pub path: String,
    /// The query, without `?`; empty if there is none.
    pub query: String,
}

/// A URL that no connection can be made to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct AddressError;

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the URL takes ws:, wss:, http: or https:, absolute, without a fragment")
    }
}

impl core::error::Error for AddressError {}

/// Some of the ports that browsers block: <https://fetch.spec.whatwg.org/#port-blocking>.
const BLOCKED: [u16; 14] = [1, 7, 9, 21, 22, 23, 25, 53, 110, 143, 389, 587, 993, 6000];

impl Address {
    /// Reads an absolute URL, as the browser's class takes it.
    ///
    /// # Errors
    /// Another scheme, no host, no port where one should be, or a fragment.
    pub fn parse(url: &str) -> Result<Self, AddressError> {
        let (scheme, rest) = url.trim().split_once("://").ok_or(AddressError)?;
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "ws" | "http" => false,
            "wss" | "https" => true,
            _ => return Err(AddressError),
        };
        if rest.contains('#') {
            return Err(AddressError);
        }
        let (authority, after) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let standard = if secure { 443 } else { 80 };
        // Of an IPv6 address only what stands behind its bracket is a port.
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => {
                let port = if port.is_empty() { Ok(standard) } else { port.parse() };
                (host, port.map_err(|_| AddressError)?)
            }
            _ => (authority, standard),
        };
        if host.is_empty() || host.contains(char::is_whitespace) {
            return Err(AddressError);
        }
        let (path, query) = after.split_once('?').unwrap_or((after, ""));
        Ok(Self {
            secure,
            host: host.to_ascii_lowercase(),
            port,
            path: if path.is_empty() {
                "/".to_owned()
            } else {
                path.to_owned()
            },
            query: query.to_string(),
        })
    }

    /// True if browsers make no connection to this port.
    pub(super) fn is_blocked(&self) -> bool {
        BLOCKED.contains(&self.port)
    }

    /// True if a server with this address answers connections to `other`: the query is the connection's own.
    pub(super) fn serves(&self, other: &Self) -> bool {
        (self.secure, &self.host, self.port, &self.path) == (other.secure, &other.host, other.port, &other.path)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "wss" } else { "ws" };
        let port = match (self.secure, self.port) {
            (true, 443) | (false, 80) => String::new(),
            (_, port) => format!(":{port}"),
        };
        let query = if self.query.is_empty() { "" } else { "?" };
        write!(f, "{scheme}://{}{port}{}{query}{}", self.host, self.path, self.query)
    }
}
