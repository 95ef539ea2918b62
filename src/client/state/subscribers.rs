//! Bounded buffers between a socket and its streams. `Overflow` decides what happens if a reader is too slow.

#[cfg(feature = "serde")]
use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::rc::{Rc, Weak};
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::task::{Context, Poll, Waker};

use crate::client::values::data::Data;
use crate::client::values::event::Event;

/// The policy for one item too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Overflow {
    /// The stream ends after the buffered items, so a gap is noticed.
    Close,
    /// The oldest item is dropped, because the latest has the current state.
    DropOldest,
}

/// The items that one stream has yet to read.
pub(crate) struct Buffer<T> {
    limit: usize,
    overflow: Overflow,
    state: RefCell<State<T>>,
}

struct State<T> {
    items: VecDeque<T>,
    over: bool,
    /// The number of items that did not fit.
    lagged: u64,
    waker: Option<Waker>,
}

impl<T> Buffer<T> {
    pub(crate) fn new(limit: usize, overflow: Overflow) -> Self {
        Self {
            limit,
            overflow,
            state: RefCell::new(State {
                items: VecDeque::new(),
                over: false,
                lagged: 0,
                waker: None,
            }),
        }
    }

    /// Returns whether there was room.
    pub(crate) fn push(&self, item: T) -> bool {
        let mut state = self.state.borrow_mut();
        if state.over {
            return true;
        }
        let fits = state.items.len() < self.limit;
        if !fits {
            state.lagged += 1;
            match self.overflow {
                Overflow::Close => state.over = true,
                Overflow::DropOldest => _ = state.items.pop_front(),
            }
        }
        if !state.over {
            state.items.push_back(item);
        }
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
        fits
    }

    pub(crate) fn finish(&self) {
        let waker = {
            let mut state = self.state.borrow_mut();
            state.over = true;
            state.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    pub(crate) fn poll(&self, cx: &Context<'_>) -> Poll<Option<T>> {
        {
            let mut state = self.state.borrow_mut();
            if let Some(item) = state.items.pop_front() {
                return Poll::Ready(Some(item));
            }
            if state.over {
                return Poll::Ready(None);
            }
        }
        // Cloning and dropping a waker may run anybody's code.
        let waker = cx.waker().clone();
        let old = self.state.borrow_mut().waker.replace(waker);
        drop(old);
        Poll::Pending
    }

    /// True if nothing more will come.
    pub(crate) fn is_over(&self) -> bool {
        let state = self.state.borrow();
        state.over && state.items.is_empty()
    }

    pub(crate) fn lagged(&self) -> u64 {
        self.state.borrow().lagged
    }
}

/// A method, and a stream of its notifications.
#[cfg(feature = "serde")]
type Notified = (Box<str>, Weak<Buffer<Data>>);

/// The streams of one socket. A buffer belongs to its stream, and is forgotten with it.
#[derive(Default)]
pub(crate) struct Subscribers {
    messages: RefCell<Vec<Weak<Buffer<Data>>>>,
    events: RefCell<Vec<Weak<Buffer<Event>>>>,
    /// Streams of notifications by JSON-RPC, each with its method. The items are the JSON of the parameters.
    #[cfg(feature = "serde")]
    notifications: RefCell<Vec<Notified>>,
    lagged: Cell<u32>,
}

impl Subscribers {
    /// A buffer for messages as the browser has them, which are converted when they are read.
    pub(crate) fn read_messages(&self, limit: usize) -> Rc<Buffer<Data>> {
        join(&self.messages, limit, Overflow::Close)
    }

    pub(crate) fn read_events(&self, limit: usize) -> Rc<Buffer<Event>> {
        join(&self.events, limit, Overflow::DropOldest)
    }

    /// True if there is a stream of messages that isn't over.
    pub(crate) fn has_message_streams(&self) -> bool {
        present(&self.messages).iter().any(|buffer| !buffer.state.borrow().over)
    }

    /// On the path of every message.
    pub(crate) fn deliver(&self, data: &Data) {
        for buffer in present(&self.messages) {
            if !buffer.push(data.clone()) {
                self.lagged.set(self.lagged.get().saturating_add(1));
            }
        }
    }

    pub(crate) fn publish(&self, event: &Event) {
        for buffer in present(&self.events) {
            buffer.push(event.clone());
        }
    }

    pub(crate) fn lagged(&self) -> u32 {
        self.lagged.get()
    }

    #[cfg(feature = "serde")]
    pub(crate) fn read_notifications(&self, method: &str, limit: usize) -> Rc<Buffer<Data>> {
        let buffer = Rc::new(Buffer::new(limit, Overflow::Close));
        let mut streams = self.notifications.borrow_mut();
        streams.retain(|(_, buffer)| buffer.strong_count() > 0);
        streams.push((method.into(), Rc::downgrade(&buffer)));
        buffer
    }

    /// True if there is a stream of notifications that isn't over.
    #[cfg(feature = "serde")]
    pub(crate) fn has_notification_streams(&self) -> bool {
        let streams = self.notifications.borrow();
        let mut buffers = streams.iter().filter_map(|(_, buffer)| buffer.upgrade());
        buffers.any(|buffer| !buffer.state.borrow().over)
    }

    /// Returns true if there is a stream for it.
    #[cfg(feature = "serde")]
    pub(crate) fn notify(&self, method: &str, params: &Data) -> bool {
        let buffers = self.notification_buffers(|of| of == method);
        let mut notified = false;
        for buffer in buffers.into_iter().filter(|buffer| !buffer.state.borrow().over) {
            notified = true;
            if !buffer.push(params.clone()) {
                self.lagged.set(self.lagged.get().saturating_add(1));
            }
        }
        notified
    }

    /// Out of the list, which isn't borrowed while anybody is woken.
    #[cfg(feature = "serde")]
    fn notification_buffers(&self, choose: impl Fn(&str) -> bool) -> Vec<Rc<Buffer<Data>>> {
        let streams = self.notifications.borrow();
        let chosen = streams.iter().filter(|(method, _)| choose(method));
        chosen.filter_map(|(_, buffer)| buffer.upgrade()).collect()
    }

    /// The socket is closed for good, so its streams of messages end. `reconnect()` would start it again, for new streams.
    pub(crate) fn finish_messages(&self) {
        for buffer in present(&self.messages) {
            buffer.finish();
        }
        #[cfg(feature = "serde")]
        for buffer in self.notification_buffers(|_| true) {
            buffer.finish();
        }
    }

    /// No item will ever come.
    pub(crate) fn finish_all(&self) {
        self.finish_messages();
        for buffer in present(&self.events) {
            buffer.finish();
        }
    }
}

fn join<T>(buffers: &RefCell<Vec<Weak<Buffer<T>>>>, limit: usize, overflow: Overflow) -> Rc<Buffer<T>> {
    let buffer = Rc::new(Buffer::new(limit, overflow));
    let mut buffers = buffers.borrow_mut();
    buffers.retain(|buffer| buffer.strong_count() > 0);
    buffers.push(Rc::downgrade(&buffer));
    buffer
}

/// Out of the list, which isn't borrowed while anybody is woken.
fn present<T>(buffers: &RefCell<Vec<Weak<Buffer<T>>>>) -> Vec<Rc<Buffer<T>>> {
    buffers.borrow().iter().filter_map(Weak::upgrade).collect()
}
