//! The server as a process: it answers, and a deploy sends its clients away with a time to come back.

use std::{process::Stdio, time::Duration};

use futures_util::{SinkExt, StreamExt};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};
use tokio_tungstenite::{connect_async, tungstenite::Message};

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// Starts the server on a free port; returns where it listens.
async fn start() -> Result<(Child, String), Box<dyn std::error::Error>> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_holdfast-axum-example"))
        .env("PORT", "0")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let output = child.stdout.take().ok_or("no output")?;
    let said = BufReader::new(output).lines().next_line().await?.ok_or("not a word")?;
    let address = said.strip_prefix("listening on ").ok_or("something else")?;
    Ok((child, format!("ws://{address}/live")))
}

#[tokio::test]
async fn a_deploy_closes_with_1012_and_a_time_to_come_back() -> Outcome {
    timeout(Duration::from_secs(120), async {
        let (mut child, url) = start().await?;
        let (mut line, _) = connect_async(url).await?;
        line.send(Message::text(r#"{"id":1,"say":"hello"}"#)).await?;
        let reply = line.next().await.ok_or("no reply")??;
        assert_eq!(reply, Message::text(r#"{"id":1,"said":"hello"}"#));

        let id = child.id().ok_or("it has ended")?.to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().await?.success());
        let Message::Close(Some(frame)) = line.next().await.ok_or("no close")?? else {
            return Err("something else than a close".into());
        };
        assert_eq!((u16::from(frame.code), &*frame.reason), (1012, r#"{"retryAfter":500}"#));
        while let Some(Ok(_)) = line.next().await {}
        assert!(child.wait().await?.success());
        Ok(())
    })
    .await?
}
