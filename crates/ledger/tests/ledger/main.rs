//! What a ledger promises, told through its public functions.

mod fixtures;

mod attendance;
mod backup;
mod batches;
mod beside;
mod binding;
mod calendar;
mod claims;
mod commits;
mod control_tokens;
mod crowd;
mod durability;
mod hostile_surroundings;
mod inbox;
mod leader;
mod leases;
mod meeting_instances;
mod messages;
mod older;
mod opening;
mod operations;
mod processes;
mod quota;
mod resources;
mod restore;
mod restored_messages;
mod restored_show;
mod revisions;
mod secrets;
mod server;
mod show_log;
mod state_machine;
mod takeover;
