//! A function that gives the subprotocols before each attempt.

use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::future::{Future, ready};
use core::pin::Pin;

use super::url::Attempt;

pub(crate) type Answer = Pin<Box<dyn Future<Output = Option<Vec<String>>>>>;

/// Asks the application.
pub(crate) type Provider = Rc<dyn Fn(Attempt) -> Answer>;

/// The subprotocols to offer, best first.
#[derive(Clone)]
pub(crate) enum Protocols {
    Fixed(Vec<String>),
    Provider(Provider),
}

impl Protocols {
    pub(crate) fn from_fn<T: IntoProtocols>(provider: impl Fn(Attempt) -> T + 'static) -> Self {
        Self::Provider(Rc::new(move |attempt| {
            Box::pin(ready(provider(attempt).into_protocols()))
        }))
    }

    pub(crate) fn from_async_fn<F>(provider: impl Fn(Attempt) -> F + 'static) -> Self
    where
        F: Future<Output: IntoProtocols> + 'static,
    {
        Self::Provider(Rc::new(move |attempt| {
            let protocols = provider(attempt);
            Box::pin(async move { protocols.await.into_protocols() })
        }))
    }
}

impl fmt::Debug for Protocols {
    /// Without the subprotocols, which may be a secret: some servers take a token as one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fixed(_) => "Protocols(fixed)",
            Self::Provider(_) => "Protocols(from_fn)",
        })
    }
}

/// The result of a function for the subprotocols: text, or a `Vec` or array of texts, or these in an `Option` or a `Result`.
pub trait IntoProtocols: sealed::IntoProtocols {}

impl<T: sealed::IntoProtocols> IntoProtocols for T {}

mod sealed {
    use alloc::string::String;
    use alloc::vec::Vec;

    pub trait IntoProtocols {
        fn into_protocols(self) -> Option<Vec<String>>;
    }

    impl IntoProtocols for String {
        fn into_protocols(self) -> Option<Vec<String>> {
            Some([self].into())
        }
    }

    impl IntoProtocols for &str {
        fn into_protocols(self) -> Option<Vec<String>> {
            Some([self.into()].into())
        }
    }

    impl<P: Into<String>> IntoProtocols for Vec<P> {
        fn into_protocols(self) -> Option<Vec<String>> {
            Some(self.into_iter().map(Into::into).collect())
        }
    }

    impl<P: Into<String>, const N: usize> IntoProtocols for [P; N] {
        fn into_protocols(self) -> Option<Vec<String>> {
            Some(self.into_iter().map(Into::into).collect())
        }
    }

    impl<T: IntoProtocols> IntoProtocols for Option<T> {
        fn into_protocols(self) -> Option<Vec<String>> {
            self?.into_protocols()
        }
    }

    impl<T: IntoProtocols, E> IntoProtocols for Result<T, E> {
        fn into_protocols(self) -> Option<Vec<String>> {
            self.ok()?.into_protocols()
        }
    }
}
use sealed::IntoProtocols as _;
