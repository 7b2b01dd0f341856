//! What does not fit into the line of a meeting: a QR code of its link, every co-host, the host.

use std::fmt::Write as _;

use maud::{Markup, html};
use qrcode::{Color, EcLevel, QrCode};

use super::super::row::Row;
use super::super::{RunSheet, whom};
use crate::harmless::clickable;

impl RunSheet {
    pub(super) fn appendix(&self) -> Markup {
        let names = self.unabridged();
        let cards: Vec<&Row> = self.rows.iter().filter(|row| row.link.is_some()).collect();
        html! {
            @if !names.is_empty() || !cards.is_empty() {
                section.appendix {
                    h2 { "Co-hosts and links" }
                    @for (names, titles) in &names {
                        p.names { b { (titles.join("; ")) ": " } (names.join(", ")) "." }
                    }
                    div.cards { @for row in cards { (card(row)) } }
                }
            }
        }
    }

    /// The co-hosts for whom a line has no place, with the titles of their meetings.
    fn unabridged(&self) -> Vec<(&[String], Vec<&str>)> {
        let mut all: Vec<(&[String], Vec<&str>)> = Vec::new();
        for row in &self.rows {
            if whom::few(&row.cohosts) == row.cohosts.join(", ") {
                continue;
            }
            match all.iter_mut().find(|(names, _)| *names == row.cohosts) {
                Some((_, titles)) => titles.push(&row.title),
                None => all.push((&row.cohosts, vec![&row.title])),
            }
        }
        all
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
                @if let Some(host) = &row.host { div { "Host: " (address(host.as_str())) } }
                @if let Some(sip) = &row.sip { div { "Room systems: " (address(sip)) } }
            }
        }
    }
}

/// An address that breaks before its `@` at first.
fn address(address: &str) -> Markup {
    html! {
        @match address.split_once('@') {
            Some((name, site)) => { (name) wbr; "@" (site) },
            None => (address),
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
