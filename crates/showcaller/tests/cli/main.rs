//! What people see and what the shell is told: the program itself, run as a user runs it.
//!
//! One binary, one module per theme. Every test works on a copy of an example of its own.

mod ask;
mod at_once;
mod begin;
mod check;
mod cues;
mod declined;
mod help;
mod hostile_surroundings;
mod interrupted;
mod kept;
mod killed;
mod ledger;
mod operating_day;
mod postgres;
mod refusals;
mod report;
mod saved;
mod serve;
mod sheets;
mod show_mode;
mod simulated;
mod simulator;
mod slip;
mod stage;
mod summary_state_and_exit_code_agree;
mod tell;
mod tokens;
mod waits;
mod webex;
mod who_was_invited_learns_of_the_end;
mod zones;
