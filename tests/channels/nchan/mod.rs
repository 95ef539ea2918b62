//! The adapter of nchan, against a server of its protocol in a few lines.

mod messages;
mod posts;
mod sets;
mod world;
