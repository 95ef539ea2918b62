//! A provider's future is dropped as soon as its result isn't needed any more.

use std::cell::Cell;
use std::rc::Rc;

use futures_util::future;
use holdfast_ws::{Reconnect, Url, WebSocket};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::fake::{fresh, ms, sleep, until};

/// Counts the futures that are there.
#[derive(Clone, Default)]
struct Count(Rc<Cell<u32>>);

struct Alive(Count);

impl Count {
    fn one(&self) -> Alive {
        self.0.set(self.0.get() + 1);
        Alive(self.clone())
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.0.0.set(self.0.0.get() - 1);
    }
}

/// A socket whose provider never answers, how often it was asked, and how many of its futures are there.
fn unanswered(connect_timeout: u64) -> (WebSocket, Rc<Cell<u32>>, Count) {
    fresh();
    let (asked, alive) = (Rc::new(Cell::new(0)), Count::default());
    let (count, futures) = (Rc::clone(&asked), alive.clone());
    let address = Url::from_async_fn(move |_| {
        count.set(count.get() + 1);
        let alive = futures.one();
        async move {
            let _alive = alive;
            future::pending::<String>().await
        }
    });
    let reconnect = Reconnect::new().min_delay(ms(10)).max_delay(ms(10));
    let reconnect = reconnect.connect_timeout(ms(connect_timeout));
    let ws = WebSocket::builder(address)
        .reconnect(reconnect)
        .connect()
        .expect("no URL yet");
    (ws, asked, alive)
}

#[wasm_bindgen_test]
async fn an_answer_that_came_too_late_is_dropped_with_its_question() {
    let (ws, asked, alive) = unanswered(20);
    until("several questions", || {
        assert!(alive.0.get() <= 1);
        asked.get() >= 4
    })
    .await;
    drop(ws);
    assert_eq!(alive.0.get(), 0);
}

#[wasm_bindgen_test]
async fn an_answer_is_dropped_when_the_socket_is_closed_reconnected_or_gone() {
    let (ws, asked, alive) = unanswered(60_000);
    until("the question", || asked.get() == 1).await;
    ws.reconnect();
    until("another question", || asked.get() == 2).await;
    assert_eq!(alive.0.get(), 1);
    ws.close();
    until("it is dropped", || alive.0.get() == 0).await;
    ws.reconnect();
    drop(ws);
    sleep(20).await;
    assert_eq!(
        (asked.get(), alive.0.get()),
        (2, 0),
        "nobody is asked for a socket that is gone"
    );
}

#[wasm_bindgen_test]
async fn a_provider_may_close_drop_or_reconnect_its_socket() {
    for act in ["close", "drop", "reconnect"] {
        fresh();
        let slot = Rc::new(Cell::new(None::<WebSocket>));
        let (mine, alive, asked) = (Rc::clone(&slot), Count::default(), Rc::new(Cell::new(0)));
        let (futures, count) = (alive.clone(), Rc::clone(&asked));
        let address = Url::from_async_fn(move |_| {
            count.set(count.get() + 1);
            if let Some(ws) = mine.take() {
                match act {
                    "close" => ws.close(),
                    "reconnect" => ws.reconnect(),
                    _ => {}
                }
                if act != "drop" {
                    std::mem::forget(ws.clone());
                }
            }
            let alive = futures.one();
            async move {
                let _alive = alive;
                future::pending::<String>().await
            }
        });
        slot.set(WebSocket::new(address).ok());
        until("the question", || asked.get() > 0).await;
        let left = u32::from(act == "reconnect");
        until(act, || alive.0.get() == left && asked.get() == 1 + left).await;
    }
}
