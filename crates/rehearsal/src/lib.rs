//! The engine and the simulator in one process: a stand-in for Webex that needs no network.
//!
//! [`accounts`] says who has a Webex account in an event's rehearsal, [`InProcess`] carries the
//! client's requests to the simulator without a socket, and [`connect`] gives the engine its
//! connections. `apply --simulate` and the promises are built on them.

mod cast;
mod in_process;
pub mod script;

pub use cast::{BOT, accounts, setup_time};
pub use in_process::{InProcess, connect, connect_account};
