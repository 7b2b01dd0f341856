//! The promises of the referee.
//!
//! What only the official documents can show runs when `SHOWCALLER_OPENAPI`
//! names their folder, and says loudly when it does not run. Everything else is
//! tried on a miniature document of our own, so that it always runs.

mod answers;
mod examples;
mod miniature;
mod official;
mod requests;
mod table;
mod table_meetings;
mod table_messaging;
mod things;
mod waived;
