//! Against real servers, `nats-server` by name: one alone, and a cluster of three. They speak the same bytes over TCP as in WebSocket
//! messages, so that no browser is needed. Run by `cargo test --features channels-nats --test channels live -- --ignored`.

use std::collections::BTreeSet;
use std::io::{ErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant as Clock};

use holdfast_ws::channels::nats::protocol::{self, Operation, Parser};
use holdfast_ws::channels::nats::request::Login;
use holdfast_ws::channels::nats::{Nats, Options};
use holdfast_ws::channels::{
    Action, AdapterOutput, Change, ChannelConfig, ChannelId, Config, Connected, Event, Identity, Payload, Recovered,
};
use holdfast_ws::engine::{Instant, Span};

/// Generous: a busy machine is slow, and a test that passes waits for none of it.
const PATIENCE: Duration = Duration::from_secs(90);

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

struct Server {
    port: u16,
    file: PathBuf,
    program: Option<Child>,
}

impl Server {
    fn new(name: &str, more: &str) -> Self {
        let port = free_port();
        let folder = std::env::temp_dir().join(format!("holdfast-nats-{}-{port}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("nats.conf");
        let store = folder.display();
        let text =
            format!("server_name: {name}\nlisten: 127.0.0.1:{port}\njetstream {{ store_dir: \"{store}\" }}\n{more}\n");
        std::fs::write(&file, text).unwrap();
        Self {
            port,
            file,
            program: None,
        }
    }

    fn start(mut self) -> Self {
        self.begin();
        self
    }

    fn begin(&mut self) {
        let log = std::fs::File::create(self.file.with_extension("log")).unwrap();
        let mut command = Command::new("nats-server");
        command.arg("-c").arg(&self.file).stdout(Stdio::null()).stderr(log);
        self.program = Some(command.spawn().expect("nats-server is not installed"));
        until("the server listens", || {
            TcpStream::connect(("127.0.0.1", self.port)).is_ok()
        });
    }

    fn kill(&mut self) {
        if let Some(mut program) = self.program.take() {
            let _ = program.kill();
            let _ = program.wait();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
        if let Some(folder) = self.file.parent() {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let begin = Clock::now();
    while !done() {
        assert!(begin.elapsed() < PATIENCE, "never: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A back end: requests, one after the other.
struct Backend {
    stream: TcpStream,
    parser: Parser,
    requests: u64,
}

impl Backend {
    fn new(server: &Server, login: &str) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(2))).unwrap();
        let mut backend = Self {
            stream,
            parser: Parser::new(1 << 24),
            requests: 0,
        };
        let connect =
            format!("CONNECT {{\"headers\":true,\"no_responders\":true,\"verbose\":false{login}}}\r\nSUB back.* 1\r\n");
        backend.stream.write_all(connect.as_bytes()).unwrap();
        backend
    }

    /// Returns the answer; empty if there is none.
    fn try_request(&mut self, subject: &str, payload: &str) -> String {
        self.requests += 1;
        let reply = format!("back.{}", self.requests);
        let mut out = Vec::new();
        protocol::publish(&mut out, subject, Some(&reply), &[], payload.as_bytes());
        self.stream.write_all(&out).unwrap();
        self.answer(&reply)
    }

    /// Returns the message to this subject; empty if there is none.
    fn answer(&mut self, reply: &str) -> String {
        let mut bytes = [0; 16_384];
        loop {
            while let Some(operation) = self.parser.next_operation().unwrap() {
                match operation {
                    Operation::Message(message) if message.subject == reply => {
                        return String::from_utf8(message.payload).unwrap();
                    }
                    Operation::Ping => self.stream.write_all(b"PONG\r\n").unwrap(),
                    Operation::Error(text) => panic!("{text}"),
                    _ => {}
                }
            }
            match self.stream.read(&mut bytes) {
                Ok(0) => panic!("the server has ended the back end's connection"),
                Ok(length) => self.parser.push(&bytes[..length]),
                Err(_) => return String::new(),
            }
        }
    }

    fn request(&mut self, subject: &str, payload: &str) -> String {
        let mut answer = String::new();
        until(subject, || {
            answer = self.try_request(subject, payload);
            !answer.is_empty() && !answer.contains("\"error\"")
        });
        answer
    }

    fn make(&mut self, name: &str, subjects: &str, more: &str) {
        let config = format!("{{\"name\":\"{name}\",\"subjects\":[\"{subjects}\"],\"storage\":\"file\"{more}}}");
        self.request(&format!("$JS.API.STREAM.CREATE.{name}"), &config);
    }

    fn say(&mut self, channel: &str, text: &str) {
        self.request(&format!("channels.{channel}"), text);
    }
}

struct Client {
    begin: Clock,
    ports: Vec<u16>,
    machine: Connected<Nats>,
    stream: Option<TcpStream>,
    token: Option<String>,
    dial_at: Clock,
    dials: usize,
    events: Vec<Event<Payload, String>>,
}

impl Client {
    fn new(ports: &[u16], options: Options, token: Option<&str>, seed: u64) -> Self {
        let options = Options {
            heartbeat: Span::from_millis(500),
            ..options
        };
        let adapter = Nats::new(options, seed);
        Self {
            begin: Clock::now(),
            ports: ports.into(),
            machine: Connected::new(Instant::from_millis(0), Config::default(), adapter, seed),
            stream: None,
            token: token.map(Into::into),
            dial_at: Clock::now(),
            dials: 0,
            events: Vec::new(),
        }
    }

    fn now(&self) -> Instant {
        Instant::from_millis_f64(self.begin.elapsed().as_secs_f64() * 1_000.0)
    }

    fn join(&mut self, name: &str, config: ChannelConfig<Payload, String>) -> ChannelId {
        let now = self.now();
        self.machine.bus_mut().join(now, name, config).0
    }

    fn lose(&mut self) {
        self.stream = None;
        self.dial_at = Clock::now() + Duration::from_millis(200);
        let now = self.now();
        self.machine.handle_closed(now);
    }

    fn dial(&mut self) {
        let port = self.ports[self.dials % self.ports.len()];
        self.dials += 1;
        let now = self.now();
        self.machine.dial(now, "", self.token.clone());
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(stream) => {
                stream.set_nonblocking(true).unwrap();
                self.stream = Some(stream);
                self.machine.handle_open(now);
            }
            Err(_) => self.lose(),
        }
    }

    fn step(&mut self) {
        if self.stream.is_none() && self.dial_at <= Clock::now() {
            self.dial();
        }
        let mut bytes = [0; 16_384];
        for _ in 0..16 {
            let Some(stream) = &mut self.stream else { break };
            match stream.read(&mut bytes) {
                Ok(0) => self.lose(),
                Ok(length) => {
                    let now = self.now();
                    self.machine
                        .handle_message(now, Payload::Binary(bytes[..length].into()));
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(_) => self.lose(),
            }
        }
        let now = self.now();
        if self.machine.poll_timeout().is_some_and(|due| due <= now) {
            self.machine.handle_timeout(now);
        }
        while let Some(action) = self.machine.poll_output(now) {
            let Action::Adapter(AdapterOutput::Send(payload)) = action else {
                continue;
            };
            if let Some(stream) = &mut self.stream {
                stream.set_nonblocking(false).unwrap();
                let sent = stream.write_all(payload.as_bytes());
                if sent.and_then(|()| stream.set_nonblocking(true)).is_err() {
                    self.lose();
                }
            }
        }
        while let Some(event) = self.machine.poll_event() {
            self.events.push(event);
        }
    }

    fn until(&mut self, what: &str, mut done: impl FnMut(&Self) -> bool) {
        let begin = Clock::now();
        while !done(self) {
            assert!(
                begin.elapsed() < PATIENCE,
                "never: {what}; {:?}",
                self.events.iter().rev().take(9).collect::<Vec<_>>()
            );
            self.step();
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn texts(&self, of: ChannelId) -> Vec<&str> {
        let texts = self.events.iter().filter_map(|event| match event {
            Event::Message { channel, payload, .. } if *channel == of => payload.as_text(),
            _ => None,
        });
        texts.collect()
    }

    fn subscribed(&self, of: ChannelId) -> Vec<Recovered> {
        let all = self.events.iter().filter_map(|event| match event {
            Event::Subscribed { channel, recovered, .. } if *channel == of => Some(*recovered),
            _ => None,
        });
        all.collect()
    }

    fn gaps(&self) -> usize {
        self.events
            .iter()
            .filter(|event| matches!(event, Event::Gap { .. }))
            .count()
    }

    fn changes(&self) -> Vec<(Change, &str)> {
        let all = self.events.iter().filter_map(|event| match event {
            Event::Member { user, change, .. } => Some((*change, user.as_str())),
            _ => None,
        });
        all.collect()
    }
}

fn plain() -> ChannelConfig<Payload, String> {
    ChannelConfig::default()
}

fn numbers(count: usize) -> Vec<String> {
    (0..count).map(|number| number.to_string()).collect()
}

#[test]
#[ignore = "needs nats-server"]
fn a_restart_under_traffic_loses_and_doubles_nothing() {
    let mut server = Server::new("alone", "").start();
    let mut backend = Backend::new(&server, "");
    backend.make("CHANNELS", "channels.>", "");
    let mut client = Client::new(&[server.port], Options::default(), None, 1);
    let news = client.join("news", plain());
    client.until("subscribed", |client| !client.subscribed(news).is_empty());
    for number in 0..300 {
        backend.say("news", &number.to_string());
        client.step();
        if number % 100 == 50 {
            drop(backend);
            server.kill();
            server.begin();
            backend = Backend::new(&server, "");
        }
    }
    client.until("all have come", |client| client.texts(news).len() >= 300);
    assert_eq!(client.texts(news), numbers(300));
    assert_eq!(client.gaps(), 0);
    assert!(
        client
            .subscribed(news)
            .iter()
            .all(|recovered| *recovered == Recovered::Yes)
    );
}

#[test]
#[ignore = "needs nats-server"]
fn a_purge_while_away_and_a_stream_made_again_are_told() {
    let server = Server::new("alone", "").start();
    let mut backend = Backend::new(&server, "");
    backend.make("CHANNELS", "channels.>", "");
    let mut client = Client::new(&[server.port], Options::default(), None, 2);
    let news = client.join("news", plain());
    client.until("subscribed", |client| !client.subscribed(news).is_empty());
    backend.say("news", "a");
    client.until("a", |client| client.texts(news) == ["a"]);
    client.lose();
    backend.say("news", "b");
    backend.request("$JS.API.STREAM.PURGE.CHANNELS", "");
    backend.say("news", "c");
    client.until("c", |client| client.texts(news) == ["a", "c"]);
    assert_eq!(client.gaps(), 1);
    client.until("told", |client| client.subscribed(news).last() == Some(&Recovered::No));

    // While connected: the consumer has gone with its stream.
    backend.request("$JS.API.STREAM.DELETE.CHANNELS", "");
    backend.make("CHANNELS", "channels.>", "");
    client.until("another epoch", |client| client.gaps() == 2);
    client.until("subscribed again", |client| client.subscribed(news).len() == 3);
    backend.say("news", "d");
    client.until("d", |client| client.texts(news) == ["a", "c", "d"]);
}

#[test]
#[ignore = "needs nats-server"]
fn a_publication_that_is_repeated_is_stored_once() {
    let server = Server::new("alone", "").start();
    let mut backend = Backend::new(&server, "");
    backend.make("CHANNELS", "channels.>", "");
    let mut client = Client::new(&[server.port], Options::default(), None, 3);
    let news = client.join("news", plain());
    client.until("subscribed", |client| !client.subscribed(news).is_empty());
    for number in 0..40 {
        let now = client.now();
        client
            .machine
            .bus_mut()
            .publish(now, "news", number.to_string().as_str().into());
        client.step();
        if number % 4 == 3 {
            // What was sent has no acknowledgement yet.
            client.lose();
        }
    }
    let published = |event: &&_| matches!(event, Event::Published { position: Some(_), .. });
    client.until("all are acknowledged", |client| {
        client.events.iter().filter(published).count() == 40
    });
    let info = backend.request("$JS.API.STREAM.INFO.CHANNELS", "");
    assert!(info.contains("\"messages\":40,"), "{info}");
    client.until("all have come", |client| client.texts(news).len() >= 40);
    assert_eq!(client.texts(news), numbers(40));
}

#[test]
#[ignore = "needs nats-server"]
fn a_thousand_channels_share_one_connection() {
    let mut server = Server::new("alone", "").start();
    let mut backend = Backend::new(&server, "");
    backend.make("CHANNELS", "channels.>", "");
    let mut client = Client::new(&[server.port], Options::default(), None, 4);
    let names: Vec<String> = (0..1_000).map(|number| format!("room.{number}")).collect();
    let channels: Vec<ChannelId> = names.iter().map(|name| client.join(name, plain())).collect();
    client.until("all are subscribed", |client| {
        channels.iter().all(|id| client.machine.bus().position(*id).is_some())
    });
    let once = |client: &Client, count: usize| {
        let messages = client
            .events
            .iter()
            .filter(|event| matches!(event, Event::Message { .. }));
        messages.count() >= count
    };
    for name in &names {
        backend.say(name, "a");
        client.step();
    }
    client.until("the first of each", |client| once(client, 1_000));
    drop(backend);
    server.kill();
    server.begin();
    let mut backend = Backend::new(&server, "");
    for name in &names {
        backend.say(name, "b");
        client.step();
    }
    client.until("the second of each", |client| once(client, 2_000));
    for channel in channels {
        assert_eq!(client.texts(channel), ["a", "b"]);
    }
    assert_eq!(client.gaps(), 0);
}

#[test]
#[ignore = "needs nats-server"]
fn a_reader_that_is_slow_gets_everything() {
    let server = Server::new("alone", "").start();
    let mut backend = Backend::new(&server, "");
    backend.make("CHANNELS", "channels.>", "");
    let mut client = Client::new(&[server.port], Options::default(), None, 5);
    let news = client.join("news", plain());
    client.until("subscribed", |client| !client.subscribed(news).is_empty());
    let long = "x".repeat(50_000);
    for number in 0..400 {
        // Without an answer, so that the server is faster than its reader.
        backend.say("news", &format!("{number} {long}"));
        if number % 100 == 0 {
            client.step();
        }
    }
    client.until("all have come", |client| client.texts(news).len() >= 400);
    let come: BTreeSet<&str> = client
        .texts(news)
        .iter()
        .filter_map(|text| text.split(' ').next())
        .collect();
    assert_eq!((client.texts(news).len(), come.len(), client.gaps()), (400, 400, 0));
}

#[test]
#[ignore = "needs nats-server"]
fn permissions_refuse_one_channel_and_a_wrong_token_has_no_connection() {
    let rules = r#"authorization {
        users: [
            { user: back, password: end }
            { user: ada, password: secret, permissions: {
                publish: ["channels.open", "$JS.API.STREAM.INFO.CHANNELS", "$JS.API.CONSUMER.CREATE.CHANNELS.*.channels.open", "$JS.FC.>"]
                subscribe: ["_INBOX.>"]
            } }
        ]
    }"#;
    let server = Server::new("alone", rules).start();
    let mut backend = Backend::new(&server, r#","user":"back","pass":"end""#);
    backend.make("CHANNELS", "channels.>", "");
    let options = Options {
        login: Login::Password("ada".into()),
        ..Options::default()
    };
    let mut client = Client::new(&[server.port], options.clone(), Some("secret"), 6);
    let open = client.join("open", plain());
    let secret = client.join("secret", plain());
    let now = client.now();
    client.machine.bus_mut().publish(now, "secret", "x".into());
    client.until("the one is subscribed", |client| !client.subscribed(open).is_empty());
    client.until("the other is refused", |client| {
        client
            .events
            .iter()
            .any(|event| matches!(event, Event::Refused { channel, retry_in: None, .. } if *channel == secret))
    });
    client.until("the publication is refused", |client| {
        client
            .events
            .iter()
            .any(|event| matches!(event, Event::Unpublished { .. }))
    });
    backend.say("open", "a");
    client.until("a", |client| client.texts(open) == ["a"]);

    let mut wrong = Client::new(&[server.port], options, Some("wrong"), 7);
    wrong.join("open", plain());
    wrong.until("the server has ended the connection twice", |wrong| wrong.dials >= 3);
    assert!(wrong.events.is_empty());
}

#[test]
#[ignore = "needs nats-server"]
fn members_are_told_and_a_page_that_has_gone_is_lost() {
    let server = Server::new("alone", "").start();
    let mut backend = Backend::new(&server, "");
    backend.make("CHANNELS", "channels.>", "");
    let bucket = r#","max_msgs_per_subject":1,"max_age":3000000000,"duplicate_window":3000000000"#;
    backend.make("KV_members", "$KV.members.>", bucket);
    let options = Options {
        bucket: "members".into(),
        ..Options::default()
    };
    let as_user = |user: &str| ChannelConfig {
        identity: Some(Identity {
            user: user.into(),
            data: user.into(),
        }),
        grace: Span::from_millis(500),
        ..plain()
    };
    let mut ada = Client::new(&[server.port], options.clone(), None, 8);
    ada.join("news", as_user("ada"));
    ada.until("ada sees herself", |ada| ada.changes() == [(Change::Join, "ada")]);
    let mut bob = Client::new(&[server.port], options, None, 9);
    bob.join("news", as_user("bob"));
    bob.until("bob sees both", |bob| bob.changes().len() == 2);
    ada.until("ada sees bob", |ada| {
        ada.changes().last() == Some(&(Change::Join, "bob"))
    });
    // For longer than the bucket keeps a key.
    let begin = Clock::now();
    while begin.elapsed() < Duration::from_secs(5) {
        ada.step();
        bob.step();
        std::thread::sleep(Duration::from_millis(2));
    }
    assert_eq!(ada.changes().len(), 2);
    drop(bob);
    ada.until("bob is lost", |ada| {
        ada.changes().last() == Some(&(Change::Leave, "bob"))
    });
    assert_eq!(ada.changes()[2], (Change::Timeout, "bob"));
}

fn cluster() -> Vec<Server> {
    let routes: Vec<u16> = (0..3).map(|_| free_port()).collect();
    let all: Vec<String> = routes.iter().map(|port| format!("nats://127.0.0.1:{port}")).collect();
    let mut servers = Vec::new();
    for (name, port) in ["a", "b", "c"].iter().zip(&routes) {
        let more = format!(
            "cluster {{ name: three, listen: \"127.0.0.1:{port}\", routes: [{}] }}",
            all.join(", ")
        );
        servers.push(Server::new(name, &more));
    }
    servers.into_iter().map(Server::start).collect()
}

#[test]
#[ignore = "needs nats-server"]
fn one_of_three_nodes_may_be_killed_under_traffic() {
    let mut servers = cluster();
    let ports: Vec<u16> = servers.iter().map(|server| server.port).collect();
    let mut backend = Backend::new(&servers[0], "");
    backend.make("CHANNELS", "channels.>", r#","num_replicas":3"#);
    // The one at the node that is killed, and those at the others, whose consumers may be there.
    let mut clients: Vec<Client> = (0..3)
        .map(|at| {
            Client::new(
                &[ports[at], ports[(at + 1) % 3]],
                Options::default(),
                None,
                10 + at as u64,
            )
        })
        .collect();
    let mut followed = Vec::new();
    for client in &mut clients {
        let ids: Vec<ChannelId> = (0..5)
            .map(|number| client.join(&format!("room.{number}"), plain()))
            .collect();
        client.until("subscribed", |client| {
            ids.iter().all(|id| !client.subscribed(*id).is_empty())
        });
        followed.push(ids);
    }
    for number in 0..100 {
        for room in 0..5 {
            // What is repeated after a lost answer is not stored again.
            let mut sent = String::new();
            until("stored", || {
                sent = backend.try_request_once(
                    &format!("channels.room.{room}"),
                    &number.to_string(),
                    &format!("{room}-{number}"),
                );
                sent.contains("\"seq\"")
            });
            for client in &mut clients {
                client.step();
            }
        }
        if number == 30 {
            servers[2].kill();
        }
    }
    for (client, ids) in clients.iter_mut().zip(&followed) {
        client.until("all have come", |client| {
            ids.iter().all(|id| client.texts(*id).len() >= 100)
        });
        for id in ids {
            assert_eq!(client.texts(*id), numbers(100));
        }
        assert_eq!(client.gaps(), 0);
    }
}

impl Backend {
    /// A request with an identity.
    fn try_request_once(&mut self, subject: &str, payload: &str, identity: &str) -> String {
        self.requests += 1;
        let reply = format!("back.{}", self.requests);
        let mut out = Vec::new();
        protocol::publish(
            &mut out,
            subject,
            Some(&reply),
            &[("Nats-Msg-Id", identity)],
            payload.as_bytes(),
        );
        self.stream.write_all(&out).unwrap();
        self.answer(&reply)
    }
}
