//! What the simulated Webex promises, topic by topic.

mod client;

mod calls;
mod documentation;
mod faults;
mod invariants;
mod invitees;
mod meeting_access;
mod meeting_lists;
mod meeting_times;
mod meetings;
mod memberships;
mod messages;
mod pages;
mod people;
mod rooms;
mod state;
mod tabs;
mod teams;
mod webhooks;
