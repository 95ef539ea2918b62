//! One connection for all tabs of the origin: the option of the builder, and in a browser the [`sharing`] of it. In a world
//! there is one page.

mod builder;
#[cfg(not(all(feature = "testing", not(target_arch = "wasm32"))))]
mod sharing;
