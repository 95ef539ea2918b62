//! The position in the server's stream, for the function that gives the next URL.
//!
//! It is read before the message is delivered. A message without a handler or a stream doesn't count, so the server is asked for it again.

use alloc::rc::Rc;
use alloc::string::String;
use core::cell::RefCell;
use core::fmt;

use super::message::Message;

type Read = Rc<dyn Fn(&Message) -> Option<String>>;

/// The function that reads tokens, if there is one, and the last token.
#[derive(Clone, Default)]
pub(crate) struct Resume {
    read: Option<Read>,
    token: RefCell<Option<String>>,
}

impl Resume {
    pub(crate) fn new(read: impl Fn(&Message) -> Option<String> + 'static) -> Self {
        Self {
            read: Some(Rc::new(read)),
            token: RefCell::new(None),
        }
    }

    pub(crate) fn is_set(&self) -> bool {
        self.read.is_some()
    }

    /// Returns the token that a message brings.
    pub(crate) fn remember(&self, message: &Message) -> Option<String> {
        let token = self.read.as_ref().and_then(|read| read(message))?;
        self.set_token(token.clone());
        Some(token)
    }

    pub(crate) fn set_token(&self, token: String) {
        self.token.replace(Some(token));
    }

    pub(crate) fn token(&self) -> Option<String> {
        self.token.borrow().clone()
    }
}

impl fmt::Debug for Resume {
    /// Without the token, which may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_set() { "Resume(set)" } else { "Resume(none)" })
    }
}
