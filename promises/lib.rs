//! The promises that Showcaller keeps, one module each: see `main.rs`.
