//! The sweep: what was written and not told by a webhook, because the delivery was lost or the bot was
//! away, is found by reading the rooms in which something happened.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use showcaller_ledger::{Error as LedgerError, Incoming, IncomingKind};
use showcaller_webex::{
    Error as WebexError, Lane, Message, MessageFilter, Room, RoomId, RoomKind, Webex,
};

use super::context::Context;
use super::inbox::Inbox;
use crate::Error;
use crate::floor::{Held, LeaseSpec};

const LEASE: LeaseSpec = LeaseSpec {
    name: "sweep",
    outdates: None,
};

/// The fact that says when the last sweep began that read everything.
const SWEPT: &str = "swept";
/// The pause between two sweeps: with the sweep itself, less than a minute.
const PAUSE: SignedDuration = SignedDuration::from_secs(30);
/// How often a replica looks whether the one that sweeps has ended.
const RETRY: SignedDuration = SignedDuration::from_secs(15);
/// How far back beyond the last sweep: Webex may take so long to show a message (messaging §9.3).
const OVERLAP: SignedDuration = SignedDuration::from_mins(10);
/// The most rooms that are listed, the latest first.
const ROOMS: usize = 1_000;
/// The most messages that are read at once (messaging §1.5).
const AT_ONCE: usize = 100;

#[derive(Debug, thiserror::Error)]
enum Trouble {
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Webex(#[from] WebexError),
    #[error("another replica sweeps now")]
    LeaseLost,
}

/// Sweeps for as long as it is let, unless another replica does.
pub(super) async fn run(context: Arc<Context>, inbox: Inbox) {
    let (ledger, clock) = (&context.ledger, &context.clock);
    loop {
        match Held::take(ledger, LEASE, &context.process, clock, false).await {
            Ok(held) => {
                let error = sweep_under(&context, &inbox, &held).await;
                tracing::info!(%error, "this process sweeps no more");
                held.abandon().await;
            }
            Err(Error::Busy(holder)) => tracing::debug!(by = holder.by, "another replica sweeps"),
            Err(error) => tracing::warn!(%error, "whether a replica sweeps is not known"),
        }
        clock.sleep(RETRY).await;
    }
}

/// Sweeps until the lease is lost.
async fn sweep_under(context: &Context, inbox: &Inbox, held: &Held) -> Trouble {
    let permit = held.permit();
    // Answers go before it.
    let webex = context.webex.guarded(permit.clone());
    let mut sweep = Sweep {
        context,
        inbox,
        webex: webex.on_lane(Lane::Provisioning),
        read_to: HashMap::new(),
    };
    loop {
        if permit.may_send().await.is_err() {
            return Trouble::LeaseLost;
        }
        match sweep.sweep().await {
            Ok(0) => {}
            Ok(found) => tracing::info!(found, "a sweep found what no webhook told"),
            Err(error) => tracing::warn!(%error, "a sweep could not read everything"),
        }
        context.clock.sleep(PAUSE).await;
    }
}

struct Sweep<'a> {
    context: &'a Context,
    inbox: &'a Inbox,
    webex: Webex,
    /// The last activity up to which each room was read.
    read_to: HashMap<RoomId, Timestamp>,
}

impl Sweep<'_> {
    /// Reads every room in which something happened since the last sweep. Returns how many events were
    /// new.
    async fn sweep(&mut self) -> Result<usize, Trouble> {
        let began = self.context.clock.now();
        let since = self.since(began).await?;
        let rooms = self.webex.latest_rooms(ROOMS).await?;
        let mut found = 0;
        let mut missed = None;
        for room in &rooms {
            let Some(last) = room.last_activity.filter(|last| *last >= since) else {
                continue;
            };
            // Read to there less than the overlap ago, or long enough for everything to be visible.
            let known = self.read_to.get(&room.id) == Some(&last);
            if known && last < earlier(began, OVERLAP) || !self.is_answered_in(room) {
                continue;
            }
            match self.read(room, since).await {
                Ok(events) => {
                    found += self.inbox.take_in_all(events).await?;
                    self.read_to.insert(room.id.clone(), last);
                }
                // The bot was put out meanwhile.
                Err(error) if error.is_not_found() || error.is_forbidden() => {}
                // One room does not keep the others from being read.
                Err(error) => missed = Some(error),
            }
        }
        if let Some(error) = missed {
            return Err(error.into());
        }
        let ledger = &self.context.ledger;
        ledger.set_meta(SWEPT, &began.to_string()).await?;
        Ok(found)
    }

    /// From when on messages are read.
    async fn since(&self, now: Timestamp) -> Result<Timestamp, LedgerError> {
        let swept = self.context.ledger.meta(SWEPT).await?;
        let swept = swept.and_then(|swept| swept.parse().ok());
        let last = swept.map_or(Timestamp::MIN, |swept| earlier(swept, OVERLAP));
        let skipped = self.context.in_force.latest().event.bot.skip_after;
        let oldest = earlier(now, skipped);
        // What was asked before the bot ever was here is not answered.
        Ok(last.max(oldest).max(self.context.first_start))
    }

    fn is_answered_in(&self, room: &Room) -> bool {
        let in_force = self.context.in_force.latest();
        room.kind == Some(RoomKind::Direct) || in_force.directory.room(&room.id).is_some()
    }

    /// The messages of others that were written in a room since then.
    async fn read(&self, room: &Room, since: Timestamp) -> Result<Vec<Incoming>, WebexError> {
        let direct = room.kind == Some(RoomKind::Direct);
        let mut filter = MessageFilter {
            room: room.id.clone(),
            mentioning_me: !direct,
            before: None,
            parent: None,
        };
        let mut events = Vec::new();
        loop {
            let page = self.webex.list_messages(&filter, AT_ONCE).await?;
            let oldest = page.iter().filter_map(|message| message.created).min();
            let new = page
                .iter()
                .filter(|it| it.created.is_some_and(|at| at >= since));
            events.extend(new.filter_map(|message| self.event(room, direct, message)));
            match oldest {
                // What lies between is read, too.
                Some(oldest) if page.len() >= AT_ONCE && oldest > since => {
                    filter.before = Some(oldest);
                }
                _ => return Ok(events),
            }
        }
    }

    fn event(&self, room: &Room, direct: bool, message: &Message) -> Option<Incoming> {
        let person = message.person_id.as_ref()?;
        if self.context.is_me(person) {
            return None;
        }
        Some(Incoming {
            kind: IncomingKind::Message,
            remote_id: message.id.to_string(),
            room: room.id.to_string(),
            direct,
            person: person.to_string(),
            moderator: false,
            at: message.created?,
        })
    }
}

fn earlier(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_sub(by).unwrap_or(Timestamp::MIN)
}
