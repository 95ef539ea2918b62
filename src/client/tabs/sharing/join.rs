//! Makes a socket that shares its connection.

use alloc::format;
use alloc::rc::{Rc, Weak};
use alloc::string::String;
use core::time::Duration;

use wasm_bindgen::prelude::*;

use super::name::name_of;
use super::place::Place;
use super::settings::Settings;
use super::{channels, lock};
use crate::client::browser::tab_socket::Carrier;
use crate::client::browser::{self, Destination};
use crate::client::socket::builder::{Builder, start};
use crate::client::socket::handle::WebSocket;
use crate::client::state::shared::{Functions, Shared};
use crate::client::state::tab::Tab;
use crate::client::state::tabs_options::Tabs;
use crate::client::values::error::ConnectError;
use crate::client::values::options::{Options, Queue, Reconnect};

#[wasm_bindgen]
extern "C" {
    /// A [`URL`](https://developer.mozilla.org/docs/Web/API/URL).
    #[wasm_bindgen(js_name = URL)]
    type Url;
    #[wasm_bindgen(constructor, catch, js_class = "URL")]
    fn new(url: &str, base: &JsValue) -> Result<Url, JsValue>;
    #[wasm_bindgen(method, getter, js_class = "URL")]
    fn href(this: &Url) -> String;

    type Page;
    #[wasm_bindgen(thread_local_v2, js_name = document)]
    static DOCUMENT: Option<Page>;
    #[wasm_bindgen(thread_local_v2, js_name = location)]
    static LOCATION: Option<Url>;
    #[wasm_bindgen(method, getter, js_name = baseURI)]
    fn base(this: &Page) -> String;
    #[wasm_bindgen(thread_local_v2, js_name = origin)]
    static ORIGIN: Option<String>;
}

/// True where tabs can find each other. Node has both classes, and no origin.
fn can_share() -> bool {
    let has_origin = ORIGIN.with(|origin| origin.as_ref().is_some_and(|origin| origin != "null"));
    has_origin && lock::manager().is_some() && channels::are_available()
}

/// Makes the URL absolute, as the browser's class does.
fn absolute(url: &str) -> Result<String, ConnectError> {
    let page = DOCUMENT.with(|page| page.as_ref().map(Page::base));
    let base = page.or_else(|| LOCATION.with(|location| location.as_ref().map(Url::href)));
    let base = base.map_or(JsValue::UNDEFINED, |base| JsValue::from_str(&base));
    let href = Url::new(url, &base).map_err(|_| ConnectError::Refused)?.href();
    let href = match href.strip_prefix("http") {
        Some(rest) => format!("ws{rest}"),
        None => href,
    };
    let fits = (href.starts_with("ws:") || href.starts_with("wss:")) && !href.contains('#');
    if fits { Ok(href) } else { Err(ConnectError::Refused) }
}

fn refuse<T>(option: &str, takes: &'static str) -> Result<T, ConnectError> {
    let option = option.into();
    Err(ConnectError::Option { option, takes })
}

/// Makes the socket, and joins the other tabs.
pub(in crate::client::tabs) fn connect(builder: &Builder, tabs: &Tabs) -> Result<WebSocket, ConnectError> {
    tabs.check()?;
    let options = builder.options();
    if options.reconnect.is_none() {
        return refuse("reconnect", "Reconnect where tabs share the connection");
    }
    if options.lazy {
        return refuse("lazy", "no socket that shares its connection");
    }
    builder.check()?;
    if !browser::is_available() {
        return Err(ConnectError::NotInBrowser);
    }
    let url = builder.fixed_url().map(absolute).transpose()?;
    let can_share = can_share();
    if !can_share && tabs.required {
        return Err(ConnectError::NoTabs);
    }
    if tabs.key.is_none() && builder.has_functions() {
        return refuse(
            "tabs.key",
            "a name where the URL or the subprotocols come from a function",
        );
    }
    let name = can_share.then(|| {
        let made_of = format!("{url:?} {} {:?}", builder.protocols_text(), builder.options());
        name_of(tabs.key.as_deref(), tabs.identity.as_deref(), &made_of)
    });
    let own = Options {
        queue: options.queue.clone(),
        binary_type: options.binary_type,
        request_timeout: options.request_timeout,
        id_key: options.id_key.clone(),
        ..Options::default()
    };
    let place = Place::new(Settings {
        name,
        key: options.id_key.clone(),
        builder: connection_of(builder),
        tabs: tabs.clone(),
    });
    let own = Options {
        reconnect: Some(attach_at_once(&place)),
        ..own
    };
    let config = own.config(false);
    let carrier = Rc::downgrade(&place) as Weak<dyn Carrier>;
    let target = Destination::by(carrier, url.as_deref().unwrap_or_default());
    let shared = Rc::new(Shared::new(own, target, Functions::default()));
    let _ = shared.tab.set(Rc::clone(&place) as Rc<dyn Tab>);
    place.join(&shared);
    start(shared, config)
}

/// The socket is attached again as soon as there is a connection: its delays are the connection's.
fn attach_at_once(place: &Rc<Place>) -> Reconnect {
    let (least, place) = (Duration::from_millis(1), Rc::downgrade(place));
    Reconnect::new()
        .min_delay(least)
        .max_delay(least)
        .factor(1.0)
        .connect_timeout(Duration::MAX)
        .stable_after(Duration::ZERO)
        .on_wake(false)
        .should_reconnect(move |_, _| place.upgrade().is_some_and(|place| place.end_reason().is_none()))
}

/// The connection serves visible tabs, too, when its own page is hidden. What may wait for it is bounded in each tab.
fn connection_of(builder: &Builder) -> Builder {
    builder
        .copy()
        .for_all_tabs(Queue::new().max_messages(u32::MAX).max_bytes(u64::MAX))
}
