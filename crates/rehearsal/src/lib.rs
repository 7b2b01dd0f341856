//! Rehearsals: a whole event on a simulated Webex, on a virtual clock, played by the very code that serves it.
//!
//! [`rehearse`] plays one. What people do stands in a [`script`] that a seed decides, what they did in a
//! [`Record`], and what came of it in the simulated world. [`accounts`], [`InProcess`] and [`connect`] are also what
//! `apply --simulate` and the promises are built on.

mod balancer;
mod cast;
mod deaths;
mod dice;
mod error;
mod former;
mod in_process;
mod judge;
mod one_core;
mod play;
mod process;
mod record;
mod rehearse;
mod report;
pub mod script;
mod stage;

pub use balancer::Balancer;
pub use cast::{BOT, accounts, setup_time};
pub use deaths::{CrashPoint, Deaths, Network, Place};
pub use error::Error;
pub use in_process::{InProcess, connect, connect_account};
pub use judge::{Calls, CueOutcome, Guided, Links, Outcome, Questions, Summary, judge};
pub use one_core::stay_on_one_core;
pub use play::{Audience, Happening, Recipient, Settings};
pub use record::{Asked, Attendance, Attended, Called, Crash, Pressed, Record, Slipped};
pub use rehearse::{Rehearsed, rehearse};
pub use script::{Replay, ReplayError};
pub use stage::{Applied, Files};
