//! Calling the show: the states of cues, and what operators may do.

mod model;

mod support;
