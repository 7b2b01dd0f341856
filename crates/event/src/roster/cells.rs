//! Text to records of cells that know where they stand.
//!
//! The `csv` crate says what a cell holds and where its record begins, but not where the cell
//! stands; a second look at the record's own text finds that out for the carets.

use std::ops::Range;

use csv::{ByteRecord, ReaderBuilder};

use crate::diagnostics::At;

/// The delimiters that spreadsheet programs write, by what is most usual.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// A file in cells.
#[derive(Debug)]
pub(super) struct Table {
    /// Records that hold anything at all, the heading first.
    pub(super) records: Vec<Record>,
    /// A quotation mark that swallows the rest of the file.
    pub(super) open_quote: Option<Range<usize>>,
    /// A line with more than [`MOST_CELLS`].
    pub(super) too_wide: Option<Range<usize>>,
}

/// One line of a table, which may be several lines of the file.
#[derive(Debug)]
pub(super) struct Record {
    /// Trimmed, without quotation marks; the place is that of the trimmed content.
    pub(super) cells: Vec<At<String>>,
    pub(super) span: Range<usize>,
}

/// More cells in a line than any table of people has; kept low so that a file of nothing but
/// commas takes no memory to speak of.
pub(super) const MOST_CELLS: usize = 1_000;

/// Takes a text apart, up to so many records.
pub(super) fn table(text: &str, most: usize) -> Table {
    let (start, delimiter) = beginning(text);
    if let Some(line) = wide_line(text, delimiter) {
        return Table {
            records: Vec::new(),
            open_quote: None,
            too_wide: Some(line),
        };
    }
    let body = &text[start..];
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(body.as_bytes());
    let mut table = Table {
        records: Vec::new(),
        open_quote: None,
        too_wide: None,
    };
    let mut record = ByteRecord::new();
    // Reading from memory, flexibly, as bytes: there is nothing left that could fail.
    while table.records.len() < most
        && let Ok(true) = reader.read_byte_record(&mut record)
    {
        let from = start + record.position().map_or(0, |place| byte(place.byte()));
        let to = start + byte(reader.position().byte());
        if record.len() > MOST_CELLS {
            table.too_wide = Some(from..from);
            break;
        }
        let (places, open) = places(text, from..to, delimiter);
        if open.is_some() {
            table.open_quote = open;
        }
        let cells: Vec<_> = record
            .iter()
            .enumerate()
            .map(|(index, cell)| trimmed(text, cell, places.get(index), from))
            .collect();
        if cells.iter().any(|cell| !cell.value.is_empty()) {
            let first = places.first().map_or(from, |place| place.start);
            let last = places.last().map_or(to, |place| place.end);
            table.records.push(Record {
                cells,
                span: first..last.max(first),
            });
        }
    }
    table
}

/// Where the first line begins that has too many delimiters, wherever they stand.
fn wide_line(text: &str, delimiter: u8) -> Option<Range<usize>> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.bytes().filter(|byte| *byte == delimiter).count() >= MOST_CELLS {
            return Some(start..start);
        }
        start += line.len();
    }
    None
}

fn byte(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

/// Where the table begins, and what parts its cells. Excel may say so in a line `sep=;`.
fn beginning(text: &str) -> (usize, u8) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let words = line.trim();
        if let Some([delimiter]) = words.strip_prefix("sep=").map(str::as_bytes) {
            return (start + line.len(), *delimiter);
        }
        if !words.is_empty() {
            return (start, sniffed(line));
        }
        start += line.len();
    }
    (start, DELIMITERS[0])
}

fn sniffed(heading: &str) -> u8 {
    let mut quoted = false;
    let mut counts = [0_usize; DELIMITERS.len()];
    for character in heading.bytes() {
        quoted ^= character == b'"';
        if let (false, Some(place)) = (quoted, DELIMITERS.iter().position(|d| *d == character)) {
            counts[place] += 1;
        }
    }
    // The first of the most frequent: a heading without any of them has one column.
    let most = counts.iter().max().copied().unwrap_or_default();
    let place = counts
        .iter()
        .position(|count| *count == most)
        .unwrap_or_default();
    DELIMITERS[place]
}

/// Where each cell of a record stands, quotation marks included, and a mark that never closes.
fn places(
    text: &str,
    record: Range<usize>,
    delimiter: u8,
) -> (Vec<Range<usize>>, Option<Range<usize>>) {
    let bytes = text.as_bytes();
    let mut at = record.start;
    // The reader skips blank lines as part of the record that follows them.
    while at < record.end && matches!(bytes[at], b'\r' | b'\n') {
        at += 1;
    }
    let mut places = Vec::new();
    loop {
        let start = at;
        let mut quote = None;
        if at < record.end && bytes[at] == b'"' {
            quote = Some(at);
            at += 1;
        }
        while at < record.end {
            match (quote, bytes[at]) {
                (Some(_), b'"') if bytes.get(at + 1) == Some(&b'"') => at += 1,
                (Some(_), b'"') => quote = None,
                (Some(_), _) => {}
                (None, b'\r' | b'\n') => break,
                (None, byte) if byte == delimiter => break,
                (None, _) => {}
            }
            at += 1;
        }
        places.push(start..at.min(record.end));
        if let Some(open) = quote {
            return (places, Some(open..open + 1));
        }
        if at >= record.end || bytes[at] != delimiter {
            return (places, None);
        }
        at += 1;
    }
}

/// The content of a cell without white space around it, and where that stands.
fn trimmed(text: &str, cell: &[u8], place: Option<&Range<usize>>, record: usize) -> At<String> {
    // The text was valid and is only ever cut at ASCII characters.
    let value = String::from_utf8_lossy(cell);
    let value = value.trim_matches(is_space);
    // With a space before it, a quotation mark is none for the reader, but is for people.
    let value = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .map_or(value, |inner| inner.trim_matches(is_space));
    let Some(place) = place else {
        return At::new(value.to_owned(), record..record);
    };
    // Where quotation marks inside of it are doubled, the whole cell is its place.
    let span = match text[place.clone()].find(value) {
        Some(at) if !value.is_empty() => place.start + at..place.start + at + value.len(),
        _ => place.clone(),
    };
    At::new(value.to_owned(), span)
}

/// White space as people's spreadsheets have it: no-break spaces come with pasted addresses.
fn is_space(character: char) -> bool {
    character.is_whitespace() || character == '\u{feff}' || character == '\u{200b}'
}
