//! The driver's host: the driver calls it, and it calls the application and the browser's class.

mod authenticate;
mod callbacks;
mod invoke;
mod platform;
mod provide;
