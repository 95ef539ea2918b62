//! The rules of a box, on a virtual clock: a disk, connections, a server, and crashes of each at every step.

mod ahead;
mod backup;
mod cached;
mod chance;
mod forgetting;
mod given_up;
mod inbox;
mod model;
mod network;
mod power;
mod promises;
mod rules;
mod schedules;
mod settle;
mod shared;
mod shared_network;
mod world;
