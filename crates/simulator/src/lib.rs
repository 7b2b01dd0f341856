//! Webex in a box: the REST API of Webex messaging and meetings, in memory.
//!
//! For rehearsals, for tests, and for anybody who writes a Webex bot. A [`Simulator`] is a world of
//! people, teams, rooms and meetings behind an [`axum::Router`], which is a tower service: a client
//! in the same process calls it without a socket, any other talks to it through [`serve`].
//!
//! ```
//! use axum::body::Body;
//! use http::Request;
//! use showcaller_simulator::{Config, Simulator};
//! use tower::ServiceExt as _;
//!
//! # tokio::runtime::Runtime::new().unwrap().block_on(async {
//! let simulator = Simulator::new(Config::default()).unwrap();
//! let token = simulator.token_for("events@example.com");
//! let request = Request::get("/v1/people/me")
//!     .header("authorization", format!("Bearer {token}"))
//!     .body(Body::empty())
//!     .unwrap();
//! let answer = simulator.router().oneshot(request).await.unwrap();
//! assert_eq!(answer.status(), 200);
//! # });
//! ```
//!
//! What is known about Webex is a rule here; what is not known is a [`Switch`] with a default and
//! the reason why it is one. `docs/simulator.md` lists them all.
//!
//! Inside: `world` holds the state and the rules, one file per resource, and knows nothing of HTTP;
//! `http` turns requests into questions to the world; `deliveries` sends to webhooks what the world
//! says has happened. OAuth would be one more file in `world` and `http`.

mod attend;
mod config;
mod deliveries;
mod faults;
mod http;
mod ids;
mod inspect;
mod journal;
mod keeping;
mod rate;
mod refusal;
mod simulator;
mod switches;
mod world;

pub use attend::CannotAttend;
pub use config::{Account, AccountKind, Config, ConfigError};
pub use deliveries::Registration;
pub use faults::{Fault, FaultError};
pub use http::{Mishap, serve};
pub use journal::{Journal, journal_end};
pub use rate::Rate;
pub use simulator::{Simulator, Tally};
pub use switches::{Switch, Switches};
