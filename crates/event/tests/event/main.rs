//! One test binary, one module per theme.

mod documents;
mod examples;
mod findings;
mod reference;
mod support;
