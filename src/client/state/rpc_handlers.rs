//! The handlers of the server's calls by JSON-RPC, by method.

use alloc::collections::BTreeMap;
use alloc::rc::Rc;
use alloc::string::String;
#[cfg(feature = "tabs")]
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::sync::atomic::{AtomicU32, Ordering};

use super::invocation::{Answer, Invocation, InvocationTask};
use crate::client::json::rpc::RpcError;

/// The JSON of a result, or an error, once the handler is done.
pub(crate) type Outcome = Answer<Result<String, RpcError>>;

/// Calls a handler with the JSON of the parameters.
pub(crate) type Handler = Rc<dyn Fn(&str) -> Result<Outcome, RpcError>>;

/// The number of the handler that was set last, of any socket: the id of one removes nothing of another.
static LAST: AtomicU32 = AtomicU32::new(0);

/// The handlers of one socket, and the answers that they are working on.
#[derive(Default)]
pub(crate) struct RpcHandlers {
    handlers: RefCell<BTreeMap<String, (u32, Handler)>>,
    /// The answers under way, by numbers. A task for each awaits it.
    running: RefCell<BTreeMap<u32, Invocation<(), String>>>,
    begun: Cell<u32>,
}

impl RpcHandlers {
    /// Sets the handler of a method, in place of another. Returns its number.
    pub(crate) fn set(&self, method: &str, handler: Handler) -> u32 {
        let number = LAST.fetch_add(1, Ordering::Relaxed);
        let old = self.handlers.borrow_mut().insert(method.into(), (number, handler));
        // Dropping it may run the application's code.
        drop(old);
        number
    }

    /// Removes the handler of this number, if it is still the one of its method.
    pub(crate) fn remove(&self, method: &str, number: u32) {
        let is_set = self
            .handlers
            .borrow()
            .get(method)
            .is_some_and(|(set, _)| *set == number);
        let old = is_set.then(|| self.handlers.borrow_mut().remove(method));
        drop(old);
    }

    /// Removes all handlers, and drops the answers under way.
    pub(crate) fn clear(&self) {
        let old = self.handlers.take();
        drop(old);
        for answer in self.running.take().into_values() {
            answer.keep_only(None);
        }
    }

    /// Returns the methods that have a handler.
    #[cfg(feature = "tabs")]
    pub(crate) fn methods(&self) -> Vec<String> {
        self.handlers.borrow().keys().cloned().collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.handlers.borrow().is_empty()
    }

    pub(crate) fn get(&self, method: &str) -> Option<Handler> {
        self.handlers
            .borrow()
            .get(method)
            .map(|(_, handler)| Rc::clone(handler))
    }

    /// True while a call is being answered.
    pub(crate) fn is_running(&self) -> bool {
        !self.running.borrow().is_empty()
    }

    /// Keeps the answer to a call. Returns its number for [`end`](Self::end), and the part of the task that awaits it.
    pub(crate) fn begin(&self, answer: Answer<String>) -> (u32, InvocationTask<(), String>) {
        let number = self.begun.get().wrapping_add(1);
        self.begun.set(number);
        let invocation = Invocation::default();
        let task = invocation.begin(());
        task.wait_for(answer);
        self.running.borrow_mut().insert(number, invocation);
        (number, task)
    }

    pub(crate) fn end(&self, number: u32) {
        self.running.borrow_mut().remove(&number);
    }
}
