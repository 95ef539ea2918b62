//! The error of a second user in one channel.

use core::error::Error;
use core::fmt;

/// The application is a member of this channel as another user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OtherUser;

impl fmt::Display for OtherUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the application is a member of this channel as another user: leave that channel first")
    }
}

impl Error for OtherUser {}
