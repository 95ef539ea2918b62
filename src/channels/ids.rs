//! Identifiers: channels, their holders, publications, and questions to the caller.

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u64);

        impl $name {
            /// The one with this number.
            #[must_use]
            pub const fn new(number: u64) -> Self {
                Self(number)
            }

            /// Returns the number.
            #[must_use]
            pub const fn get(self) -> u64 {
                self.0
            }
        }
    };
}

id! {
    /// Identifies a channel from its first holder to its last one.
    ChannelId
}
id! {
    /// Identifies a part of the application that uses a channel.
    HolderId
}
id! {
    /// Identifies a publication.
    PublicationId
}
id! {
    /// Identifies an HTTP request of an adapter.
    RequestId
}
id! {
    /// Identifies a question to the caller. An answer to an earlier one is ignored.
    QuestionId
}
