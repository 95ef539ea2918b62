//! The parts of the step that JavaScript is carrying out.

use holdfast_ws::testing::machine::{Closed, PageEvent, Payload, Step};
use wasm_bindgen::prelude::*;

use super::World;

/// Returns the number of a kind of step, as the wrapper's `StepKind` has it.
pub(crate) fn kind(step: &Step) -> u32 {
    match step {
        Step::Open(_) => 1,
        Step::Message(..) => 2,
        Step::Error(_) => 3,
        Step::Close(..) => 4,
        Step::Timer(_) => 5,
        Step::Page(_) => 6,
        Step::Request(_) => 7,
        Step::Received(..) => 8,
        Step::Tick(_) => 9,
        Step::Left(..) => 10,
    }
}

fn closed(step: &Step) -> Option<&Closed> {
    match step {
        Step::Close(_, closed) | Step::Left(_, closed) => Some(closed),
        _ => None,
    }
}

fn payload(step: &Step) -> Option<&Payload> {
    match step {
        Step::Message(_, payload) | Step::Received(_, payload) => Some(payload),
        _ => None,
    }
}

#[wasm_bindgen]
impl World {
    /// The socket, the page's timer, or the server's timer that the step is about.
    pub fn step_subject(&self) -> u32 {
        match &self.step {
            Some(
                Step::Open(id)
                | Step::Message(id, _)
                | Step::Error(id)
                | Step::Close(id, _)
                | Step::Request(id)
                | Step::Received(id, _)
                | Step::Left(id, _),
            ) => id.0,
            Some(Step::Timer(id)) => id.0,
            Some(Step::Tick(number)) => *number,
            Some(Step::Page(_)) | None => 0,
        }
    }

    /// The close code; or the number of a binary message, 0 for text.
    pub fn step_number(&self) -> u32 {
        let Some(step) = &self.step else {
            return 0;
        };
        if let Some(closed) = closed(step) {
            return closed.code.into();
        }
        match payload(step) {
            Some(Payload::Kept { number, .. }) => *number,
            _ => 0,
        }
    }

    /// The close reason, the message's text, or the type of the page's event.
    pub fn step_text(&self) -> String {
        let Some(step) = &self.step else {
            return String::new();
        };
        if let Step::Page(event) = step {
            return event.name().to_owned();
        }
        if let Some(closed) = closed(step) {
            return closed.reason.clone();
        }
        let text = payload(step).and_then(Payload::as_text);
        text.unwrap_or_default().to_owned()
    }

    /// True for a clean close, and for `pagehide` and `pageshow` of a page that is kept in the back/forward cache.
    pub fn step_flag(&self) -> bool {
        match &self.step {
            Some(Step::Page(PageEvent::PageHide { persisted })) => *persisted,
            Some(Step::Page(PageEvent::PageShow)) => true,
            Some(step) => closed(step).is_some_and(|closed| closed.clean),
            None => false,
        }
    }
}
