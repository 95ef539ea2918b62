//! The rules of a box, on a virtual clock: a disk, connections, a server, and crashes of each at every step.

mod backup;
mod cached;
mod chance;
mod given_up;
mod inbox;
mod model;
mod network;
mod promises;
mod rules;
mod schedules;
mod settle;
mod world;
