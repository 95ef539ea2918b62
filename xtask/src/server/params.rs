//! Query parameters, parsed strictly: an invalid number is an error that names the parameter, never a default.

use std::{collections::HashMap, str::FromStr, time::Duration};

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

/// The query parameters of a request, decoded.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub(super) struct Params(HashMap<String, String>);

/// A parameter that can't be read. Answered with 400 and this text.
#[derive(Debug)]
pub(super) struct BadParam(pub(super) String);

impl Params {
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(super) fn number<T: FromStr>(&self, name: &str) -> Result<Option<T>, BadParam> {
        self.text(name)
            .map(|text| {
                text.parse()
                    .map_err(|_| BadParam(format!("{name}={text}: not a number this can take")))
            })
            .transpose()
    }

    /// A duration in milliseconds.
    pub(super) fn millis(&self, name: &str) -> Result<Option<Duration>, BadParam> {
        Ok(self.number(name)?.map(Duration::from_millis))
    }

    /// A duration that the request requires.
    pub(super) fn needed_millis(&self, name: &str) -> Result<Duration, BadParam> {
        self.millis(name)?
            .ok_or_else(|| BadParam(format!("{name}: missing; it takes milliseconds")))
    }
}

impl IntoResponse for BadParam {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, self.0 + "\n").into_response()
    }
}
