//! The operators of a rehearsal: they look at the board, say go, and settle what is unclear by looking into
//! the rooms.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use showcaller_engine::cues::{NewEntry, ShowWatch, log};
use showcaller_engine::{SlipBasis, SlipWritten};
use showcaller_event::Event;
use showcaller_event::model::{CueKey, CueRecipient, DayId, Part};
use showcaller_ledger::{Ledger, Logging};
use showcaller_show::slip::Wish;
use showcaller_show::{By, Command, Entry, Judged, Need, Said, Via};

use crate::cast::BOT;
use crate::error::Error;
use crate::record::{Called, Only, Slipped};
use crate::script::drill::CORRECTED;

/// A cue that is later than this is left out.
const TOO_LATE: SignedDuration = SignedDuration::from_mins(30);

/// For so long the organisers' room may not have been told yet.
const NOTICED: SignedDuration = SignedDuration::from_secs(20);
/// How far back they look in a room for a cue of which it is not known whether it arrived.
const LOOKS_BACK: SignedDuration = SignedDuration::from_hours(1);

/// What is to be said of a cue.
pub(super) struct Order {
    pub(super) cue: CueKey,
    pub(super) command: Command,
    /// Whether the second of two people says it.
    pub(super) second: bool,
}

impl Order {
    /// One of the first operator.
    pub(super) fn first(cue: &CueKey, command: Command) -> Self {
        Self {
            cue: cue.clone(),
            command,
            second: false,
        }
    }
}

/// The operators.
pub(super) struct Operators {
    pub(super) watch: ShowWatch,
    names: [String; 2],
    said: usize,
    /// Until when the board stays as it was at the last look, and of which state of the ledger that was.
    rests: Option<(Timestamp, u64)>,
}

impl Operators {
    /// The first two organisers of the event, or two of no name.
    pub(super) fn of(event: &Event, ledger: &Ledger) -> Self {
        let mut people = event.bot.organisers.people.iter();
        let mut name = |otherwise: &str| {
            let person = people.next().map(|email| email.as_str().to_owned());
            person.unwrap_or_else(|| otherwise.to_owned())
        };
        let names = [name("first operator"), name("second operator")];
        Self {
            watch: ShowWatch::new(ledger.clone()),
            names,
            said: 0,
            rests: None,
        }
    }

    /// Looks at the board. Returns what it asks for. `arrived` looks into a recipient's room for these words.
    pub(super) async fn look(
        &mut self,
        ledger: &Ledger,
        now: Timestamp,
        arrived: &dyn Fn(&CueRecipient, &str) -> bool,
    ) -> Result<Vec<Order>, Error> {
        let changes = ledger.changes();
        if let Some((until, of)) = self.rests
            && now < until
            && changes == Some(of)
        {
            return Ok(Vec::new());
        }
        let looked = self.watch.look(now, |show, board| {
            let (mut orders, mut wait) = (Vec::new(), None);
            for attention in board.attention(now) {
                let order = |command, second| Order {
                    cue: attention.cue.clone(),
                    command,
                    second,
                };
                match &attention.need {
                    Need::Go { due } if now.duration_since(*due) < NOTICED => {
                        wait = Some(*due + NOTICED);
                    }
                    Need::Go { .. } => orders.push(order(Command::Go, false)),
                    // The other one comes when it is due.
                    Need::Second { .. } if attention.recipients.is_empty() => {}
                    Need::Second { .. } => orders.push(order(Command::Go, true)),
                    Need::Late { due } if now.duration_since(*due) < TOO_LATE => {
                        orders.push(order(Command::Go, false));
                    }
                    Need::Late { .. } => orders.push(order(Command::Skip, false)),
                    Need::Retry { .. } => orders.push(order(Command::Retry, false)),
                    Need::Settle => {
                        let event = &show.in_force.event;
                        orders.extend(attention.recipients.iter().map(|recipient| {
                            let words = longest_words(event, &attention.cue, recipient);
                            let settle = Command::Settle {
                                recipient: Some(recipient.clone()),
                                arrived: arrived(recipient, &words),
                            };
                            order(settle, false)
                        }));
                    }
                    _ => {}
                }
            }
            (orders, board.next_change(), wait)
        });
        let (orders, next_change, wait) = looked.await?;
        let next_change = next_change.unwrap_or(Timestamp::MAX);
        let next = wait.map_or(next_change, |until: Timestamp| next_change.min(until));
        self.rests = changes.map(|of| (next, of));
        Ok(orders)
    }

    /// Says it in a terminal.
    pub(super) async fn say(
        &mut self,
        ledger: &Ledger,
        now: Timestamp,
        order: Order,
    ) -> Result<Called, Error> {
        let by = self.by(order.second);
        let judged = self.watch.look(now, |_, board| {
            let status = board.cue(&order.cue);
            status.map(|status| board.judge(status, &order.command, &by))
        });
        let refused = match judged.await? {
            Some(Ok(Judged::Append { entries, .. })) => {
                self.log(ledger, now, &by, entries).await?;
                None
            }
            Some(Ok(Judged::Follow(_))) => None,
            Some(Err(refusal)) => Some(format!("{refusal:?}")),
            None => Some("there is no such cue".to_owned()),
        };
        Ok(Called {
            at: now,
            cue: order.cue,
            said: said(&order.command),
            refused,
        })
    }

    /// Whose name it is, if it is an organiser's.
    pub(super) fn name(&self, second: bool) -> &str {
        &self.names[usize::from(second)]
    }

    pub(super) fn by(&self, second: bool) -> By {
        By {
            name: self.name(second).to_owned(),
            account: None,
            via: Via::Terminal,
        }
    }

    /// Gives a cue other words wherever it was sent. Returns the number of the entry; `None` if nobody has it.
    pub(super) async fn correct(
        &mut self,
        ledger: &Ledger,
        now: Timestamp,
        cue: &CueKey,
    ) -> Result<Option<i64>, Error> {
        let said = |recipient: &CueRecipient| Said {
            recipient: recipient.clone(),
            markdown: CORRECTED.into(),
        };
        let sent = self.watch.look(now, |_, board| {
            let status = board.cue(cue)?;
            Some((status.generation, status.sent_to().map(said).collect()))
        });
        let Some((generation, messages)) = sent.await? else {
            return Ok(None);
        };
        let entry = Entry::Correct {
            cue: cue.clone(),
            generation,
            messages,
        };
        Ok(self
            .log(ledger, now, &self.by(false), vec![entry])
            .await?
            .first()
            .copied())
    }

    /// Writes entries into the show log. Returns their numbers.
    pub(super) async fn log(
        &mut self,
        ledger: &Ledger,
        now: Timestamp,
        by: &By,
        entries: Vec<Entry>,
    ) -> Result<Vec<i64>, Error> {
        self.said += 1;
        let entries = NewEntry::numbered(&format!("rehearsal/{}", self.said), by, &entries);
        let written = log(ledger, &entries, None, now).await;
        match written.map_err(showcaller_engine::Error::from)? {
            Logging::Written(numbers) => Ok(numbers),
            Logging::Outdated { .. } => Ok(Vec::new()),
        }
    }

    /// Moves the rest of a day. Returns `None` if nothing moves.
    pub(super) async fn slip(
        &self,
        ledger: &Ledger,
        now: Timestamp,
        day: &DayId,
        minutes: i64,
    ) -> Result<Option<Slipped>, Error> {
        let Some(basis) = SlipBasis::read(ledger).await? else {
            return Ok(None);
        };
        let wish = Wish {
            day: day.clone(),
            minutes,
            from: None,
            rooms: Default::default(),
        };
        let Ok(proposal) = basis.propose(&wish, now) else {
            return Ok(None);
        };
        if proposal.is_empty() {
            return Ok(None);
        }
        let by = self.by(false);
        let written = basis.write(ledger, &by, &proposal.entry, now).await?;
        let slipped = Slipped {
            at: now,
            day: day.clone(),
            minutes,
            in_chat: false,
            only: Only::default(),
            is_undo: false,
        };
        Ok(matches!(written, SlipWritten::Written(_)).then_some(slipped))
    }
}

/// As in `go` or `settle room/team-1 arrived`.
pub(super) fn said(command: &Command) -> String {
    match command {
        Command::Settle { recipient, arrived } => {
            let whom = match recipient {
                Some(CueRecipient::Room(room)) => room.to_string(),
                Some(CueRecipient::Person(email)) => email.to_string(),
                None => "all".to_owned(),
            };
            let what = if *arrived { "arrived" } else { "send again" };
            format!("settle {whom} {what}")
        }
        other => format!("{other:?}").to_lowercase(),
    }
}

/// The longest run of plain words in what a recipient gets of a cue: by it a reader knows the message.
pub(super) fn longest_words(event: &Event, cue: &CueKey, recipient: &CueRecipient) -> String {
    let cue = event.cues.iter().find(|it| it.key == *cue);
    let to = cue.and_then(|cue| cue.to.iter().find(|to| to.recipient == *recipient));
    let parts = to.into_iter().flat_map(|to| to.say.otherwise.parts());
    let words = parts.filter_map(|part| match part {
        Part::Words(words) => words.lines().map(str::trim).max_by_key(|line| line.len()),
        _ => None,
    });
    words
        .max_by_key(|words| words.len())
        .unwrap_or_default()
        .to_owned()
}

/// Whether the bot wrote these words into a room of late, by all that was written there: a cue of another day
/// may have the same.
pub(super) fn is_said(messages: &[Value], words: &str, now: Timestamp) -> bool {
    messages.iter().any(|message| {
        let text = |field: &str| message[field].as_str().is_some_and(|it| it.contains(words));
        let at = message["created"].as_str().and_then(|it| it.parse().ok());
        let is_new = at.is_some_and(|at: Timestamp| now.duration_since(at) < LOOKS_BACK);
        message["personEmail"] == BOT && is_new && (text("markdown") || text("text"))
    })
}
