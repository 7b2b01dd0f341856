//! The sheet as a workbook.

use jiff::Zoned;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Url, Workbook, Worksheet, XlsxError,
};

use super::RunSheet;
use super::column::Column;
use super::room::RoomRow;
use super::row::Row;
use crate::harmless::clickable;

/// Why no workbook could be written.
#[derive(Debug, thiserror::Error)]
#[error("the workbook cannot be written: {0}")]
pub struct SheetError(#[from] XlsxError);

/// What one cell of a workbook can hold.
const CELL: usize = 32_767;
/// What one link of a workbook can hold.
const LINK: usize = 2_079;
/// A4, in the numbers of the file format.
const A4: u8 = 9;

impl RunSheet {
    /// The workbook as bytes: a sheet `Meetings` and a sheet `Rooms`, with a header that stays in
    /// sight, real dates and times (in the event's zone), and links that can be clicked on.
    ///
    /// The same sheet gives the same bytes: the date in the file is that of the first meeting.
    ///
    /// # Errors
    ///
    /// If the format cannot take it: more than 1,048,575 meetings, or a year before 1900 or after
    /// 9999.
    pub fn to_xlsx(&self) -> Result<Vec<u8>, SheetError> {
        let mut workbook = Workbook::new();
        let made = match self.rows.first() {
            Some(row) => moment(&row.start)?,
            None => ExcelDateTime::from_ymd(2000, 1, 1)?,
        };
        let title = cut(&self.title, 255);
        workbook.set_properties(
            &DocProperties::new()
                .set_title(title)
                .set_creation_datetime(&made),
        );
        self.meetings(workbook.add_worksheet())?;
        self.room_list(workbook.add_worksheet())?;
        Ok(workbook.save_to_buffer()?)
    }

    fn meetings(&self, sheet: &mut Worksheet) -> Result<(), SheetError> {
        let columns = Column::of(self.audience);
        sheet.set_name("Meetings")?;
        let heads: Vec<(&str, f64)> = columns
            .iter()
            .map(|column| (column.head(), width(*column)))
            .collect();
        frame(sheet, &heads)?;
        let styles = Styles::new();
        for (line, row) in (1..).zip(&self.rows) {
            for (place, column) in (0..).zip(columns) {
                cell(sheet, (line, place), *column, row, &self.timezone, &styles)?;
            }
        }
        Ok(())
    }

    fn room_list(&self, sheet: &mut Worksheet) -> Result<(), SheetError> {
        sheet.set_name("Rooms")?;
        frame(
            sheet,
            &[
                ("room", 32.0),
                ("people", 10.0),
                ("moderators", 48.0),
                ("meetings", 10.0),
            ],
        )?;
        for (line, room) in (1..).zip(&self.rooms) {
            room_line(sheet, line, room)?;
        }
        Ok(())
    }
}

fn room_line(sheet: &mut Worksheet, line: u32, room: &RoomRow) -> Result<(), SheetError> {
    sheet.write_string(line, 0, cut(&room.title, CELL))?;
    sheet.write_number(line, 1, room.people as f64)?;
    sheet.write_string(line, 2, cut(&room.moderators.join(", "), CELL))?;
    sheet.write_number(line, 3, room.meetings as f64)?;
    Ok(())
}

/// The header, and how the sheet is looked at and printed.
fn frame(sheet: &mut Worksheet, heads: &[(&str, f64)]) -> Result<(), SheetError> {
    let bold = Format::new().set_bold();
    for (place, (head, width)) in (0..).zip(heads) {
        sheet.write_string_with_format(0, place, *head, &bold)?;
        sheet.set_column_width(place, *width)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_repeat_rows(0, 0)?;
    sheet.set_landscape();
    sheet.set_paper_size(A4);
    sheet.set_print_fit_to_pages(1, 0);
    Ok(())
}

struct Styles {
    date: Format,
    time: Format,
    both: Format,
    text: Format,
}

impl Styles {
    fn new() -> Self {
        let top = || Format::new().set_align(FormatAlign::Top);
        Self {
            date: top().set_num_format("yyyy-mm-dd"),
            time: top().set_num_format("hh:mm"),
            both: top().set_num_format("yyyy-mm-dd hh:mm"),
            text: top().set_text_wrap(),
        }
    }
}

fn cell(
    sheet: &mut Worksheet,
    (line, place): (u32, u16),
    column: Column,
    row: &Row,
    timezone: &str,
    styles: &Styles,
) -> Result<(), SheetError> {
    let text = cut(&column.cell(row, timezone), CELL);
    match column {
        Column::Date => {
            sheet.write_datetime_with_format(line, place, &day(&row.start)?, &styles.date)?;
        }
        Column::Start => {
            sheet.write_datetime_with_format(line, place, &moment(&row.start)?, &styles.time)?;
        }
        Column::End => {
            let next_day = row.start.date() != row.end.date();
            let style = if next_day { &styles.both } else { &styles.time };
            sheet.write_datetime_with_format(line, place, &moment(&row.end)?, style)?;
        }
        Column::Link if clickable(&text).is_some() && text.len() <= LINK => {
            sheet.write_url(line, place, Url::new(text))?;
        }
        _ if text.is_empty() => {}
        _ => {
            sheet.write_string_with_format(line, place, text, &styles.text)?;
        }
    }
    Ok(())
}

fn day(at: &Zoned) -> Result<ExcelDateTime, SheetError> {
    // A year that does not fit is one that the format refuses.
    let year = u16::try_from(at.year()).unwrap_or(0);
    let (month, day) = (at.month().unsigned_abs(), at.day().unsigned_abs());
    Ok(ExcelDateTime::from_ymd(year, month, day)?)
}

fn moment(at: &Zoned) -> Result<ExcelDateTime, SheetError> {
    let (hour, minute) = (at.hour().unsigned_abs(), at.minute().unsigned_abs());
    Ok(day(at)?.and_hms(u16::from(hour), minute, 0)?)
}

fn width(column: Column) -> f64 {
    match column {
        Column::Day | Column::Number | Column::Timezone => 16.0,
        Column::Date => 12.0,
        Column::Start | Column::End | Column::HostKey => 9.0,
        Column::Title | Column::Rooms | Column::Cohosts | Column::Link => 36.0,
        Column::Host | Column::Sip | Column::Meeting => 28.0,
        Column::Password | Column::State => 18.0,
    }
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most - 1).collect();
    format!("{kept}…")
}
