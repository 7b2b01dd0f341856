//! What every page shares: its head, its policy, its tokens.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::Zoned;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};
use showcaller_event::markdown::plain;

const BASE: &str = include_str!("base.css");

/// A page that stands alone and loads nothing: its policy lets in this style and this script alone.
pub(crate) fn page(title: &str, style: &str, script: Option<&str>, body: &Markup) -> String {
    let style = format!("{BASE}{style}");
    let scripts = script.map_or(String::new(), |script| {
        format!("script-src '{}'; ", hash(script))
    });
    let policy = format!(
        "default-src 'none'; style-src '{}'; {scripts}base-uri 'none'; form-action 'none'",
        hash(&style)
    );
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                meta name="referrer" content="no-referrer";
                title { (plain(title)) }
                style { (PreEscaped(&style)) }
            }
            body {
                (body)
                @if let Some(script) = script { script { (PreEscaped(script)) } }
            }
        }
    };
    page.into_string()
}

/// `Revision 3`
pub(crate) fn revision(number: Option<i64>) -> String {
    number.map_or("Not applied yet".to_owned(), |number| {
        format!("Revision {number}")
    })
}

/// When a page was made.
pub(crate) fn made(at: &Zoned) -> Markup {
    html! { time datetime=(iso(at)) { (at.strftime("%-d %B %Y, %H:%M")) } }
}

/// A string of a style sheet, which also cannot end the element that it stands in.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        if letter.is_alphanumeric() {
            quoted.push(letter);
        } else {
            let _ = write!(quoted, "\\{:x} ", u32::from(letter));
        }
    }
    quoted.push('"');
    quoted
}

/// What a content security policy knows a text in the page by.
pub(crate) fn hash(text: &str) -> String {
    format!("sha256-{}", BASE64.encode(Sha256::digest(text)))
}

pub(crate) fn iso(at: &Zoned) -> String {
    at.strftime("%Y-%m-%dT%H:%M%:z").to_string()
}
