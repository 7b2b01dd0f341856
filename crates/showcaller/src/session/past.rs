//! What the ledger knows, for commands that ask nobody else: no token, no Webex.

use std::collections::BTreeMap;

use jiff::Timestamp;
use showcaller_engine::ToldMeeting;
use showcaller_event::Event;
use showcaller_event::model::MeetingKey;
use showcaller_ledger::{Error as LedgerError, Ledger};
use showcaller_render::facts::Told;

use super::files::EventFiles;
use super::{EventArgs, checked, place, simulated};
use crate::exit::Failure;
use crate::terminal::say;

/// An event, and what was done about it so far.
pub(crate) struct Past {
    pub(crate) event: Event,
    /// What Webex told about its meetings; nothing before the first `apply`.
    pub(crate) told: Told,
    ledger: Option<Ledger>,
}

impl Past {
    /// Reads the event file, which must be free of mistakes, and the ledger if there is one.
    pub(crate) async fn read(args: &EventArgs) -> Result<Self, Failure> {
        let (event, files) = checked(&args.event, None)?;
        let url = place::ledger_url(args)?;
        if url.path().is_some_and(|path| !path.exists()) {
            return Ok(Self {
                event,
                told: Told::default(),
                ledger: None,
            });
        }
        Self::with(event, &files, Ledger::open(&url).await?).await
    }

    /// The same, with a new ledger where there is none.
    pub(crate) async fn open(args: &EventArgs) -> Result<Self, Failure> {
        let (event, files) = checked(&args.event, None)?;
        if args.ledger.is_none() {
            place::make_folder(args)?;
        }
        Self::with(
            event,
            &files,
            Ledger::open(&place::ledger_url(args)?).await?,
        )
        .await
    }

    async fn with(event: Event, files: &EventFiles, ledger: Ledger) -> Result<Self, Failure> {
        let binding = ledger.binding().await?;
        if let Some(binding) = binding
            && binding.event_key != event.key.as_str()
        {
            return Err(LedgerError::BelongsToAnother {
                what: "event",
                here: binding.event_key,
                asked: event.key.to_string(),
            }
            .into());
        }
        let mut event = applied(event, files, &ledger).await?;
        let meetings = showcaller_engine::told(&ledger).await?;
        as_kept(&mut event, &meetings);
        let mut told = Told::default();
        for (key, meeting) in meetings {
            told.facts.insert(key.clone(), meeting.facts);
            told.hosts.insert(key, meeting.host);
        }
        Ok(Self {
            event,
            told,
            ledger: Some(ledger),
        })
    }

    /// The ledger, where there is one.
    pub(crate) fn ledger(&self) -> Option<&Ledger> {
        self.ledger.as_ref()
    }

    /// The present, which for a simulated event is that of its world.
    pub(crate) fn now(&self, args: &EventArgs) -> Result<Timestamp, Failure> {
        match args.simulate {
            true => simulated::time(&self.event, args),
            false => Ok(Timestamp::now()),
        }
    }

    pub(crate) async fn close(self) {
        if let Some(ledger) = self.ledger {
            ledger.close().await;
        }
    }
}

/// What people are told is what Webex has: meetings whose title or time is kept as somebody changed
/// it there are shown so, and it is said that the file differs.
fn as_kept(event: &mut Event, meetings: &BTreeMap<MeetingKey, ToldMeeting>) {
    let mut kept: Vec<&str> = Vec::new();
    for meeting in &mut event.meetings {
        let told = meetings.get(&meeting.key);
        if let Some(told) = told.and_then(|told| told.as_on_webex(meeting)) {
            *meeting = told;
            kept.push(meeting.key.as_str());
        }
    }
    if !kept.is_empty() {
        say::note(&format!(
            "Shown as kept on Webex, not as in the event file: {}.",
            kept.join(", ")
        ));
    }
}

/// The event as it was last applied: what is handed out must never follow a half-edited file. A
/// ledger without a revision knows nothing yet, and the file is all there is.
async fn applied(event: Event, files: &EventFiles, ledger: &Ledger) -> Result<Event, Failure> {
    let Some(stored) = ledger.latest_revision().await? else {
        return Ok(event);
    };
    if stored.revision.source_digest == files.digest() {
        return Ok(event);
    }
    say::note(
        "The event file has changed since it was last applied. This shows what was applied; the \n\
         changes show after `showcaller apply`.",
    );
    Ok(showcaller_engine::event_of(&stored)?)
}
