//! Reads the facts of a message from its subject for acknowledgements.

/// The numbers of a message that a consumer delivers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivered {
    /// The message's number in the stream.
    pub stream_sequence: u64,
    /// Its number among those that the consumer has delivered.
    pub consumer_sequence: u64,
    /// How many are to come after it, as of its delivery.
    pub pending: u64,
}

impl Delivered {
    /// Reads `$JS.ACK.<stream>.<consumer>.<times>.<stream sequence>.<consumer sequence>.<time>.<pending>`, or the form of later servers,
    /// which has a domain and an account before the stream, and a token after the end.
    #[must_use]
    pub fn parse(reply: &str) -> Option<Self> {
        let mut tokens = reply.strip_prefix("$JS.ACK.")?.split('.');
        let before = match reply.split('.').count() {
            9 => 3,
            11.. => 5,
            _ => return None,
        };
        let mut number = |skip: usize| tokens.nth(skip)?.parse().ok();
        Some(Self {
            stream_sequence: number(before)?,
            consumer_sequence: number(0)?,
            pending: number(1)?,
        })
    }
}
