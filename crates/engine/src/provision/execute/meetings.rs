//! Steps on meetings and their invitation lists.

use showcaller_event::model::{Address, Email, MeetingKey};
use showcaller_ledger::{Effect, Record};
use showcaller_plan::observed::{MeetingFacts, SeenMeeting};
use showcaller_plan::{
    Action, Change, Field, Fields, KnownResource, NewInvitee, Owner, Step, Value, replaced_address,
};
use showcaller_webex::{InviteeUpdate, InviteesToAdd, MeetingRemoval, Outcome, Webex};

use super::super::adopt::children_of;
use super::super::convert;
use super::super::report::{Ended, Failure, LinkChange, NotCohost};
use super::{Done, Trouble, Work};
use crate::records::StoredFacts;

impl Work<'_> {
    pub(super) async fn meeting_step(&self, step: &Step) -> Result<Done, Trouble> {
        let webex = self.client(&step.owner)?;
        match &step.action {
            create @ Action::CreateMeeting { meeting, .. } => {
                let mut done = self.create_meeting(step, webex, create, None).await?;
                let again = self.state().forgotten.contains(&step.address);
                done.news.link_change = again.then(|| self.link_change(meeting));
                Ok(done)
            }
            Action::ReplaceMeeting {
                id,
                old_host,
                create,
                ..
            } => {
                let mail = matches!(**create, Action::CreateMeeting { mail: true, .. });
                self.replace_meeting(step, webex, id, old_host, create, mail)
                    .await
            }
            Action::ChangeMeeting {
                meeting,
                id,
                changes,
                timezone,
                mail,
            } => {
                let change = convert::meeting_change(changes, timezone, *mail);
                let answer = webex.update_meeting(&id.as_str().into(), &change).await?;
                let mut done = self
                    .changed_meeting(step, meeting, changes, convert::meeting(answer))
                    .await?;
                if *mail {
                    done.effects.extend(self.all_mailed(&step.address));
                }
                Ok(done)
            }
            Action::DeleteMeeting { id, mail } => {
                let removal = MeetingRemoval {
                    send_email: *mail,
                    host_email: None,
                };
                let answer = webex.delete_meeting(&id.as_str().into(), &removal).await;
                self.gone(step, answer)
            }
            Action::AddInvitees {
                meeting,
                invitees,
                mail,
            } => {
                self.add_invitees(step, webex, meeting, invitees, *mail)
                    .await
            }
            Action::SetCohost {
                id,
                email,
                cohost,
                mail,
            } => {
                self.set_cohost(step, webex, id, email, *cohost, *mail)
                    .await
            }
            Action::RemoveInvitee { id, mail } => {
                let answer = webex.delete_invitee(&id.as_str().into(), None, *mail).await;
                self.gone(step, answer)
            }
            _ => unreachable!("only steps on meetings come here"),
        }
    }

    async fn create_meeting(
        &self,
        step: &Step,
        webex: &Webex,
        create: &Action,
        password: Option<&str>,
    ) -> Result<Done, Trouble> {
        let Action::CreateMeeting {
            meeting,
            fields,
            timezone,
            site,
            invitees,
            mail,
            ..
        } = create
        else {
            unreachable!("only a creation comes here");
        };
        self.pin(step).await?;
        self.keep_password(&step.address, fields).await?;
        let new = convert::new_meeting(fields, timezone, site.as_ref(), invitees, *mail, password);
        let new = new.ok_or_else(|| Trouble::Refused("it has no title or no time".to_owned()))?;
        let seen = convert::meeting(webex.create_meeting(&new).await?);
        self.state()
            .facts
            .insert(step.address.clone(), StoredFacts::from(&seen.facts));
        let mut done = self.settled(step, &seen.id, true, fields.clone(), seen.fields);
        if !invitees.is_empty() {
            let invited = (&**invitees, *mail);
            self.read_back(&step.owner, webex, meeting, &seen.id, invited, &mut done)
                .await;
        }
        Ok(done)
    }

    /// The host is chosen. An earlier choice that came to nothing does not count any more.
    async fn pin(&self, step: &Step) -> Result<(), Trouble> {
        let (address, host) = (step.address.as_str(), step.owner.to_string());
        if self.ledger.pin(address, &host).await? != host {
            self.ledger.unpin(address).await?;
            self.ledger.pin(address, &host).await?;
        }
        Ok(())
    }

    /// A password that the file gives is kept where secrets are kept, so that the next plan can
    /// tell whether it changed.
    async fn keep_password(&self, address: &Address, fields: &Fields) -> Result<(), Trouble> {
        if let Some(Value::Hidden(password)) = fields.get(&Field::Password) {
            self.ledger.erase_secret(address.as_str()).await?;
            self.ledger
                .keep_secret(address.as_str(), password.expose())
                .await?;
        }
        Ok(())
    }

    /// Schedules anew with the password that people know, and only then deletes the old meeting: a
    /// refusal leaves everything as it was. Between the two calls the ledger has both, the old one
    /// under an address of its own, so that a run that dies there goes on with the second.
    async fn replace_meeting(
        &self,
        step: &Step,
        webex: &Webex,
        id: &str,
        old_host: &Email,
        create: &Action,
        mail: bool,
    ) -> Result<Done, Trouble> {
        let Action::CreateMeeting { meeting, .. } = create else {
            unreachable!("only a creation is made anew");
        };
        let old_owner = Owner::Host(old_host.clone());
        let old = self.client(&old_owner)?;
        let facts = self.state().facts.get(&step.address).cloned();
        let facts: MeetingFacts = facts.unwrap_or_default().into();
        let password = facts.password.as_ref().map(|password| password.expose());
        let mut done = self.create_meeting(step, webex, create, password).await?;
        done.news.link_change = Some(self.link_change(meeting));
        let replaced = replaced_address(meeting);
        let left = self.record(
            &replaced,
            id,
            &old_owner,
            true,
            Fields::new(),
            Fields::new(),
        );
        let both: Vec<Record> = std::iter::once(&left)
            .chain(&done.effects)
            .filter_map(|effect| match effect {
                Effect::Record(record) => Some(record.clone()),
                Effect::Forget { .. } => None,
            })
            .collect();
        self.ledger.record_all(&both).await?;
        let removal = MeetingRemoval {
            send_email: mail,
            host_email: None,
        };
        match old.delete_meeting(&id.into(), &removal).await {
            Err(error) if !error.is_not_found() => {
                let failure = Failure {
                    address: replaced,
                    sentence: format!(
                        "The meeting was made anew, and the old one, with the old link, could not be \
                         taken away ({}). The next apply does.",
                        error.refused_because()
                    ),
                    tracking_id: error.tracking_id().map(str::to_owned),
                    again_at: self.again_at(&error),
                };
                let ended = match error.outcome() {
                    Outcome::Unknown => Ended::Unclear,
                    _ => Ended::Failed,
                };
                done.news.left = Some((ended, failure));
            }
            Ok(()) | Err(_) => done.effects.extend(self.forget(&replaced, "made anew")),
        }
        Ok(done)
    }

    fn link_change(&self, meeting: &MeetingKey) -> LinkChange {
        LinkChange {
            meeting: meeting.clone(),
            rooms: self
                .event
                .meeting(meeting)
                .map(|m| m.rooms.clone())
                .unwrap_or_default(),
        }
    }

    /// A moved meeting is expected to keep its link, but nothing promises it (meetings §6).
    async fn changed_meeting(
        &self,
        step: &Step,
        meeting: &MeetingKey,
        changes: &[Change],
        seen: SeenMeeting,
    ) -> Result<Done, Trouble> {
        let asked = convert::targets(changes);
        self.keep_password(&step.address, &asked).await?;
        let facts = StoredFacts::from(&seen.facts);
        let before = self.state().facts.insert(step.address.clone(), facts);
        let before: MeetingFacts = before.unwrap_or_default().into();
        let moved =
            before.link.is_some() && seen.facts.link.is_some() && before.link != seen.facts.link;
        let mut done = self.settled(step, &seen.id, false, asked, seen.fields);
        done.news.link_change = moved.then(|| self.link_change(meeting));
        Ok(done)
    }

    /// A change with mails is written about to everybody on the list.
    fn all_mailed(&self, meeting: &Address) -> Vec<Effect> {
        let invitees = children_of(&self.state().resources, meeting);
        let mailed = invitees.into_iter().filter_map(|address| {
            let known = self.state().resources.get(&address)?.clone();
            let asked = with_mail(Fields::new(), true);
            Some(self.record(
                &address,
                &known.remote_id,
                &known.owner,
                false,
                asked,
                Fields::new(),
            ))
        });
        mailed.collect()
    }

    async fn add_invitees(
        &self,
        step: &Step,
        webex: &Webex,
        meeting: &MeetingKey,
        invitees: &[NewInvitee],
        mail: bool,
    ) -> Result<Done, Trouble> {
        let id = self.id(&Address::meeting(meeting))?;
        let items = |invitees: &[NewInvitee]| InviteesToAdd {
            meeting_id: id.as_str().into(),
            host_email: None,
            items: invitees
                .iter()
                .map(|invitee| convert::new_invitee(invitee, mail))
                .collect(),
        };
        match webex.insert_invitees(&items(invitees)).await {
            Ok(_) => {}
            // Some were there already; which, and whether the others came in, Webex does not say
            // (meetings §7): look, and add the rest.
            Err(error) if error.is_conflict() => {
                let list = webex.list_invitees(&id.as_str().into(), None).await?;
                let present: Vec<Email> = list
                    .into_iter()
                    .map(|invitee| convert::invitee(invitee).email)
                    .collect();
                let rest: Vec<NewInvitee> = invitees
                    .iter()
                    .filter(|i| !present.contains(&i.email))
                    .cloned()
                    .collect();
                if !rest.is_empty() {
                    let again = webex.insert_invitees(&items(&rest)).await;
                    again.map_err(|error| match error.is_conflict() {
                        true => Trouble::Refused(
                            "Webex says that some of them are invited already, but its list does \
                             not show them yet. Apply again in a minute."
                                .to_owned(),
                        ),
                        false => error.into(),
                    })?;
                }
            }
            Err(error) => return Err(error.into()),
        }
        let mut done = Done::default();
        let invited = (invitees, mail);
        self.read_back(&step.owner, webex, meeting, &id, invited, &mut done)
            .await;
        Ok(done)
    }

    /// Reads who really is on the list, and who really became co-host: Webex may quietly invite
    /// somebody without making them co-host (meetings §2).
    async fn read_back(
        &self,
        owner: &Owner,
        webex: &Webex,
        meeting: &MeetingKey,
        id: &str,
        (wanted, mail): (&[NewInvitee], bool),
        done: &mut Done,
    ) {
        let list = match webex.list_invitees(&id.into(), None).await {
            Ok(list) => list,
            Err(error) => {
                // The meeting stands; the next plan reads the list, because the ledger lacks it.
                done.news.warnings.push(format!(
                    "Who is invited to meeting/{meeting} could not be read back: {}",
                    error.refused_because()
                ));
                Vec::new()
            }
        };
        let mut unread: Vec<&Email> = wanted.iter().map(|invitee| &invitee.email).collect();
        for seen in list.into_iter().map(convert::invitee) {
            let Some(wanted) = wanted.iter().find(|wanted| wanted.email == seen.email) else {
                continue;
            };
            unread.retain(|email| **email != seen.email);
            let address = Address::invitee(meeting, &seen.email);
            let asked = with_mail(cohost(wanted.cohost), mail);
            let answered = cohost(seen.cohost);
            done.effects
                .push(self.record(&address, &seen.id, owner, true, asked, answered));
            if wanted.cohost && !seen.cohost {
                done.news.not_cohosts.push(NotCohost {
                    meeting: meeting.clone(),
                    email: seen.email,
                });
            }
        }
        // They are on the list, even if it does not show them yet: ours to take off again, should
        // the file forget them before anybody has looked.
        for email in unread {
            let address = Address::invitee(meeting, email);
            let id = KnownResource::unread_id(id, email);
            let (asked, answered) = (with_mail(Fields::new(), mail), Fields::new());
            done.effects
                .push(self.record(&address, &id, owner, true, asked, answered));
        }
    }

    async fn set_cohost(
        &self,
        step: &Step,
        webex: &Webex,
        id: &str,
        email: &Email,
        wanted: bool,
        mail: bool,
    ) -> Result<Done, Trouble> {
        let update = InviteeUpdate {
            email: email.to_string(),
            co_host: Some(wanted),
            send_email: mail,
            ..InviteeUpdate::default()
        };
        let answer = webex.update_invitee(&id.into(), &update).await?;
        let seen = convert::invitee(answer);
        let (mut asked, answered) = (cohost(wanted), cohost(seen.cohost));
        if mail {
            asked = with_mail(asked, true);
        }
        let mut done = self.settled(step, &seen.id, false, asked, answered);
        let meeting = step.address.as_str().strip_prefix("invitee/");
        let meeting = meeting
            .and_then(|rest| rest.rsplit_once('/'))
            .map_or("", |(key, _)| key);
        if wanted && !seen.cohost {
            done.news.not_cohosts.push(NotCohost {
                meeting: MeetingKey::new(meeting),
                email: email.clone(),
            });
        }
        Ok(done)
    }
}

fn cohost(cohost: bool) -> Fields {
    Fields::from([(Field::Cohost, Value::Flag(cohost))])
}

/// What was asked for, and whether Webex was to write to them.
fn with_mail(mut asked: Fields, mail: bool) -> Fields {
    asked.insert(Field::Mailed, Value::Flag(mail));
    asked
}
