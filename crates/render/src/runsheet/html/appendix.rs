//! What does not fit into the line of a meeting: a QR code of its link, every co-host, the host.

use std::fmt::Write as _;

use maud::{Markup, html};
use qrcode::{Color, EcLevel, QrCode};

use super::super::row::Row;
use super::super::{RunSheet, whom};
use crate::harmless::clickable;

impl RunSheet {
    pub(super) fn appendix(&self) -> Markup {
        html! {
            @if self.rows.iter().any(|row| row.link.is_some()) {
                section.appendix {
                    h2 { "Join by camera, and who runs it" }
                    div.cards { @for row in self.rows.iter().filter(|row| row.link.is_some()) { (card(row)) } }
                }
            }
        }
    }
}

fn card(row: &Row) -> Markup {
    let facts = [
        ("Co-hosts", unabridged(&row.cohosts)),
        ("Host", row.host.as_ref().map(ToString::to_string)),
        ("Room systems", row.sip.clone()),
    ];
    let facts = facts
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)));
    let link = row.link.as_ref().and_then(|link| clickable(link.expose()));
    html! {
        article.card {
            @if let Some(link) = link { (qr(link, &row.title)) }
            div {
                b { (row.title) }
                div { (row.day) ", " (row.times()) }
                @for (name, value) in facts {
                    div { (name) ": " (value) }
                }
            }
        }
    }
}

/// All names, if the line of the meeting has no place for them.
fn unabridged(names: &[String]) -> Option<String> {
    let all = names.join(", ");
    (all != whom::few(names)).then_some(all)
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
