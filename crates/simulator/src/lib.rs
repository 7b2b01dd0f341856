//! Webex in a box.
