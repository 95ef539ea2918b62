//! The suites that run in a browser with the project's own server, over a fake of both.

#[path = "../client/connection.rs"]
mod connection;
#[path = "../client/handles.rs"]
mod handles;
#[path = "../client/messages.rs"]
mod messages;
#[path = "../client/providers.rs"]
mod providers;
#[path = "../serde/requests.rs"]
mod requests;
#[path = "../futures/streams.rs"]
mod streams;
