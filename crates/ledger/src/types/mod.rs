//! Types that the store and the tables share; they know neither.

mod fence;
mod incoming;
mod message_key;
mod operation;
mod process;

pub(crate) use fence::Fence;
pub use incoming::{InboxKey, InboxState, Incoming, IncomingKind};
pub use message_key::{DeliveryKey, MessageKey, Recipient};
pub use operation::{Body, MessageKind, OperationId, OperationKind, OperationState, Undecodable};
pub use process::{Holder, Instance, Origin};
