//! What operators do in a terminal alone: they apply other files, correct what a cue has said, and read what became
//! of it.

use jiff::SignedDuration;
use showcaller_clock::Clock as _;
use showcaller_engine::cues::Show;
use showcaller_engine::{Announcement, InForce};
use showcaller_event::model::CueKey;
use showcaller_show::{Board, Receipt, ReceiptState};

use super::{Happening, Play};
use crate::error::Error;
use crate::former;
use crate::record::{Before, Called, Revised};

/// How often a terminal reads what became of messages, and for how long it is patient.
const LOOK: SignedDuration = SignedDuration::from_secs(2);
const PATIENT: SignedDuration = SignedDuration::from_mins(5);

impl Play<'_> {
    /// Applies the files of today while those of yesterday are in force, and tells the rooms.
    pub(super) async fn revise(&mut self) -> Result<(), Error> {
        let Some(former) = self.former.take() else {
            return Ok(());
        };
        let (ledger, began) = (&self.stage.ledger, self.stage.now());
        let Some(announcement) = Announcement::open(ledger, began).await? else {
            return Ok(());
        };
        announcement.begin(ledger).await?;
        let applied = self.stage.apply(self.files).await?;
        self.record.applied.failed.extend(applied.failed);
        let (by, now) = (self.operators.by(false), self.stage.now());
        let id = announcement.write(ledger, by, now).await?;
        let failed = match id {
            Some(id) => {
                let said = move |show: &Show, at, _: &Board<'_>| show.said(id, at);
                self.unfinished(&said).await?
            }
            None => Some("there was nothing to tell".to_owned()),
        };
        let before = former::changed(&former.event, &self.files.event).into_iter();
        let before = before.map(|(was, _)| Before {
            meeting: was.key.clone(),
            title: was.title.clone(),
            end: was.end.timestamp(),
        });
        self.record.revised = Some(Revised {
            within: (began, self.stage.now()),
            before: before.collect(),
            failed,
        });
        if let Some(in_force) = InForce::read(&self.stage.ledger).await? {
            self.in_force = in_force.into();
        }
        Ok(())
    }

    /// Gives a cue that was sent other words.
    pub(super) async fn correct(&mut self, cue: CueKey) -> Result<(), Error> {
        let (ledger, at) = (&self.stage.ledger, self.stage.now());
        let number = self.operators.correct(ledger, at, &cue).await?;
        let refused = match number {
            Some(number) => {
                let corrected =
                    move |show: &Show, _, board: &Board<'_>| show.corrections(board, number);
                self.unfinished(&corrected).await?
            }
            None => Some("it was sent to nobody".to_owned()),
        };
        self.called(Called {
            at,
            cue,
            said: "correct".to_owned(),
            refused,
        });
        Ok(())
    }

    /// What was recalled of a cue and is not deleted.
    pub(super) async fn undeleted(&self, cue: &CueKey) -> Result<Option<String>, Error> {
        let deleted = |show: &Show, _, board: &Board<'_>| {
            let status = board.cue(cue);
            status.map_or_else(Vec::new, |status| show.deletions(board, status))
        };
        self.unfinished(&deleted).await
    }

    /// Waits for messages to be sent, edited or deleted; says which was not.
    async fn unfinished(
        &self,
        receipts: &(dyn Fn(&Show, jiff::Timestamp, &Board<'_>) -> Vec<Receipt> + Sync),
    ) -> Result<Option<String>, Error> {
        let until = self.stage.now() + PATIENT;
        loop {
            let now = self.stage.now();
            let looked = self
                .operators
                .watch
                .look(now, |show, board| receipts(show, now, board));
            let receipts = looked.await?;
            let is_pending = |it: &Receipt| it.state == ReceiptState::Pending;
            if receipts.is_empty() {
                return Ok(Some("nothing was done".to_owned()));
            }
            if now < until && receipts.iter().any(is_pending) {
                self.stage.clock.sleep(LOOK).await;
                continue;
            }
            let fine = [ReceiptState::Done, ReceiptState::Gone];
            let other = receipts.iter().find(|it| !fine.contains(&it.state));
            let what = |it: &Receipt| format!("{:?} of {:?}", it.state, it.recipient);
            return Ok(other.map(what));
        }
    }

    pub(super) fn called(&mut self, called: Called) {
        (self.audience)(called.at, Happening::Called(&called));
        self.record.calls.push(called);
    }
}
