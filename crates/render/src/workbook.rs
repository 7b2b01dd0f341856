//! What every workbook shares.

use jiff::Zoned;
use rust_xlsxwriter::{ExcelDateTime, Format, Worksheet, XlsxError};

/// Why no workbook could be written.
#[derive(Debug, thiserror::Error)]
#[error("the workbook cannot be written: {0}")]
pub struct SheetError(#[from] XlsxError);

/// What one cell can hold.
pub(crate) const CELL: usize = 32_767;
/// A4, in the numbers of the file format.
const A4: u8 = 9;

/// The header, and how the sheet is looked at and printed.
pub(crate) fn frame<'a>(
    sheet: &mut Worksheet,
    heads: impl IntoIterator<Item = (&'a str, f64)>,
) -> Result<(), SheetError> {
    let bold = Format::new().set_bold();
    for (place, (head, width)) in (0..).zip(heads) {
        sheet.write_string_with_format(0, place, head, &bold)?;
        sheet.set_column_width(place, width)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_repeat_rows(0, 0)?;
    print(sheet);
    Ok(())
}

/// How a sheet is printed.
pub(crate) fn print(sheet: &mut Worksheet) {
    sheet.set_landscape();
    sheet.set_paper_size(A4);
    sheet.set_print_fit_to_pages(1, 0);
}

pub(crate) fn day(at: &Zoned) -> Result<ExcelDateTime, SheetError> {
    // A year that does not fit is one that the format refuses.
    let year = u16::try_from(at.year()).unwrap_or(0);
    let (month, day) = (at.month().unsigned_abs(), at.day().unsigned_abs());
    Ok(ExcelDateTime::from_ymd(year, month, day)?)
}

pub(crate) fn moment(at: &Zoned) -> Result<ExcelDateTime, SheetError> {
    let (hour, minute) = (at.hour().unsigned_abs(), at.minute().unsigned_abs());
    Ok(day(at)?.and_hms(u16::from(hour), minute, 0)?)
}

pub(crate) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most - 1).collect();
    format!("{kept}…")
}
