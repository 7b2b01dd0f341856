//! What the pacer promises, tried on a model of Webex's limit.

mod always;
mod bucket;
mod door;
mod limits;
mod storm;
mod turns;

use std::collections::HashSet;

use super::*;
