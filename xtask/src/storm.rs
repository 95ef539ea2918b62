//! `cargo xtask storm`: a million clients of one server, simulated, by every way to reconnect; a table and plots.

mod plot;
mod table;

use std::{
    fs,
    process::ExitCode,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, anyhow};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use storm::{Report, Scenario, Way};

use crate::workshop::Workshop;

/// Simulates a million clients whose server restarts, recovers, flaps, or is cut off; compares the ways to reconnect.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// How many clients
    #[arg(long, default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    clients: u32,
    /// This scenario only, by its name; may be given several times
    #[arg(long, value_name = "SCENARIO", value_parser = named)]
    only: Vec<Scenario>,
    /// Where chance begins
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

/// One simulation's outcome.
#[derive(Debug)]
pub(crate) struct Outcome {
    way: Way,
    report: Report,
}

/// How often a bar moves.
const TICK: Duration = Duration::from_millis(200);

pub(crate) fn run(arguments: &Arguments, workshop: &Workshop) -> Result<ExitCode> {
    let begun = Instant::now();
    let scenarios: Vec<Scenario> = if arguments.only.is_empty() {
        Scenario::ALL.to_vec()
    } else {
        arguments.only.clone()
    };
    let mut sections = Vec::new();
    let mut steps = 0;
    for scenario in scenarios {
        let outcomes = simulate(arguments, scenario);
        steps += outcomes.iter().map(|outcome| outcome.report.steps).sum::<u64>();
        let section = table::section(scenario, &outcomes);
        println!("\n{section}");
        sections.push((scenario, section, outcomes));
    }
    let took = begun.elapsed();
    let machine = table::machine(arguments.clients, arguments.seed, steps, took);
    println!("\n{machine}");
    if arguments.write {
        let docs = workshop.root.join("docs");
        fs::create_dir_all(docs.join("plots"))?;
        for (scenario, _, outcomes) in &sections {
            // Drops one at a time make no picture.
            if *scenario != Scenario::Blip {
                plot::draw(&docs.join(table::plot_of(*scenario)), *scenario, outcomes)?;
            }
        }
        let page = table::page(
            &machine,
            sections
                .iter()
                .map(|(scenario, section, _)| (*scenario, section.as_str())),
        );
        fs::write(docs.join("storm.md"), page)?;
        println!("written: docs/storm.md");
    }
    Ok(ExitCode::SUCCESS)
}

/// All ways in one scenario, two at a time.
fn simulate(arguments: &Arguments, scenario: Scenario) -> Vec<Outcome> {
    let bars = MultiProgress::new();
    let (sender, receiver) = mpsc::channel();
    let ways = std::sync::Mutex::new(Way::ALL.into_iter());
    let (clients, seed) = (arguments.clients, arguments.seed);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from).min(2) {
            let (sender, ways, bars) = (sender.clone(), &ways, &bars);
            scope.spawn(move || {
                loop {
                    let Some(way) = ways.lock().ok().and_then(|mut ways| ways.next()) else {
                        return;
                    };
                    let bar = bars.add(bar(scenario, way, clients));
                    let report = storm::run(way, scenario, clients, seed, |back| bar.set_position(back.into()));
                    bar.finish_and_clear();
                    // The receiver outlives this scope.
                    let _ = sender.send(Outcome { way, report });
                }
            });
        }
    });
    drop(sender);
    let mut outcomes: Vec<Outcome> = receiver.into_iter().collect();
    outcomes.sort_by_key(|outcome| Way::ALL.iter().position(|way| *way == outcome.way));
    outcomes
}

fn bar(scenario: Scenario, way: Way, clients: u32) -> ProgressBar {
    let template = "{prefix:40} {bar:30} {human_pos} back, {elapsed}";
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::new(clients.into()).with_style(style);
    bar.set_prefix(format!("{}: {}", scenario.name(), way.name()));
    bar.enable_steady_tick(TICK);
    bar
}
