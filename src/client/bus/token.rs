//! Tokens, and the application's functions for them.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
use core::error::Error;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::time::Duration;

use crate::engine::Span;

/// A token of the connection or of a channel.
#[derive(Clone)]
pub struct Token {
    pub(super) text: String,
    pub(super) lifetime: Option<Span>,
}

impl Token {
    /// A token that is used until the broker refuses it.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            lifetime: None,
        }
    }

    /// It is good for this long from now on, and is replaced before.
    #[must_use]
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime.into());
        self
    }
}

impl From<String> for Token {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&str> for Token {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl fmt::Debug for Token {
    /// Without the text, which is a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

/// A token, or why there is none.
pub(super) type TokenFuture = Pin<Box<dyn Future<Output = Result<Token, Box<dyn Error>>>>>;

/// The application's function for the connection's token.
pub(super) type Ask = Rc<dyn Fn() -> TokenFuture>;

/// The application's function for the token of a channel with this name.
pub(super) type AskFor = Rc<dyn Fn(String) -> TokenFuture>;

pub(super) fn ask<T: Into<Token>>(function: impl AsyncFn() -> Result<T, Box<dyn Error>> + 'static) -> Ask {
    let function = Rc::new(function);
    Rc::new(move || {
        let function = Rc::clone(&function);
        Box::pin(async move { function().await.map(Into::into) })
    })
}

pub(super) fn ask_for<T: Into<Token>>(function: impl AsyncFn(String) -> Result<T, Box<dyn Error>> + 'static) -> AskFor {
    let function = Rc::new(function);
    Rc::new(move |name| {
        let function = Rc::clone(&function);
        Box::pin(async move { function(name).await.map(Into::into) })
    })
}
