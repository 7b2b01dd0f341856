//! Fencing tokens.

/// Which holding of which lease a write is made under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fence {
    pub(crate) name: String,
    /// Greater than that of every earlier holder.
    pub(crate) token: i64,
}
