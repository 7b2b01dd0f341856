//! Tells cargo that the migrations are part of the source.
#![allow(
    clippy::print_stdout,
    reason = "standard output is how a build script talks to cargo"
)]

fn main() {
    // The macro that embeds the folder notices a changed file, but not a new one.
    println!("cargo::rerun-if-changed=migrations");
}
