//! Does one step: operation, call, result.

mod meetings;
mod rooms;
mod team;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use showcaller_event::model::{Address, MeetingKey, RoomKey, Text};
use showcaller_event::{Audience, Event, Facts, Schedule, Unfilled, fill};
use showcaller_ledger::{Body, Effect, Ledger, NewOperation};
use showcaller_plan::{Action, Fields, Kept, KnownResource, Owner, Settled, Step};
use showcaller_webex::{Fault, Outcome, Webex};

use super::adopt::children_of;
use super::refusal;
use super::report::{Ended, Failure, LinkChange, NotCohost};
use super::run::Came;
use crate::records::{StoredFacts, entry};
use crate::{Engine, Error};

/// In which version the ledger keeps actions: to be raised whenever JSON of before would be read as
/// something else.
pub(super) const BODY_VERSION: i64 = 1;

/// One run, as its steps see it.
pub(super) struct Work<'a> {
    pub(super) engine: &'a Engine,
    /// The ledger behind this run's fence.
    pub(super) ledger: Ledger,
    pub(super) event: &'a Event,
    pub(super) run: String,
    /// The bot's address, for sentences that tell people to add it.
    pub(super) bot: String,
    pub(super) state: Mutex<State>,
}

/// What is known of the world while the run changes it.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) resources: BTreeMap<Address, KnownResource>,
    pub(super) facts: BTreeMap<Address, StoredFacts>,
    /// Creations that an earlier run may have sent: what is there already is ours.
    pub(super) intended: std::collections::BTreeSet<Address>,
    /// What the plan forgot: where a step makes it again, the link changes.
    pub(super) forgotten: std::collections::BTreeSet<Address>,
}

/// What came of one step.
#[derive(Debug)]
pub(super) struct StepEnd {
    pub(super) came: Came,
    pub(super) ended: Ended,
    pub(super) failure: Option<Failure>,
    pub(super) news: News,
}

/// What a step brought to light beside its success.
#[derive(Debug, Default)]
pub(super) struct News {
    pub(super) link_change: Option<LinkChange>,
    pub(super) not_cohosts: Vec<NotCohost>,
    pub(super) warnings: Vec<String>,
    /// Something that the step was to do, too, and that is left for the next run.
    pub(super) left: Option<(Ended, Failure)>,
}

/// What a step did: what the ledger is to hold, and the news.
#[derive(Debug, Default)]
struct Done {
    effects: Vec<Effect>,
    news: News,
}

impl From<Effect> for Done {
    fn from(effect: Effect) -> Self {
        Self {
            effects: vec![effect],
            news: News::default(),
        }
    }
}

/// Why a call brought nothing.
#[derive(Debug)]
enum Trouble {
    /// Webex said no, or nothing.
    Webex(showcaller_webex::Error),
    /// Webex said no, and there is more to say than the step alone tells.
    Refused(String),
    /// The ledger failed.
    Ledger(showcaller_ledger::Error),
}

impl From<showcaller_webex::Error> for Trouble {
    fn from(error: showcaller_webex::Error) -> Self {
        Self::Webex(error)
    }
}

impl From<showcaller_ledger::Error> for Trouble {
    fn from(error: showcaller_ledger::Error) -> Self {
        Self::Ledger(error)
    }
}

impl Work<'_> {
    /// Does a step.
    ///
    /// # Errors
    ///
    /// Only when the ledger fails: then nothing more may be sent.
    pub(super) async fn step(&self, step: &Step) -> Result<StepEnd, Error> {
        let operation = NewOperation {
            run: self.run.clone(),
            address: step.address.to_string(),
            verb: verb(&step.action).to_owned(),
            body: Body::new(BODY_VERSION, &step.action)
                .expect("an action is texts, numbers and flags under names"),
            owner: step.owner.to_string(),
            creation_host: match (&step.action, &step.owner) {
                (
                    Action::CreateMeeting { .. } | Action::ReplaceMeeting { .. },
                    Owner::Host(host),
                ) => Some(host.to_string()),
                _ => None,
            },
            at: self.now(),
        };
        let id = self.ledger.begin(&operation).await?;
        match self.call(step).await {
            Ok(done) => {
                self.ledger
                    .finish(id, &serde_json::Value::Null, &done.effects, self.now())
                    .await?;
                Ok(StepEnd {
                    came: Came::Done,
                    ended: Ended::Done,
                    failure: None,
                    news: done.news,
                })
            }
            Err(Trouble::Ledger(error)) => Err(error.into()),
            Err(Trouble::Refused(sentence)) => {
                self.ledger.failed(id, &sentence, None, self.now()).await?;
                Ok(failed(step, sentence, None, Came::Failed))
            }
            Err(Trouble::Webex(error)) => {
                let tracking = error.tracking_id().map(str::to_owned);
                tracing::warn!(address = %step.address, %error, "a step did not succeed");
                if error.outcome() == Outcome::Unknown {
                    self.ledger
                        .unclear(id, &error.to_string(), self.now())
                        .await?;
                    let sentence = format!(
                        "{}. Whether Webex did it is not known; the next apply looks before it \
                         repeats anything.",
                        error.refused_because()
                    );
                    let mut end = failed(step, sentence, tracking, Came::Failed);
                    end.ended = Ended::Unclear;
                    return Ok(end);
                }
                self.ledger
                    .failed(id, &error.to_string(), tracking.as_deref(), self.now())
                    .await?;
                let sentence = refusal::sentence(step, &error, &self.bot);
                let again_at = self.again_at(&error);
                let came = match (&operation.creation_host, again_at) {
                    (Some(host), Some(until)) => {
                        self.exhausted(step, host, until).await?;
                        Came::Exhausted
                    }
                    _ if refusal::is_shared(&error) => Came::Refused,
                    _ => Came::Failed,
                };
                let mut end = failed(step, sentence, tracking, came);
                if let Some(failure) = &mut end.failure {
                    failure.again_at = again_at;
                }
                Ok(end)
            }
        }
    }

    /// When Webex wants to see a call again, if it said so.
    fn again_at(&self, error: &showcaller_webex::Error) -> Option<Timestamp> {
        match error.fault() {
            Fault::Throttled { wait, .. } => {
                Some(self.now().checked_add(*wait).unwrap_or(Timestamp::MAX))
            }
            _ => None,
        }
    }

    /// Webex makes no more meetings for this host: later plans are to know, and a meeting that was
    /// not made is free to go to another one.
    async fn exhausted(&self, step: &Step, host: &str, until: Timestamp) -> Result<(), Error> {
        self.ledger.exhaust(host, until).await?;
        let exists = self.state().resources.contains_key(&step.address);
        if !exists {
            self.ledger.unpin(step.address.as_str()).await?;
        }
        Ok(())
    }

    async fn call(&self, step: &Step) -> Result<Done, Trouble> {
        match &step.action {
            Action::CreateTeam { .. }
            | Action::ChangeTeam { .. }
            | Action::AddTeamMember { .. }
            | Action::SetTeamModerator { .. }
            | Action::RemoveTeamMember { .. } => self.team_step(step).await,
            Action::CreateRoom { .. }
            | Action::ChangeRoom { .. }
            | Action::ArchiveRoom { .. }
            | Action::AddMember { .. }
            | Action::SetModerator { .. }
            | Action::RemoveMember { .. }
            | Action::AddTab { .. }
            | Action::ChangeTab { .. }
            | Action::RemoveTab { .. } => self.room_step(step).await,
            Action::CreateMeeting { .. }
            | Action::ChangeMeeting { .. }
            | Action::ReplaceMeeting { .. }
            | Action::DeleteMeeting { .. }
            | Action::AddInvitees { .. }
            | Action::SetCohost { .. }
            | Action::RemoveInvitee { .. } => self.meeting_step(step).await,
        }
    }

    fn now(&self) -> jiff::Timestamp {
        self.engine.clock.now()
    }

    fn bot(&self) -> &Webex {
        &self.engine.connections.bot
    }

    fn client(&self, owner: &Owner) -> Result<&Webex, Trouble> {
        let client = self.engine.connections.of(owner);
        client.ok_or_else(|| Trouble::Refused(format!("there is no token for {owner}")))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Guarded maps are changed by single inserts; a panic elsewhere leaves them whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The remote id of something that exists, or was made a moment ago.
    fn id(&self, address: &Address) -> Result<String, Trouble> {
        let state = self.state();
        let resource = state.resources.get(address);
        resource
            .map(|resource| resource.remote_id.clone())
            .ok_or_else(|| Trouble::Refused(format!("{address} is not on Webex")))
    }

    /// What a step did to the thing that it is about.
    fn settled(&self, step: &Step, id: &str, made: bool, asked: Fields, answered: Fields) -> Done {
        self.record(&step.address, id, &step.owner, made, asked, answered)
            .into()
    }

    /// Remembers something, and returns what the ledger is to hold of it.
    fn record(
        &self,
        address: &Address,
        remote_id: &str,
        owner: &Owner,
        made: bool,
        asked: Fields,
        answered: Fields,
    ) -> Effect {
        let mut state = self.state();
        let before = state
            .resources
            .get(address)
            .filter(|known| known.remote_id == remote_id);
        let mut settled = before.map_or_else(Settled::default, |known| known.settled.clone());
        // What is asked for anew is not kept as it was on Webex any more.
        let mut kept = before.map_or_else(Kept::default, |known| known.kept.clone());
        kept.fields.retain(|field| !asked.contains_key(field));
        kept.absent = false;
        settled.asked.extend(asked);
        settled.answered.extend(answered);
        let resource = KnownResource {
            remote_id: remote_id.to_owned(),
            owner: owner.clone(),
            made: made || before.is_some_and(|known| known.made),
            protected: protection(self.event, address).unwrap_or(false),
            settled,
            kept,
        };
        let facts = state.facts.get(address).cloned();
        let record = entry(address, &resource, facts, self.now());
        state.resources.insert(address.clone(), resource);
        Effect::Record(record)
    }

    /// Forgets something, and whatever lies in it.
    fn forget(&self, address: &Address, why: &str) -> Vec<Effect> {
        let mut state = self.state();
        let mut gone = children_of(&state.resources, address);
        if state.resources.contains_key(address) {
            gone.insert(0, address.clone());
        }
        gone.into_iter()
            .map(|address| {
                state.resources.remove(&address);
                state.facts.remove(&address);
                Effect::Forget {
                    address: address.to_string(),
                    why: why.to_owned(),
                }
            })
            .collect()
    }

    /// The address of a tab, filled in from what is known of the meetings by now.
    fn pinned(&self, room: &RoomKey, url: &Text) -> Result<String, Trouble> {
        let state = self.state();
        let facts = Facts {
            event: self.event,
            // A tab waits for nothing that the schedule says.
            schedule: &Schedule::default(),
            webex: &|meeting| Some(state.facts.get(&Address::meeting(meeting))?.clone().into()),
        };
        fill(url, self.event.bot.language, &facts, Audience::Pinned(room)).map_err(|why| {
            Trouble::Refused(match why {
                Unfilled::Unknown(_) => {
                    "it waits for a meeting's link that is not known".to_owned()
                }
                why => why.to_string(),
            })
        })
    }
}

fn failed(step: &Step, sentence: String, tracking_id: Option<String>, came: Came) -> StepEnd {
    StepEnd {
        came,
        ended: Ended::Failed,
        failure: Some(Failure {
            address: step.address.clone(),
            sentence,
            tracking_id,
            again_at: None,
        }),
        news: News::default(),
    }
}

/// Whether the file protects this thing now; `None` if it does not name it.
pub(super) fn protection(event: &Event, address: &Address) -> Option<bool> {
    let key = address.as_str().split_once('/').map_or("", |(_, key)| key);
    match address.kind() {
        "team" => Some(event.webex.protected),
        "room" => event.room(&RoomKey::new(key)).map(|room| room.protected),
        "meeting" => event
            .meeting(&MeetingKey::new(key))
            .map(|meeting| meeting.protected),
        _ => Some(false),
    }
}

/// What the ledger calls an action.
pub(super) fn verb(action: &Action) -> &'static str {
    action.into()
}

/// Whether an operation of this verb may have made something that is now to be found.
pub(super) fn makes(verb: &str) -> bool {
    verb.starts_with("create-") || verb.starts_with("add-") || verb == "replace-meeting"
}
