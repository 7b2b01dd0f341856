//! One entry's history.

use jiff::Timestamp;
use serde::Serialize;
use showcaller_ledger::{Ledger, OperationKind};

use super::text::Text;
use crate::exit::{Failure, Result};
use crate::terminal::when;

/// What is shown of one address.
#[derive(Debug, Serialize)]
pub(super) struct History {
    address: String,
    now: Option<Now>,
    host: Option<String>,
    password_kept: bool,
    before: Vec<Before>,
    calls: Vec<Call>,
}

#[derive(Debug, Serialize)]
struct Now {
    id: String,
    owner: String,
    made_by_showcaller: bool,
    recorded: Timestamp,
}

#[derive(Debug, Serialize)]
struct Before {
    id: String,
    forgotten: Timestamp,
    why: String,
}

#[derive(Debug, Serialize)]
struct Call {
    operation: String,
    run: String,
    verb: String,
    state: String,
    attempts: i64,
    written: Timestamp,
    changed: Timestamp,
    reason: Option<String>,
    tracking_id: Option<String>,
}

impl History {
    pub(super) async fn read(ledger: &Ledger, address: &str) -> Result<Self> {
        let now = ledger.resource(address).await?.map(|record| Now {
            id: record.remote_id,
            owner: record.owner,
            made_by_showcaller: record.created_by_us,
            recorded: record.at,
        });
        let tombstones = ledger.tombstones().await?.into_iter();
        let before = tombstones
            .filter(|tombstone| tombstone.address == address)
            .map(|tombstone| Before {
                id: tombstone.remote_id,
                forgotten: tombstone.at,
                why: tombstone.why,
            });
        let operations = ledger
            .operations_about(OperationKind::Provision, address)
            .await?
            .into_iter();
        let calls = operations.map(|it| Call {
            operation: it.id.to_string(),
            run: it.run,
            verb: it.verb,
            state: it.state.to_string(),
            attempts: it.attempts,
            written: it.at,
            changed: it.changed_at,
            reason: it.reason,
            tracking_id: it.tracking_id,
        });
        let history = Self {
            address: address.to_owned(),
            now,
            host: ledger.pins().await?.remove(address),
            password_kept: ledger.secret(address).await?.is_some(),
            before: before.collect(),
            calls: calls.collect(),
        };
        if history.is_empty() {
            return Err(unknown(ledger, address).await?);
        }
        Ok(history)
    }

    fn is_empty(&self) -> bool {
        self.now.is_none()
            && self.host.is_none()
            && self.before.is_empty()
            && self.calls.is_empty()
            && !self.password_kept
    }

    /// For people, in lines of at most so many columns.
    pub(super) fn text(&self, width: usize) -> String {
        let mut text = Text::new(width);
        text.line(&self.address);
        match &self.now {
            None => text.line("It is not on Webex, as far as the ledger knows."),
            Some(now) => {
                let made = match now.made_by_showcaller {
                    true => "made by Showcaller",
                    false => "found, not made by Showcaller",
                };
                text.entry(&format!("id {}", now.id));
                text.entry(&format!(
                    "{made}, with the token of {}; last written down {}",
                    now.owner,
                    when::local(now.recorded)
                ));
            }
        }
        if let Some(host) = &self.host {
            text.entry(&format!("its host is {host}"));
        }
        if self.password_kept {
            text.entry("a password is kept for it (not shown)");
        }
        if !self.before.is_empty() {
            text.head("Before");
        }
        for before in &self.before {
            text.entry(&format!(
                "{}: {}",
                when::local(before.forgotten),
                before.why
            ));
            text.below(&format!("id {}", before.id));
        }
        if !self.calls.is_empty() {
            text.head("Calls");
        }
        for call in &self.calls {
            text.entry(&format!(
                "{}  {} {}, run {}",
                when::local(call.written),
                call.verb,
                call.state,
                call.run
            ));
            if let Some(reason) = &call.reason {
                text.below(reason);
            }
            if let Some(id) = &call.tracking_id {
                text.below(&format!("tracking id {id}"));
            }
        }
        text.done()
    }
}

async fn unknown(ledger: &Ledger, address: &str) -> Result<Failure> {
    let failure = Failure::usage(format!(
        "--address: the ledger knows nothing at the address `{address}`"
    ));
    let records = ledger.resources().await?;
    let known = records.iter().map(|record| record.address.as_str());
    let failure = failure.hint("an address is as a plan has it, such as `room/team-1`");
    Ok(failure.near(address, known))
}
