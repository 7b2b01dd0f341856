//! Webex teams (messaging §3).

use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::client::Webex;
use crate::error::Error;
use crate::ids::{PersonId, TeamId};
use crate::tolerant;

/// A team.
#[serde_with::apply(Option => #[serde(default, deserialize_with = "tolerant::option")])]
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Team {
    /// The id.
    pub id: TeamId,
    /// The name; several teams may have the same.
    pub name: Option<String>,
    /// Who made it, where Webex says so.
    pub creator_id: Option<PersonId>,
    /// Whether Webex could not decrypt a member, which is `None` then (messaging §1.2).
    #[serde(rename = "errors", default, deserialize_with = "tolerant::has_errors")]
    pub unreadable: bool,
}

/// A team to be, or what it shall be changed to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct NewTeam {
    /// The name.
    pub name: String,
    /// The description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl Webex {
    /// All teams of which the owner is a member.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn list_teams(&self) -> Result<Vec<Team>, Error> {
        self.list(Call::get("teams").query("max", 100)).await
    }

    /// One team.
    ///
    /// # Errors
    ///
    /// Refused with 404 when the owner is not in it.
    pub async fn get_team(&self, id: &TeamId) -> Result<Team, Error> {
        self.object(Call::get("teams").at(id.as_str())).await
    }

    /// Makes a team, of which the owner becomes the moderator.
    ///
    /// # Errors
    ///
    /// Any [`Error`]; whether a bot may is not known (messaging §15).
    pub async fn create_team(&self, team: &NewTeam) -> Result<Team, Error> {
        self.object(Call::post("teams", team)).await
    }

    /// Changes name and description.
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn update_team(&self, id: &TeamId, team: &NewTeam) -> Result<Team, Error> {
        self.object(Call::put("teams", team).at(id.as_str())).await
    }
}
