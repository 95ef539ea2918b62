//! The server behind the lab page and the tests: a WebSocket server that breaks its connections on request.
//!
//! One port, on 127.0.0.1 only, serves the page and the package ([`Site`]), the WebSocket paths and the control API over
//! HTTP. Every connection belongs to an *endpoint*, named by `?endpoint=` in the WebSocket's URL (`default` without it). Faults are
//! injected per endpoint, so that tests don't disturb each other.

mod boxes;
mod control;
mod endpoints;
mod faults;
mod files;
mod outbox;
mod params;
mod paths;
mod rpc;
mod session;
mod wire;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    Router,
    extract::{ConnectInfo, Query, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::{Next, from_fn},
    response::{IntoResponse, Response},
    routing::any,
};
use tokio::net::TcpListener;

use endpoints::Endpoints;
pub use files::Site;
use params::Params;
use paths::{PATHS, Role};
use wire::{Tap, WireListener};

/// A server that has its port and waits to be run.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    site: Site,
}

impl Server {
    /// Takes a port on 127.0.0.1; any free one for 0. Connections that come before [`run`](Self::run) wait.
    ///
    /// # Errors
    ///
    /// The port can't be had, most often because something listens there already.
    pub async fn bind(port: u16, site: Site) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        Ok(Self { listener, site })
    }

    /// Returns the address it listens on.
    ///
    /// # Errors
    ///
    /// The operating system doesn't report it.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until dropped.
    ///
    /// # Errors
    ///
    /// No error is known: a failing connection ends by itself.
    pub async fn run(self) -> io::Result<()> {
        let site = Arc::new(self.site);
        let mut router = Router::new().merge(control::routes());
        for path in PATHS {
            router = router.route(path, any(connect));
        }
        let router = router
            .fallback(async move |request: Request| site.answer(request.method(), request.uri()).await)
            .layer(from_fn(allow_all_origins))
            .with_state(Arc::new(Endpoints::new()));
        let service = router.into_make_service_with_connect_info::<Tap>();
        axum::serve(WireListener(self.listener), service).await
    }
}

async fn connect(
    State(endpoints): State<Arc<Endpoints>>,
    ConnectInfo(tap): ConnectInfo<Tap>,
    Query(params): Query<Params>,
    request: Request,
) -> Response {
    let endpoint = endpoints.get(params.text("endpoint").unwrap_or("default"));
    match Role::new(request.uri().path(), &params) {
        Ok(Some(role)) => session::handshake(endpoint, tap, role, &params, request).await,
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(bad) => bad.into_response(),
    }
}

/// Pages of any origin may drive the server: tests run on several.
async fn allow_all_origins(request: Request, next: Next) -> Response {
    const ALLOW: [(HeaderName, HeaderValue); 2] = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
        (
            header::ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("GET, POST, DELETE"),
        ),
    ];
    let mut response = if request.method() == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    response.headers_mut().extend(ALLOW);
    response
}
