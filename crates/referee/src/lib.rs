//! Judges one HTTP exchange with Webex.
//!
//! The referee stands between a client and the simulator. It knows the facts of
//! the official OpenAPI documents (`data/webex.json`), which say what an operation
//! is called and what its bodies look like, and tables of the limits that only the
//! documents' *text* states. Whatever breaks one of them comes back as a [`Finding`].
//!
//! ```
//! use http::{HeaderMap, Method};
//! use showcaller_referee::{Referee, Request};
//!
//! let referee = Referee::of_webex();
//! let findings = referee.judge_request(&Request {
//!     method: &Method::GET,
//!     target: "/rooms?teamID=1",
//!     headers: &HeaderMap::new(),
//!     body: b"",
//! });
//! assert!(findings.iter().any(|finding| finding.rule == "unknown-query"));
//! ```
//!
//! Words: a *rule* is one row of a table ([`rules`]); a *waiver* is one named
//! place where the documents are known to be wrong ([`waivers`]), so that they
//! are not believed there.
//!
//! What the referee cannot see it does not judge: it has no clock (a start in the
//! past), no memory (a membership that exists already) and no rights (a bot that
//! lists without mention). Those are the simulator's to refuse.

mod address;
mod answer;
mod body;
mod facts;
mod finding;
mod grants;
mod operation;
mod path;
mod referee;
mod request;
mod rules;
mod schema;
mod waivers;

#[cfg(test)]
mod tests;

pub use finding::{Finding, Place};
pub use referee::{Answer, Referee, Request};
pub use rules::{Rule, rules};
pub use waivers::{Waiver, waivers};
