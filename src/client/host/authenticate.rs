//! Asks the application to authenticate a connection.

use alloc::rc::Rc;

use super::invoke::invoke;
use crate::client::state::shared::Shared;
use crate::engine::ConnectionId;

/// Calls the application's function for a connection that has opened. The engine holds everything else back until it has the answer.
pub(crate) fn authenticate(shared: &Rc<Shared>, connection: ConnectionId) {
    let call = shared.authenticating.begin(connection);
    let function = move |shared: &Rc<Shared>| {
        let number = shared.driver()?.engine(|engine| engine.attempt());
        let authenticate = shared.authenticate.clone()?;
        Some(authenticate.ask(shared, connection, shared.attempt(number)))
    };
    invoke(shared, call, function, move |shared, driver, authenticated| {
        shared.trace.authenticated(authenticated);
        driver.command(|engine, now| {
            if authenticated {
                engine.handle_authenticated(now, connection);
            } else {
                engine.handle_rejected(now, connection);
            }
        });
    });
}
