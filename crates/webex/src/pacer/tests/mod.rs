//! What the pacer promises, tried on a model of Webex's limit.

mod bucket;
mod door;
mod limits;
mod turns;

use super::*;
