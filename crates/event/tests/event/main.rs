//! One test binary, one module per theme.

mod an_empty_group_is_said;
mod bot;
mod cues;
mod documents;
mod examples;
mod expansion;
mod findings;
mod limits;
mod limits_can_be_acknowledged;
mod order;
mod reference;
mod support;
mod texts;
