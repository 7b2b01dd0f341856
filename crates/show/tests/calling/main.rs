//! Calling the show: the states of cues, and what operators may do.

mod actual;
mod commands;
mod live;
mod model;
mod peers;
mod properties;
mod restored;
mod states;

mod support;
