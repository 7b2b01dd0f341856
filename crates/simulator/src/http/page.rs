//! Long lists in pages (messaging §1.5).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::call::Call;
use super::reply::Reply;
use crate::refusal::Refusal;
use crate::world::Asking;

/// The parameter of further pages. Clients must not look into it.
pub(super) const CURSOR: &str = "cursorPosition";

/// A call, and what is needed to write links to its further pages.
pub(super) struct Place<'a> {
    pub(super) call: &'a Call,
    pub(super) base: Option<&'a str>,
    pub(super) asking: &'a Asking<'a>,
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

/// Where in a list a page begins. An idle page is empty although there is more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Cursor {
    offset: usize,
    idle: bool,
}

impl Cursor {
    fn write(self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{} {}", self.offset, u8::from(self.idle)))
    }

    fn read(text: &str) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let (offset, idle) = text.split_once(' ')?;
        Some(Self {
            offset: offset.parse().ok()?,
            idle: idle == "1",
        })
    }
}

/// The page of `items` that a call asks for, each item shown by `present` (which is told its place
/// in the whole list).
pub(super) fn page<T>(
    place: &Place<'_>,
    items: &[T],
    size: Size,
    present: impl Fn(usize, &T) -> Value,
) -> Result<Reply, Refusal> {
    let query = &place.call.query;
    let cursor = match query.get(CURSOR) {
        None => Cursor::default(),
        Some(text) => Cursor::read(text).ok_or_else(|| Refusal::invalid("The page is unknown."))?,
    };
    let count = query.number("max")?.unwrap_or(size.usual).min(size.most);
    if cursor.idle {
        let next = Cursor {
            idle: false,
            ..cursor
        };
        return Ok(Reply::json(json!({ "items": [] })).with_header("link", &link(place, next)));
    }
    let begin = cursor.offset.min(items.len());
    let end = begin.saturating_add(count).min(items.len());
    let shown: Vec<Value> = items[begin..end]
        .iter()
        .enumerate()
        .map(|(index, item)| present(begin + index, item))
        .collect();
    let reply = Reply::json(json!({ "items": shown }));
    if end == items.len() {
        return Ok(reply);
    }
    // Clients must go on past an empty page, so the first page of many leads to one.
    let idle = begin == 0 && place.asking.switches.empty_page;
    Ok(reply.with_header("link", &link(place, Cursor { offset: end, idle })))
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
    let base = place.base.map_or_else(|| place.call.base(), str::to_owned);
    format!(
        "<{base}{}?{}>; rel=\"next\"",
        place.call.path,
        query.finish()
    )
}
