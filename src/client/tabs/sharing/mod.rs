//! One connection for all tabs: the machine of [`tabs`](crate::tabs) decides, and this carries it out in a browser.
//!
//! The socket of the application is an ordinary one that is dialled by a carrier, [`place`], in the place of the browser's class. So it
//! has its queue, its requests and its streams as ever. The tab that leads has the connection besides, which is another ordinary socket
//! ([`connection`]). Frames are those of the npm package, so tabs of both share a connection if they have the same key.

mod channels;
mod commands;
mod connection;
mod description;
mod dispatch;
mod execute;
mod join;
mod lock;
mod locks;
mod member;
mod name;
mod object;
mod payload;
mod place;
mod route;
mod settings;
mod view;

pub(super) use join::connect;
