//! An event that was applied, and the real Webex or a simulator of its own: what a process works on that
//! serves it. Files on disk are only compared with what was applied.

use jiff::Timestamp;
use showcaller_clock::SharedClock;
use showcaller_engine::{Connections, Engine, InForce};
use showcaller_ledger::Ledger;

use super::{EventArgs, files, place, real_clock, webex};
use crate::environment;
use crate::exit::{Failure, Result};
use crate::terminal::say;

/// An event to be served.
pub(crate) struct Live {
    pub(crate) in_force: InForce,
    pub(crate) engine: Engine,
    pub(crate) ledger: Ledger,
    pub(crate) clock: SharedClock,
}

impl Live {
    /// Reads what was applied, and connects.
    pub(crate) async fn open(args: &EventArgs, now: Option<Timestamp>) -> Result<Self> {
        let clock = real_clock(args, now)?;
        let url = place::ledger_url(args)?;
        if url.path().is_some_and(|path| !path.exists()) {
            return Err(nothing_to_answer_with(args));
        }
        let ledger = Ledger::open(&url).await?;
        let Some(in_force) = InForce::read(&ledger).await? else {
            return Err(nothing_to_answer_with(args));
        };
        tell_differences(args, &in_force);
        let connections = webex::connections(&in_force.event, &clock)?;
        let process = environment::process();
        let engine = Engine::new(connections, ledger.clone(), clock.clone(), process);
        Ok(Self {
            in_force,
            engine,
            ledger,
            clock,
        })
    }

    pub(crate) fn connections(&self) -> &Connections {
        self.engine.connections()
    }
}

fn nothing_to_answer_with(args: &EventArgs) -> Failure {
    let event = args.event.display();
    let sentence = format!("{event} was not applied yet, so there is nothing to answer with");
    not_applied(args, &sentence)
}

/// What cannot be done before the first apply.
pub(super) fn not_applied(args: &EventArgs, sentence: &str) -> Failure {
    let event = args.event.display();
    let again = args.again();
    Failure::usage(sentence).hint(format!("showcaller apply {event}{again}"))
}

pub(super) fn tell_differences(args: &EventArgs, in_force: &InForce) {
    let applied = in_force
        .revision
        .as_ref()
        .map(|revision| &revision.source_digest);
    let event = args.event.display();
    match files::read(&args.event, None) {
        Ok(read) if applied == Some(&read.files.digest()) => {}
        Ok(_) => say::remark(&format!(
            "{event} has changed since it was last applied. What was applied counts; changes count \
             from the next apply on, without a restart."
        )),
        Err(_) => say::remark(&format!(
            "{event} cannot be read. What was last applied counts."
        )),
    }
}
