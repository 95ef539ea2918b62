//! `cargo xtask demo`: from a fresh clone to the lab page and the chat.

use std::process::ExitCode;

use anyhow::Result;

use crate::{broker::Broker, build, progress, reaper, serve, stop::Stop, tools, workspace::Workspace};

/// Builds everything, then serves the lab page and the chat, with a broker for it. Installs the tools it lacks.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The port of the lab page; if it is in use, a free one is selected
    #[arg(long, default_value_t = 8080)]
    port: u16,
}

pub(crate) async fn run(arguments: &Arguments, workspace: &Workspace) -> Result<ExitCode> {
    reaper::adopt_orphans();
    let stop = Stop::listen()?;
    build::build(workspace, &stop).await?;
    let mut site = workspace.site();
    let broker = broker(workspace, &stop).await;
    let mut pages = vec![("The lab page", "")];
    match &broker {
        Ok(broker) => {
            site.roots.insert("broker".to_owned(), broker.public());
            pages.push(("The chat, for as many tabs as you like", "chat/"));
        }
        // The lab page needs none.
        Err(error) => println!("There is no broker for the chat: {error:#}"),
    }
    serve::until_stopped(arguments.port, site, &pages, &stop).await
}

/// Starts the broker of the chat, and installs it first if it is missing.
async fn broker(workspace: &Workspace, stop: &Stop) -> Result<Broker> {
    progress::run_all(tools::nats_server(workspace)?, stop).await?;
    Broker::start(workspace).await
}
