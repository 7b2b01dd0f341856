//! Go, hold and skip: judged, and written into the show log. The cue runner acts on it.

use axum::Json;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use serde::Serialize;
use showcaller_engine::cues::{NewEntry, Show, log, runner};
use showcaller_event::model::CueKey;
use showcaller_ledger::Logging;
use showcaller_render::calling::{fact, follow, refusal};
use showcaller_show::{Board, By, Command, Entry, Fact, Follow, Judged, Via};
use uuid::Uuid;

use super::context::{Remote, find};
use super::guard::{CONFIRM_EARLY, Caller};
use super::problem::Problem;

/// The header by which a request that is repeated counts once.
const IDEMPOTENCY_KEY: &str = "idempotency-key";

/// What an operator may do to a cue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Go,
    Hold,
    Skip,
}

impl Action {
    pub(super) const ALL: [Self; 3] = [Self::Go, Self::Hold, Self::Skip];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Go => "go",
            Self::Hold => "hold",
            Self::Skip => "skip",
        }
    }

    /// What it leads to, where that is not in the facts.
    fn sentence(self, cue: &CueKey) -> Option<String> {
        match self {
            Self::Go => None,
            Self::Hold => Some(format!("{cue} is held until a go.")),
            Self::Skip => Some(format!("{cue} is skipped, unless there is a go.")),
        }
    }

    fn command(self) -> Command {
        match self {
            Self::Go => Command::Go,
            Self::Hold => Command::Hold,
            Self::Skip => Command::Skip,
        }
    }
}

/// A command as it came in.
pub(super) struct Call {
    /// As an operator writes it: `opening`, or `opening/day-2`.
    pub(super) name: String,
    pub(super) action: Action,
    /// Whether it may go before it is due.
    pub(super) early: bool,
}

/// What came of a command.
#[derive(Debug, Serialize)]
struct Answer {
    outcome: &'static str,
    cue: String,
    message: String,
    /// The number in the show log.
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<i64>,
}

enum Decided {
    Follows(Answer),
    Append {
        cue: CueKey,
        entries: Vec<Entry>,
        needs_second: bool,
        sentences: Vec<String>,
        /// The last number of the log that was judged.
        head: i64,
    },
}

impl Remote {
    pub(super) async fn call(
        &self,
        caller: &Caller,
        call: &Call,
        headers: &HeaderMap,
    ) -> Result<Response, Problem> {
        let key = idempotency_key(headers)?;
        let by = By {
            name: caller.name.clone(),
            account: None,
            via: Via::Remote,
        };
        let judge = |show: &Show, board: &Board<'_>| decide(show, board, call, &by);
        let decided = self.show.look(self.clock.now(), judge).await;
        let decided = decided.map_err(|error| Problem::unavailable(&error))??;
        let (status, answer) = match decided {
            Decided::Follows(answer) => (StatusCode::OK, answer),
            Decided::Append {
                cue,
                entries,
                needs_second,
                mut sentences,
                head,
            } => {
                let action = call.action.as_str();
                let key = key.unwrap_or_else(|| Uuid::new_v4().to_string());
                let key = format!("remote/{}/{action}/{cue}/{key}", caller.token);
                let entry = self.log(&entries, &key, &by).await?;
                tracing::info!(%cue, action, token = caller.name, entry, "called by remote control");
                let (status, outcome) = if entry <= head {
                    sentences = vec![format!(
                        "This Idempotency-Key was used before, for entry {entry} of the show log: nothing \
                         new is done."
                    )];
                    (StatusCode::OK, "repeated")
                } else {
                    if call.action == Action::Go && !needs_second {
                        sentences.extend(self.who_sends().await?);
                    }
                    let second = if needs_second {
                        "waits-for-second"
                    } else {
                        "accepted"
                    };
                    (StatusCode::ACCEPTED, second)
                };
                let answer = Answer {
                    outcome,
                    cue: cue.to_string(),
                    message: sentences.join(" "),
                    entry: Some(entry),
                };
                (status, answer)
            }
        };
        Ok((status, Json(answer)).into_response())
    }

    /// Writes entries into the show log; the number of the last.
    async fn log(&self, entries: &[Entry], key: &str, by: &By) -> Result<i64, Problem> {
        let entries = NewEntry::numbered(key, by, entries);
        let logged = log(&self.ledger, &entries, None, self.clock.now()).await;
        match logged.map_err(|error| Problem::unavailable(&error))? {
            Logging::Written(numbers) => Ok(numbers.last().copied().unwrap_or_default()),
            Logging::Outdated { latest } => Ok(latest),
        }
    }

    /// Says that nothing is sent yet, where that is so.
    async fn who_sends(&self) -> Result<Option<String>, Problem> {
        let runner = runner(&self.ledger, self.clock.now()).await;
        let runner = runner.map_err(|error| Problem::unavailable(&error))?;
        let sentence = "No process runs the show at this moment: it is sent by the next one that \
                        does, within ten minutes.";
        Ok(runner.is_none().then(|| sentence.to_owned()))
    }
}

/// What a repeated request has in common; visible characters, so that it can be shown.
fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else {
        return Ok(None);
    };
    let key = value.to_str().ok().map(str::trim);
    match key.filter(|key| (1..=200).contains(&key.len())) {
        Some(key) => Ok(Some(key.to_owned())),
        None => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "idempotency-key",
            "An Idempotency-Key has 1 to 200 ASCII characters.",
        )),
    }
}

fn decide(show: &Show, board: &Board<'_>, call: &Call, by: &By) -> Result<Decided, Problem> {
    let event = &show.in_force.event;
    let status = find(show, board, &call.name)?;
    let cue = status.cue.key.clone();
    let judged = board.judge(status, &call.action.command(), by);
    let judged = judged.map_err(|error| {
        let advice = refusal(error, &cue);
        conflict("refused", advice.sentence).next(advice.next)
    })?;
    let (entries, facts) = match judged {
        Judged::Follow(how) => {
            return Ok(Decided::Follows(Answer {
                outcome: follows(how),
                message: follow(how, &cue).sentence,
                cue: cue.to_string(),
                entry: None,
            }));
        }
        Judged::Append { entries, facts } => (entries, facts),
    };
    for it in &facts {
        match it {
            Fact::OtherDay { day } if !call.name.contains('/') => {
                let next = format!(
                    "POST /control/cues/{}/{day}/{}",
                    cue.cue,
                    call.action.as_str()
                );
                return Err(conflict("other-day", fact(it, event)).next(next));
            }
            Fact::Early { .. } if !call.early => {
                let next = format!("POST /control/cues/{cue}/go?{}", CONFIRM_EARLY);
                return Err(conflict("early", fact(it, event)).next(next));
            }
            _ => {}
        }
    }
    Ok(Decided::Append {
        needs_second: facts.contains(&Fact::NeedsSecond),
        sentences: call
            .action
            .sentence(&cue)
            .into_iter()
            .chain(facts.iter().map(|it| fact(it, event)))
            .collect(),
        cue,
        entries,
        head: show.head(),
    })
}

fn conflict(code: &'static str, detail: String) -> Problem {
    Problem::new(StatusCode::CONFLICT, code, detail)
}

fn follows(how: Follow) -> &'static str {
    match how {
        Follow::UnderWay => "under-way",
        Follow::Sent => "sent",
        Follow::Held => "held",
        Follow::Skipped => "skipped",
        Follow::Recalled => "recalled",
        Follow::WaitsForSecond => "waits-for-second",
    }
}
