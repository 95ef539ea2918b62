//! The driver over a fake platform, natively: whatever the platform and the host do, and whenever, the promises hold.

mod failing;
mod fake;
mod inside;
mod promises;
mod reentrant;
mod scenario;
mod stories;
mod world;
