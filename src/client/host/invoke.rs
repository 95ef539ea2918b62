//! Calls functions of the application's in tasks of their own, never within a call of its own, and passes the answers to the engine.

use alloc::rc::Rc;
use core::future::poll_fn;

use crate::client::state::invocation::{Answer, InvocationTask};
use crate::client::state::shared::{Host, Shared};
use crate::driver::Driver;

/// Calls `function` in a task, and `answered` with what its future resolves to, unless the call is stale by then.
pub(crate) fn invoke<I: 'static, T: 'static>(
    shared: &Rc<Shared>,
    call: InvocationTask<I, T>,
    function: impl FnOnce(&Rc<Shared>) -> Option<Answer<T>> + 'static,
    answered: impl FnOnce(&Shared, &Driver<Host>, T) + 'static,
) {
    // Neither this task nor the application's future keeps the socket.
    let weak = Rc::downgrade(shared);
    shared.browser.spawn(async move {
        {
            let Some(shared) = weak.upgrade().filter(|_| !call.is_stale()) else {
                return;
            };
            let Some(future) = function(&shared) else { return };
            call.wait_for(future);
        }
        let Ok(answer) = poll_fn(|cx| call.poll(cx)).await else {
            return;
        };
        let Some(shared) = weak.upgrade() else { return };
        if let Some(driver) = shared.driver() {
            answered(&shared, &driver, answer);
        }
    });
}
