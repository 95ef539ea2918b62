//! The URL to connect to.

use holdfast_ws::Url;

/// The URL of a hook: text, a function that is called before each attempt, or none. Without a URL there is no socket.
///
/// ```
/// use holdfast_ws_hooks::{Target, holdfast_ws::Url};
///
/// let room = Some("lobby");
/// assert_eq!(Target::from(room.map(|room| format!("/rooms/{room}"))), Target::Text("/rooms/lobby".into()));
/// assert_eq!(Target::from(None::<String>), Target::None);
/// let fresh = Target::from(Url::from_fn(|_| "/live?token=…"));
/// ```
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub enum Target {
    /// No socket. An empty text is that, too.
    #[default]
    None,
    /// A URL as the browser's class takes it, absolute or relative to the page.
    Text(String),
    /// A function that is called before each attempt. Its socket isn't shared.
    Function(Url),
}

/// Functions compare as equal, because a component that renders again makes a new one each time.
impl PartialEq for Target {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::None, Self::None) | (Self::Function(_), Self::Function(_)) => true,
            (Self::Text(one), Self::Text(other)) => one == other,
            _ => false,
        }
    }
}

impl Eq for Target {}

impl From<&str> for Target {
    fn from(url: &str) -> Self {
        url.to_owned().into()
    }
}

impl From<String> for Target {
    fn from(url: String) -> Self {
        if url.is_empty() { Self::None } else { Self::Text(url) }
    }
}

impl From<&String> for Target {
    fn from(url: &String) -> Self {
        url.clone().into()
    }
}

impl From<Url> for Target {
    fn from(url: Url) -> Self {
        Self::Function(url)
    }
}

impl<T: Into<Self>> From<Option<T>> for Target {
    fn from(url: Option<T>) -> Self {
        url.map_or(Self::None, Into::into)
    }
}
