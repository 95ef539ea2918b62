//! Frames from arrays. Whatever is none is ignored: any script of the origin can post anything.

use alloc::vec::Vec;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};

use super::super::frame::{Ask, Common, Down, Fence, Frame, Handed, Message, Numbered, Up};
use super::super::ids::{Mark, Position, RequestNumber, TabId, Term};
use super::super::request::Request;
use super::numbers::whole;
use crate::engine::{Failure, Span};

/// The values of an array, one after the other.
struct Values {
    array: Array,
    next: u32,
}

impl Values {
    const fn new(array: Array) -> Self {
        Self { array, next: 0 }
    }

    /// True if all are taken.
    fn end(&self) -> bool {
        self.next >= self.array.length()
    }

    /// The next value. `undefined` behind the last one.
    fn value(&mut self) -> JsValue {
        let value = self.array.get(self.next);
        self.next += 1;
        value
    }

    fn number(&mut self) -> Option<u64> {
        let number = self.value().as_f64()?;
        (number >= 0.0).then(|| whole(number))
    }

    fn small(&mut self) -> Option<u32> {
        self.number()?.try_into().ok()
    }

    fn flag(&mut self) -> Option<bool> {
        self.value().as_bool()
    }

    fn list(&mut self) -> Option<Self> {
        self.value().dyn_into().ok().map(Self::new)
    }

    fn tab(&mut self) -> Option<TabId> {
        self.number().map(TabId::new)
    }

    fn term(&mut self) -> Option<Term> {
        let (number, hub) = (self.number()?, self.tab()?);
        Some(Term { number, hub })
    }

    fn position(&mut self) -> Option<Position> {
        let (term, seq) = (self.term()?, self.number()?);
        Some(Position { term, seq })
    }

    fn request(&mut self) -> Option<RequestNumber> {
        self.number().map(RequestNumber::new)
    }

    fn mark(&mut self) -> Option<Mark<JsValue>> {
        let mut mark = self.list()?;
        let position = if mark.end() { None } else { Some(mark.position()?) };
        let token = if mark.end() {
            None
        } else {
            Some((mark.position()?, mark.value()))
        };
        Some(Mark { position, token })
    }

    fn handed(&mut self) -> Option<Handed> {
        let mut handed = self.list()?;
        Some(Handed {
            tab: handed.tab()?,
            term: handed.term()?,
            away: handed.small()?,
            upto: handed.number()?,
        })
    }

    fn common(&mut self) -> Option<Common<JsValue, JsValue>> {
        Some(match self.small()? {
            0 => Common::RollCall(self.small()?),
            1 => {
                let (to, known, mark) = ((self.tab()?, self.small()?), self.term()?, self.mark()?);
                let mut all = self.list()?;
                let mut handed = Vec::new();
                while !all.end() {
                    handed.push(all.handed()?);
                }
                Common::Present {
                    to,
                    known,
                    mark,
                    handed,
                }
            }
            2 => Common::Lead(self.term()?),
            3 => {
                let (ticket, mark) = (self.number()?, self.mark()?);
                let numbered_in = if self.end() {
                    None
                } else {
                    Some((self.term()?, self.small()?))
                };
                Common::Join {
                    ticket,
                    mark,
                    numbered_in,
                }
            }
            4 => Common::Away(self.small()?),
            5 => Common::Handed(self.handed()?),
            6 => Common::Leave,
            7 => Common::End(self.value()),
            8 => Common::Unload,
            _ => return None,
        })
    }

    fn down(&mut self) -> Option<Down<JsValue, JsValue>> {
        Some(match self.small()? {
            0 => {
                let (ticket, taken, handed) = (self.number()?, self.number()?, self.number()?);
                let before = self.number();
                let (gap, mark, state) = (self.flag()?, self.mark()?, self.value());
                Down::Welcome {
                    ticket,
                    taken,
                    handed,
                    before,
                    gap,
                    mark,
                    state: (!state.is_undefined()).then_some(state),
                }
            }
            1 => Down::Numbered(self.number()?, self.numbered()?),
            2 => Down::Handing(self.number()?),
            3 => Down::Here,
            4 => Down::JoinAgain,
            5 => Down::Buffered(self.number()?),
            _ => return None,
        })
    }

    fn numbered(&mut self) -> Option<Numbered<JsValue, JsValue>> {
        Some(match self.small()? {
            0 => Numbered::Message(Message {
                seq: self.number()?,
                payload: self.value(),
                token: Some(self.value()).filter(|token| !token.is_undefined()),
                only: self.tab(),
            }),
            1 => Numbered::State(self.value()),
            2 => Numbered::Gap,
            3 => Numbered::Reply {
                request: self.request()?,
                payload: self.value(),
                last: self.flag()?,
            },
            4 => Numbered::Failed {
                request: self.request()?,
                failure: if self.flag()? { Failure::Lost } else { Failure::TimedOut },
                sent: self.flag()?,
            },
            _ => return None,
        })
    }

    fn up(&mut self) -> Option<Up<JsValue, JsValue>> {
        Some(match self.small()? {
            0 => {
                let (number, payload) = (self.number()?, self.value());
                let request = if self.end() { None } else { Some(self.ask()?) };
                Up::Send {
                    number,
                    payload,
                    request,
                }
            }
            1 => Up::Abort(self.request()?),
            2 => Up::Acknowledge(self.number()?),
            3 => Up::Question,
            4 => Up::Handles {
                methods: self.value().dyn_into::<Array>().ok()?.to_vec(),
                visible: self.flag()?,
            },
            _ => return None,
        })
    }

    fn ask(&mut self) -> Option<Ask> {
        let (number, timeout) = (self.request()?, self.value().as_f64()?);
        let request = Request {
            timeout: Span::from_millis_f64(timeout),
            retry: self.flag()?,
            wire: self.number()?,
            streams: self.flag()?,
            kind: self.small()?,
        };
        Some(Ask { number, request })
    }
}

/// Returns the frame that an array is; [`None`] if it is none.
#[must_use]
pub fn read(array: &Array) -> Option<Frame<JsValue, JsValue>> {
    let mut values = Values::new(array.clone());
    let (kind, tab) = (values.small()?, values.tab()?);
    Some(match kind {
        0 => Frame::Common(tab, values.common()?),
        1 => Frame::Down(tab, values.term()?, values.down()?),
        2 => Frame::Up(tab, values.term()?, values.up()?),
        3 if values.end() => Frame::Fence(tab, Fence::Join),
        3 => Frame::Fence(tab, Fence::Announced(values.term()?, values.number()?)),
        _ => return None,
    })
}
