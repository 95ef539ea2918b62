//! The fault server, tested by a client: every fault that the browser tests use has its effect on the connection.

mod control;
mod faults;
mod files;
mod lab;
mod paths;
