//! `apply --tell`: what the rooms concerned are told once a file is applied.

use showcaller_engine::{Announcement, InForce};
use showcaller_show::Change;
use uuid::Uuid;

use super::super::tell;
use crate::exit::Result;
use crate::session::Session;
use crate::terminal::say;

/// What an earlier run has written, and was stopped before it was sent.
pub(super) async fn unsent(session: &Session) -> Result<Option<Uuid>> {
    Ok(Announcement::unsent(&session.ledger, session.now()).await?)
}

/// What is told, as it was shown.
pub(super) struct Telling {
    announcement: Announcement,
    /// Whom: `6 team rooms`; `None` if there is nothing to be told.
    pub(super) whom: Option<String>,
}

impl Telling {
    /// Shows what the event to be applied changes for the rooms; `None` for one that was never applied.
    pub(super) async fn preview(session: &Session) -> Result<Option<Self>> {
        let Some(announcement) = Announcement::open(&session.ledger, session.now()).await? else {
            say::line("");
            say::line("Nothing was applied before, so nobody is told of a change.");
            return Ok(None);
        };
        let (now, event) = (session.now(), session.event.clone());
        let after = InForce::draft(event, &session.ledger).await?;
        let changes = announcement.changes(&after, now);
        let messages = after.announced(&changes, now);
        let whom = tell::show(&after.event, &messages)?;
        if changes
            .iter()
            .flat_map(|of| &of.changes)
            .any(|it| matches!(it, Change::New { meeting, .. } if after.facts(meeting).is_none()))
        {
            say::line("");
            say::line(
                "A link that follows is filled in before it is sent, once Webex has made it.",
            );
        }
        Ok(Some(Self { announcement, whom }))
    }

    /// On a running event, points out that rooms see changes of which they are not told. What cannot be
    /// read is no reason not to apply.
    pub(super) async fn point_out(session: &Session) {
        let (ledger, now) = (&session.ledger, session.now());
        let starts = session.event.meetings.iter();
        let has_begun = starts.map(|it| it.start.timestamp()).any(|at| at <= now);
        if !has_begun {
            return;
        }
        let Ok(Some(announcement)) = Announcement::open(ledger, now).await else {
            return;
        };
        let Ok(after) = InForce::draft(session.event.clone(), ledger).await else {
            return;
        };
        let rooms = announcement.changes(&after, now).len();
        if rooms > 0 {
            let rooms = if rooms == 1 {
                "1 room"
            } else {
                &format!("{rooms} rooms")
            };
            say::remark(&format!(
                "the programme of {rooms} changes; --tell tells them what"
            ));
        }
    }

    /// Keeps what the rooms could see before, ahead of the first change.
    pub(super) async fn begin(&self, session: &Session) -> Result<()> {
        Ok(self.announcement.begin(&session.ledger).await?)
    }

    /// Nothing was applied.
    pub(super) async fn abandon(&self, session: &Session) -> Result<()> {
        Ok(self.announcement.abandon(&session.ledger).await?)
    }

    /// Writes it into the show log. Returns the id of the messages, if there are any.
    pub(super) async fn write(&self, session: &Session) -> Result<Option<Uuid>> {
        let by = tell::by();
        Ok(self
            .announcement
            .write(&session.ledger, by, session.now())
            .await?)
    }
}
