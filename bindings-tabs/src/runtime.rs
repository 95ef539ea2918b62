//! The parts that a wasm module without `std` must have: an allocator, and a panic handler.
//!
//! `std` would add its panic hook and with it all of `core::fmt`, a third of the module, to report what cannot happen.

use lol_alloc::{FreeListAllocator, LockedAllocator};

#[global_allocator]
static ALLOCATOR: LockedAllocator<FreeListAllocator> = LockedAllocator::new(FreeListAllocator::new());

/// Traps. Nothing that ships panics; if it did, JavaScript sees a `RuntimeError`.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}
