//! Who is in a team (messaging §3).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::call::Call;
use crate::client::Webex;
use crate::error::Error;
use crate::ids::{OrganizationId, PersonId, TeamId, TeamMembershipId, Who};
use crate::tolerant;

/// One person's membership in a team.
#[serde_with::apply(Option => #[serde(default, deserialize_with = "tolerant::option")])]
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TeamMembership {
    /// The id, the same whenever this person is in this team.
    pub id: TeamMembershipId,
    /// The team.
    pub team_id: Option<TeamId>,
    /// The person.
    pub person_id: Option<PersonId>,
    /// The person's address.
    pub person_email: Option<String>,
    /// The person's name.
    pub person_display_name: Option<String>,
    /// The person's organisation.
    pub person_org_id: Option<OrganizationId>,
    /// Whether the person moderates the team.
    pub is_moderator: Option<bool>,
    /// Since when.
    pub created: Option<Timestamp>,
}

/// A person to be added to a team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NewTeamMembership {
    /// The team.
    pub team_id: TeamId,
    /// The person.
    #[serde(flatten)]
    pub who: Who,
    /// Whether the person shall moderate the team.
    pub is_moderator: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TeamMembershipUpdate {
    is_moderator: bool,
}

impl Webex {
    /// All members of a team.
    ///
    /// # Errors
    ///
    /// Refused with 404 when the owner is not in it.
    pub async fn list_team_memberships(&self, team: &TeamId) -> Result<Vec<TeamMembership>, Error> {
        let call = Call::get("team/memberships")
            .query("teamId", team)
            .query("max", 100);
        self.list(call).await
    }

    /// One membership, by its id.
    ///
    /// # Errors
    ///
    /// Refused with 404 when it is gone, or when the owner is not in the team.
    pub async fn get_team_membership(
        &self,
        id: &TeamMembershipId,
    ) -> Result<TeamMembership, Error> {
        self.object(Call::get("team/memberships").at(id.as_str()))
            .await
    }

    /// Adds a person to a team, and so to its General room alone.
    ///
    /// # Errors
    ///
    /// Refused with 409 when already in it.
    pub async fn create_team_membership(
        &self,
        membership: &NewTeamMembership,
    ) -> Result<TeamMembership, Error> {
        self.object(Call::post("team/memberships", membership))
            .await
    }

    /// Makes a member a moderator of the team, or no longer one.
    ///
    /// # Errors
    ///
    /// Any [`Error`]; the last moderator stays.
    pub async fn update_team_membership(
        &self,
        id: &TeamMembershipId,
        is_moderator: bool,
    ) -> Result<TeamMembership, Error> {
        let update = TeamMembershipUpdate { is_moderator };
        self.object(Call::put("team/memberships", &update).at(id.as_str()))
            .await
    }

    /// Removes a person from a team, and so from all its rooms.
    ///
    /// # Errors
    ///
    /// Any [`Error`]; the last moderator stays.
    pub async fn delete_team_membership(&self, id: &TeamMembershipId) -> Result<(), Error> {
        self.nothing(Call::delete("team/memberships").at(id.as_str()))
            .await
    }
}
