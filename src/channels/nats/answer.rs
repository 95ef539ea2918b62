//! Answers of `JetStream`.

use alloc::string::String;

use super::json::Json;

/// An answer: to a question for a stream, to the creation of a consumer, or to a publication. What it doesn't say is zero or empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// Why the server has not done it.
    pub error: Option<ApiError>,
    /// When the stream or the consumer was created.
    pub created: String,
    /// The options of the stream or of the consumer.
    pub config: StreamConfig,
    /// The stream's messages.
    pub state: StreamState,
    /// How many messages the consumer has still to deliver.
    pub num_pending: u64,
    /// The messages that the consumer has delivered.
    pub delivered: LastDelivered,
    /// The number of the publication in its stream.
    pub seq: u64,
    /// The name of the publication's stream.
    pub stream: String,
}

/// An error of `JetStream`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApiError {
    /// The status, as in HTTP.
    pub code: u16,
    /// The number of the error.
    pub err_code: u32,
    /// The error in words.
    pub description: String,
}

/// The options of a stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StreamConfig {
    /// When messages are removed: `limits`, `interest` or `workqueue`.
    pub retention: String,
    /// How many messages of one subject it keeps; not positive for all.
    pub max_msgs_per_subject: i64,
    /// For how long it keeps messages, in nanoseconds; 0 for ever.
    pub max_age: u64,
}

/// The messages of a stream.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StreamState {
    /// The number of the first one.
    pub first_seq: u64,
    /// The number of the last one.
    pub last_seq: u64,
    /// How many between the two were deleted.
    pub num_deleted: u64,
}

/// The messages that a consumer has delivered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LastDelivered {
    /// The number in the stream; of a new consumer, the one before the first that it can deliver.
    pub stream_seq: u64,
}

impl Answer {
    /// Reads an answer. [`None`] if it is none.
    #[must_use]
    pub fn parse(json: &[u8]) -> Option<Self> {
        let mut answer = Self::default();
        Json::new(json).object(&mut |name, value| {
            match name {
                "error" => answer.error = Some(ApiError::read(value)?),
                "created" => answer.created = value.string()?,
                "config" => answer.config = StreamConfig::read(value)?,
                "state" => answer.state = StreamState::read(value)?,
                "num_pending" => answer.num_pending = value.whole()?,
                "delivered" => answer.delivered = LastDelivered::read(value)?,
                "seq" => answer.seq = value.whole()?,
                "stream" => answer.stream = value.string()?,
                _ => value.skip()?,
            }
            Some(())
        })?;
        Some(answer)
    }
}

impl ApiError {
    fn read(json: &mut Json<'_>) -> Option<Self> {
        let mut error = Self::default();
        json.object(&mut |name, value| {
            match name {
                "code" => error.code = u16::try_from(value.whole()?).ok()?,
                "err_code" => error.err_code = u32::try_from(value.whole()?).ok()?,
                "description" => error.description = value.string()?,
                _ => value.skip()?,
            }
            Some(())
        })?;
        Some(error)
    }
}

impl StreamConfig {
    fn read(json: &mut Json<'_>) -> Option<Self> {
        let mut config = Self::default();
        json.object(&mut |name, value| {
            match name {
                "retention" => config.retention = value.string()?,
                "max_msgs_per_subject" => config.max_msgs_per_subject = i64::try_from(value.signed()?).ok()?,
                "max_age" => config.max_age = value.whole()?,
                _ => value.skip()?,
            }
            Some(())
        })?;
        Some(config)
    }
}

impl StreamState {
    fn read(json: &mut Json<'_>) -> Option<Self> {
        let mut state = Self::default();
        json.object(&mut |name, value| {
            match name {
                "first_seq" => state.first_seq = value.whole()?,
                "last_seq" => state.last_seq = value.whole()?,
                "num_deleted" => state.num_deleted = value.whole()?,
                _ => value.skip()?,
            }
            Some(())
        })?;
        Some(state)
    }
}

impl LastDelivered {
    fn read(json: &mut Json<'_>) -> Option<Self> {
        let mut delivered = Self::default();
        json.object(&mut |name, value| {
            match name {
                "stream_seq" => delivered.stream_seq = value.whole()?,
                _ => value.skip()?,
            }
            Some(())
        })?;
        Some(delivered)
    }
}

/// The facts that the server tells of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // Each is a fact of its own.
pub struct ServerInfo {
    /// Header fields are supported.
    pub headers: bool,
    /// `JetStream` is enabled.
    pub jetstream: bool,
    /// The greatest payload that it takes.
    pub max_payload: usize,
    /// The server is about to end, and clients should connect to another.
    pub ldm: bool,
    /// It knows of other servers of its cluster that take connections like this one.
    pub has_others: bool,
}

impl ServerInfo {
    /// Reads `INFO`. [`None`] if it is none.
    #[must_use]
    pub fn parse(json: &[u8]) -> Option<Self> {
        let mut info = Self::default();
        Json::new(json).object(&mut |name, value| {
            match name {
                "headers" => info.headers = value.boolean()?,
                "jetstream" => info.jetstream = value.boolean()?,
                "max_payload" => info.max_payload = usize::try_from(value.whole()?).ok()?,
                "ldm" => info.ldm = value.boolean()?,
                // `null` if there are none.
                "connect_urls" => match value.is_filled_array() {
                    Some(filled) => info.has_others = filled,
                    None => value.skip()?,
                },
                _ => value.skip()?,
            }
            Some(())
        })?;
        Some(info)
    }
}
