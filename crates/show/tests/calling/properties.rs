//! Whatever was called and whatever happened.
