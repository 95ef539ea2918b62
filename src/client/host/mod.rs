//! The driver's host: the driver calls it, and it calls the application and the browser's class.

mod callbacks;
mod native;
mod platform;
mod provide;
