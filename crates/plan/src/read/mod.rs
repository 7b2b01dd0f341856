//! How a plan reads.
