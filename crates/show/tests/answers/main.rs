//! What is answered: an event of three days with a night in between.

mod days;
mod private;
mod properties;
mod rooms;
mod secrets;
mod support;
mod unknown;
