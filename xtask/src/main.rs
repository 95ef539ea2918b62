//! `cargo xtask`: the project's commands.

mod bench;
mod broker;
mod build;
mod demo;
mod example;
mod failures;
mod job;
mod processes;
mod progress;
mod reaper;
mod serve;
mod stamp;
mod stop;
mod storm;
mod tally;
mod test;
mod tools;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use workspace::Workspace;

/// The project's commands.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Demo(demo::Arguments),
    Bench(bench::Arguments),
    Build(build::Arguments),
    Example(example::Arguments),
    Test(test::Arguments),
    Serve(serve::Arguments),
    Storm(storm::Arguments),
}

#[tokio::main]
async fn main() -> ExitCode {
    run(Arguments::parse().command).await.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    let workspace = Workspace::find()?;
    match command {
        Command::Demo(arguments) => demo::run(&arguments, &workspace).await,
        Command::Bench(arguments) => bench::run(&arguments, &workspace).await,
        Command::Build(arguments) => build::run(arguments, &workspace).await,
        Command::Example(arguments) => example::run(&arguments, &workspace).await,
        Command::Test(arguments) => test::run(&arguments, &workspace).await,
        Command::Serve(arguments) => serve::run(arguments, &workspace).await,
        Command::Storm(arguments) => storm::run(&arguments, &workspace).await,
    }
}
