//! One request that waits for its reply, or for the parts of it: a buffer with one reader.

use alloc::collections::VecDeque;
use alloc::rc::Rc;
use core::any::TypeId;
use core::cell::{Cell, RefCell};
use core::task::{Context, Poll, Waker};

use crate::client::codec::{Codec, ReplyHead};
use crate::client::json::rpc::RpcError;
use crate::client::values::message::Message;
use crate::engine::{Failure, RequestId};

/// The kind of a request, by which its reply is recognised.
#[derive(Clone)]
pub(crate) enum Kind {
    /// Any object with the request's `id`.
    Id,
    /// A response of [JSON-RPC 2.0](https://www.jsonrpc.org/specification#response_object).
    JsonRpc,
    /// The reply, by the application's codec.
    Codec(Rc<dyn Heads>),
}

impl Kind {
    /// Returns the name of the protocol, for logs.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::JsonRpc => "json-rpc",
            Self::Codec(_) => "codec",
        }
    }

    pub(super) fn is_id(&self) -> bool {
        matches!(self, Self::Id)
    }

    pub(super) fn codec(&self) -> Option<&Rc<dyn Heads>> {
        match self {
            Self::Codec(codec) => Some(codec),
            _ => None,
        }
    }
}

/// The part of a codec that needs no type of the application's.
pub(crate) trait Heads {
    /// Returns the request that a message replies to.
    fn head(&self, message: &Message) -> Option<ReplyHead>;
    /// Returns the message that tells the server of a request that was given up.
    fn cancel(&self, id: RequestId) -> Option<Message>;
    /// Codecs of one key read alike.
    fn key(&self) -> (TypeId, usize);
}

impl<C: Codec> Heads for Erased<C> {
    fn head(&self, message: &Message) -> Option<ReplyHead> {
        self.0.decode_head(message)
    }

    fn cancel(&self, id: RequestId) -> Option<Message> {
        self.0.cancel(id.get())
    }

    fn key(&self) -> (TypeId, usize) {
        // Two of a type without a state are the same.
        let address = if size_of::<C>() == 0 {
            0
        } else {
            Rc::as_ptr(&self.0).addr()
        };
        (TypeId::of::<C>(), address)
    }
}

/// A codec, without its type.
pub(crate) struct Erased<C>(pub(crate) Rc<C>);

/// The reason why a request gets no more replies, unless it has them all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum End {
    /// The engine has given it up; true if it was sent.
    Failed(Failure, bool),
    /// The server answered with an error.
    Rpc(RpcError),
    /// Its reader was too slow.
    Lagged,
}

/// A request that waits for its reply.
pub(crate) struct Pending {
    pub(crate) kind: Kind,
    /// The number of parts that are buffered for a reader; `None` if there is one reply.
    limit: Option<usize>,
    state: RefCell<State>,
    waker: Cell<Option<Waker>>,
}

#[derive(Default)]
struct State {
    parts: VecDeque<Message>,
    over: bool,
    /// The reason, until it is read.
    end: Option<End>,
}

impl Pending {
    /// `limit` is the number of parts that are buffered; `None` for a request with one reply.
    pub(crate) fn new(kind: Kind, limit: Option<usize>) -> Self {
        Self {
            kind,
            limit,
            state: RefCell::default(),
            waker: Cell::new(None),
        }
    }

    /// True if the reply may come in parts.
    pub(crate) fn streams(&self) -> bool {
        self.limit.is_some()
    }

    /// Returns the next part, and `None` after the last.
    pub(crate) fn poll(&self, cx: &Context<'_>) -> Poll<Option<Result<Message, End>>> {
        {
            let mut state = self.state.borrow_mut();
            if let Some(part) = state.parts.pop_front() {
                return Poll::Ready(Some(Ok(part)));
            }
            if state.over {
                return Poll::Ready(state.end.take().map(Err));
            }
        }
        self.waker.set(Some(cx.waker().clone()));
        Poll::Pending
    }

    /// Adds a part. Returns false if there is no room.
    pub(super) fn push(&self, part: Message) -> bool {
        {
            let mut state = self.state.borrow_mut();
            if state.parts.len() >= self.limit.unwrap_or(1) {
                return false;
            }
            state.parts.push_back(part);
        }
        self.wake();
        true
    }

    /// No part follows. A reader of parts that are buffered has them before it has the reason.
    pub(super) fn finish(&self, end: Option<End>) {
        {
            let mut state = self.state.borrow_mut();
            state.over = true;
            state.end = end;
        }
        self.wake();
    }

    fn wake(&self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}
