//! The control API: the lab page and the tests inject faults into an endpoint through it.
//!
//! | request | what it does |
//! |---|---|
//! | `POST /endpoints/{endpoint}/drop` | resets every live connection (a TCP RST) |
//! | `POST /endpoints/{endpoint}/close?code=&reason=` | sends every live connection a close frame; an empty one without `code` |
//! | `POST /endpoints/{endpoint}/freeze` | live connections neither receive nor send any more; `?way=in` or `?way=out` limits it to one direction; `?next=1` freezes new ones, too |
//! | `POST /endpoints/{endpoint}/thaw` | undoes `freeze` |
//! | `POST /endpoints/{endpoint}/refuse?for=ms&status=503` | refuses handshakes for this long, or until `accept`; `status=0` resets them |
//! | `POST /endpoints/{endpoint}/delay?ms=` | delays each reply by this time |
//! | `POST /endpoints/{endpoint}/handshake?ms=` | delays each handshake's response by this time |
//! | `POST /endpoints/{endpoint}/flap?after=ms` | resets each new connection this long after it opened |
//! | `POST /endpoints/{endpoint}/accept` | ends `refuse`, `delay`, `handshake`, `flap` and `freeze?next=1` |
//! | `POST /endpoints/{endpoint}/send?text=` | sends a text to every live connection |
//! | `POST /endpoints/{endpoint}/flood?count=` | sends this many texts at once: `flood 1`, `flood 2`, … |
//! | `POST /endpoints/{endpoint}/garble` | sends a frame with a reserved opcode |
//! | `GET /endpoints/{endpoint}?after=ms` | the endpoint's connections and counts, after this time or at once |
//! | `GET /endpoints/{endpoint}/received` | every message the endpoint received |
//! | `DELETE /endpoints/{endpoint}` | resets the live connections and removes the endpoint |
//!
//! The response to a POST is the number of live connections it affected, `{"connections": n}`.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};

use super::{
    endpoints::{Command, Endpoint, Endpoints},
    faults::Refuse,
    params::{BadParam, Params},
    wire::Direction,
};

pub(super) fn routes() -> Router<Arc<Endpoints>> {
    Router::new()
        .route("/endpoints/{endpoint}", get(summary).delete(forget))
        .route("/endpoints/{endpoint}/received", get(received))
        .route("/endpoints/{endpoint}/{action}", post(act))
}

async fn summary(
    State(endpoints): State<Arc<Endpoints>>,
    Path(endpoint): Path<String>,
    Query(params): Query<Params>,
) -> Result<Json<Value>, BadParam> {
    if let Some(time) = params.millis("after")? {
        tokio::time::sleep(time).await;
    }
    Ok(Json(endpoints.get(&endpoint).summary()))
}

async fn received(State(endpoints): State<Arc<Endpoints>>, Path(endpoint): Path<String>) -> Json<Value> {
    Json(endpoints.get(&endpoint).received_messages())
}

async fn forget(State(endpoints): State<Arc<Endpoints>>, Path(endpoint): Path<String>) -> StatusCode {
    endpoints.forget(&endpoint);
    StatusCode::NO_CONTENT
}

async fn act(
    State(endpoints): State<Arc<Endpoints>>,
    Path((endpoint, action)): Path<(String, String)>,
    Query(params): Query<Params>,
) -> Response {
    match perform(&endpoints.get(&endpoint), &action, &params) {
        Ok(Some(touched)) => Json(json!({ "connections": touched })).into_response(),
        Ok(None) => (StatusCode::NOT_FOUND, format!("{action}: no such action\n")).into_response(),
        Err(bad) => bad.into_response(),
    }
}

/// Executes an action. Returns how many connections it affected, or `None` for an unknown action.
fn perform(endpoint: &Endpoint, action: &str, params: &Params) -> Result<Option<usize>, BadParam> {
    let touched = match action {
        "drop" => endpoint.drop_all(),
        "close" => {
            let reason = params.text("reason").unwrap_or_default();
            endpoint.send_command(&Command::Close(params.number("code")?, reason.to_owned()))
        }
        "freeze" => {
            let way = way(params)?;
            if params.text("next").is_some_and(|next| next != "0") {
                endpoint.faults().freeze_new = Some(way);
            }
            endpoint.freeze_all(way)
        }
        "thaw" => endpoint.thaw_all(),
        "send" => endpoint.send_command(&Command::Text(params.text("text").unwrap_or_default().to_owned())),
        "flood" => endpoint.send_command(&Command::Flood(params.number("count")?.unwrap_or(1_000))),
        "garble" => endpoint.send_command(&Command::Garble),
        "refuse" => {
            endpoint.faults().refuse(refusal(params)?, params.millis("for")?);
            0
        }
        "accept" => {
            endpoint.faults().accept();
            0
        }
        "delay" => {
            endpoint.faults().delay = params.needed_millis("ms")?;
            0
        }
        "handshake" => {
            endpoint.faults().handshake = params.needed_millis("ms")?;
            0
        }
        "flap" => {
            endpoint.faults().flap = Some(params.needed_millis("after")?);
            0
        }
        _ => return Ok(None),
    };
    Ok(Some(touched))
}

fn way(params: &Params) -> Result<Direction, BadParam> {
    match params.text("way") {
        None => Ok(Direction::Both),
        Some("in") => Ok(Direction::In),
        Some("out") => Ok(Direction::Out),
        Some(way) => Err(BadParam(format!("way={way}: it is in or out, or both without it"))),
    }
}

fn refusal(params: &Params) -> Result<Refuse, BadParam> {
    match params.number("status")?.unwrap_or(503) {
        0 => Ok(Refuse::Reset),
        status @ 200..=599 => Ok(Refuse::Status(StatusCode::from_u16(status).unwrap_or_default())),
        status => Err(BadParam(format!(
            "status={status}: not one that refuses; 200 to 599, or 0 for a reset"
        ))),
    }
}
