//! Reads lists once more, at the end of a run.

use std::collections::BTreeSet;

use futures::StreamExt as _;
use futures::stream;
use showcaller_event::Event;
use showcaller_event::model::Email;
use showcaller_plan::observed::Observed;
use showcaller_plan::{Known, Owner, identify};

use super::hosts::{listed, window};
use super::without_general;
use crate::{Engine, Error};

impl Engine {
    /// Brings teams, rooms and meetings of an earlier look up to date, as the lists have them: two calls
    /// for the bot, and one for each host, of those among `owners`.
    pub(in super::super) async fn list_again(
        &self,
        event: &Event,
        known: &Known,
        owners: &BTreeSet<Owner>,
        observed: &mut Observed,
    ) -> Result<(), Error> {
        let window = window(event, known);
        let acts = |host: &Email| owners.contains(&Owner::Host(host.clone()));
        let hosts = self.connections.hosts.iter();
        let meetings = stream::iter(hosts.filter(|(email, _)| acts(email)))
            .map(async |(email, webex)| (email.clone(), listed(webex, email, window).await))
            .buffer_unordered(self.in_flight)
            .collect::<Vec<_>>();
        observed.meetings.extend(meetings.await);
        if !owners.contains(&Owner::Bot) {
            return Ok(());
        }
        observed.teams = self.teams().await?;
        let team = identify::team(event, known, &observed.teams).thing();
        if let Some(team) = team {
            observed.rooms = self.rooms_of(&team.id.as_str().into()).await?;
            let name = team.name.clone();
            observed.general_told = without_general(known, name.as_deref(), &mut observed.rooms);
        }
        Ok(())
    }
}
