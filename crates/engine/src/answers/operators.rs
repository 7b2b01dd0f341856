//! What operators say in their room: a command is answered with what it would do, and done once the same
//! person says yes to that.
//!
//! A preview's row in the outbox knows what a yes means, and the inbox knows which preview is the last and
//! whether it was answered: so it does not matter which process reads the yes, or how often.

use jiff::{SignedDuration, Timestamp};
use showcaller_event::Language;
use showcaller_ledger::{Decision, InboxState, IncomingKind, MessageKey, OperationState};
use showcaller_render::calling::{self, Note};
use showcaller_show::{By, ChatCommand, ChatMessage, Entry, Via};
use showcaller_webex::{PersonId, RoomId};
use uuid::Uuid;

use super::context::Context;
use super::decide::{self, Undecided};
use super::inbox::later;
use super::proposals::{HOLDS, Proposal, Proposals};
use super::read::{Asked, Place, Press, Wants};
use crate::InForce;
use crate::messages::{Ask, Outgoing};
use crate::show_log::{Appended, NewEntry, append};
use crate::slipping::{SlipBasis, moves};

/// A yes that was said longer ago than this when it is read is not acted on.
const FRESH: SignedDuration = SignedDuration::from_mins(2);

/// What a decision means for the question whether a preview waits for its answer. Its name is the intent
/// in the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Effect {
    /// A preview was given: it is the last one now.
    Asks,
    /// The last preview was answered.
    Ends,
    /// Neither.
    None,
}

impl Effect {
    fn intent(self) -> &'static str {
        match self {
            Self::Asks => "operator-asks",
            Self::Ends => "operator-ends",
            Self::None => "operator",
        }
    }

    fn of(intent: &str) -> Self {
        let all = [Self::Asks, Self::Ends];
        let known = all.into_iter().find(|it| it.intent() == intent);
        known.unwrap_or(Self::None)
    }
}

/// Decides about what an operator said or pressed; `None` for what is an ordinary question. Who is no
/// operator is not told that there are commands.
pub(super) async fn heard(
    context: &Context,
    asked: &Asked,
    press: Option<Press>,
) -> Result<Option<Decision>, Undecided> {
    let in_force = context.in_force.latest();
    let ignored = press.map(|_| Decision::unanswered(InboxState::Ignored));
    let organisers = &in_force.event.bot.organisers;
    let (Some(by), Some(room)) = (operator(&in_force, asked), &organisers.room) else {
        return Ok(ignored);
    };
    let said = match (&asked.wants, press) {
        (Wants::Words(text), None) => read(&in_force, text),
        _ => None,
    };
    let case = Case {
        context,
        in_force: &in_force,
        asked,
        by,
    };
    let here = asked.place == Place::Room(room.clone());
    let (proposal, effect) = match (said, press) {
        (_, Some(press)) if here => case.pressed(press).await?,
        (Some(said), None) if here => case.said(said).await?,
        (Some(ChatMessage::Command(_)), None) if asked.place == Place::Private => {
            (case.note(Note::Elsewhere(room)), Effect::None)
        }
        _ => return Ok(ignored),
    };
    case.decision(proposal, effect).map(Some)
}

/// Whose word it is, if the file names them among the organisers.
fn operator(in_force: &InForce, asked: &Asked) -> Option<By> {
    let event = &in_force.event;
    let email = asked.asker.as_ref()?;
    if !event.bot.organisers.people.contains(email) {
        return None;
    }
    let name = event.person(email).map(|person| person.name.clone());
    Some(By {
        name: name.unwrap_or_else(|| email.to_string()),
        account: Some(asked.person.uuid()?.to_string()),
        via: Via::Chat,
    })
}

fn read(in_force: &InForce, text: &str) -> Option<ChatMessage> {
    let cues = in_force.event.cues.iter();
    let names: Vec<&str> = cues.map(|cue| cue.key.cue.as_str()).collect();
    ChatMessage::read(text, &names)
}

struct Case<'a> {
    context: &'a Context,
    in_force: &'a InForce,
    asked: &'a Asked,
    by: By,
}

type Answer = Result<(Proposal, Effect), Undecided>;

impl Case<'_> {
    async fn said(&self, said: ChatMessage) -> Answer {
        match said {
            ChatMessage::Command(command) => {
                let waited = self.context.webex.now().duration_since(self.asked.at);
                if waited > HOLDS {
                    return Ok((self.note(Note::ReadLate(&command)), Effect::None));
                }
                self.propose(&command, None).await
            }
            ChatMessage::Near(words) => Ok((self.note(Note::DidYouMean(&words)), Effect::None)),
            ChatMessage::Yes { audience } => match self.last_preview().await? {
                Some(question) => self.answered(question, true, audience, false).await,
                None => Ok((self.note(Note::NothingAsked), Effect::None)),
            },
            ChatMessage::No => match self.last_preview().await? {
                Some(question) => self.answered(question, false, None, false).await,
                None => Ok((self.note(Note::NothingAsked), Effect::None)),
            },
        }
    }

    async fn pressed(&self, press: Press) -> Answer {
        self.answered(press.question, press.yes, None, true).await
    }

    /// What a command would do.
    async fn propose(&self, command: &ChatCommand, before: Option<String>) -> Answer {
        let proposals = Proposals {
            context: self.context,
            asked: self.asked,
            by: &self.by,
        };
        let proposal = proposals.of(command, before).await?;
        let effect = match &proposal {
            Proposal::Says(_) => Effect::None,
            Proposal::Asks(..) => Effect::Asks,
        };
        Ok((proposal, effect))
    }

    /// Does what a preview asks, or leaves it.
    async fn answered(
        &self,
        question: Uuid,
        yes: bool,
        audience: Option<usize>,
        pressed: bool,
    ) -> Answer {
        let key = MessageKey::answer(question, 1);
        let row = self.context.ledger.message(&key).await?;
        let outgoing = row.as_ref().and_then(|row| Outgoing::read(&row.body).ok());
        let (Some(row), Some(ask)) = (row, outgoing.and_then(|it| it.ask)) else {
            return Ok((self.note(Note::NothingAsked), Effect::None));
        };
        let Some(ChatMessage::Command(command)) = read(self.in_force, &ask.words) else {
            return Ok((self.note(Note::NothingAsked), Effect::None));
        };
        let said = |note, effect| Ok((self.note(note), effect));
        if self.asked.person.uuid() != Some(ask.person) {
            return said(Note::AskedByAnother(&command), Effect::None);
        }
        if pressed && self.was_answered(&ask).await? {
            return said(Note::Answered, Effect::None);
        }
        if !yes {
            return said(Note::Dropped(&command), Effect::Ends);
        }
        if self.asked.at > later(ask.since, HOLDS) {
            return said(Note::Expired(&command), Effect::Ends);
        }
        if !pressed && row.state != OperationState::Done {
            return said(Note::Unseen(&command), Effect::None);
        }
        if let Some(people) = ask.audience.filter(|people| audience != Some(*people)) {
            return said(Note::TypeAudience(people), Effect::None);
        }
        if self.context.webex.now().duration_since(self.asked.at) > FRESH {
            let late = calling::late_yes(self.asked.at, &self.in_force.event);
            return self.propose(&command, Some(late)).await;
        }
        match self.append(question, &ask).await? {
            Appended::Written(_) => Ok((Proposal::Says(ask.done), Effect::Ends)),
            Appended::Conflict(others) => {
                let before = calling::meanwhile(&others);
                self.propose(&command, Some(before)).await
            }
        }
    }

    /// Writes what was previewed, once however often it is agreed to, unless others decided about the same
    /// thing since.
    async fn append(&self, question: Uuid, ask: &Ask) -> Result<Appended, Undecided> {
        let (ledger, now) = (&self.context.ledger, self.context.clock.now());
        let mut entries = ask.entries.clone();
        if let Some(moving) = ask.entries.iter().find(|it| moves(it))
            && let Some(basis) = SlipBasis::read(ledger).await?
        {
            entries.extend(basis.holds(moving, now));
        }
        let conflicts = |other: &Entry| entries.iter().any(|own| is_about(own, other));
        let new = NewEntry::numbered(&format!("chat/{question}"), &self.by, &entries);
        Ok(append(ledger, &new, ask.after, now, conflicts).await?)
    }

    /// The last preview that this person was given in this room, by what it answers, if it waits for its
    /// answer.
    async fn last_preview(&self) -> Result<Option<Uuid>, Undecided> {
        // A command is previewed until it is this old, and its preview holds for as long.
        let since = later(self.asked.at, -(HOLDS + HOLDS + FRESH));
        let effects = self.effects(since).await?;
        let last = effects.into_iter().filter(|(_, it, _)| *it != Effect::None);
        let last = last.max_by_key(|(at, ..)| *at);
        Ok(last.and_then(|(_, effect, question)| question.filter(|_| effect == Effect::Asks)))
    }

    /// Whether this person answered a preview since this one was given.
    async fn was_answered(&self, ask: &Ask) -> Result<bool, Undecided> {
        let effects = self.effects(ask.since).await?;
        Ok(effects.iter().any(|(_, it, _)| *it == Effect::Ends))
    }

    /// What this person said and pressed in this room from then on, until now.
    async fn effects(
        &self,
        since: Timestamp,
    ) -> Result<Vec<(Timestamp, Effect, Option<Uuid>)>, Undecided> {
        let mut effects = Vec::new();
        for kind in [IncomingKind::Message, IncomingKind::Action] {
            for entry in self.context.ledger.heard_since(kind, since).await? {
                let (_, id) = entry.key.as_str().split_once('/').unwrap_or_default();
                let id = id.parse().ok();
                let event = &entry.incoming;
                let own = id != Some(self.asked.id)
                    && event.at <= self.asked.at
                    && PersonId::from(&*event.person).uuid() == self.asked.person.uuid()
                    && RoomId::from(&*event.room).uuid() == self.asked.room.uuid();
                let intent = entry.intent.as_deref().filter(|_| own);
                effects.extend(intent.map(|intent| (event.at, Effect::of(intent), id)));
            }
        }
        Ok(effects)
    }

    fn note(&self, note: Note<'_>) -> Proposal {
        Proposal::Says(calling::note(note, &self.in_force.event))
    }

    fn decision(&self, proposal: Proposal, effect: Effect) -> Result<Decision, Undecided> {
        let message = match proposal {
            Proposal::Says(text) => (calling::chat_text(text), None),
            Proposal::Asks(preview, ask) => {
                let key = decide::card_key(self.asked);
                (calling::chat_preview(&preview, &key), Some(*ask))
            }
        };
        // Operators are spoken to in English, as in a terminal.
        let row = decide::row_asking(self.in_force, self.asked, 1, message, Language::English);
        Ok(Decision {
            intent: Some(effect.intent().to_owned()),
            messages: vec![row?],
            ..Decision::unanswered(InboxState::Answered)
        })
    }
}

/// Whether an entry decides about the same thing as another one.
fn is_about(own: &Entry, other: &Entry) -> bool {
    match own.cue() {
        Some(cue) => other.cue() == Some(cue),
        None => moves(own) && moves(other),
    }
}
