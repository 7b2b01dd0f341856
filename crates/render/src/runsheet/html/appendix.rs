//! What does not fit into the line of a meeting: a QR code of its link, every co-host, the host.

use std::fmt::Write as _;

use maud::{Markup, html};
use qrcode::{Color, EcLevel, QrCode};

use super::super::RunSheet;
use super::super::row::Row;
use crate::harmless::clickable;

impl RunSheet {
    pub(super) fn appendix(&self) -> Markup {
        let is_more = |row: &&Row| row.link.is_some() || !row.cohosts.is_empty();
        let rows: Vec<&Row> = self.rows.iter().filter(is_more).collect();
        html! {
            @if !rows.is_empty() {
                section.appendix {
                    h2 { "Every meeting: how to join, and who runs it" }
                    div.cards { @for row in rows { (card(row)) } }
                }
            }
        }
    }
}

fn card(row: &Row) -> Markup {
    let link = row.link.as_ref().and_then(|link| clickable(link.expose()));
    html! {
        article.card {
            @if let Some(link) = link { (qr(link, &row.title)) }
            div {
                b { (row.title) }
                div { (row.day) ", " (row.times()) }
                @if !row.cohosts.is_empty() { div { "Co-hosts: " (row.cohosts.join(", ")) } }
                @if let Some(host) = &row.host { div { "Host: " (address(&host.to_string())) } }
                @if let Some(sip) = &row.sip { div { "Room systems: " (address(sip)) } }
            }
        }
    }
}

/// An address, which breaks before its `@` where it has to.
fn address(text: &str) -> Markup {
    html! {
        @match text.split_once('@') {
            Some((name, domain)) => { (name) wbr; "@" (domain) },
            None => (text),
        }
    }
}

/// Dark on light in every colour scheme: cameras want it so.
fn qr(link: &str, title: &str) -> Markup {
    /// Light modules around it, as the standard wants.
    const QUIET: usize = 4;
    let Ok(code) = QrCode::with_error_correction_level(link, EcLevel::L) else {
        return html! {};
    };
    let mut path = String::new();
    for (y, line) in code.to_colors().chunks(code.width()).enumerate() {
        let mut x = 0;
        for run in line.chunk_by(|one, next| one == next) {
            if run[0] == Color::Dark {
                let _ = write!(path, "M{x} {y}h{0}v1h-{0}z", run.len());
            }
            x += run.len();
        }
    }
    let width = code.width() + 2 * QUIET;
    html! {
        svg.qr viewBox={ "-" (QUIET) " -" (QUIET) " " (width) " " (width) } role="img"
            aria-label={ "Link of " (title) } shape-rendering="crispEdges" {
            path fill="#fff" d={ "M-" (QUIET) " -" (QUIET) "h" (width) "v" (width) "h-" (width) "z" } {}
            path fill="#000" d=(path) {}
        }
    }
}
