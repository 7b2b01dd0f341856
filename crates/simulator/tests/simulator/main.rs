//! What the simulated Webex promises, topic by topic.

mod client;
mod inbox;

mod attendance;
mod calls;
mod cards;
mod deliveries;
mod delivery_faults;
mod documentation;
mod edits;
mod faults;
mod hostile_surroundings;
mod invariants;
mod invitees;
mod meeting_access;
mod meeting_lists;
mod meeting_times;
mod meetings;
mod memberships;
mod messages;
mod operations;
mod pages;
mod participants;
mod people;
mod receivers;
mod rooms;
mod sockets;
mod state;
mod tabs;
mod talks;
mod teams;
mod webhooks;
