//! The channels between tabs: one for all, and one for each tab, on which are that tab and the hub.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::rc::{Rc, Weak};
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::object;
use crate::tabs::{Frame, TabId, wire};

#[wasm_bindgen]
extern "C" {
    /// A [`BroadcastChannel`](https://developer.mozilla.org/docs/Web/API/BroadcastChannel).
    #[derive(Clone)]
    type BroadcastChannel;
    #[wasm_bindgen(constructor, catch)]
    fn new(name: &str) -> Result<BroadcastChannel, JsValue>;
    #[wasm_bindgen(method, catch, js_name = postMessage)]
    fn post_message(this: &BroadcastChannel, message: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, setter)]
    fn set_onmessage(this: &BroadcastChannel, listener: &JsValue);
    #[wasm_bindgen(method)]
    fn close(this: &BroadcastChannel);

    #[wasm_bindgen(thread_local_v2, js_name = BroadcastChannel)]
    static CLASS: Option<JsValue>;
}

/// True if the browser has the class.
pub(super) fn are_available() -> bool {
    CLASS.with(Option::is_some)
}

/// The place of a channel: for all, or for one tab. The last is a second object of a tab's own channel, because one doesn't hear itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Common,
    Tab(TabId),
    Fence,
}

struct Channel {
    platform: BroadcastChannel,
    _listener: Option<Closure<dyn Fn(JsValue)>>,
    /// The frames to post at the end of the task.
    posts: Array,
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.platform.set_onmessage(&JsValue::NULL);
        self.platform.close();
    }
}

/// The channels of one tab.
pub(super) struct Channels {
    me: Weak<Self>,
    name: String,
    id: TabId,
    receive: Rc<dyn Fn(Array)>,
    /// [`None`] while the page is away.
    open: RefCell<Option<BTreeMap<Place, Rc<Channel>>>>,
    /// True if the end of the task has frames to post.
    posts: Cell<bool>,
}

impl Channels {
    /// Opens the channels. `receive` is called with each frame that is for this tab.
    pub(super) fn new(name: &str, id: TabId, receive: impl Fn(Array) + 'static) -> Rc<Self> {
        let channels = Rc::new_cyclic(|me| Self {
            me: Weak::clone(me),
            name: name.into(),
            id,
            receive: Rc::new(receive),
            open: RefCell::default(),
            posts: Cell::new(false),
        });
        channels.open();
        channels
    }

    pub(super) fn open(&self) {
        if self.open.borrow().is_none() {
            self.open.replace(Some(BTreeMap::new()));
        }
        self.channel(Place::Common);
        self.channel(Place::Tab(self.id));
    }

    pub(super) fn close(&self) {
        self.flush();
        let old = self.open.take();
        drop(old);
    }

    /// Posts a frame at the end of the task.
    pub(super) fn post(&self, frame: Frame<JsValue, JsValue>) {
        if matches!(frame, Frame::Fence(..)) {
            // What was posted before comes before it.
            self.flush();
        }
        let place = match &frame {
            Frame::Common(..) => Place::Common,
            Frame::Fence(..) => Place::Fence,
            Frame::Down(tab, ..) | Frame::Up(tab, ..) => Place::Tab(*tab),
        };
        self.queue(place, &wire::write(frame));
    }

    /// Tells all tabs that the connection is to be made anew.
    pub(super) fn post_reconnect(&self) {
        let frame = Array::of3(&0.into(), &wire::numbers::value(self.id.get()), &RECONNECT.into());
        self.queue(Place::Common, &frame);
    }

    /// A tab is no longer this hub's.
    pub(super) fn leave_tab(&self, tab: TabId) {
        if tab != self.id {
            self.flush();
            let old = self
                .open
                .borrow_mut()
                .as_mut()
                .and_then(|open| open.remove(&Place::Tab(tab)));
            drop(old);
        }
    }

    /// This tab is no longer the hub.
    pub(super) fn leave_tabs(&self) {
        let tabs: Vec<_> = match &*self.open.borrow() {
            Some(open) => open.keys().copied().collect(),
            None => return,
        };
        for place in tabs {
            if let Place::Tab(tab) = place {
                self.leave_tab(tab);
            }
        }
    }

    /// Posts now what waits for the end of the task: the frames of each channel in one message.
    pub(super) fn flush(&self) {
        if !self.posts.replace(false) {
            return;
        }
        let channels: Vec<_> = self.open.borrow().iter().flat_map(BTreeMap::values).cloned().collect();
        for channel in channels {
            if channel.posts.length() > 0 {
                // What can't be cloned was refused when it was sent.
                let _ = channel.platform.post_message(&channel.posts);
                channel.posts.set_length(0);
            }
        }
    }

    fn queue(&self, place: Place, frame: &Array) {
        let Some(channel) = self.channel(place) else { return };
        channel.posts.push(frame);
        if !self.posts.replace(true) {
            let me = Weak::clone(&self.me);
            js_sys::futures::spawn_local(async move {
                if let Some(channels) = me.upgrade() {
                    channels.flush();
                }
            });
        }
    }

    fn channel(&self, place: Place) -> Option<Rc<Channel>> {
        if let Some(channel) = self.open.borrow().as_ref()?.get(&place) {
            return Some(Rc::clone(channel));
        }
        let name = match place {
            Place::Common => self.name.clone(),
            Place::Tab(tab) => format!("{}:{tab}", self.name),
            Place::Fence => format!("{}:{}", self.name, self.id),
        };
        let channel = BroadcastChannel::new(&name).ok()?;
        let listener = (place != Place::Fence).then(|| {
            let me = Weak::clone(&self.me);
            let listener = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
                if let Some(channels) = me.upgrade() {
                    channels.hear(&object::get(&event, "data"));
                }
            });
            channel.set_onmessage(listener.as_ref());
            listener
        });
        let channel = Rc::new(Channel {
            platform: channel,
            _listener: listener,
            posts: Array::new(),
        });
        self.open.borrow_mut().as_mut()?.insert(place, Rc::clone(&channel));
        Some(channel)
    }

    fn hear(&self, data: &JsValue) {
        let Some(frames) = data.dyn_ref::<Array>() else { return };
        for frame in frames.iter() {
            if let Ok(frame) = frame.dyn_into::<Array>()
                && self.is_for_us(&frame)
            {
                (self.receive)(frame);
            }
        }
    }

    /// A hub hears what hubs say to its tabs, and a hub that is none any more what tabs say to the next.
    fn is_for_us(&self, frame: &Array) -> bool {
        let me = Some(wire::numbers::float(self.id.get()));
        match frame.get(0).as_f64() {
            Some(0.0) => true,
            Some(2.0) => frame.get(3).as_f64() == me,
            _ => frame.get(1).as_f64() == me,
        }
    }
}

/// In the place of the kind of a common frame.
const RECONNECT: &str = "reconnect";

/// True for the frame by which a tab has the connection made anew.
pub(super) fn is_reconnect(frame: &Array) -> bool {
    frame.get(0).as_f64() == Some(0.0) && frame.get(2) == *RECONNECT
}
