//! The control API: how the lab page and the tests say what goes wrong on a line.
//!
//! | request | what it does |
//! |---|---|
//! | `POST /lines/{line}/drop` | resets every live connection (a TCP RST) |
//! | `POST /lines/{line}/close?code=&reason=` | sends every live connection a close frame; an empty one without `code` |
//! | `POST /lines/{line}/freeze` | nothing goes in or out of live connections any more, with `?way=in` or `?way=out` in one direction; with `?next=1` nor of new ones |
//! | `POST /lines/{line}/thaw` | undoes `freeze` |
//! | `POST /lines/{line}/refuse?for=ms&status=503` | refuses handshakes, for so long or until `accept`; `status=0` by a reset |
//! | `POST /lines/{line}/delay?ms=` | each reply comes so late |
//! | `POST /lines/{line}/handshake?ms=` | each handshake's answer comes so late |
//! | `POST /lines/{line}/flap?after=ms` | each new connection is reset so long after it opened |
//! | `POST /lines/{line}/accept` | ends `refuse`, `delay`, `handshake`, `flap` and `freeze?next=1` |
//! | `POST /lines/{line}/send?text=` | sends a text to every live connection |
//! | `POST /lines/{line}/flood?count=` | sends so many texts at once, `flood 1` and on |
//! | `POST /lines/{line}/garble` | sends a frame that no standard knows |
//! | `GET /lines/{line}` | what the line has seen |
//! | `GET /lines/{line}/received` | every message it received |
//! | `DELETE /lines/{line}` | resets what is live and forgets the line |
//!
//! A POST answers with the number of live connections it touched, `{"connections": n}`.

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
    faults::Refuse,
    lines::{Line, Lines, Order},
    params::{BadParam, Params},
    wire::Way,
};

pub(super) fn routes() -> Router<Arc<Lines>> {
    Router::new()
        .route("/lines/{line}", get(summary).delete(forget))
        .route("/lines/{line}/received", get(received))
        .route("/lines/{line}/{action}", post(act))
}

async fn summary(State(lines): State<Arc<Lines>>, Path(line): Path<String>) -> Json<Value> {
    Json(lines.get(&line).summary())
}

async fn received(State(lines): State<Arc<Lines>>, Path(line): Path<String>) -> Json<Value> {
    Json(lines.get(&line).received_messages())
}

async fn forget(State(lines): State<Arc<Lines>>, Path(line): Path<String>) -> StatusCode {
    lines.forget(&line);
    StatusCode::NO_CONTENT
}

async fn act(
    State(lines): State<Arc<Lines>>,
    Path((line, action)): Path<(String, String)>,
    Query(params): Query<Params>,
) -> Response {
    match perform(&lines.get(&line), &action, &params) {
        Ok(Some(touched)) => Json(json!({ "connections": touched })).into_response(),
        Ok(None) => (StatusCode::NOT_FOUND, format!("{action}: no such action\n")).into_response(),
        Err(bad) => bad.into_response(),
    }
}

/// Carries an action out and returns how many connections it touched, or `None` for an action there isn't.
fn perform(line: &Line, action: &str, params: &Params) -> Result<Option<usize>, BadParam> {
    let touched = match action {
        "drop" => line.drop_all(),
        "close" => {
            let reason = params.text("reason").unwrap_or_default();
            line.order_all(&Order::Close(params.number("code")?, reason.to_owned()))
        }
        "freeze" => {
            let way = way(params)?;
            if params.text("next").is_some_and(|next| next != "0") {
                line.faults().freeze_new = Some(way);
            }
            line.freeze_all(way)
        }
        "thaw" => line.thaw_all(),
        "send" => line.order_all(&Order::Text(params.text("text").unwrap_or_default().to_owned())),
        "flood" => line.order_all(&Order::Flood(params.number("count")?.unwrap_or(1_000))),
        "garble" => line.order_all(&Order::Garble),
        "refuse" => {
            line.faults().refuse(refusal(params)?, params.millis("for")?);
            0
        }
        "accept" => {
            line.faults().accept();
            0
        }
        "delay" => {
            line.faults().delay = params.needed_millis("ms")?;
            0
        }
        "handshake" => {
            line.faults().handshake = params.needed_millis("ms")?;
            0
        }
        "flap" => {
            line.faults().flap = Some(params.needed_millis("after")?);
            0
        }
        _ => return Ok(None),
    };
    Ok(Some(touched))
}

fn way(params: &Params) -> Result<Way, BadParam> {
    match params.text("way") {
        None => Ok(Way::Both),
        Some("in") => Ok(Way::In),
        Some("out") => Ok(Way::Out),
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
