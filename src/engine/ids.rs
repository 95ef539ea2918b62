//! Identifiers that the engine gives out. The caller only hands them back.
//!
//! Each wraps a number, for callers who keep it on the other side of a language boundary.

use core::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($number:ty)) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name($number);

        impl $name {
            /// The identifier with this number, as [`get`](Self::get) returned it.
            #[must_use]
            pub const fn new(number: $number) -> Self {
                Self(number)
            }

            /// Returns the number.
            #[must_use]
            pub const fn get(self) -> $number {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

id! {
    /// Identifies one connection. Later connections have greater numbers. The engine ignores input for any but the current one.
    ConnectionId(u32)
}

id! {
    /// Identifies one resolution of the URL ([`Output::Resolve`](super::Output::Resolve)). The engine ignores the results of all but the
    /// latest.
    ResolveId(u32)
}

id! {
    /// Identifies one decision about another attempt ([`Event::ShouldReconnect`](super::Event::ShouldReconnect)). The engine ignores all
    /// answers but the first one to the latest.
    DecisionId(u32)
}

id! {
    /// Identifies one request, also on the wire. It is never used twice. The first is drawn at random from 2^29 to 2^30.
    RequestId(u64)
}
