//! The connections to a ledger, by what they are for.

use std::str::FromStr as _;

use sqlx::any::AnyConnectOptions;
use sqlx::{AnyPool, ConnectOptions as _};

use super::dialect::Dialect;
use super::group_commit::Writer;
use super::in_place::InPlace;
use super::lent::Pool;
use crate::error::Error;

/// The ways to a ledger. For one in memory all lead over the same single connection.
#[derive(Clone)]
pub(crate) struct Pools {
    pub(crate) dialect: Dialect,
    pub(crate) writer: Writer,
    /// Where messages are written beside other writers; `None` where there is one writer anyway.
    pub(crate) messages: Option<AnyPool>,
    pub(crate) reader: Pool,
    /// For what reads for long.
    pub(crate) long_reads: Pool,
    /// The file, where it is kept in one.
    pub(crate) file: Option<InPlace>,
}

/// How an address is connected to.
pub(crate) fn connect_options(address: &str) -> Result<AnyConnectOptions, Error> {
    // Statements are logged without their values, but even so at a cost per statement.
    Ok(AnyConnectOptions::from_str(address)?.disable_statement_logging())
}
