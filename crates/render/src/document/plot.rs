//! A plot as SVG, in the colours of the page that it stands in.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use showcaller_event::markdown::plain;

use super::text::amount;
use super::{Plot, Series};
use crate::lines::cut;

/// In pixels of a phone; wider screens scale it.
const WIDTH: u32 = 400;
const HEIGHT: u32 = 190;
/// One bar and the space around it.
const BAR: i32 = 20;
/// What the names of bars may take, in pixels and in letters.
const NAMES: (i32, usize) = (150, 18);
/// What the value behind a bar may take.
const VALUES: i32 = 70;
/// In seconds.
const DAY: f64 = 86_400.0;
/// `plotters` makes text smaller by this.
const TEXT: f64 = 12.0 * 1.24;
/// Stand-ins, which become the tokens of the page.
const INK: RGBColor = RGBColor(1, 2, 3);
const LINE: RGBColor = RGBColor(1, 2, 4);
const ACCENT: RGBColor = RGBColor(1, 2, 5);
const TOKENS: [(&str, &str); 3] = [
    ("\"#010203\"", "\"var(--quiet)\""),
    ("\"#010204\"", "\"var(--line)\""),
    ("\"#010205\"", "\"var(--accent)\""),
];

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn<'a> = Result<(), DrawingAreaErrorKind<<SVGBackend<'a> as DrawingBackend>::ErrorType>>;

/// The plot; nothing where it has no values, or none that can be drawn.
pub(super) fn svg(plot: &Plot, zone: &TimeZone) -> Option<String> {
    let mut drawn = String::new();
    let height = match &plot.series {
        Series::Bars(bars) => u32::try_from(bars.len()).ok()?.checked_mul(BAR as u32)?,
        Series::Points(_) => HEIGHT,
    };
    let values: Vec<f64> = match &plot.series {
        Series::Bars(bars) => bars.iter().map(|(_, value)| *value).collect(),
        Series::Points(points) => points.iter().map(|(_, value)| *value).collect(),
    };
    let most = values.iter().copied().fold(0.0, f64::max);
    if values.is_empty() || values.iter().any(|value| !value.is_finite()) {
        return None;
    }
    {
        let area = SVGBackend::with_string(&mut drawn, (WIDTH, height)).into_drawing_area();
        match &plot.series {
            Series::Bars(bars) => draw_bars(&area, bars, (most, plot.unit)),
            Series::Points(points) => over_time(&area, points, (most, plot.unit), zone),
        }
        .and_then(|()| area.present())
        .ok()?;
    }
    let (_, drawn) = drawn.split_once("xmlns")?;
    let size = format!("<svg viewBox=\"0 0 {WIDTH} {height}\" aria-hidden=\"true\" xmlns");
    let drawn = TOKENS
        .iter()
        .fold(drawn.to_owned(), |drawn, (color, token)| {
            drawn.replace(color, token)
        });
    Some(size + &drawn.replace(" font-family=\"sans-serif\"", ""))
}

fn label(horizontal: HPos) -> TextStyle<'static> {
    TextStyle::from(("sans-serif", TEXT).into_font())
        .color(&INK)
        .pos(Pos::new(horizontal, VPos::Center))
}

fn draw_bars<'a>(area: &Area<'a>, bars: &[(String, f64)], (most, unit): (f64, &str)) -> Drawn<'a> {
    let room = f64::from(WIDTH as i32 - NAMES.0 - VALUES);
    for (top, (name, value)) in (0..).step_by(BAR as usize).zip(bars) {
        let share = if most > 0.0 { value / most } else { 0.0 };
        let end = NAMES.0 + (share * room).round() as i32;
        let (middle, bottom) = (top + BAR / 2, top + BAR - 3);
        let name = cut(&plain(name), NAMES.1);
        area.draw(&Text::new(name, (NAMES.0 - 6, middle), label(HPos::Right)))?;
        area.draw(&Rectangle::new(
            [(NAMES.0, top + 3), (end.max(NAMES.0 + 1), bottom)],
            ACCENT.filled(),
        ))?;
        let value = amount(*value, unit);
        area.draw(&Text::new(value, (end + 6, middle), label(HPos::Left)))?;
    }
    Ok(())
}

fn over_time<'a>(
    area: &Area<'a>,
    points: &[(Timestamp, f64)],
    (most, unit): (f64, &str),
    zone: &TimeZone,
) -> Drawn<'a> {
    let first = points.first().map_or(Timestamp::UNIX_EPOCH, |(at, _)| *at);
    let seconds = |at: &Timestamp| at.duration_since(first).as_secs_f64();
    let length = points.last().map_or(0.0, |(at, _)| seconds(at)).max(60.0);
    let most = if most > 0.0 { most * 1.1 } else { 1.0 };
    let mut chart = ChartBuilder::on(area)
        .margin_top(8)
        .margin_right(16)
        .set_label_area_size(LabelAreaPosition::Left, 46)
        .set_label_area_size(LabelAreaPosition::Bottom, 24)
        .build_cartesian_2d(0.0..length, 0.0..most)?;
    let format = if length > DAY { "%-d %b" } else { "%H:%M" };
    chart
        .configure_mesh()
        .disable_x_mesh()
        .disable_x_axis()
        .light_line_style(TRANSPARENT)
        .bold_line_style(LINE)
        .axis_style(LINE)
        .label_style(("sans-serif", TEXT).into_font().color(&INK))
        .y_labels(4)
        .y_label_formatter(&|y| amount(*y, unit))
        .draw()?;
    for tick in ticks(first, length, zone) {
        let at = first.checked_add(SignedDuration::from_secs(tick.round() as i64));
        let at = at.unwrap_or(first).to_zoned(zone.clone());
        let (x, y) = chart.backend_coord(&(tick, 0.0));
        let text = at.strftime(format).to_string();
        area.draw(&Text::new(text, (x, y + 14), label(HPos::Center)))?;
    }
    let dots = points.iter();
    let dots = dots.map(|(at, value)| Circle::new((seconds(at), *value), 2, ACCENT.filled()));
    chart.draw_series(dots)?;
    Ok(())
}

/// Round times of the day, a few, in seconds from the first.
fn ticks(first: Timestamp, length: f64, zone: &TimeZone) -> Vec<f64> {
    let steps = [
        60.0, 300.0, 900.0, 1_800.0, 3_600.0, 7_200.0, 10_800.0, 21_600.0,
    ];
    let few = |step: &f64| length / step <= 5.0;
    let days = (length / DAY / 5.0).ceil().max(1.0) * DAY;
    let step = steps.into_iter().find(few).unwrap_or(days);
    let time = first.to_zoned(zone.clone()).time();
    let since_midnight = time.duration_since(jiff::civil::Time::midnight());
    let next = step - since_midnight.as_secs_f64().rem_euclid(step);
    let begin = if next == step { 0.0 } else { next };
    (0..)
        .map(|number| begin + f64::from(number) * step)
        .take_while(|at| *at <= length)
        .collect()
}
