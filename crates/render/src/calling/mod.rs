//! What operators read: what needs them. In English, as the commands are.

mod attention;

pub use attention::attention;
