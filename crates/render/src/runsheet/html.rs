//! The sheet as a page to print.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::row::{Row, State};
use super::{Audience, RunSheet};
use crate::harmless::clickable;
use showcaller_event::markdown::plain;

const STYLE: &str = "
:root { color-scheme: light; }
body { font: 11pt/1.4 system-ui, sans-serif; color: #1a1a1a; margin: 2rem auto; max-width: 60rem;
  padding: 0 1rem; }
h1 { font-size: 1.6rem; margin: 0; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; break-after: avoid; }
p { margin: .25rem 0 0; color: #555; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; }
.c1 { width: 13%; } .c2 { width: 23%; } .c3 { width: 24%; } .c4 { width: 40%; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem .35rem 0;
  border-bottom: 1px solid #ccc; }
th { font-size: .85rem; color: #555; }
tr { break-inside: avoid; }
thead { display: table-header-group; }
.time { white-space: nowrap; font-variant-numeric: tabular-nums; }
.join { font-size: .9rem; overflow-wrap: anywhere; }
.fact { display: inline-block; margin-right: .9em; }
.label { color: #555; }
.state { font-style: italic; }
@page { size: A4; margin: 15mm; }
@media print { body { margin: 0; max-width: none; padding: 0; font-size: 9pt; }
  a { color: inherit; text-decoration: none; } }
";

impl RunSheet {
    /// A page that stands alone: its styles are in it, it loads nothing and runs nothing. It
    /// prints on A4, with the table's head on every sheet of paper. Only `https` links can be
    /// clicked on.
    #[must_use]
    pub fn to_html(&self) -> String {
        let title = plain(&self.title);
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="robots" content="noindex";
                    meta name="referrer" content="no-referrer";
                    meta http-equiv="Content-Security-Policy"
                        content="default-src 'none'; style-src 'unsafe-inline'";
                    title { "Run sheet: " (title) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    h1 { (title) }
                    p { (self.kind()) " Times are in " (plain(&self.timezone)) "." }
                    @if self.rows.is_empty() {
                        p { "There are no meetings." }
                    }
                    @for rows in self.days() {
                        (day(rows))
                    }
                }
            }
        };
        page.into_string()
    }

    fn kind(&self) -> &'static str {
        match self.audience {
            Audience::Organiser => {
                "Run sheet for organisers: it has host keys, keep it to yourselves."
            }
            Audience::Attendee => "Run sheet.",
        }
    }
}

fn day(rows: &[Row]) -> Markup {
    let heading = rows.first().map(|row| {
        let date = row.start.strftime("%A %-d %B %Y");
        format!("{} · {date}", row.day)
    });
    html! {
        section {
            h2 { (heading.unwrap_or_default()) }
            table {
                colgroup { col.c1; col.c2; col.c3; col.c4; }
                thead {
                    tr { th { "Time" } th { "Meeting" } th { "Rooms and co-hosts" } th { "Joining" } }
                }
                tbody {
                    @for row in rows { (meeting(row)) }
                }
            }
        }
    }
}

fn meeting(row: &Row) -> Markup {
    html! {
        tr {
            td.time { (row.times()) }
            td { (row.title) }
            td {
                div { (row.rooms.join(", ")) }
                @if !row.cohosts.is_empty() {
                    div { span.label { "Co-hosts " } (row.cohosts.join(", ")) }
                }
            }
            td.join {
                @if row.state != State::Scheduled {
                    div.state { (row.state.to_string()) }
                }
                @if let Some(link) = &row.link {
                    div { (anchor(link.expose())) }
                }
                (fact("Number", row.number.as_deref()))
                (fact("Password", row.password.as_ref().map(|secret| secret.expose())))
                (fact("Host key", row.host_key.as_ref().map(|secret| secret.expose())))
                (fact("Host", row.host.as_ref().map(|host| host.as_str())))
                (fact("Room systems", row.sip.as_deref()))
            }
        }
    }
}

fn anchor(link: &str) -> Markup {
    match clickable(link) {
        Some(link) => html! { a href=(link) rel="noreferrer" { (link) } },
        None => html! { (link) },
    }
}

fn fact(name: &str, value: Option<&str>) -> Markup {
    html! {
        @if let Some(value) = value {
            span.fact { span.label { (name) } " " (plain(value)) } " "
        }
    }
}
