//! Lists: page after page, until Webex names no next one (messaging §1.5).

use std::borrow::Cow;
use std::collections::HashSet;

use serde::de::DeserializeOwned;
use serde_json::Value;
use url::{Origin, Url};

use crate::call::{Answer, Call};
use crate::client::Webex;
use crate::error::{Error, Fault};
use crate::{link, tolerant};

/// Empty pages in a row after which a list is given up. One or two occur; a list that goes on
/// and on without an item has no end.
const EMPTY_PAGES: usize = 50;

impl Webex {
    /// All items of the list that `call` asks for.
    ///
    /// A list that cannot be read to its end is an error, never a shorter list: what is missing
    /// from it would be made a second time.
    pub(crate) async fn list<T: DeserializeOwned>(&self, call: Call) -> Result<Vec<T>, Error> {
        self.list_up_to(call, usize::MAX).await
    }

    /// The first `limit` items of the list that `call` asks for.
    pub(crate) async fn list_up_to<T: DeserializeOwned>(
        &self,
        call: Call,
        limit: usize,
    ) -> Result<Vec<T>, Error> {
        let mut url = call.url(self.base_url())?;
        let mut reading = Reading::default();
        let mut found = Vec::new();
        while found.len() < limit {
            if !reading.visited.insert(url.to_string()) {
                return Err(broken(
                    &call,
                    "a page names as next one that was read before",
                ));
            }
            let answer = self.exchange(&call, &url).await?;
            let items = self.items(&call, &answer)?;
            for item in reading
                .new_items(items)
                .map_err(|text| broken(&call, text))?
            {
                found.push(self.typed(&call, &answer, item)?);
            }
            match self.next_page(&call, &url, &answer)? {
                Some(next) => url = next,
                None => break,
            }
        }
        found.truncate(limit);
        Ok(found)
    }

    fn items(&self, call: &Call, answer: &Answer) -> Result<Vec<Value>, Error> {
        let mut body = self.json(call, answer)?;
        let items = body.get_mut("items").map(Value::take).unwrap_or_default();
        let mut items: Vec<Value> = self.typed(call, answer, items)?;
        items.iter_mut().for_each(tolerant::drop_unreadable);
        Ok(items)
    }

    /// Where the next page is, if there is one and it may be read.
    fn next_page(&self, call: &Call, url: &Url, answer: &Answer) -> Result<Option<Url>, Error> {
        let Some(link) = link::next(&answer.headers) else {
            return Ok(None);
        };
        let mut next = url
            .join(&link)
            .map_err(|error| broken(call, format!("the link to the next page: {error}")))?;
        let origin = |url: &Url| -> Origin { url.origin() };
        if origin(&next) != origin(self.base_url()) {
            // The token goes with every request, and it is for Webex alone.
            let host = next.host_str().unwrap_or("nowhere");
            return Err(broken(
                call,
                format!("its next page is on another server, {host}"),
            ));
        }
        if let Some(mended) = next.query().and_then(|query| without_null_max(query, call)) {
            next.set_query(Some(&mended));
        }
        Ok(Some(next))
    }
}

/// What was seen of a list so far.
#[derive(Default)]
struct Reading {
    visited: HashSet<String>,
    ids: HashSet<String>,
    empty_pages: usize,
}

impl Reading {
    /// The items of a page that were not on an earlier one: a list that grows while it is read
    /// shows some twice. A page that only repeats would go on for ever (peers' bug, found with
    /// sorted lists).
    fn new_items(&mut self, mut items: Vec<Value>) -> Result<Vec<Value>, &'static str> {
        self.empty_pages = if items.is_empty() {
            self.empty_pages + 1
        } else {
            0
        };
        if self.empty_pages >= EMPTY_PAGES {
            return Err("it goes on and on with empty pages");
        }
        let before = items.len();
        items.retain(|item| match item.get("id").and_then(Value::as_str) {
            Some(id) => self.ids.insert(id.to_owned()),
            None => true,
        });
        if items.is_empty() && before > 0 {
            return Err("a page repeats what was on the pages before it");
        }
        Ok(items)
    }
}

/// `query` without the defect `max=null`, which Webex then refuses (messaging §1.5), but with the
/// page size that was asked for; `None` if it has no such defect. The rest stays as it is: it is
/// opaque.
fn without_null_max(query: &str, call: &Call) -> Option<String> {
    if !query.split('&').any(|pair| pair == "max=null") {
        return None;
    }
    let max = call.asked("max").map(|max| format!("max={max}"));
    let pairs: Vec<Cow<'_, str>> = query
        .split('&')
        .filter(|pair| *pair != "max=null")
        .map(Cow::from)
        .chain(max.map(Cow::from))
        .collect();
    Some(pairs.join("&"))
}

fn broken(call: &Call, text: impl Into<String>) -> Error {
    Error::new(
        call.method(),
        &call.path(),
        1,
        false,
        Fault::Pages(text.into()),
    )
}
