//! The live event: what a question asks for, and what answers it.
//!
//! Everything here is pure: a question, the event, the schedule in force and the present time go in;
//! a [`Reply`] comes out, which holds facts and no sentences. How it reads, as a card or as Markdown,
//! is the business of the crate `render`.

mod answer;
mod day;
mod intent;
mod lexicon;
mod question;
mod reading;
mod reply;
mod typo;
mod understand;

pub use answer::{Scene, answer};
pub use question::{Intent, Place, Question};
pub use reply::{
    Agenda, Ahead, Body, Custom, DayAgenda, DetailsFor, Link, Listing, Member, Reply, Running,
    Span, State, TeamList, Zones,
};
pub use understand::{Understood, understand};
