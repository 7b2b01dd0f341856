//! What the client promises, told through its public face.

mod errors;
mod invitees;
mod logs;
mod meetings;
mod messaging;
mod network;
mod paging;
mod policy;
mod script;
mod secrets;
