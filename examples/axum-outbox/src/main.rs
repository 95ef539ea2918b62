//! The server's half of an outbox in axum, with `SQLite`: `PORT=8080 cargo run --package holdfast-axum-outbox-example -- orders.db`.

use std::{
    env, io,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Json, Router,
    extract::{
        State,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    routing::{any, post},
};
use rusqlite::{Connection, Error, OptionalExtension, Transaction, TransactionBehavior, params};
use serde_json::{Value, json};
use tokio::net::TcpListener;

const TABLES: &str = "PRAGMA journal_mode = WAL;
    CREATE TABLE IF NOT EXISTS boxes (box TEXT PRIMARY KEY, last INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, box TEXT, n INTEGER, item INTEGER)";

type Database = Arc<Mutex<Connection>>;

/// The last number of a box that is done.
fn last(db: &Connection, name: &str) -> Result<i64, Error> {
    let row = db.query_row("SELECT last FROM boxes WHERE box = ?", [name], |row| row.get(0));
    Ok(row.optional()?.unwrap_or(0))
}

/// Notes a number as the last that is done.
fn note(db: &Connection, name: &str, n: i64) -> Result<(), Error> {
    let upsert = "INSERT INTO boxes VALUES (?, ?) ON CONFLICT (box) DO UPDATE SET last = excluded.last";
    db.execute(upsert, params![name, n]).map(drop)
}

/// Returns the last number that is done. Those up to `from` have expired, or were cancelled: they never come.
fn greet(db: &mut Connection, name: &str, from: i64) -> Result<i64, Error> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = last(&transaction, name)?;
    if done < from - 1 {
        note(&transaction, name, from - 1)?;
    }
    transaction.commit()?;
    Ok(done)
}

/// Does a message, if it is the next of its box, in one transaction with the number.
fn deliver(db: &mut Connection, name: &str, n: i64, message: &Value) -> Result<Value, Error> {
    let mut transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = last(&transaction, name)?;
    if n != done + 1 {
        return Ok(json!({ "box": name, "done": done }));
    }
    note(&transaction, name, n)?;
    let answer = match apply(&mut transaction, name, n, message)? {
        Some(receipt) => json!({ "box": name, "n": n, "ok": receipt }),
        None => json!({ "box": name, "n": n, "error": { "message": "no such item", "final": true } }),
    };
    transaction.commit()?;
    Ok(answer)
}

/// The application: returns a receipt, or `None` for what it refuses. A refusal takes back what was done; the number counts all the same.
fn apply(transaction: &mut Transaction<'_>, name: &str, n: i64, message: &Value) -> Result<Option<Value>, Error> {
    let attempt = transaction.savepoint()?;
    let insert = "INSERT INTO orders (box, n, item) VALUES (?, ?, ?)";
    attempt.execute(insert, params![name, n, message["item"].as_i64()])?;
    let order = attempt.last_insert_rowid();
    if message["item"].as_i64().is_none_or(|item| item < 0) {
        return Ok(None);
    }
    attempt.commit()?;
    Ok(Some(json!({ "order": order })))
}

/// Returns the answer to one message. A real server also looks whether the box is this user's.
fn answer(db: &mut Connection, text: &str) -> Result<Value, Error> {
    let message: Value = serde_json::from_str(text).unwrap_or_default();
    let hello = &message["hello"];
    if let (Some(name), Some(from)) = (hello["box"].as_str(), hello["from"].as_i64()) {
        return Ok(json!({ "hello": { "box": name, "done": greet(db, name, from)? } }));
    }
    let (name, n) = (message["box"].as_str(), message["n"].as_i64());
    deliver(db, name.unwrap_or_default(), n.unwrap_or_default(), &message)
}

async fn talk(mut connection: WebSocket, db: Database) {
    // One after the other. An error of the database ends the connection: the client comes back, and sends it again.
    while let Some(Ok(received)) = connection.recv().await {
        let Message::Text(text) = received else { continue };
        let answered = answer(&mut db.lock().unwrap_or_else(PoisonError::into_inner), &text);
        let Ok(answered) = answered else { return };
        if connection
            .send(Message::Text(answered.to_string().into()))
            .await
            .is_err()
        {
            return;
        }
    }
}

async fn upgrade(upgrade: WebSocketUpgrade, State(db): State<Database>) -> axum::response::Response {
    upgrade.on_upgrade(|connection| talk(connection, db))
}

/// Does what a page has posted that was left: lines as on the connection. See the option `flush`.
async fn take_lines(State(db): State<Database>, lines: String) {
    let mut db = db.lock().unwrap_or_else(PoisonError::into_inner);
    for line in lines.lines() {
        // What is behind one that failed must not overtake it. The client sends the rest again.
        if answer(&mut db, line).is_err() {
            return;
        }
    }
}

/// Everything that the application has done, in order.
async fn orders(State(db): State<Database>) -> Json<Value> {
    let db = db.lock().unwrap_or_else(PoisonError::into_inner);
    let read = || {
        let mut statement = db.prepare("SELECT box, n, item FROM orders ORDER BY id")?;
        let rows = statement.query_map([], |row| {
            Ok(json!({ "box": row.get::<_, String>(0)?, "n": row.get::<_, i64>(1)?, "item": row.get::<_, i64>(2)? }))
        })?;
        rows.collect::<Result<Value, Error>>()
    };
    Json(read().unwrap_or_default())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let path = env::args().nth(1).unwrap_or_else(|| "orders.db".to_owned());
    let db = Connection::open(path).map_err(io::Error::other)?;
    db.execute_batch(TABLES).map_err(io::Error::other)?;
    let port = env::var("PORT").ok().and_then(|port| port.parse().ok()).unwrap_or(8080);
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let site = Router::new()
        .route("/live", any(upgrade))
        .route("/outbox", post(take_lines))
        .route("/", any(orders));
    axum::serve(listener, site.with_state(Arc::new(Mutex::new(db)))).await
}
