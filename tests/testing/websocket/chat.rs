//! A chat's logic and its tests, as an application has them: the logic knows nothing of a world.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use holdfast_ws::testing::{Browser, Server, Simulation, World};
use holdfast_ws::{ConnectError, Heartbeat, ReadyState, Status, Url, WebSocket};

/// The application: what a component would show.
#[derive(Default)]
struct View {
    lines: Vec<String>,
    online: bool,
}

struct Chat {
    ws: WebSocket,
    view: Rc<RefCell<View>>,
}

impl Chat {
    fn join(room: &str) -> Result<Self, ConnectError> {
        let room = room.to_owned();
        // The server repeats what was said since the last line that was seen.
        let url = Url::from_fn(move |attempt| {
            let since = attempt.resume.as_deref().unwrap_or("0").to_owned();
            format!("wss://chat.test/{room}?since={since}")
        });
        let ws = WebSocket::builder(url)
            .heartbeat(
                Heartbeat::new()
                    .interval(Duration::from_secs(10))
                    .timeout(Duration::from_secs(5))
                    .pong("ping"),
            )
            .resume(|message| Some(message.as_text()?.split_once(' ')?.0.to_owned()))
            .connect()?;
        let view = Rc::new(RefCell::new(View::default()));
        let shown = Rc::clone(&view);
        ws.set_onmessage(move |message| {
            if let Some((_, line)) = message.as_text().and_then(|text| text.split_once(' ')) {
                shown.borrow_mut().lines.push(line.to_owned());
            }
        });
        let shown = Rc::clone(&view);
        ws.set_onstatuschange(move |status| shown.borrow_mut().online = status == Status::Open);
        Ok(Self { ws, view })
    }

    fn say(&self, line: &str) {
        _ = self.ws.send_with_str(line);
    }

    fn lines(&self) -> Vec<String> {
        self.view.borrow().lines.clone()
    }
}

/// A server that keeps what was said, numbers it, and sends what is new to a client.
fn room(world: &World) -> (Server, Rc<RefCell<Vec<String>>>) {
    let said = Rc::new(RefCell::new(Vec::new()));
    let (kept, all) = (Rc::clone(&said), world.clone());
    let server = world.server("wss://chat.test/rust", move |connection| {
        let since = connection
            .query()
            .strip_prefix("since=")
            .and_then(|since| since.parse().ok());
        for (number, line) in kept.borrow().iter().enumerate().skip(since.unwrap_or(0)) {
            connection.send(format!("{} {line}", number + 1));
        }
        let (kept, all, back) = (Rc::clone(&kept), all.clone(), connection.clone());
        connection.on_message(move |message| match message.as_text() {
            Some("ping") => back.send("ping"),
            Some(line) => {
                kept.borrow_mut().push(line.to_owned());
                let number = kept.borrow().len();
                for server in all.servers() {
                    server.broadcast(format!("{number} {line}"));
                }
            }
            None => {}
        });
    });
    (server.expect("a URL"), said)
}

#[test]
fn a_chat_survives_a_dead_connection_and_misses_nothing() {
    let world = World::new(Browser::Firefox, 7);
    let _entered = world.enter();
    let (server, said) = room(&world);

    let chat = Chat::join("rust").unwrap();
    chat.say("hello");
    world.advance(Duration::from_secs(1));
    assert_eq!(chat.lines(), ["hello"]);
    assert!(chat.view.borrow().online);

    // The client's address changes: the connection is half-open, and nobody is told.
    world.network().change();
    world.advance(Duration::from_secs(1));
    assert!(chat.view.borrow().online, "so it seems");
    said.borrow_mut().push("said meanwhile".into());

    world
        .until(|| !chat.view.borrow().online, Duration::from_secs(17))
        .unwrap();
    world
        .until(|| chat.view.borrow().online, Duration::from_secs(5))
        .unwrap();
    world.advance(Duration::from_secs(1));
    assert_eq!(chat.lines(), ["hello", "said meanwhile"]);

    drop(chat);
    world.advance(Duration::from_secs(60));
    assert!(world.leaks().is_empty(), "{:?}", world.leaks());
    drop(server);
}

#[test]
fn a_chat_shows_what_was_said_whatever_goes_wrong() {
    let passed = Simulation::new().runs(30).lasts(Duration::from_secs(300)).run(
        |world| room(world).1,
        |world, _| {
            let chat = Rc::new(Chat::join("rust").unwrap());
            let (weak, mut spoken) = (Rc::downgrade(&chat), 0);
            world.set_interval(Duration::from_secs(7), move || {
                if let Some(chat) = weak.upgrade() {
                    spoken += 1;
                    chat.say(&format!("line {spoken}"));
                }
            });
            chat
        },
        |_, said, chat| {
            let (lines, said) = (chat.lines(), said.borrow());
            // A page that was loaded anew begins with all that was said.
            if chat.ws.ready_state() != ReadyState::Open {
                Err("it is not open".into())
            } else if lines == *said {
                Ok(())
            } else {
                Err(format!("{} lines are shown, {} were said", lines.len(), said.len()))
            }
        },
    );
    if let Err(failure) = passed {
        panic!("{failure}\n{}", failure.transcript);
    }
}
