//! The results as plots: bars compare contenders, lines show values that must stay flat.

use std::{ops::Range, path::Path};

use anyhow::{Result, anyhow};
use plotters::{coord::Shift, prelude::*};

use super::{
    found::{Found, Leak, Measured},
    spread::Spread,
    targets::{NATIVE, OURS},
};

pub(super) const SIZES: &str = "bench-sizes.svg";
pub(super) const LEAKS: &str = "bench-leaks.svg";

const WIDTH: u32 = 960;
/// The height of a bar with the space around it.
const BAR: u32 = 22;

const INK: RGBColor = RGBColor(20, 120, 80);
const OTHERS: RGBColor = RGBColor(150, 150, 150);
const SECOND: RGBColor = RGBColor(60, 90, 180);

type Failure = DrawingAreaErrorKind<std::io::Error>;

/// A bar: its label, its length, where its whisker begins and ends, and whether it is ours.
struct Bar {
    label: String,
    value: f64,
    whisker: Option<(f64, f64)>,
    ours: bool,
}

/// The ratio of a contender's times to those of the browser's class.
fn ratio_to_native(measured: &Measured, name: &str) -> Option<Spread> {
    Spread::ratio(measured.of(name)?, measured.of(NATIVE)?)
}

/// Returns the plot of a topic, if it has one.
pub(super) fn of_topic(topic: &str) -> Option<String> {
    ["received", "sent"]
        .contains(&topic)
        .then(|| format!("bench-{topic}.svg"))
}

pub(super) fn draw_all(folder: &Path, found: &Found) -> Result<()> {
    for topic in ["received", "sent"] {
        let rows: Vec<&Measured> = found.topic(topic).collect();
        if let (Some(file), false) = (of_topic(topic), rows.is_empty()) {
            let title = format!("Main-thread CPU of a {topic} message, as a multiple of the browser's own");
            bars(&folder.join(file), &title, &ratios(&rows), "×")?;
        }
    }
    let sizes: Vec<Bar> = found
        .sizes
        .iter()
        .filter(|size| size.group == "peers" || size.name == "index.mjs")
        .map(|size| Bar {
            label: if size.group == "peers" { size.name.clone() } else { OURS.into() },
            #[allow(clippy::cast_precision_loss)] // Kilobytes.
            value: size.brotli as f64 / 1000.0,
            whisker: None,
            ours: size.group != "peers",
        })
        .collect();
    if !sizes.is_empty() {
        bars(
            &folder.join(SIZES),
            "The whole client, minified, brotli 11",
            &sizes,
            "KB",
        )?;
    }
    if !found.leaks.is_empty() {
        heaps(&folder.join(LEAKS), &found.leaks)?;
    }
    Ok(())
}

fn ratios(rows: &[&Measured]) -> Vec<Bar> {
    let mut bars = Vec::new();
    for row in rows {
        for (name, _) in row.samples.iter().filter(|(name, _)| name != NATIVE) {
            if let Some(ratio) = ratio_to_native(row, name) {
                bars.push(Bar {
                    label: format!("{}: {name}", row.row),
                    value: ratio.median,
                    whisker: Some(ratio.quartiles),
                    ours: name == OURS || name.starts_with("with "),
                });
            }
        }
    }
    bars
}

fn bars(file: &Path, title: &str, bars: &[Bar], unit: &str) -> Result<()> {
    let failed = |error: Failure| anyhow!("{}: {error}", file.display());
    let count = u32::try_from(bars.len()).unwrap_or(u32::MAX);
    let root = SVGBackend::new(file, (WIDTH, count.saturating_mul(BAR) + 90)).into_drawing_area();
    draw_bars(&root, title, bars, unit).map_err(failed)?;
    root.present().map_err(failed)
}

fn draw_bars(root: &DrawingArea<SVGBackend<'_>, Shift>, title: &str, bars: &[Bar], unit: &str) -> Result<(), Failure> {
    root.fill(&WHITE)?;
    let longest = bars.iter().map(|bar| bar.whisker.map_or(bar.value, |(_, high)| high));
    let longest = longest.fold(0.0, f64::max) * 1.08;
    let mut chart = ChartBuilder::on(root)
        .caption(title, ("sans-serif", 18))
        .margin(10)
        .margin_right(24)
        .x_label_area_size(28)
        .y_label_area_size(340)
        .build_cartesian_2d(0.0..longest, (0..bars.len().saturating_sub(1)).into_segmented())?;
    let label = |place: &SegmentValue<usize>| match place {
        SegmentValue::CenterOf(index) => bars.len().checked_sub(index + 1).map_or_else(String::new, |index| {
            bars.get(index).map_or_else(String::new, |bar| bar.label.clone())
        }),
        _ => String::new(),
    };
    chart
        .configure_mesh()
        .disable_y_mesh()
        .light_line_style(TRANSPARENT)
        .y_labels(bars.len())
        .y_label_formatter(&label)
        .x_label_formatter(&|value| format!("{value:.1} {unit}"))
        .draw()?;
    // The axis goes up, a list goes down.
    for (index, bar) in bars.iter().rev().enumerate() {
        let from = SegmentValue::Exact(index);
        let to = SegmentValue::Exact(index + 1);
        let colour = if bar.ours { INK } else { OTHERS };
        let mut rectangle = Rectangle::new([(0.0, from), (bar.value, to)], colour.mix(0.75).filled());
        rectangle.set_margin(4, 4, 0, 0);
        chart.draw_series([rectangle])?;
        if let Some((low, high)) = bar.whisker {
            let at = SegmentValue::CenterOf(index);
            chart.draw_series(LineSeries::new([(low, at.clone()), (high, at)], BLACK.stroke_width(1)))?;
        }
    }
    // All are measured against this one.
    if bars.iter().any(|bar| bar.whisker.is_some()) {
        let (below, above) = (SegmentValue::Exact(0), SegmentValue::Exact(bars.len()));
        chart.draw_series(LineSeries::new([(1.0, below), (1.0, above)], BLACK.stroke_width(1)))?;
    }
    Ok(())
}

#[allow(clippy::cast_precision_loss)] // Megabytes.
fn heaps(file: &Path, leaks: &[Leak]) -> Result<()> {
    let failed = |error: Failure| anyhow!("{}: {error}", file.display());
    let root = SVGBackend::new(file, (WIDTH, 320)).into_drawing_area();
    let points = || leaks.iter().flat_map(|leak| &leak.points);
    let last = points().map(|point| point.after).max().unwrap_or(1);
    let most = points().map(|point| point.heap).max().unwrap_or(1) as f64 / 1e6;
    draw_heaps(&root, leaks, 0..last, 0.0..most * 1.3).map_err(failed)?;
    root.present().map_err(failed)
}

#[allow(clippy::cast_precision_loss)] // Megabytes.
fn draw_heaps(
    root: &DrawingArea<SVGBackend<'_>, Shift>,
    leaks: &[Leak],
    connections: Range<u64>,
    megabytes: Range<f64>,
) -> Result<(), Failure> {
    root.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(root)
        .caption(
            "Heap after collection, by connections that came and went",
            ("sans-serif", 18),
        )
        .margin(10)
        .margin_right(24)
        .x_label_area_size(28)
        .y_label_area_size(76)
        .build_cartesian_2d(connections, megabytes)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .y_label_formatter(&|value| format!("{value:.1} MB"))
        .draw()?;
    for (leak, colour) in leaks.iter().zip([INK, SECOND].iter().cycle()) {
        let style = colour.stroke_width(2);
        let line = leak.points.iter().map(|point| (point.after, point.heap as f64 / 1e6));
        chart
            .draw_series(LineSeries::new(line, style))?
            .label(leak.row.as_str())
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], style));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerRight)
        .background_style(WHITE.mix(0.8))
        .draw()
}
