//! The live event: what a question asks for, and what answers it.
//!
//! Everything here is pure: a question, the event, the schedule in force and the present time go in;
//! a [`Reply`] comes out, which holds facts and no sentences. How it reads, as a card or as Markdown,
//! is the business of the crate `render`.

mod answer;
mod calling;
mod custom;
mod dates;
mod day;
mod features;
mod intent;
mod lexicon;
mod named;
mod people;
mod piece;
mod programme;
mod question;
mod reading;
mod reply;
mod scene;
mod today;
mod topic;
mod typo;
mod understand;
mod view;

pub use answer::{answer, answer_intent, check_in, reminder};
pub use calling::slip;
pub use calling::{
    ALARM_BEFORE, Arrived, Asking, Attempted, Attention, Board, By, ChatCommand, ChatMessage,
    CheckInStatus, Command, CueState, CueStatus, Delivery, DeliveryState, DueNow, Entry, Fact,
    Follow, Following, Judged, LOOKED_UP_FOR, Logged, MeetingAttention, MeetingNeed, NO_ACCOUNT,
    Need, NotFound, Receipt, ReceiptState, RecipientState, RecipientStatus, Refusal, Said, Setting,
    Via, actual_times, check_ins, checks_in_now, next_check_in,
};
pub use programme::{Change, Programme, RoomChanges};
pub use question::{Intent, Place, Question};
pub use reply::{
    Agenda, Ahead, Body, Custom, DayAgenda, DetailsFor, Link, Listing, Member, Reply, Running,
    Span, State, TeamList, Zones,
};
pub use scene::{EventWords, Scene};
pub use today::day_in_show_mode;
pub use understand::{Understood, understand};
