//! One test binary, one module per theme.

mod an_empty_group_is_said;
mod bot;
mod cues;
mod documents;
mod each_mistake_has_its_own_hint;
mod examples;
mod expansion;
mod findings;
mod hints_that_are_followed;
mod limits;
mod limits_can_be_acknowledged;
mod one_source_of_each_fact;
mod order;
mod reference;
mod support;
mod texts;
