//! What a command of an operator would do, before it is done.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use showcaller_event::model::{Cue, CueRecipient, DayId, Part};
use showcaller_event::{Event, NewMessage};
use showcaller_render::calling::{self, ChatPreview, Listing};
use showcaller_render::slip as render;
use showcaller_show::slip::{self, Slips, Wish};
use showcaller_show::{Board, By, ChatCommand, Command, Entry, Fact, Judged, Said};

use super::context::Context;
use super::decide::Undecided;
use super::read::Asked;
use crate::messages::Ask;
use crate::show::Show;
use crate::slipping::SlipBasis;
use crate::{Error, in_force};

/// For how long a preview may be answered.
pub(super) const HOLDS: SignedDuration = SignedDuration::from_mins(10);

/// What is answered to a command.
pub(super) enum Proposal {
    /// There is nothing to agree to.
    Says(String),
    /// This would be done.
    Asks(ChatPreview, Box<Ask>),
}

pub(super) struct Proposals<'a> {
    pub(super) context: &'a Context,
    pub(super) asked: &'a Asked,
    pub(super) by: &'a By,
}

/// What would be done, as far as it depends on the command.
struct Draft {
    question: String,
    facts: Vec<(Option<String>, Vec<String>)>,
    audience: Option<usize>,
    command: ChatCommand,
    entries: Vec<Entry>,
    after: i64,
    done: String,
}

type Drafted = Result<Draft, String>;

impl Proposals<'_> {
    /// Proposes a command. `before` is said before its preview.
    pub(super) async fn of(
        &self,
        command: &ChatCommand,
        before: Option<String>,
    ) -> Result<Proposal, Undecided> {
        let show = self.show().await?;
        let now = self.context.clock.now();
        let drafted = match command {
            ChatCommand::Cues => show.board(now, true, |board| Err(cues(&show, board, now))),
            ChatCommand::Call { command, cue } => show.board(now, true, |board| {
                call(&show, board, (command, cue), self.by)
            }),
            ChatCommand::Slip { day, minutes } => {
                self.slip(&show, day.as_deref(), *minutes).await?
            }
            ChatCommand::Undo => self.undo().await?,
            ChatCommand::Say { to, text } => self.say(&show, to, text).await?,
        };
        Ok(match drafted {
            Ok(draft) => self.asks(draft, before),
            Err(sentence) => Proposal::Says(match before {
                Some(before) => format!("{before}\n\n{sentence}"),
                None => sentence,
            }),
        })
    }

    fn asks(&self, draft: Draft, before: Option<String>) -> Proposal {
        let preview = ChatPreview {
            before,
            question: draft.question,
            facts: draft.facts,
            audience: draft.audience,
            holds: HOLDS,
        };
        let ask = Ask {
            // An operator has one: else there is no `By`.
            person: self.asked.person.uuid().unwrap_or_default(),
            words: draft.command.to_string(),
            entries: draft.entries,
            after: draft.after,
            done: draft.done,
            audience: draft.audience,
            since: self.context.webex.now(),
        };
        Proposal::Asks(preview, Box::new(ask))
    }

    async fn show(&self) -> Result<Show, Error> {
        Show::read(
            &self.context.ledger,
            self.context.in_force.refreshed().await,
        )
        .await
    }

    async fn basis(&self) -> Result<SlipBasis, Error> {
        let basis = SlipBasis::read(&self.context.ledger).await?;
        basis.ok_or(Error::NotApplied)
    }

    async fn slip(
        &self,
        show: &Show,
        day: Option<&str>,
        minutes: i64,
    ) -> Result<Drafted, Undecided> {
        let basis = self.basis().await?;
        let event = &basis.in_force.event;
        let now = self.context.clock.now();
        let day = match day {
            Some(day) => {
                let mut days = event.days.iter();
                let known = days.find(|known| known.id.as_str().eq_ignore_ascii_case(day));
                known.map_or_else(|| DayId::new(day), |known| known.id.clone())
            }
            None => match show.today(now) {
                Some(today) => today,
                None => {
                    let hint = format!("say which, as in slip {} {minutes}m", first_day(event));
                    let sentence = "today is no day of the event";
                    return Ok(Err(calling::chat_refusal(sentence, Some(&hint))));
                }
            },
        };
        let wish = Wish {
            day: day.clone(),
            minutes,
            from: None,
            rooms: BTreeSet::new(),
        };
        let command = ChatCommand::Slip {
            day: Some(day.to_string()),
            minutes,
        };
        let done = "The slip is in force: the bot, cues, run sheets and calendars follow it. `undo` \
                    takes it back.";
        Ok(drafted(
            (&basis, now),
            basis.propose(&wish, now),
            command,
            done,
        ))
    }

    async fn undo(&self) -> Result<Drafted, Undecided> {
        let basis = self.basis().await?;
        let slips = Slips::of(&basis.log);
        let last = slips.all().filter(|(_, _, undone)| !undone).last();
        let Some((number, ..)) = last else {
            return Ok(Err("There is no slip to undo.".to_owned()));
        };
        let now = self.context.clock.now();
        let proposal = basis.propose_undo(number, now);
        let done = format!("Slip {number} counts no more.");
        Ok(drafted((&basis, now), proposal, ChatCommand::Undo, &done))
    }

    async fn say(&self, show: &Show, to: &str, text: &str) -> Result<Drafted, Undecided> {
        let selectors = to.split(',').map(str::trim).filter(|it| !it.is_empty());
        let (people, rooms): (Vec<&str>, Vec<&str>) = selectors.partition(|it| it.contains('@'));
        let bare = |names: Vec<&str>, kind: &str| -> Vec<String> {
            let names = names.into_iter();
            names
                .map(|it| it.strip_prefix(kind).unwrap_or(it).to_owned())
                .collect()
        };
        let today = show.today(self.context.clock.now());
        let new = NewMessage {
            to: &bare(rooms, "room/"),
            to_people: &bare(people, "person/"),
            day: today.as_ref().map(DayId::as_str),
            say: text,
        };
        let cue = match in_force::message(&self.context.ledger, &new).await? {
            Ok(cue) => cue,
            Err(findings) => {
                let first = findings.into_iter().next();
                let sentence =
                    first.map(|it| calling::chat_refusal(&it.message, it.hint.as_deref()));
                return Ok(Err(sentence.unwrap_or_else(|| NOBODY.to_owned())));
            }
        };
        let said = cue.to.iter().map(|to| {
            let message = show.message(&cue, to);
            message.map(|message| Said {
                recipient: to.recipient.clone(),
                markdown: message.markdown,
            })
        });
        let messages = match said.collect::<Result<Vec<Said>, _>>() {
            Ok(messages) if messages.is_empty() => return Ok(Err(NOBODY.to_owned())),
            Ok(messages) => messages,
            Err(error) => return Ok(Err(calling::chat_refusal(&error.to_string(), None))),
        };
        let event = &show.in_force.event;
        let recipients: Vec<&CueRecipient> = cue.to.iter().map(|to| &to.recipient).collect();
        let whom = calling::audience(event, &recipients);
        let reached = event.readers(recipients.iter().copied());
        let everybody = event.people.iter().all(|it| reached.contains(&it.email));
        let number = reached.len();
        Ok(Ok(Draft {
            question: format!("Say this to {whom}, {number} people, now?"),
            facts: vec![(None, vec![shown(&cue, &messages, text)])],
            audience: everybody.then_some(number),
            command: ChatCommand::Say {
                to: to.to_owned(),
                text: text.to_owned(),
            },
            entries: vec![Entry::Say {
                id: self.asked.id.to_string(),
                messages,
                about: Vec::new(),
            }],
            after: show.head(),
            done: format!("It goes to {whom} now."),
        }))
    }
}

const NOBODY: &str = "It reaches nobody.";

fn first_day(event: &Event) -> &str {
    event.days.first().map_or("day-1", |day| day.id.as_str())
}

/// What is said, as the first recipient gets it. Facts of meetings are for their own rooms alone: then the
/// words are shown as they were written.
fn shown(cue: &Cue, messages: &[Said], text: &str) -> String {
    let texts = cue.to.iter().flat_map(|to| to.say.texts());
    let mut parts = texts.flat_map(|text| text.parts());
    let of_meetings = parts.any(|part| matches!(part, Part::Meeting { .. }));
    match messages.first().filter(|_| !of_meetings) {
        Some(first) => first.markdown.expose().to_owned(),
        None => text.to_owned(),
    }
}

/// The cues of today, or of the next day.
fn cues(show: &Show, board: &Board<'_>, now: Timestamp) -> String {
    let in_force = &show.in_force;
    // Where the bot answers, the show is run.
    let is_led = true;
    let planned = in_force.without_slips();
    let event = (&in_force.event, &in_force.schedule, &planned);
    let listing = Listing::of(board, event, now, (None, is_led));
    calling::chat_listing(&listing, calling::waiting(&board.attention(now)))
}

fn call(show: &Show, board: &Board<'_>, (command, name): (&Command, &str), by: &By) -> Drafted {
    let event = &show.in_force.event;
    let status = board.find(name).map_err(|error| {
        let (sentence, hint) = calling::not_found(&error, name, event);
        calling::chat_refusal(&sentence, Some(&hint))
    })?;
    let cue = &status.cue.key;
    let judged = board.judge(status, command, by);
    let judged = judged.map_err(|it| calling::chat_advice(&calling::refusal(it, cue), cue))?;
    let (entries, facts) = match judged {
        Judged::Follow(how) => return Err(calling::chat_advice(&calling::follow(how, cue), cue)),
        Judged::Append { entries, facts } => (entries, facts),
    };
    let recipients: Vec<&CueRecipient> = status.cue.to.iter().map(|to| &to.recipient).collect();
    let audience = calling::audience(event, &recipients);
    let people = facts.iter().find_map(|fact| match fact {
        Fact::Sends { people, .. } => Some(*people),
        _ => None,
    });
    let lines = facts.iter().map(|it| calling::fact(it, event)).collect();
    Ok(Draft {
        question: calling::question(command, cue, &audience),
        facts: vec![(None, lines)],
        // Everybody would get it twice.
        audience: people.filter(|_| *command == Command::Again),
        done: calling::called(command, cue, &audience, &facts),
        command: ChatCommand::Call {
            command: command.clone(),
            cue: cue.to_string(),
        },
        entries,
        after: show.head(),
    })
}

fn drafted(
    (basis, now): (&SlipBasis, Timestamp),
    proposal: Result<slip::Proposal, slip::Refusal>,
    command: ChatCommand,
    done: &str,
) -> Drafted {
    let event = &basis.in_force.event;
    let proposal = proposal.map_err(|refusal| {
        let days: Vec<&str> = event.days.iter().map(|day| day.id.as_str()).collect();
        let hint = format!("its days are {}", days.join(", "));
        let hint = matches!(refusal, slip::Refusal::NoDay(_)).then_some(hint);
        calling::chat_refusal(&refusal.to_string(), hint.as_deref())
    })?;
    if proposal.is_empty() {
        return Err("Nothing of it is to come: nothing moves.".to_owned());
    }
    let mut reading = render::read(&proposal, event);
    if let Entry::Slip { slip } = &proposal.entry {
        let recent = basis.recent(&slip.day, now);
        let recent = recent.map(|recent| render::on_top(recent, now));
        reading.warnings.splice(0..0, recent);
    }
    Ok(Draft {
        question: format!("{} Do this?", reading.headline),
        facts: calling::slip_facts(reading),
        audience: None,
        command,
        entries: vec![proposal.entry],
        after: basis.head(),
        done: done.to_owned(),
    })
}
