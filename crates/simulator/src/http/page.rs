//! Long lists in pages (messaging §1.5).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::call::Call;
use super::reply::Reply;
use super::strike::is_out_of_sight;
use crate::faults::{Faults, PageTrick};
use crate::refusal::{Refusal, Served};
use crate::world::Asking;

/// The parameter of further pages. Clients must not look into it.
pub(super) const CURSOR: &str = "cursorPosition";

/// A call, and what its answer depends on besides.
pub(super) struct Place<'a> {
    pub(super) call: &'a Call,
    pub(super) asking: &'a Asking<'a>,
    /// How the page is to mislead.
    pub(super) trick: Option<PageTrick>,
    /// What stays out of lists.
    pub(super) faults: &'a Faults,
    /// The time of whoever scripted the faults.
    pub(super) clock: Timestamp,
}

/// How many items a page has unless asked otherwise, and at most; more is silently cut.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    pub(super) usual: usize,
    pub(super) most: usize,
}

/// Most lists of the messaging side. A cap is stated for rooms only, and taken for the others.
pub(super) const HUNDRED: Size = Size {
    usual: 100,
    most: 1000,
};
/// Messages.
pub(super) const FIFTY: Size = Size {
    usual: 50,
    most: 1000,
};
/// Lists of the meetings side.
pub(super) const TEN: Size = Size {
    usual: 10,
    most: 100,
};

/// Where in a list a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Cursor {
    offset: usize,
    mode: Mode,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Mode {
    #[default]
    Plain,
    /// The page is empty although there is more.
    Idle,
    /// A fault has led here, and does not lead on.
    Tricked,
}

impl Cursor {
    fn write(self) -> String {
        let mode = match self.mode {
            Mode::Plain => 0,
            Mode::Idle => 1,
            Mode::Tricked => 2,
        };
        URL_SAFE_NO_PAD.encode(format!("{} {mode}", self.offset))
    }

    fn read(text: &str) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let (offset, mode) = text.split_once(' ')?;
        Some(Self {
            offset: offset.parse().ok()?,
            mode: match mode {
                "1" => Mode::Idle,
                "2" => Mode::Tricked,
                _ => Mode::Plain,
            },
        })
    }
}

/// All of `items` in one answer, for lists without pages.
pub(super) fn whole<T>(place: &Place<'_>, items: &[T], present: impl Fn(&T) -> Value) -> Reply {
    let shown = in_sight(place, items.iter().map(present).collect());
    Reply::json(json!({ "items": shown }))
}

/// The items that no fault keeps out of lists.
fn in_sight(place: &Place<'_>, mut items: Vec<Value>) -> Vec<Value> {
    if place.faults.hides_something() {
        items.retain(|item| !is_out_of_sight(place.faults, item, place.clock));
    }
    items
}

/// The page of `items` that a call asks for, each item shown by `present` (which is told its place
/// in the whole list).
pub(super) fn page<T>(
    place: &Place<'_>,
    items: &[T],
    size: Size,
    present: impl Fn(usize, &T) -> Value,
) -> Served<Reply> {
    let query = &place.call.query;
    let cursor = match query.get(CURSOR) {
        None => Cursor::default(),
        Some(text) => Cursor::read(text).ok_or_else(|| Refusal::invalid("The page is unknown."))?,
    };
    let count = query.number("max")?.unwrap_or(size.usual).min(size.most);
    let on = |mode| Cursor { mode, ..cursor };
    let trick = place.trick.filter(|_| cursor.mode != Mode::Tricked);
    if cursor.mode == Mode::Idle || trick == Some(PageTrick::Empty) {
        let mode = match trick {
            Some(PageTrick::Empty) => Mode::Tricked,
            _ => Mode::Plain,
        };
        return Ok(Reply::json(json!({ "items": [] })).with_header("link", &link(place, on(mode))));
    }
    let begin = cursor.offset.min(items.len());
    let end = begin.saturating_add(count).min(items.len());
    let shown: Vec<Value> = items[begin..end]
        .iter()
        .enumerate()
        .map(|(index, item)| present(begin + index, item))
        .collect();
    let reply = Reply::json(json!({ "items": in_sight(place, shown) }));
    match trick {
        Some(PageTrick::Twice) => {
            return Ok(reply.with_header("link", &link(place, on(Mode::Tricked))));
        }
        Some(PageTrick::SameNext) => return Ok(reply.with_header("link", &link_to_itself(place))),
        _ => {}
    }
    if end == items.len() {
        return Ok(reply);
    }
    // Clients must go on past an empty page, so the first page of many leads to one.
    let mode = if begin == 0 && place.asking.switches.empty_page {
        Mode::Idle
    } else {
        Mode::Plain
    };
    Ok(reply.with_header("link", &link(place, Cursor { offset: end, mode })))
}

fn link_to_itself(place: &Place<'_>) -> String {
    let base = place.asking.base;
    let query = place.call.query.text();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("<{base}{}{mark}{query}>; rel=\"next\"", place.call.path)
}

fn link(place: &Place<'_>, next: Cursor) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in place
        .call
        .query
        .pairs()
        .iter()
        .filter(|(name, _)| name != CURSOR)
    {
        query.append_pair(name, value);
    }
    query.append_pair(CURSOR, &next.write());
    let base = place.asking.base;
    format!(
        "<{base}{}?{}>; rel=\"next\"",
        place.call.path,
        query.finish()
    )
}
