//! The promises of the referee, on the facts of Webex and on miniature facts of our own.

mod answers;
mod miniature;
mod requests;
mod table;
mod table_meetings;
mod table_messaging;
mod things;
mod waived;
mod webex;
