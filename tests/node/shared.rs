//! The suites that run in a browser with the project's own server, over a fake of both.

#[path = "../client/handles.rs"]
mod handles;
#[path = "../client/line.rs"]
mod line;
#[path = "../client/messages.rs"]
mod messages;
#[path = "../client/providers.rs"]
mod providers;
#[path = "../serde/requests.rs"]
mod requests;
#[path = "../futures/streams.rs"]
mod streams;
