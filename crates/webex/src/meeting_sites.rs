//! The meeting sites of a person (meetings §13).

use serde::Deserialize;
use serde_json::Value;

use crate::call::Call;
use crate::client::Webex;
use crate::error::Error;
use crate::tolerant;

/// A meeting site of the owner's.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MeetingSite {
    /// Its host name: `example.webex.com`.
    pub site_url: String,
    /// Whether meetings are made there unless another is named.
    #[serde(default)]
    pub default: bool,
}

#[derive(Deserialize)]
struct Sites {
    sites: Value,
}

impl Webex {
    /// The meeting sites of the owner.
    ///
    /// # Errors
    ///
    /// Refused when the owner cannot hold meetings: a bot, or an account without a licence.
    pub async fn list_meeting_sites(&self) -> Result<Vec<MeetingSite>, Error> {
        let call = Call::get("meetingPreferences/sites");
        let found: Sites = self.object(call).await?;
        Ok(tolerant::list(found.sites).unwrap_or_default())
    }
}
