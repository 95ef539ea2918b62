//! `cargo xtask storm`: simulates a million clients of one server with every reconnection strategy. Writes tables and plots.

mod outcome;
mod plot;
mod table;
mod tabs;

use std::{
    collections::HashMap,
    fs,
    path::Path,
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow};
use clap::Parser;
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use storm::{Herd, HerdReport, HerdWay, Report, Scenario, Way};

use outcome::{OUTAGES, Outcome};

/// Simulates a million clients whose server restarts, recovers, flaps, or is cut off; compares the ways to reconnect.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask storm", bin_name = "cargo xtask storm")]
struct Arguments {
    /// The number of clients
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    clients: u32,
    /// This scenario only, by its name; may be given several times
    #[arg(long, value_name = "SCENARIO", value_parser = named)]
    only: Vec<Scenario>,
    /// The seed of the random numbers
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Writes docs/storm.md and its plots
    #[arg(long)]
    write: bool,
}

fn named(name: &str) -> Result<Scenario> {
    let known = || Scenario::ALL.map(Scenario::name).join(", ");
    let mut all = Scenario::ALL.into_iter();
    all.find(|scenario| scenario.name() == name)
        .ok_or_else(|| anyhow!("there are {}", known()))
}

/// The number of clients in the simulation of single clients.
const ALONE: u32 = 100_000;

/// A client with channels is simulated for so many without: it costs more.
const HERD: u32 = 50;

/// The interval at which a progress bar is redrawn.
const TICK: Duration = Duration::from_millis(200);

fn main() -> Result<()> {
    let arguments = &Arguments::parse();
    let begun = Instant::now();
    let scenarios: Vec<Scenario> = if arguments.only.is_empty() {
        Scenario::ALL.to_vec()
    } else {
        arguments.only.clone()
    };
    let played = simulate(arguments, &scenarios);
    let sections: Vec<_> = scenarios
        .iter()
        .map(|&scenario| (scenario, outcomes(&played, scenario)))
        .map(|(scenario, outcomes)| (scenario, table::section(scenario, &outcomes), outcomes))
        .collect();
    for (_, section, _) in &sections {
        println!("\n{section}");
    }
    let tabs = tabs::section(arguments.clients, arguments.seed);
    println!("\n{tabs}");
    let alone = alone(arguments);
    println!("\n{alone}");
    let herds = table::herds(&herds(arguments));
    println!("\n{herds}");
    let steps = played.values().map(|report| report.steps).sum();
    let machine = table::machine(arguments.clients, arguments.seed, steps, begun.elapsed());
    println!("\n{machine}");
    if arguments.write {
        let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
        fs::create_dir_all(docs.join("plots"))?;
        for (scenario, _, outcomes) in &sections {
            // A plot of single drops shows nothing.
            if *scenario != Scenario::Blip {
                plot::draw(&docs.join(table::plot_of(*scenario)), *scenario, outcomes)?;
            }
        }
        let sections = sections
            .iter()
            .map(|(scenario, section, _)| (*scenario, section.as_str()));
        fs::write(
            docs.join("storm.md"),
            table::page(&machine, sections, [&tabs, &alone, &herds]),
        )?;
        println!("written: docs/storm.md");
    }
    Ok(())
}

/// Returns the scenario to simulate. A client that ignores hints behaves the same with and without them, so it is simulated once.
const fn world(way: Way, scenario: Scenario) -> Scenario {
    if way.takes_hints() {
        scenario
    } else {
        scenario.without_hints()
    }
}

type Played = HashMap<(Way, Scenario), Report>;

fn outcomes(played: &Played, scenario: Scenario) -> Vec<Outcome<'_>> {
    let outcome = |way| {
        let report = played.get(&(way, world(way, scenario)))?;
        Some(Outcome { way, report })
    };
    Way::ALL.into_iter().filter_map(outcome).collect()
}

/// Simulates every client in these scenarios, two at a time. The last scenarios take the longest, so they are started first.
fn simulate(arguments: &Arguments, scenarios: &[Scenario]) -> Played {
    let mut jobs = Vec::new();
    for &scenario in scenarios.iter().rev() {
        for way in Way::ALL {
            let job = (way, world(way, scenario));
            if !jobs.contains(&job) {
                jobs.push(job);
            }
        }
    }
    let bars = MultiProgress::new();
    let jobs = Mutex::new(jobs.into_iter());
    let next = || jobs.lock().ok().and_then(|mut jobs| jobs.next());
    let (clients, seed) = (arguments.clients, arguments.seed);
    let work = || {
        let mut played = Vec::new();
        while let Some((way, scenario)) = next() {
            let bar = bars.add(bar(scenario, way, clients));
            let report = storm::run(way, scenario, clients, seed, |back| bar.set_position(back.into()));
            bar.finish_and_clear();
            played.push(((way, scenario), report));
        }
        played
    };
    thread::scope(|scope| {
        let workers = thread::available_parallelism().map_or(1, usize::from).min(2);
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .filter_map(|worker| worker.join().ok())
            .flatten()
            .collect()
    })
}

/// Simulates single clients during an outage.
fn alone(arguments: &Arguments) -> String {
    let waits = |way, seconds: u64| storm::waits(way, seconds * 1_000, arguments.clients.min(ALONE), arguments.seed);
    table::alone(Way::ALL.map(|way| (way, OUTAGES.map(|seconds| waits(way, seconds)))))
}

/// Simulates the channels of all clients after a restart: once with a broker that keeps up, and once with one that falls behind.
fn herds(arguments: &Arguments) -> Vec<(Herd, Vec<(HerdWay, HerdReport)>)> {
    let herd = |subscribes| Herd {
        clients: (arguments.clients / HERD).max(1),
        channels: 20,
        accepts: 1_000,
        subscribes,
    };
    let outcomes = |herd| {
        let outcome = |way| (way, storm::herd(way, herd, arguments.seed));
        (herd, HerdWay::ALL.map(outcome).to_vec())
    };
    [40_000, 8_000].map(herd).map(outcomes).to_vec()
}

fn bar(scenario: Scenario, way: Way, clients: u32) -> ProgressBar {
    let template = "{prefix:40} {bar:30} {human_pos} back, {elapsed}";
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::new(clients.into()).with_style(style);
    bar.set_prefix(format!("{}: {}", scenario.name(), way.name()));
    bar.enable_steady_tick(TICK);
    bar
}
