//! A cue arrives once in each room, with that room's own links.

mod broadcasts;
mod straight;
