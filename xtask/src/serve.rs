//! `cargo xtask serve`: runs the server alone, for tests and for manual experiments.

use std::{
    io::{ErrorKind, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context, Result};
use xtask::server::{Server, Site};

use crate::{broker::Broker, stop::Stop, workspace::Workspace};

/// Serves the lab page and the server side of the tests on 127.0.0.1. Prints one line with its address.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The port to listen on; 0 selects a free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Serves a further folder at /NAME/
    #[arg(long = "root", value_name = "NAME=DIR", value_parser = named_folder)]
    roots: Vec<(String, PathBuf)>,
    /// Starts the broker of the chat page, too
    #[arg(long)]
    broker: bool,
    /// Ends at the end of standard input, so that the server doesn't outlive the test that started it
    #[arg(long)]
    until_eof: bool,
}

pub(crate) async fn run(arguments: Arguments, workspace: &Workspace) -> Result<ExitCode> {
    // A signal ends the broker, too.
    let stop = Stop::listen()?;
    let mut site = workspace.site();
    site.roots.extend(arguments.roots);
    let broker = if arguments.broker {
        Some(Broker::start(workspace).await?)
    } else {
        None
    };
    site.roots
        .extend(broker.iter().map(|broker| ("broker".to_owned(), broker.public())));
    let port = arguments.port;
    let server = Server::bind(port, site)
        .await
        .with_context(|| format!("can't listen on 127.0.0.1:{port}"))?;
    println!("listening on http://{}/", server.address()?);
    std::io::stdout().flush()?;
    let (end, ended) = tokio::sync::oneshot::channel();
    if arguments.until_eof {
        // A thread of its own: tokio's stdin would keep the runtime from ending.
        std::thread::spawn(move || {
            let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
            let _ = end.send(());
        });
    }
    tokio::select! {
        outcome = server.run() => outcome?,
        Ok(()) = ended => {}
        () = stop.requested() => {}
    }
    Ok(ExitCode::SUCCESS)
}

/// Serves pages on a port, or on a free one if that is taken, until a stop is requested. A page is its title and its path; prints its
/// address.
pub(crate) async fn until_stopped(port: u16, site: Site, pages: &[(&str, &str)], stop: &Stop) -> Result<ExitCode> {
    let server = match Server::bind(port, site.clone()).await {
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            println!("Port {port} is taken, so this uses another.");
            Server::bind(0, site).await?
        }
        bound => bound?,
    };
    println!();
    for (title, path) in pages {
        println!("{title}: http://{}/{path}", server.address()?);
    }
    println!("(Ctrl-C ends it)");
    tokio::select! {
        outcome = server.run() => outcome?,
        () = stop.requested() => {}
    }
    Ok(ExitCode::SUCCESS)
}

fn named_folder(text: &str) -> Result<(String, PathBuf), String> {
    let (name, folder) = text.split_once('=').ok_or("it takes NAME=DIR")?;
    Ok((name.to_owned(), folder.into()))
}
