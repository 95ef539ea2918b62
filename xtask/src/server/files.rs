//! Static files: the lab page, the built package, and whatever folders a test adds.
//!
//! Never cached (`Cache-Control: no-cache`, no validators), because they change during development.

use std::{
    collections::BTreeMap,
    path::{Component, Path, PathBuf},
};

use axum::{
    body::Body,
    http::{HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use percent_encoding::percent_decode_str;

/// A policy that allows scripts but not WebAssembly, for `/csp/`.
const NO_WASM: HeaderValue = HeaderValue::from_static("script-src 'self' 'unsafe-inline'");

/// The folders that are served, and their paths.
#[derive(Clone, Debug)]
pub struct Site {
    /// The lab page, at `/`.
    pub www: PathBuf,
    /// The built package, at `/pkg/`.
    pub pkg: PathBuf,
    /// Further folders, each at `/name/`.
    pub roots: BTreeMap<String, PathBuf>,
}

impl Site {
    /// Answers a request for a file.
    pub(super) async fn answer(&self, method: &Method, uri: &Uri) -> Response {
        if method != Method::GET && method != Method::HEAD {
            return StatusCode::METHOD_NOT_ALLOWED.into_response();
        }
        let path = uri.path();
        let mut response = match path.strip_prefix("/csp") {
            Some("") => return Redirect::permanent("/csp/").into_response(),
            Some(rest) if rest.starts_with('/') => {
                let mut response = self.file(rest).await;
                response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, NO_WASM);
                response
            }
            _ => self.file(path).await,
        };
        response
            .headers_mut()
            .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        response
    }

    async fn file(&self, path: &str) -> Response {
        match path {
            "/blank" => {
                return typed("text/html; charset=utf-8", "<!doctype html><title>blank</title>");
            }
            "/favicon.ico" => return StatusCode::NO_CONTENT.into_response(),
            _ => {}
        }
        let Some(mut file) = self.locate(path) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        if tokio::fs::metadata(&file).await.is_ok_and(|meta| meta.is_dir()) {
            if !path.ends_with('/') {
                // Relative links in the folder's page need the slash.
                let name = path.rsplit('/').next().unwrap_or_default();
                return Redirect::temporary(&format!("{name}/")).into_response();
            }
            file.push("index.html");
        }
        match tokio::fs::read(&file).await {
            Ok(bytes) => typed(content_type(&file), bytes),
            Err(_) => (StatusCode::NOT_FOUND, format!("{path}: no such file\n")).into_response(),
        }
    }

    /// Returns the file of a path; `None` for a path that leaves its folder.
    fn locate(&self, path: &str) -> Option<PathBuf> {
        let path = percent_decode_str(path).decode_utf8().ok()?;
        let path = path.trim_start_matches('/');
        let (first, rest) = path.split_once('/').unwrap_or((path, ""));
        let (root, rest) = match self.roots.get(first) {
            Some(root) => (root, rest),
            None if first == "pkg" => (&self.pkg, rest),
            None => (&self.www, path),
        };
        let inside = Path::new(rest)
            .components()
            .all(|part| matches!(part, Component::Normal(_)));
        inside.then(|| root.join(rest))
    }
}

fn typed(kind: &'static str, body: impl Into<Body>) -> Response {
    ([(header::CONTENT_TYPE, kind)], body.into()).into_response()
}

fn content_type(file: &Path) -> &'static str {
    match file
        .extension()
        .and_then(|extension| extension.to_str())
        .unwrap_or_default()
    {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" | "cjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "md" | "txt" | "ts" | "mts" | "cts" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
