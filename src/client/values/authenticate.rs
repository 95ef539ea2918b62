//! The application's function that authenticates each connection.

use alloc::boxed::Box;
use alloc::rc::Rc;
use core::fmt;
use core::future::Future;
use core::pin::Pin;

use super::url::Attempt;
use crate::engine::ConnectionId;

/// Resolves to true if the connection is authenticated.
pub(crate) type Verdict = Pin<Box<dyn Future<Output = bool>>>;

/// Calls the function for a connection of the socket whose state is an `S`.
type Ask<S> = Rc<dyn Fn(&Rc<S>, ConnectionId, Attempt) -> Verdict>;

/// The function that authenticates.
pub(crate) struct Authenticate<S>(Ask<S>);

impl<S> Authenticate<S> {
    pub(crate) fn new(ask: impl Fn(&Rc<S>, ConnectionId, Attempt) -> Verdict + 'static) -> Self {
        Self(Rc::new(ask))
    }

    pub(crate) fn ask(&self, shared: &Rc<S>, connection: ConnectionId, attempt: Attempt) -> Verdict {
        (self.0)(shared, connection, attempt)
    }
}

impl<S> Clone for Authenticate<S> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<S> fmt::Debug for Authenticate<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authenticate")
    }
}
