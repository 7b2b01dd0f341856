//! What a ledger promises, told through its public functions.

mod fixtures;

mod backup;
mod binding;
mod calendar;
mod durability;
mod intents;
mod leases;
mod opening;
mod quota;
mod resources;
mod revisions;
mod secrets;
mod state_machine;
