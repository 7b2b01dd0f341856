//! What happened to a world since it was last saved whole, line by line.
//!
//! Saving a large world takes long, so it is not done for every call. Before a call changes
//! anything, one line says which call it is, whose, and when; the same rules make the same of it
//! when it is read back. A line that was cut off belongs to a call that never began.

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::config::ConfigError;
use crate::switches::Switches;

/// Keeps lines where the program's end does not reach them.
pub trait Journal: Send {
    /// Adds a line, which has no line break: all of it, or nothing.
    ///
    /// # Errors
    ///
    /// It could not be kept. The call that it is about is then refused.
    fn append(&mut self, line: &str) -> std::io::Result<()>;

    /// Forgets all lines: the world was saved whole.
    ///
    /// # Errors
    ///
    /// They could not be forgotten. That is harmless: none is done a second time.
    fn clear(&mut self) -> std::io::Result<()>;
}

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// The revision that the world has afterwards.
    pub(crate) revision: u64,
    /// The server's time.
    pub(crate) at: Timestamp,
    /// Who asked, and through which client.
    pub(crate) person: Uuid,
    pub(crate) client: String,
    /// The switches that do not stand by default, as NAME=VALUE.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) switches: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) quota: Option<u32>,
    pub(crate) what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum What {
    /// Somebody got a token, and an account if they had none.
    Token { email: String, token: String },
    /// A call reached the service.
    Call {
        method: String,
        /// Path and query below `/v1`.
        target: String,
        content_type: String,
        body: String,
    },
    /// A creation counted toward the quota without having reached the service.
    Counted,
    /// A person joined a meeting, or waits in its lobby.
    #[serde(alias = "started")]
    Joined {
        meeting: String,
        email: Option<String>,
        #[serde(default)]
        lobby: bool,
    },
    /// A person left it.
    Left {
        meeting: String,
        email: Option<String>,
    },
    /// Everybody left it.
    Ended { meeting: String },
    /// A webhook failed too often.
    ShutOff { webhook: Uuid },
}

impl Entry {
    /// A call that is about to be made, as it will be read back.
    pub(crate) fn request(what: &What) -> Option<(http::request::Parts, Bytes)> {
        let What::Call {
            method,
            target,
            content_type,
            body,
        } = what
        else {
            return None;
        };
        let request = http::Request::builder()
            .method(method.as_str())
            .uri(format!("/v1{target}"))
            .header(http::header::CONTENT_TYPE, content_type)
            .body(())
            .ok()?;
        Some((request.into_parts().0, Bytes::from(body.clone())))
    }

    pub(crate) fn switches(&self) -> Result<Arc<Switches>, ConfigError> {
        Switches::with(self.switches.iter().map(String::as_str)).map(Arc::new)
    }
}

/// The entries of a journal, without a last one that was cut off.
pub(crate) fn read(text: &str) -> Result<Vec<Entry>, ConfigError> {
    let (whole, rest) = text.rsplit_once('\n').unwrap_or(("", text));
    // What does not begin as an entry does was not cut off: it is damaged.
    if let Err(error) = serde_json::from_str::<Entry>(rest)
        && !error.is_eof()
    {
        return Err(error.into());
    }
    let lines = whole.lines().filter(|line| !line.is_empty());
    lines.map(|line| Ok(serde_json::from_str(line)?)).collect()
}

/// When the last thing in a journal happened.
///
/// # Errors
///
/// It is no journal of this version.
pub fn journal_end(text: &str) -> Result<Option<Timestamp>, ConfigError> {
    Ok(read(text)?.last().map(|entry| entry.at))
}
