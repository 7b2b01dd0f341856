//! A report as a workbook.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;
use rust_xlsxwriter::{Chart, ChartType, DocProperties, Format, FormatAlign, Workbook, Worksheet};
use showcaller_event::markdown::plain;

use super::{Document, Part, Plot, Series, SheetError, Table, Value};
use crate::workbook::{CELL, cut, frame, moment, print};

/// What the name of a sheet can hold.
const NAME: usize = 31;
/// Besides the letters that a name cannot hold.
const FORBIDDEN: [char; 7] = ['[', ']', ':', '*', '?', '/', '\\'];
/// A part that only a workbook with properties of its own has.
const MARK: &[u8] = b"docProps/custom.xml";

impl Document {
    /// The workbook as bytes: a sheet `Summary` with sentences and key figures, and one for each
    /// table and each plot, with real times in the report's zone.
    ///
    /// # Errors
    ///
    /// If the format cannot take it: more than 1,048,575 rows, or a year before 1900 or after 9999.
    pub fn to_xlsx(&self) -> Result<Vec<u8>, SheetError> {
        let zone = self.made.time_zone();
        let mut workbook = Workbook::new();
        let properties = DocProperties::new()
            .set_title(cut(&plain(&self.title), 255))
            .set_custom_property("Showcaller", self.kind)
            .set_creation_datetime(&moment(&self.made)?);
        workbook.set_properties(&properties);
        self.summary(workbook.add_worksheet(), zone)?;
        let mut names = BTreeSet::from(["summary".to_owned()]);
        for part in self.sections.iter().flat_map(|section| &section.parts) {
            match part {
                Part::Table(table) => {
                    let sheet = named(&mut workbook, &table.caption, &mut names)?;
                    table_sheet(sheet, table, zone)?;
                }
                Part::Plot(plot) => {
                    let sheet = named(&mut workbook, &plot.caption, &mut names)?;
                    plot_sheet(sheet, plot, zone)?;
                }
                Part::Paragraph(_) | Part::Figures(_) => {}
            }
        }
        Ok(workbook.save_to_buffer()?)
    }

    fn summary(&self, sheet: &mut Worksheet, zone: &TimeZone) -> Result<(), SheetError> {
        sheet.set_name("Summary")?;
        sheet.set_column_width(0, 48.0)?;
        sheet.set_column_width(1, 24.0)?;
        print(sheet);
        let bold = Format::new().set_bold();
        let title = format!("{}: {}", self.kind, plain(&self.title));
        sheet.write_string_with_format(0, 0, cut(&title, CELL), &bold)?;
        sheet.write_string(1, 0, self.state())?;
        let mut line = 2;
        if let Some(verdict) = &self.verdict {
            let sentences = [&verdict.sentence].into_iter().chain(&verdict.reasons);
            for sentence in sentences {
                sheet.write_string(line, 0, cut(&plain(sentence), CELL))?;
                line += 1;
            }
        }
        for section in &self.sections {
            line += 1;
            sheet.write_string_with_format(line, 0, cut(&plain(&section.title), CELL), &bold)?;
            line += 1;
            for part in &section.parts {
                match part {
                    Part::Paragraph(text) => {
                        sheet.write_string(line, 0, cut(&plain(text), CELL))?;
                        line += 1;
                    }
                    Part::Figures(figures) => {
                        for (label, value) in figures {
                            sheet.write_string(line, 0, cut(&plain(label), CELL))?;
                            cell(sheet, (line, 1), value, zone)?;
                            line += 1;
                        }
                    }
                    Part::Table(_) | Part::Plot(_) => {}
                }
            }
        }
        Ok(())
    }
}

/// Whether a file is the workbook of a report.
pub(super) fn is_one(content: &[u8]) -> bool {
    content.starts_with(b"PK") && content.windows(MARK.len()).any(|bytes| bytes == MARK)
}

/// A caption, or else its first clause, or else as many of its words as the name of a sheet holds.
fn short(caption: &str) -> String {
    let clause = caption.split(", ").next().unwrap_or_default();
    let whole = [caption, clause]
        .into_iter()
        .find(|it| it.chars().count() <= NAME);
    let cut = cut(clause, NAME);
    let words = || cut.rsplit_once(' ').map_or(&*cut, |(words, _)| words);
    whole.unwrap_or_else(words).to_owned()
}

/// A sheet with this name, or one like it that no other sheet has.
fn named<'a>(
    workbook: &'a mut Workbook,
    caption: &str,
    names: &mut BTreeSet<String>,
) -> Result<&'a mut Worksheet, SheetError> {
    let allowed = |letter: &char| !FORBIDDEN.contains(letter);
    let caption: String = plain(caption).chars().filter(allowed).collect();
    let caption = short(caption.trim().trim_matches('\''));
    let mut name = caption.clone();
    let mut number = 2;
    while name.is_empty() || !names.insert(name.to_lowercase()) {
        name = format!("{} {number}", cut(&caption, NAME - 6))
            .trim()
            .to_owned();
        number += 1;
    }
    Ok(workbook.add_worksheet().set_name(name)?)
}

fn table_sheet(sheet: &mut Worksheet, table: &Table, zone: &TimeZone) -> Result<(), SheetError> {
    let heads: Vec<String> = table.columns.iter().map(|it| plain(&it.head)).collect();
    let widths = (0..heads.len()).map(|place| {
        let cells = table.rows.iter().filter_map(|row| row.get(place));
        let widest = cells.map(|cell| cell.words(zone).chars().count()).max();
        widest
            .unwrap_or(0)
            .max(heads[place].chars().count())
            .min(50) as f64
            + 2.0
    });
    frame(sheet, heads.iter().map(String::as_str).zip(widths))?;
    for (line, row) in (1..).zip(&table.rows) {
        for (place, value) in (0..).zip(row) {
            cell(sheet, (line, place), value, zone)?;
        }
    }
    Ok(())
}

/// The values, with a chart of them beside.
fn plot_sheet(sheet: &mut Worksheet, plot: &Plot, zone: &TimeZone) -> Result<(), SheetError> {
    let (head, kind) = match &plot.series {
        Series::Bars(_) => ("what", ChartType::Bar),
        Series::Points(_) => ("when", ChartType::Scatter),
    };
    let unit = if plot.unit.is_empty() {
        "value"
    } else {
        plot.unit
    };
    frame(sheet, [(head, 24.0), (unit, 12.0)])?;
    let values: Vec<(Value, f64)> = match &plot.series {
        Series::Bars(bars) => bars
            .iter()
            .map(|(name, value)| (Value::text(name), *value))
            .collect(),
        Series::Points(points) => points
            .iter()
            .map(|(at, value)| (Value::Moment(*at), *value))
            .collect(),
    };
    let mut last = 0;
    for (line, (what, value)) in (1..).zip(&values) {
        cell(sheet, (line, 0), what, zone)?;
        sheet.write_number(line, 1, *value)?;
        last = line;
    }
    if last > 0 {
        let name = sheet.name();
        let mut chart = Chart::new(kind);
        chart
            .add_series()
            .set_categories((name.as_str(), 1, 0, last, 0))
            .set_values((name.as_str(), 1, 1, last, 1));
        chart
            .title()
            .set_name(cut(&plain(&plot.caption), 255).as_str());
        chart.legend().set_hidden();
        sheet.insert_chart(1, 3, &chart)?;
    }
    Ok(())
}

fn cell(
    sheet: &mut Worksheet,
    (line, place): (u32, u16),
    value: &Value,
    zone: &TimeZone,
) -> Result<(), SheetError> {
    let top = || Format::new().set_align(FormatAlign::Top);
    match value {
        Value::None => {}
        Value::Text(_) | Value::State(..) => {
            let text = cut(&value.words(zone), CELL);
            sheet.write_string_with_format(line, place, text, &top().set_text_wrap())?;
        }
        Value::Number(number) => {
            sheet.write_number_with_format(line, place, *number as f64, &top())?;
        }
        Value::Time(at) | Value::Moment(at) => {
            let style = top().set_num_format("yyyy-mm-dd hh:mm");
            let at = moment(&at.to_zoned(zone.clone()))?;
            sheet.write_datetime_with_format(line, place, &at, &style)?;
        }
        Value::Duration(length) => {
            let style = top().set_num_format("0.0 \"s\"");
            sheet.write_number_with_format(line, place, length.as_secs_f64(), &style)?;
        }
    }
    Ok(())
}
