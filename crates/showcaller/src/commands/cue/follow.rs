//! Carries out what is in the show log, or watches the process that does.

use std::time::Duration;

use showcaller_engine::Error;
use showcaller_engine::cues::{Scope, Show};
use showcaller_event::model::CueKey;
use showcaller_render::calling::{self, Done, Outcome, Verdict};
use showcaller_show::{Receipt, ReceiptState};
use uuid::Uuid;

use super::call::Caller;
use super::list;
use crate::exit::{Code, Result};
use crate::session::Calling;
use crate::terminal::say;
use crate::terminal::status::StatusLine;

/// How often the ledger is read.
const LOOK: Duration = Duration::from_millis(500);
/// Recipients of which something is said one by one.
const MOST: usize = 12;

/// Sends a cue, or watches who sends it, until nothing of it is left to be sent.
pub(super) async fn cue(caller: &Caller<'_>, cue: &CueKey) -> Result<Code> {
    let look = |show: &Show| {
        let now = caller.calling.clock.now();
        show.board(now, true, |board| {
            let event = &show.in_force.event;
            board.cue(cue).map(|status| Outcome::of(status, event))
        })
    };
    let is_over = |outcome: &Option<Outcome>| outcome.as_ref().is_none_or(|it| it.pending == 0);
    let progress = |outcome: &Option<Outcome>| outcome.as_ref().map(Outcome::progress);
    let scope = Scope::Cue(cue.clone());
    let ended = until(caller.calling, scope, look, is_over, progress).await?;
    let Some(outcome) = ended else {
        return Ok(Code::Done);
    };
    say::paragraph(&outcome.summary());
    for detail in outcome.details(MOST) {
        say::indented(&detail, 2);
    }
    if let Some(next) = outcome.next() {
        say::line(&format!("Next: {}", caller.command(&next)));
    }
    Ok(match outcome.verdict() {
        Verdict::Done if outcome.pending > 0 => Code::Pending,
        verdict => code(verdict),
    })
}

/// Deletes what was recalled of a cue, or watches who does, and says what became of each message.
pub(super) async fn deletions(caller: &Caller<'_>, cue: &CueKey) -> Result<Code> {
    let look = |show: &Show| {
        let now = caller.calling.clock.now();
        show.board(now, true, |board| {
            let status = board.cue(cue);
            status.map_or_else(Vec::new, |status| show.deletions(board, status))
        })
    };
    let scope = Scope::Cue(cue.clone());
    receipts(caller, scope, Done::Deleted, look).await
}

/// Carries the corrections out that the entry of this number asks for, or watches who does.
pub(super) async fn corrections(caller: &Caller<'_>, cue: &CueKey, number: i64) -> Result<Code> {
    let look = |show: &Show| {
        let now = caller.calling.clock.now();
        show.board(now, true, |board| show.corrections(board, number))
    };
    let scope = Scope::Cue(cue.clone());
    receipts(caller, scope, Done::Corrected, look).await
}

/// Sends a message that no cue has, or watches who does.
pub(super) async fn said(caller: &Caller<'_>, id: Uuid) -> Result<Code> {
    let look = |show: &Show| show.said(id, caller.calling.clock.now());
    receipts(caller, Scope::Say(id), Done::Sent, look).await
}

async fn receipts(
    caller: &Caller<'_>,
    scope: Scope,
    done: Done,
    look: impl Fn(&Show) -> Vec<Receipt>,
) -> Result<Code> {
    let is_over = |all: &Vec<Receipt>| all.iter().all(|it| it.state != ReceiptState::Pending);
    let progress = |all: &Vec<Receipt>| Some(calling::receipts_progress(done, all));
    let ended = until(caller.calling, scope, look, is_over, progress).await?;
    let event = &caller.calling.in_force.event;
    for line in calling::receipts(event, done, &ended) {
        say::paragraph(&line);
    }
    Ok(code(calling::receipts_verdict(&ended)))
}

fn code(verdict: Verdict) -> Code {
    match verdict {
        Verdict::Done => Code::Done,
        Verdict::Waits => Code::Pending,
        Verdict::Unclear => Code::Webex,
        Verdict::Failed => Code::Failed,
    }
}

/// Acts within the scope if no other process leads, or once none does any more, and looks until it is
/// over. What another process has begun goes on there, also if this one is ended.
pub(super) async fn until<T>(
    calling: &Calling,
    scope: Scope,
    look: impl Fn(&Show) -> T,
    is_over: impl Fn(&T) -> bool,
    progress: impl Fn(&T) -> Option<String>,
) -> Result<T> {
    let line = StatusLine::new();
    let acting = act(calling, scope.clone());
    tokio::pin!(acting);
    let (mut acts, mut acted) = (true, Acted::NotHere);
    loop {
        let seen = look(&calling.show().await?);
        // What a process leaves that acted by itself, such as words that are too old, is left.
        if !acts && (is_over(&seen) || acted == Acted::Itself) {
            return Ok(seen);
        }
        // The process that led may have been a command, which does nothing but its own.
        if !acts && acted == Acted::Busy && !list::leader(calling).await?.is_there() {
            acting.set(act(calling, scope.clone()));
            acts = true;
        }
        if let Some(words) = progress(&seen).filter(|_| StatusLine::is_shown()) {
            line.show(words);
        }
        tokio::select! {
            done = &mut acting, if acts => {
                acted = done?;
                acts = false;
            }
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// What came of an attempt to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Acted {
    /// Nothing is left that this process would do.
    Itself,
    /// Another process leads.
    Busy,
    /// There is no token.
    NotHere,
}

/// Does it, unless another process leads or there is no token.
async fn act(calling: &Calling, scope: Scope) -> Result<Acted> {
    let Some(engine) = &calling.engine else {
        return Ok(Acted::NotHere);
    };
    match engine.act(scope).await {
        Ok(()) => Ok(Acted::Itself),
        Err(Error::Busy(_)) => Ok(Acted::Busy),
        Err(error) => Err(error.into()),
    }
}
