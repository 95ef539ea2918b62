//! The fault server, seen from a client: every fault the browser tests rely on does to a connection what it says.

mod control;
mod faults;
mod files;
mod lab;
mod paths;
