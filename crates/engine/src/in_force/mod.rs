//! The schedule in force: the event as it was last applied, what is kept otherwise on Webex, and what
//! Webex decided. Read from the ledger alone, by everything that tells people where to be; so none of
//! it follows a half-edited file.

mod directory;
mod read;
mod revision;
mod stamp;
mod watch;

pub use self::directory::Directory;
pub use self::read::{InForce, MeetingOnWebex};
pub use self::stamp::Stamp;
pub use self::watch::InForceWatch;
