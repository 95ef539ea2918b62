//! The broker of the demo's chat: nats-server on loopback, with a folder of its own, which ends with the demo.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    process::{Child, Command},
    time::{sleep, timeout},
};

use crate::workspace::Workspace;

/// A server that runs until it is dropped.
#[derive(Debug)]
pub(crate) struct Broker {
    server: Child,
    folder: PathBuf,
}

/// A server that is not through by then is not coming.
const PATIENCE: Duration = Duration::from_secs(30);

/// The stream of all channels, and the bucket of the members, as docs/channels.md has them. The channels' history is short: it is a demo.
const STREAMS: [(&str, &str); 2] = [
    (
        "$JS.API.STREAM.CREATE.CHANNELS",
        r#"{"name":"CHANNELS","subjects":["channels.>"],"max_msgs_per_subject":1000,"storage":"file"}"#,
    ),
    (
        "$JS.API.STREAM.CREATE.KV_members",
        r#"{"name":"KV_members","subjects":["$KV.members.>"],"max_msgs_per_subject":1,"allow_rollup_hdrs":true,"max_age":30000000000,"duplicate_window":30000000000,"storage":"memory"}"#,
    ),
];

/// The file of `ports_file_dir`.
#[derive(Deserialize)]
struct Ports {
    nats: Vec<String>,
    websocket: Vec<String>,
}

impl Broker {
    /// Starts the server, with its stream and its bucket.
    pub(crate) async fn start(workspace: &Workspace) -> Result<Self> {
        let program = workspace.which("nats-server").context("nats-server is missing")?;
        let folder = std::env::temp_dir().join(format!("holdfast-ws-broker-{}", std::process::id()));
        let (ports, public) = (folder.join("ports"), folder.join("public"));
        for folder in [&ports, &public] {
            fs::create_dir_all(folder).with_context(|| format!("can't make {}", folder.display()))?;
        }
        let configuration = folder.join("nats.conf");
        fs::write(&configuration, configured(&folder))?;
        let server = Command::new(program)
            .arg("-c")
            .arg(&configuration)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("can't start nats-server")?;
        let broker = Self { server, folder };
        let ports = timeout(PATIENCE, listening(&ports))
            .await
            .context("nats-server doesn't listen")??;
        for (subject, stream) in STREAMS {
            timeout(PATIENCE, request(&ports.nats, subject, stream))
                .await
                .with_context(|| format!("nats-server doesn't answer {subject}"))??;
        }
        let port = port_of(&ports.websocket)?;
        fs::write(public.join("address.json"), format!(r#"{{"port":{port}}}"#))?;
        Ok(broker)
    }

    /// Returns the folder that the page reads the broker's address from.
    pub(crate) fn public(&self) -> PathBuf {
        self.folder.join("public")
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        // Its data goes with it.
        let _ = self.server.start_kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The server selects its ports, and writes them to a file.
fn configured(folder: &Path) -> String {
    let folder = folder.display();
    format!(
        r#"listen: "127.0.0.1:-1"
ports_file_dir: "{folder}/ports"
jetstream {{ store_dir: "{folder}/jetstream" }}
websocket {{ listen: "127.0.0.1:-1", no_tls: true }}
"#
    )
}

async fn listening(folder: &Path) -> Result<Ports> {
    loop {
        for entry in fs::read_dir(folder)?.flatten() {
            // It may be written at this moment.
            if let Ok(ports) = serde_json::from_slice(&fs::read(entry.path())?) {
                return Ok(ports);
            }
        }
        sleep(Duration::from_millis(50)).await;
    }
}

/// The port of an address such as `ws://127.0.0.1:1234`.
fn port_of(addresses: &[String]) -> Result<u16> {
    let port = addresses
        .first()
        .and_then(|address| address.rsplit(':').next()?.parse().ok());
    port.with_context(|| format!("no port in {addresses:?}"))
}

/// Sends a request to the server, and reads until its answer. One request doesn't need a client.
async fn request(addresses: &[String], subject: &str, payload: &str) -> Result<()> {
    let mut server = TcpStream::connect(("127.0.0.1", port_of(addresses)?)).await?;
    let length = payload.len();
    let text = format!("CONNECT {{\"verbose\":false}}\r\nSUB back 1\r\nPUB {subject} back {length}\r\n{payload}\r\n");
    server.write_all(text.as_bytes()).await?;
    let (mut come, mut chunk) = (Vec::new(), [0; 4096]);
    loop {
        let length = server.read(&mut chunk).await?;
        come.extend(chunk.iter().take(length));
        let text = String::from_utf8_lossy(&come);
        if length == 0 || text.contains("\"error\"") || text.contains("-ERR") {
            bail!("{subject}: {text}");
        }
        if text.contains("\"config\"") {
            return Ok(());
        }
    }
}
