//! Steps on rooms, their people and what is pinned in them.

use showcaller_event::model::{Address, Email, RoomKey, Text};
use showcaller_plan::{Action, Change, Field, Fields, Step, Value};
use showcaller_secret::Secret;
use showcaller_webex::{NewMembership, NewRoomTab, RoomTab, RoomUpdate, Who};

use super::super::convert;
use super::{Done, Trouble, Work};

impl Work<'_> {
    pub(super) async fn room_step(&self, step: &Step) -> Result<Done, Trouble> {
        match &step.action {
            Action::CreateRoom { fields } => {
                let team = self.id(&Address::team())?;
                let answer = self
                    .bot()
                    .create_room(&convert::new_room(fields, &team))
                    .await?;
                let seen = convert::room(answer);
                Ok(self.settled(step, &seen.id, true, fields.clone(), seen.fields))
            }
            Action::ChangeRoom {
                id,
                title,
                changes,
                keep,
            } => {
                let update = convert::room_update(title, changes, keep);
                self.change_room(step, id.as_deref(), changes, &update)
                    .await
            }
            Action::ArchiveRoom { id } => {
                let answer = self.bot().delete_room(&id.as_str().into()).await;
                self.gone(step, answer)
            }
            Action::AddMember {
                room,
                email,
                moderator,
            } => self.add_member(step, room, email, *moderator).await,
            Action::SetModerator { id, moderator } => {
                let answer = self
                    .bot()
                    .update_membership(&id.as_str().into(), *moderator)
                    .await?;
                let seen = convert::member(answer);
                Ok(self.membership_is(step, id, *moderator, seen.moderator, false))
            }
            Action::RemoveMember { id } => {
                let answer = self.bot().delete_membership(&id.as_str().into()).await;
                self.gone(step, answer)
            }
            Action::AddTab { room, name, url } => {
                let tab = self.tab(room, name, url)?;
                let answer = self.bot().create_room_tab(&tab).await?;
                Ok(self.tab_is(step, answer, &tab, true))
            }
            Action::ChangeTab {
                id,
                room,
                name,
                url,
            } => {
                let tab = self.tab(room, name, url)?;
                let answer = self
                    .bot()
                    .update_room_tab(&id.as_str().into(), &tab)
                    .await?;
                Ok(self.tab_is(step, answer, &tab, false))
            }
            Action::RemoveTab { id } => {
                let answer = self.bot().delete_room_tab(&id.as_str().into()).await;
                self.gone(step, answer)
            }
            _ => unreachable!("only steps on rooms come here"),
        }
    }

    async fn change_room(
        &self,
        step: &Step,
        id: Option<&str>,
        changes: &[Change],
        update: &RoomUpdate,
    ) -> Result<Done, Trouble> {
        // The announcement mode has an address of its own, because it is a step of its own; what
        // it changes is the room.
        let key = step
            .address
            .as_str()
            .split_once('/')
            .map_or("", |(_, key)| key);
        let address = Address::room(&RoomKey::new(key));
        let id = match id {
            Some(id) => id.to_owned(),
            None => self.id(&address)?,
        };
        let answer = self.bot().update_room(&id.as_str().into(), update).await?;
        let answered = convert::room(answer).fields;
        let asked = convert::targets(changes);
        let effect = self.record(&address, &id, &step.owner, false, asked, answered);
        Ok(effect.into())
    }

    async fn add_member(
        &self,
        step: &Step,
        room: &RoomKey,
        email: &Email,
        moderator: bool,
    ) -> Result<Done, Trouble> {
        let room = self.id(&Address::room(room))?;
        let room = room.as_str().into();
        let new = NewMembership {
            room_id: room,
            who: Who::Email(email.to_string()),
            is_moderator: moderator,
        };
        match self.bot().create_membership(&new).await {
            Ok(answer) => {
                let seen = convert::member(answer);
                Ok(self.membership_is(step, &seen.id, moderator, seen.moderator, true))
            }
            // In the room already: the answer to an earlier try was lost, or somebody was quicker.
            Err(error) if error.is_conflict() => {
                let mut found = self.bot().find_membership(&new.room_id, &new.who).await?;
                if found.is_none()
                    && let Some(person) = self.person_behind(email).await?
                {
                    let who = Who::Id(person);
                    found = self.bot().find_membership(&new.room_id, &who).await?;
                }
                let Some(found) = found else {
                    return Err(error.into());
                };
                let seen = convert::member(found);
                let ours = self.state().intended.contains(&step.address);
                if moderator && !seen.moderator {
                    self.bot()
                        .update_membership(&seen.id.as_str().into(), true)
                        .await?;
                }
                Ok(
                    self.membership_is(
                        step,
                        &seen.id,
                        moderator,
                        moderator || seen.moderator,
                        ours,
                    ),
                )
            }
            Err(error) => Err(error.into()),
        }
    }

    fn tab(&self, room: &RoomKey, name: &str, url: &Text) -> Result<NewRoomTab, Trouble> {
        Ok(NewRoomTab {
            room_id: self.id(&Address::room(room))?.as_str().into(),
            content_url: Secret::new(self.pinned(room, url)?),
            display_name: name.to_owned(),
        })
    }

    fn tab_is(&self, step: &Step, answer: RoomTab, asked: &NewRoomTab, made: bool) -> Done {
        let seen = convert::tab(answer);
        let url = |url: &str| Fields::from([(Field::Url, Value::Text(url.to_owned()))]);
        let answered = if seen.url.is_empty() {
            asked.content_url.expose()
        } else {
            &seen.url
        };
        let (asked, answered) = (url(asked.content_url.expose()), url(answered));
        self.settled(step, &seen.id, made, asked, answered)
    }
}
