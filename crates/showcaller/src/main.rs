//! One event file becomes a whole Webex event.
fn main() {}
