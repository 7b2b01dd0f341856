//! One test binary, one module per theme.

mod reference;
mod support;
