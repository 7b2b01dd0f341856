//! What the ledger knows, for commands that need neither token nor Webex.

use jiff::Timestamp;
use showcaller_engine::InForce;
use showcaller_event::Event;
use showcaller_event::model::MeetingKey;
use showcaller_ledger::{Error as LedgerError, Ledger};
use showcaller_render::facts::Told;

use super::files::EventFiles;
use super::{EventArgs, checked, place, simulated};
use crate::exit::Result;
use crate::terminal::say;

/// An event, and what was done about it so far.
pub(crate) struct Past {
    /// The event as it was applied; as the file has it before the first `apply`.
    pub(crate) in_force: InForce,
    /// What Webex decided about its meetings, as sheets and calendars want it.
    pub(crate) told: Told,
    ledger: Option<Ledger>,
}

impl Past {
    /// Reads the event file, which must be free of mistakes, and the ledger if there is one.
    pub(crate) async fn read(args: &EventArgs) -> Result<Self> {
        let (event, files, _) = checked(&args.event, None)?;
        match existing(args, &event).await? {
            None => Ok(Self::of(InForce::planned(event), None)),
            Some(ledger) => Self::with(event, &files, ledger).await,
        }
    }

    /// The same with the event as the file has it, as if it had just been applied.
    pub(crate) async fn draft(args: &EventArgs) -> Result<Self> {
        let (event, ..) = checked(&args.event, None)?;
        match existing(args, &event).await? {
            None => Ok(Self::of(InForce::planned(event), None)),
            Some(ledger) => Ok(Self::of(
                InForce::draft(event, &ledger).await?,
                Some(ledger),
            )),
        }
    }

    /// The same, with a new ledger where there is none.
    pub(crate) async fn open(args: &EventArgs) -> Result<Self> {
        let (event, files, _) = checked(&args.event, None)?;
        if args.ledger.is_none() {
            place::make_folder(args)?;
        }
        let ledger = place::open_to_read(&place::ledger_url(args)?).await?;
        // What it writes is a number that goes with what it gives out.
        let ledger = match ledger.is_read_only() {
            true => ledger.fork().await?,
            false => ledger,
        };
        refuse_other(&ledger, &event).await?;
        Self::with(event, &files, ledger).await
    }

    async fn with(event: Event, files: &EventFiles, ledger: Ledger) -> Result<Self> {
        let in_force = match InForce::read(&ledger).await? {
            Some(in_force) => in_force,
            // A ledger without a revision knows nothing yet, and the file is all there is.
            None => InForce::draft(event, &ledger).await?,
        };
        say_differences(&in_force, files);
        Ok(Self::of(in_force, Some(ledger)))
    }

    fn of(in_force: InForce, ledger: Option<Ledger>) -> Self {
        let mut told = Told::default();
        for (key, meeting) in &in_force.meetings {
            told.facts.insert(key.clone(), meeting.facts.clone());
            told.hosts.insert(key.clone(), meeting.host.clone());
        }
        Self {
            in_force,
            told,
            ledger,
        }
    }

    /// The ledger, where there is one.
    pub(crate) fn ledger(&self) -> Option<&Ledger> {
        self.ledger.as_ref()
    }

    /// The present, which for a simulated event is that of its world.
    pub(crate) fn now(&self, args: &EventArgs) -> Result<Timestamp> {
        match args.simulate {
            true => simulated::time(&self.in_force.event, args),
            false => Ok(Timestamp::now()),
        }
    }

    pub(crate) async fn close(self) {
        if let Some(ledger) = self.ledger {
            ledger.close().await;
        }
    }
}

/// The ledger of this event, where there is one.
async fn existing(args: &EventArgs, event: &Event) -> Result<Option<Ledger>> {
    let url = place::ledger_url(args)?;
    if url.path().is_some_and(|path| !path.exists()) {
        return Ok(None);
    }
    let ledger = place::open_to_read(&url).await?;
    refuse_other(&ledger, event).await?;
    Ok(Some(ledger))
}

async fn refuse_other(ledger: &Ledger, event: &Event) -> Result<()> {
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
    Ok(())
}

/// What is shown is what is in force: where the file differs from it, that is said.
fn say_differences(in_force: &InForce, files: &EventFiles) {
    let revision = in_force.revision.as_ref();
    if revision.is_some_and(|revision| revision.source_digest != files.digest()) {
        say::remark(
            "the event file has changed since it was last applied: this shows what was applied, and \
             the changes show after `showcaller apply`",
        );
    }
    if !in_force.kept.is_empty() {
        let kept: Vec<&str> = in_force.kept.iter().map(MeetingKey::as_str).collect();
        say::remark(&format!(
            "shown as kept on Webex, not as in the event file: {}",
            kept.join(", ")
        ));
    }
}
