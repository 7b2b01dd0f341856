//! Bytes to text: what spreadsheet programs call "CSV" comes in several encodings.

use std::sync::Arc;

use crate::diagnostic::Source;
use crate::diagnostics::Diagnostics;

/// No roster is as large as this; a video that was named by mistake is.
pub(super) const MOST_BYTES: usize = 64 * 1024 * 1024;

/// The characters of Windows-1252 from 0x80 to 0x9F, where it differs from Latin-1. The five
/// bytes that it leaves free are read as the control characters of the same number.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The text, without a byte order mark, and whether it is worth reading any further.
pub(super) fn decode(name: &str, bytes: &[u8], diagnostics: &mut Diagnostics) -> (Source, bool) {
    if let Some((message, hint)) = refusal(bytes) {
        let source = source(name, String::new());
        diagnostics.enter(&source);
        diagnostics.error("people/file", 0..0, message).hint(hint);
        return (source, false);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            let source = source(name, text.to_owned());
            diagnostics.enter(&source);
            (source, true)
        }
        Err(error) => {
            let before = error.valid_up_to();
            let source = source(name, bytes.iter().map(|byte| windows_1252(*byte)).collect());
            diagnostics.enter(&source);
            // Valid UTF-8 before the first stray byte may hold characters that now read as two.
            let start = bytes[..before]
                .iter()
                .map(|byte| windows_1252(*byte).len_utf8())
                .sum();
            let letter = windows_1252(bytes[before]);
            let message = "the roster is not UTF-8; it was read as Windows-1252 (Latin-1)";
            diagnostics
                .note("people/encoding", start..start + letter.len_utf8(), message)
                .label(format!("is this `{letter}` right?"))
                .hint("save it as \"CSV UTF-8\" so that every name is spelled as it should be");
            (source, true)
        }
    }
}

fn source(name: &str, text: String) -> Source {
    Source {
        name: name.into(),
        text: Arc::from(text),
    }
}

/// Why these bytes are no roster, and what to do about it.
fn refusal(bytes: &[u8]) -> Option<(String, &'static str)> {
    const SAVE: &str = "in the spreadsheet program, save it as \"CSV UTF-8\"";
    if bytes.len() > MOST_BYTES {
        let size = bytes.len() / (1024 * 1024);
        let most = MOST_BYTES / (1024 * 1024);
        let message = format!("the roster has {size} MB; more than {most} MB are not read");
        return Some((message, "is this the right file?"));
    }
    let refused = |message: &str, hint| Some((message.to_owned(), hint));
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return refused("the roster is written in UTF-16, which is not read", SAVE);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return refused("the roster is a spreadsheet file, not CSV", SAVE);
    }
    if bytes.contains(&0) {
        return refused(
            "the roster has NUL bytes: it is not a text, or it is UTF-16",
            SAVE,
        );
    }
    None
}

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9F => WINDOWS_1252[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}
