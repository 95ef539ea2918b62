//! The plot of a scenario: attempts per second above, reconnected clients below.

use std::path::Path;

use anyhow::{Result, anyhow};
use plotters::{
    coord::{
        Shift,
        ranged1d::{AsRangedCoord, ValueFormatter},
    },
    prelude::*,
};
use storm::Scenario;

use super::outcome::Outcome;

const SIZE: (u32, u32) = (960, 640);

/// The most seconds shown. Later only few clients are still disconnected.
const LONGEST: usize = 150;

/// Ours first, with a stronger line.
const COLOURS: [RGBColor; 7] = [
    RGBColor(20, 120, 80),
    RGBColor(200, 80, 50),
    RGBColor(60, 90, 180),
    RGBColor(170, 120, 20),
    RGBColor(130, 70, 150),
    RGBColor(90, 150, 170),
    RGBColor(120, 120, 120),
];

pub(super) fn draw(file: &Path, scenario: Scenario, outcomes: &[Outcome<'_>]) -> Result<()> {
    let root = SVGBackend::new(file, SIZE).into_drawing_area();
    let failed = |error: DrawingAreaErrorKind<std::io::Error>| anyhow!("{}: {error}", file.display());
    root.fill(&WHITE).map_err(failed)?;
    let (above, below) = root.split_vertically(SIZE.1 / 2);
    let length = outcomes
        .iter()
        .map(|outcome| outcome.report.by_second.len().max(outcome.report.back.len()))
        .max()
        .unwrap_or(1)
        .min(LONGEST);
    let attempts = |outcome: &Outcome<'_>| outcome.report.by_second.clone();
    let back = |outcome: &Outcome<'_>| outcome.report.back.clone();
    let title = format!("{}: attempts in each second", scenario.name());
    // A few strategies have peaks of a million, which would flatten the others.
    lines(&above, &title, length, true, outcomes, attempts).map_err(failed)?;
    lines(&below, "clients back", length, false, outcomes, back).map_err(failed)?;
    root.present().map_err(failed)
}

type Failure = DrawingAreaErrorKind<std::io::Error>;

fn lines(
    area: &DrawingArea<SVGBackend<'_>, Shift>,
    title: &str,
    length: usize,
    logarithmic: bool,
    outcomes: &[Outcome<'_>],
    values: impl Fn(&Outcome<'_>) -> Vec<u32>,
) -> Result<(), Failure> {
    let series: Vec<Vec<u32>> = outcomes.iter().map(values).collect();
    let most = series.iter().flatten().copied().max().unwrap_or(1).max(10);
    if logarithmic {
        draw_chart(area, title, length, (1..most * 2).log_scale(), outcomes, &series)
    } else {
        draw_chart(area, title, length, 0..most + most / 20, outcomes, &series)
    }
}

fn draw_chart<Y>(
    area: &DrawingArea<SVGBackend<'_>, Shift>,
    title: &str,
    length: usize,
    range: impl AsRangedCoord<CoordDescType = Y, Value = u32>,
    outcomes: &[Outcome<'_>],
    series: &[Vec<u32>],
) -> Result<(), Failure>
where
    Y: Ranged<ValueType = u32> + ValueFormatter<u32>,
{
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 18))
        .margin(10)
        .x_label_area_size(28)
        .y_label_area_size(76)
        .build_cartesian_2d(0..length, range)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .x_label_formatter(&|second| format!("{second} s"))
        .y_label_formatter(&|value| format!("{value}"))
        .draw()?;
    // Ours last, on top.
    for (index, (outcome, values)) in outcomes.iter().zip(series).enumerate().rev() {
        let colour = COLOURS[index % COLOURS.len()];
        let style = colour.stroke_width(if index == 0 { 3 } else { 1 });
        let points = values.iter().take(length).copied().enumerate();
        chart
            .draw_series(LineSeries::new(points, style))?
            .label(outcome.way.name())
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], style));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperRight)
        .background_style(WHITE.mix(0.8))
        .draw()
}
