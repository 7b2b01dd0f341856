//! The bot was away.
