//! Finds what was asked and not delivered: Webex is not known to repeat a delivery that was lost.
//!
//! One replica sweeps, under the lease `sweep`. It lists the rooms in which something happened last, and
//! reads those that moved since it read them. The inbox keeps each message once, however often it is
//! read.

use std::collections::HashMap;
use std::sync::Arc;

use futures::future::BoxFuture;
use futures::{FutureExt as _, StreamExt as _};
use jiff::{SignedDuration, Timestamp};
use showcaller_ledger::{Error as LedgerError, Incoming, IncomingKind, Ledger};
use showcaller_webex::{
    Error as WebexError, Message, MessageFilter, PersonId, Room, RoomId, RoomKind,
};

use super::context::Context;
use super::inbox::{Inbox, later};
use crate::Error;
use crate::floor::{Held, LeaseSpec};
use crate::hooks::{self, Taken};

const LEASE: LeaseSpec = LeaseSpec {
    name: "sweep",
    outdates: None,
};

/// From the end of a sweep to the next one: with its own time and that of the answer, less than 90 s.
const PAUSE: SignedDuration = SignedDuration::from_secs(40);
/// How soon after a failure, and how soon the lease is tried again that another replica has.
const RETRY: SignedDuration = SignedDuration::from_secs(15);
/// Each sweep reads back so far before the last one: clocks differ, and messages appear late.
const OVERLAP: SignedDuration = SignedDuration::from_mins(10);
/// A room is read once more so long after it was seen to move, for what appears late in its list.
const SETTLES_WITHIN: SignedDuration = SignedDuration::from_mins(2);
/// How many rooms are read at once.
const AT_ONCE: usize = 4;
/// How many rooms beside those that moved lately, or messages of a room, are asked for first; then four times as many,
/// and so on.
const FIRST_ASKED: usize = 10;
/// No more than so many are asked for.
const MOST_ASKED: usize = 10_000;

/// When the last complete sweep began, by Webex's clock.
const SWEPT: &str = "swept";

/// Sweeps until it is asked to stop.
pub(super) async fn run(context: Arc<Context>, inbox: Inbox) {
    loop {
        match hold(&context, &inbox).await {
            Ok(()) => return,
            Err(Error::Busy(_)) => {}
            Err(error) => tracing::warn!(%error, "the sweep ended"),
        }
        if context.stop.pause(&context.clock, RETRY).await {
            return;
        }
    }
}

/// Sweeps under the lease, until it is lost or the process is asked to stop.
async fn hold(context: &Context, inbox: &Inbox) -> Result<(), Error> {
    let (ledger, process, clock) = (&context.ledger, &context.process, &context.clock);
    let held = Held::take(ledger, LEASE, process, clock, false).await?;
    let mut sweep = Sweep {
        context,
        inbox,
        fenced: held.fenced(ledger),
        rooms: HashMap::new(),
    };
    loop {
        let swept = tokio::select! {
            biased;
            swept = sweep.once() => swept,
            () = context.stop.wait() => return held.release(ledger).await,
        };
        let pause = match swept {
            Ok(()) => PAUSE,
            Err(Incomplete::Ledger(error @ LedgerError::LeaseLost { .. })) => {
                held.abandon().await;
                return Err(error.into());
            }
            Err(error) => {
                tracing::warn!(%error, "a sweep is not complete");
                RETRY
            }
        };
        if context.stop.pause(clock, pause).await {
            return held.release(ledger).await;
        }
    }
}

/// Why a sweep is not complete.
#[derive(Debug, thiserror::Error)]
enum Incomplete {
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Webex(#[from] WebexError),
    /// Who has the webhooks answers.
    #[error("the bot's webhooks are another process's meanwhile: {0}")]
    Taken(Taken),
}

struct Sweep<'a> {
    context: &'a Context,
    inbox: &'a Inbox,
    /// Refuses to write once another replica sweeps.
    fenced: Ledger,
    rooms: HashMap<RoomId, ReadRoom>,
}

/// A room that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct ReadRoom {
    /// When something happened in it last, by Webex's clock.
    activity: Option<Timestamp>,
    /// When it was first read since.
    first: Timestamp,
    last: Timestamp,
}

impl ReadRoom {
    /// Whether it is to be read now, in which something happened then.
    fn is_due(self, activity: Option<Timestamp>, now: Timestamp) -> bool {
        let settled = later(self.first, SETTLES_WITHIN);
        activity.is_none() || activity != self.activity || (self.last < settled && settled <= now)
    }

    /// It is read now.
    fn again(before: Option<Self>, activity: Option<Timestamp>, now: Timestamp) -> Self {
        let before = before.filter(|before| before.activity == activity);
        Self {
            activity,
            first: before.map_or(now, |before| before.first),
            last: now,
        }
    }
}

impl Sweep<'_> {
    async fn once(&mut self) -> Result<(), Incomplete> {
        let began = self.context.webex.now();
        let (webex, identity) = (&self.context.webex, &self.context.identity);
        if let Some(by) = hooks::taken_over(webex, identity).await? {
            return Err(Incomplete::Taken(by));
        }
        let from = self.from(began).await?;
        let moved = self.rooms_since(from).await?;
        // What has not moved since is not read anyway.
        self.rooms
            .retain(|_, read| read.activity.is_none_or(|at| at >= from));
        let due = moved.into_iter().filter(|room| {
            let read = self.rooms.get(&room.id);
            read.is_none_or(|read| read.is_due(room.last_activity, began))
        });
        let due: Vec<Room> = due.collect();
        let reads: Vec<_> = due.iter().map(|room| self.read(room, from)).collect();
        let reads = futures::stream::iter(reads).buffered(AT_ONCE);
        let results: Vec<Result<(), Incomplete>> = reads.collect().await;
        let mut failure = None;
        for (room, result) in due.iter().zip(results) {
            match result {
                Ok(()) => {
                    let before = self.rooms.get(&room.id).copied();
                    let read = ReadRoom::again(before, room.last_activity, began);
                    self.rooms.insert(room.id.clone(), read);
                }
                Err(error) => failure = Some(error),
            }
        }
        if let Some(error) = failure {
            return Err(error);
        }
        Ok(self.fenced.note_progress(SWEPT, &began.to_string()).await?)
    }

    /// How far back is read: ten minutes before the last complete sweep, but nothing that is too old to be
    /// answered or older than the first start.
    async fn from(&self, now: Timestamp) -> Result<Timestamp, LedgerError> {
        let swept = self.context.ledger.meta(SWEPT).await?;
        let swept = swept.and_then(|text| text.parse::<Timestamp>().ok());
        let skip_after = self.context.in_force.latest().event.bot.skip_after;
        let first = self.context.first_start.max(later(now, -skip_after));
        Ok(match swept {
            Some(swept) => first.max(later(swept, -OVERLAP)),
            None => first,
        })
    }

    /// The rooms that matter in which something happened since.
    async fn rooms_since(&self, from: Timestamp) -> Result<Vec<Room>, WebexError> {
        let webex = &self.context.webex;
        let list = |limit| webex.latest_rooms(limit).boxed();
        let time = |room: &Room| room.last_activity;
        let first = FIRST_ASKED + self.rooms.len();
        let mut rooms = reading_back(list, time, first, from).await?;
        let in_force = self.context.in_force.refreshed().await;
        rooms.retain(|room| is_direct(room) || in_force.directory.room(&room.id).is_some());
        Ok(rooms)
    }

    /// Takes in what was written in a room since.
    async fn read(&self, room: &Room, from: Timestamp) -> Result<(), Incomplete> {
        let filter = MessageFilter {
            room: room.id.clone(),
            // In a room of many a bot may list nothing else (messaging §6).
            mentioning_me: !is_direct(room),
            before: None,
            parent: None,
        };
        let list = |limit| self.context.webex.list_messages(&filter, limit).boxed();
        let time = |message: &Message| message.created;
        let messages = match reading_back(list, time, FIRST_ASKED, from).await {
            Ok(messages) => messages,
            // The bot was put out of it meanwhile.
            Err(error) if error.is_not_found() || error.is_forbidden() => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let now = self.context.webex.now();
        let found = messages
            .into_iter()
            .filter_map(|message| incoming(message, room, now))
            .filter(|found| !self.context.is_me(&PersonId::from(&*found.person)));
        let new = self.inbox.take_in_all(found.collect()).await?;
        if new > 0 {
            tracing::info!(new, "messages were found that no delivery told of");
        }
        Ok(())
    }
}

fn is_direct(room: &Room) -> bool {
    room.kind == Some(RoomKind::Direct)
}

fn incoming(message: Message, room: &Room, now: Timestamp) -> Option<Incoming> {
    Some(Incoming {
        kind: IncomingKind::Message,
        remote_id: message.id.into(),
        room: room.id.to_string(),
        direct: is_direct(room),
        person: message.person_id?.into(),
        moderator: false,
        at: message.created.unwrap_or(now),
    })
}

/// The items of a list with the latest first, as far back as that instant. Items without a time count as
/// later.
async fn reading_back<'a, T>(
    list: impl Fn(usize) -> BoxFuture<'a, Result<Vec<T>, WebexError>>,
    time: impl Fn(&T) -> Option<Timestamp>,
    first: usize,
    from: Timestamp,
) -> Result<Vec<T>, WebexError> {
    let later = |item: &T| time(item).is_none_or(|at| at >= from);
    let mut limit = first.min(MOST_ASKED);
    loop {
        let mut items = list(limit).await?;
        let ends = items.len() < limit || items.last().is_some_and(|last| !later(last));
        if ends || limit >= MOST_ASKED {
            items.retain(later);
            return Ok(items);
        }
        limit = (4 * limit).min(MOST_ASKED);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("within this century")
    }

    #[test]
    fn a_room_is_read_when_it_moved_and_once_more_when_its_list_is_settled() {
        // Sweeps at these seconds, and when something had happened in the room last.
        let sweeps = [
            (0, Some(-5)),
            (40, Some(-5)),
            (80, Some(-5)),
            (120, Some(-5)),
            (160, Some(-5)),
            (200, Some(190)),
            (240, Some(230)),
            (280, Some(230)),
            (380, Some(230)),
            (420, Some(230)),
            (460, None),
            (500, None),
        ];
        let mut read: Option<ReadRoom> = None;
        let mut reads = Vec::new();
        for (now, activity) in sweeps {
            let activity = activity.map(at);
            if read.is_none_or(|read| read.is_due(activity, at(now))) {
                read = Some(ReadRoom::again(read, activity, at(now)));
                reads.push(now);
            }
        }
        assert_eq!(reads, [0, 120, 200, 240, 380, 460, 500]);
    }

    #[tokio::test]
    async fn a_list_is_read_on_until_it_reaches_back_far_enough() {
        for (items, from, expected) in [
            (0, 0, (0, 1)),
            (9, 0, (9, 1)),
            (10, 0, (10, 2)),
            (1_000, 991, (9, 1)),
            (1_000, 961, (39, 2)),
            (1_000, 0, (1_000, 5)),
            (100_000, 0, (10_000, 6)),
        ] {
            let asked = std::cell::Cell::new(0);
            let list = |limit: usize| {
                asked.set(asked.get() + 1);
                let latest: Vec<i64> = (0..items).rev().take(limit).collect();
                async move { Ok(latest) }.boxed()
            };
            let found = reading_back(list, |item| Some(at(*item)), 10, at(from));
            let found = found.await.expect("a list").len();
            assert_eq!((found, asked.get()), expected, "{items} from {from}");
        }
    }
}
