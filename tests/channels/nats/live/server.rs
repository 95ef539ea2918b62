//! Servers, and a back end of theirs.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant as Clock};

use holdfast_ws::channels::nats::protocol::{self, Operation, Parser};

use super::PATIENCE;

pub(super) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

pub(super) struct Server {
    pub(super) port: u16,
    file: PathBuf,
    program: Option<Child>,
}

impl Server {
    pub(super) fn new(name: &str, more: &str) -> Self {
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

    pub(super) fn start(mut self) -> Self {
        self.begin();
        self
    }

    pub(super) fn begin(&mut self) {
        let log = std::fs::File::create(self.file.with_extension("log")).unwrap();
        let mut command = Command::new("nats-server");
        command.arg("-c").arg(&self.file).stdout(Stdio::null()).stderr(log);
        self.program = Some(command.spawn().expect("nats-server is not installed"));
        until("the server listens", || {
            TcpStream::connect(("127.0.0.1", self.port)).is_ok()
        });
    }

    /// Lame duck mode: it asks its clients to go, and ends.
    pub(super) fn end_softly(&self) {
        let id = self.program.as_ref().expect("it runs").id().to_string();
        assert!(Command::new("kill").args(["-USR2", &id]).status().unwrap().success());
    }

    pub(super) fn kill(&mut self) {
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

pub(super) fn until(what: &str, mut done: impl FnMut() -> bool) {
    let begin = Clock::now();
    while !done() {
        assert!(begin.elapsed() < PATIENCE, "never: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A back end: requests, one after the other.
pub(super) struct Backend {
    stream: TcpStream,
    parser: Parser,
    requests: u64,
}

impl Backend {
    pub(super) fn new(server: &Server, login: &str) -> Self {
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
    pub(super) fn try_request(&mut self, subject: &str, payload: &str) -> String {
        self.requests += 1;
        let reply = format!("back.{}", self.requests);
        let mut out = Vec::new();
        protocol::publish(&mut out, subject, Some(&reply), &[], payload.as_bytes());
        self.stream.write_all(&out).unwrap();
        self.answer(&reply)
    }

    /// A request with an identity.
    pub(super) fn try_request_once(&mut self, subject: &str, payload: &str, identity: &str) -> String {
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

    /// Returns the message to this subject; empty if there is none.
    pub(super) fn answer(&mut self, reply: &str) -> String {
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

    pub(super) fn request(&mut self, subject: &str, payload: &str) -> String {
        let mut answer = String::new();
        until(subject, || {
            answer = self.try_request(subject, payload);
            !answer.is_empty() && !answer.contains("\"error\"")
        });
        answer
    }

    pub(super) fn make(&mut self, name: &str, subjects: &str, more: &str) {
        let config = format!("{{\"name\":\"{name}\",\"subjects\":[\"{subjects}\"],\"storage\":\"file\"{more}}}");
        self.request(&format!("$JS.API.STREAM.CREATE.{name}"), &config);
    }

    pub(super) fn say(&mut self, channel: &str, text: &str) {
        self.request(&format!("channels.{channel}"), text);
    }
}
