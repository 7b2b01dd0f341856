//! The sheet as a workbook.

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Url, Workbook, Worksheet,
};

use super::RunSheet;
use super::column::Column;
use super::room::RoomRow;
use super::row::Row;
use crate::harmless::clickable;
use crate::workbook::{CELL, SheetError, cut, day, frame, moment};

/// What one link of a workbook can hold.
const LINK: usize = 2_079;
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
        let heads = columns.iter();
        let heads = heads.map(|column| (column.head(), width(*column)));
        frame(sheet, heads)?;
        let styles = Styles::new();
        for (line, row) in (1..).zip(&self.rows) {
            for (place, column) in (0..).zip(&columns) {
                cell(sheet, (line, place), *column, row, &self.timezone, &styles)?;
            }
        }
        Ok(())
    }

    fn room_list(&self, sheet: &mut Worksheet) -> Result<(), SheetError> {
        sheet.set_name("Rooms")?;
        frame(
            sheet,
            [
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
