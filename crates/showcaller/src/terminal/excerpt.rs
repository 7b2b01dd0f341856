//! A long line, cut to what a finding is about.
//!
//! A terminal breaks a long line anywhere, and the caret below it then points at nothing. So a
//! line that does not fit is shown from a little before the finding on, with dots where it was
//! cut. Line numbers stay what they are.

use std::ops::Range;

use console::measure_text_width;
use showcaller_event::controls::visible_lines;

/// What stands where something was left out.
const DOTS: &str = "… ";
/// Columns that are kept before the place that the caret is under, where half of the line has so many.
const BEFORE: usize = 20;

/// A text whose lines with spans in them are at most `room` columns wide, without control characters,
/// and the spans in it.
pub(crate) fn excerpt(
    text: &str,
    spans: &[Range<usize>],
    room: usize,
) -> (String, Vec<Range<usize>>) {
    let (mut shown, mut moved) = shown(text, spans);
    let (text, spans) = (&shown.clone(), moved.clone());
    // From the last line to the first: a cut moves only what comes after it.
    let mut starts: Vec<usize> = spans
        .iter()
        .map(|span| span.start.min(text.len()))
        .collect();
    starts.sort_unstable();
    let mut lines: Vec<Range<usize>> = starts.iter().map(|start| line(text, *start)).collect();
    lines.dedup();
    for line in lines.into_iter().rev() {
        let here = |start: &&usize| (line.start..=line.end).contains(*start);
        let Some(first) = starts.iter().find(here) else {
            continue;
        };
        let last = spans.iter().filter(|span| span.start == *first);
        let last = last.map(|span| span.end).max().unwrap_or(*first);
        let about = first - line.start..last.clamp(*first, line.end) - line.start;
        let Some(kept) = window(&text[line.clone()], about, room) else {
            continue;
        };
        let kept = line.start + kept.start..line.start + kept.end;
        if kept.end < line.end {
            cut(&mut shown, &mut moved, kept.end..line.end, " …");
        }
        if kept.start > line.start {
            cut(&mut shown, &mut moved, line.start..kept.start, DOTS);
        }
    }
    (shown, moved)
}

/// The text with everything visible that a terminal would obey, and the spans in it.
fn shown(text: &str, spans: &[Range<usize>]) -> (String, Vec<Range<usize>>) {
    let moved = |at: usize| {
        let before = &text[..at.min(text.len())];
        // Where a span ends within a line break, the break's first half is not part of it.
        let before = match text[before.len()..].starts_with('\n') {
            true => before.strip_suffix('\r').unwrap_or(before),
            false => before,
        };
        visible_lines(before).len()
    };
    let spans = spans.iter().map(|span| moved(span.start)..moved(span.end));
    (visible_lines(text).into_owned(), spans.collect())
}

/// The line that holds the byte, without its end.
fn line(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    start..end
}

/// The part of a line around `about` that fits, unless all of it does. The line's beginning stays
/// where it can: there stands what the line is.
fn window(line: &str, about: Range<usize>, room: usize) -> Option<Range<usize>> {
    if measure_text_width(line) <= room {
        return None;
    }
    let room = room.saturating_sub(2 * measure_text_width(DOTS));
    let start = if measure_text_width(&line[..about.end]) <= room {
        0
    } else {
        fitting(
            line[..about.start].char_indices().rev(),
            BEFORE.min(room / 2),
        )
        .unwrap_or(about.start)
    };
    let rest = line[start..].char_indices();
    let ends = rest.map(|(place, letter)| (start + place + letter.len_utf8(), letter));
    let end = fitting(ends, room).unwrap_or(line.len());
    Some(start..end.max(about.start))
}

/// The place of the last letter that fits into so many columns.
fn fitting(letters: impl Iterator<Item = (usize, char)>, room: usize) -> Option<usize> {
    let mut used = 0;
    let mut last = None;
    for (place, letter) in letters {
        used += measure_text_width(letter.encode_utf8(&mut [0; 4]));
        if used > room {
            break;
        }
        last = Some(place);
    }
    last
}

/// Puts `dots` for a part of the text, and moves the spans along.
fn cut(text: &mut String, spans: &mut [Range<usize>], part: Range<usize>, dots: &str) {
    text.replace_range(part.clone(), dots);
    let moved = |at: usize| {
        if at <= part.start {
            at
        } else if at < part.end {
            part.start + dots.len()
        } else {
            at - part.len() + dots.len()
        }
    };
    for span in spans {
        *span = moved(span.start)..moved(span.end);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, about: &str, room: usize) -> (String, String) {
        let at = text.find(about).unwrap();
        let span = at..at + about.len();
        let (shown, spans) = excerpt(text, std::slice::from_ref(&span), room);
        let span = spans[0].clone();
        (shown[span].to_owned(), shown)
    }

    #[test]
    fn a_line_that_fits_stays_as_it_is() {
        let text = "a: b\nc: d\n";
        assert_eq!(shown(text, "d", 20).1, text);
    }

    #[test]
    fn a_long_line_is_cut_around_the_finding_and_the_span_follows() {
        let long = format!("one\n{}here{}\nthree", "x".repeat(200), "y".repeat(200));
        let (about, text) = shown(&long, "here", 60);
        assert_eq!(about, "here");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!((lines[0], lines[2]), ("one", "three"));
        assert!(lines[1].starts_with("… xxx") && lines[1].ends_with("yyy …"));
        assert!(measure_text_width(lines[1]) <= 60, "{}", lines[1]);
    }

    #[test]
    fn wide_letters_count_twice_and_are_never_split() {
        let long = format!("{}ここ{}", "日".repeat(90), "本".repeat(90));
        let (about, text) = shown(&long, "ここ", 50);
        assert_eq!(about, "ここ");
        assert!(measure_text_width(&text) <= 50, "{text}");
    }

    #[test]
    fn a_span_of_a_whole_long_line_is_cut_with_it() {
        let long = "z".repeat(300);
        let (about, text) = shown(&long, &long.clone(), 40);
        assert!(text.starts_with(&about[..30]) && measure_text_width(&text) <= 40);
    }

    #[test]
    fn two_places_in_two_lines_are_both_found_again() {
        let text = format!("{}first\n{}second", "a".repeat(100), "b".repeat(100));
        let first = text.find("first").unwrap();
        let second = text.find("second").unwrap();
        let (shown, spans) = excerpt(&text, &[second..second + 6, first..first + 5], 50);
        assert_eq!(&shown[spans[0].clone()], "second");
        assert_eq!(&shown[spans[1].clone()], "first");
    }
}
