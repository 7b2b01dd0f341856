//! What people receive: answers, run sheets and calendars.
//!
//! Everything here is pure: the checked event and what the ledger was [told](facts::Told) by Webex
//! go in, and text or bytes come out. There is no clock; times are arguments.
//!
//! - [`answers`]: messages of the bot, as cards and as Markdown, in three languages.
//! - [`calling`]: what operators read of the show.
//! - [`document`]: what every report is, for a terminal, as a page and as a workbook.
//! - [`report`]: what really happened, beside what was planned.
//! - [`runsheet`]: the organisers' sheet of every meeting, and a variant for attendees, as
//!   terminal table, CSV, XLSX and a page to print and for a phone.
//! - [`calendar`]: iCalendar files (RFC 5545) for a room, a person or everybody.
//!
//! Titles, names and agendas come from the event file. They are shown as text wherever they go:
//! they never become a terminal's command, a formula, a calendar property or markup.

pub mod answers;
pub mod calendar;
pub mod calling;
mod count;
pub mod document;
pub mod facts;
mod harmless;
mod lines;
mod page;
pub mod report;
pub mod runsheet;
pub mod slip;
mod workbook;

#[cfg(test)]
mod sample;
