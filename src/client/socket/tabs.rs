//! A socket that shares its connection with other tabs: its role, and what it is told of them.

use alloc::vec::Vec;

use super::handle::WebSocket;
use crate::client::state::tab::Closing;
use crate::client::values::error::CloseError;
use crate::client::values::message::Message;
use crate::client::values::tabs::Role;

impl WebSocket {
    /// Returns the role among the tabs that share the connection ([`Builder::tabs`](crate::Builder::tabs)).
    #[must_use]
    pub fn role(&self) -> Role {
        self.shared().tab.get().map_or(Role::Own, |tab| tab.role())
    }

    /// Called when the role has changed.
    pub fn set_onrolechange(&self, handler: impl FnMut(Role) + 'static) {
        self.shared().on.role.set(handler);
    }

    /// Removes the handler that [`set_onrolechange`](Self::set_onrolechange) has set.
    pub fn remove_onrolechange(&self) {
        self.shared().on.role.clear();
    }

    /// Called where messages of the server may be missing. It is given those of this tab that may have been sent or not, and are not sent
    /// again: a page that was frozen while it handed them over is gone.
    pub fn set_ongap(&self, handler: impl FnMut(Vec<Message>) + 'static) {
        self.shared().on.gap.set(handler);
    }

    /// Removes the handler that [`set_ongap`](Self::set_ongap) has set.
    pub fn remove_ongap(&self) {
        self.shared().on.gap.clear();
    }

    /// Closes the connection for all tabs that share it, and none connects again. The rest is as with
    /// [`close_with_code_and_reason`](Self::close_with_code_and_reason).
    ///
    /// # Errors
    /// [`CloseError`] for any other code, or a longer reason.
    pub fn close_for_all_tabs(&self, code: u16, reason: &str) -> Result<(), CloseError> {
        let bytes = reason.len();
        if !matches!(code, 1000 | 3000..=4999) {
            return Err(CloseError::Code(code));
        }
        if bytes > 123 {
            return Err(CloseError::ReasonTooLong { bytes });
        }
        if let Some(tab) = self.shared().tab.get() {
            let (code, reason) = (Some(code), reason.into());
            tab.close(Closing { code, reason }, true);
        }
        self.close_with_code_and_reason(code, reason)
    }
}
