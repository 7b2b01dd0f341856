//! Steps on the team and its members.

use showcaller_event::model::{Address, Email};
use showcaller_ledger::Effect;
use showcaller_plan::observed::SeenMember;
use showcaller_plan::{Action, Field, Fields, Step, Value};
use showcaller_webex::{NewTeam, NewTeamMembership, PersonId, Team, Who};

use super::super::convert;
use super::{Done, Trouble, Work};

impl Work<'_> {
    pub(super) async fn team_step(&self, step: &Step) -> Result<Done, Trouble> {
        match &step.action {
            Action::CreateTeam { name } => self.create_team(step, name).await,
            Action::ChangeTeam { id, name } => {
                let team = NewTeam {
                    name: name.clone(),
                    description: None,
                };
                self.bot().update_team(&id.as_str().into(), &team).await?;
                Ok(self.team_is(step, id, name, false))
            }
            Action::AddTeamMember { email, moderator } => {
                self.add_team_member(step, email, *moderator).await
            }
            Action::SetTeamModerator { id, moderator } => {
                let answer = self
                    .bot()
                    .update_team_membership(&id.as_str().into(), *moderator)
                    .await?;
                let seen = convert::team_member(answer);
                Ok(self.membership_is(step, id, *moderator, seen.moderator, false))
            }
            Action::RemoveTeamMember { id } => {
                let answer = self.bot().delete_team_membership(&id.as_str().into()).await;
                self.gone(step, answer)
            }
            _ => unreachable!("only steps on the team come here"),
        }
    }

    /// The bot makes the team; where it may not, the host does and takes the bot in (DESIGN: what a
    /// bot may do is partly unknown, messaging §15).
    async fn create_team(&self, step: &Step, name: &str) -> Result<Done, Trouble> {
        let new = NewTeam {
            name: name.to_owned(),
            description: None,
        };
        let refused = match self.bot().create_team(&new).await {
            Ok(team) => return Ok(self.made_team(step, &team, name)),
            Err(error) if error.is_forbidden() => error,
            Err(error) => return Err(error.into()),
        };
        let first = self
            .event
            .webex
            .hosts
            .iter()
            .find_map(|host| self.engine.connections.hosts.get(&host.email));
        let Some(host) = first else {
            return Err(refused.into());
        };
        // A run that died here before may have left one.
        let mut made = host.list_teams().await?.into_iter();
        let team = match made.find(|team| team.name.as_deref() == Some(name)) {
            Some(team) => team,
            None => host.create_team(&new).await?,
        };
        let done = self.made_team(step, &team, name);
        if let Some(Effect::Record(record)) = done.effects.first() {
            // Known before the bot is in it: whatever happens next, no second team is made.
            self.ledger.record(record).await?;
        }
        let bot = NewTeamMembership {
            team_id: team.id.clone(),
            who: Who::Email(self.bot.clone()),
            is_moderator: true,
        };
        match host.create_team_membership(&bot).await {
            Ok(_) => Ok(done),
            Err(error) if error.is_conflict() => Ok(done),
            Err(error) => Err(Trouble::Refused(format!(
                "The host has made the team «{name}», but could not add the bot to it ({}). Add {} \
                 to it as a moderator in the Webex app, and apply again.",
                error.refused_because(),
                self.bot
            ))),
        }
    }

    fn made_team(&self, step: &Step, team: &Team, name: &str) -> Done {
        self.team_is(step, team.id.as_str(), name, true)
    }

    fn team_is(&self, step: &Step, id: &str, name: &str, made: bool) -> Done {
        let fields = Fields::from([(Field::Name, Value::Text(name.to_owned()))]);
        self.settled(step, id, made, fields.clone(), fields)
    }

    async fn add_team_member(
        &self,
        step: &Step,
        email: &Email,
        moderator: bool,
    ) -> Result<Done, Trouble> {
        let team = self.id(&Address::team())?;
        let new = NewTeamMembership {
            team_id: team.as_str().into(),
            who: Who::Email(email.to_string()),
            is_moderator: moderator,
        };
        match self.bot().create_team_membership(&new).await {
            Ok(answer) => {
                let seen = convert::team_member(answer);
                Ok(self.membership_is(step, &seen.id, moderator, seen.moderator, true))
            }
            // In the team already: the answer to an earlier try was lost, or somebody was quicker.
            Err(error) if error.is_conflict() => {
                let members = self
                    .bot()
                    .list_team_memberships(&team.as_str().into())
                    .await?;
                let members = members.into_iter().map(convert::team_member);
                let members: Vec<SeenMember> = members.collect();
                let person = match members.iter().any(|member| member.email == *email) {
                    true => None,
                    false => self.person_behind(email).await?,
                };
                let is_them = |member: &&SeenMember| match &person {
                    None => member.email == *email,
                    Some(person) => member.person == person.as_str(),
                };
                let Some(seen) = members.iter().find(is_them) else {
                    return Err(error.into());
                };
                let ours = self.state().intended.contains(&step.address);
                Ok(self.membership_is(step, &seen.id, seen.moderator, seen.moderator, ours))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Whose address it is, of the bot's organisation: lists show the main address of an account.
    pub(super) async fn person_behind(&self, email: &Email) -> Result<Option<PersonId>, Trouble> {
        let person = self.bot().person_by_email(email.as_str()).await?;
        Ok(person.map(|person| person.id))
    }

    /// Records a place in the team or in a room.
    pub(super) fn membership_is(
        &self,
        step: &Step,
        id: &str,
        asked: bool,
        answered: bool,
        made: bool,
    ) -> Done {
        let fields = |moderator| Fields::from([(Field::Moderator, Value::Flag(moderator))]);
        self.settled(step, id, made, fields(asked), fields(answered))
    }

    /// Something was taken away, or was gone before.
    pub(super) fn gone(
        &self,
        step: &Step,
        answer: Result<(), showcaller_webex::Error>,
    ) -> Result<Done, Trouble> {
        match answer {
            Err(error) if !error.is_not_found() => Err(error.into()),
            Ok(()) | Err(_) => Ok(Done {
                effects: self.forget(&step.address, "removed, as the event file asks"),
                ..Done::default()
            }),
        }
    }
}
