//! What every part of the runner works with.

use showcaller_clock::SharedClock;
use showcaller_ledger::Ledger;
use showcaller_webex::{Lane, Person};

use crate::floor::{Stop, ThisProcess};
use crate::in_force_watch::InForceWatch;
use crate::{Connections, Engine, Error};

#[derive(Debug)]
pub(super) struct Context {
    pub(super) connections: Connections,
    pub(super) ledger: Ledger,
    pub(super) clock: SharedClock,
    pub(super) process: ThisProcess,
    pub(super) alone: bool,
    /// The bot.
    pub(super) me: Person,
    pub(super) in_force: InForceWatch,
    pub(super) stop: Stop,
}

impl Context {
    pub(super) async fn of(engine: &Engine) -> Result<Self, Error> {
        let (ledger, clock) = (engine.ledger.clone(), engine.clock.clone());
        let webex = engine.connections.bot.on_lane(Lane::Cue);
        let me = webex.me().await;
        let me = me.map_err(|error| Error::look("who the bot is", error))?;
        Ok(Self {
            connections: Connections::clone(&engine.connections),
            in_force: engine.in_force().await?,
            ledger,
            clock,
            process: engine.process.clone(),
            alone: engine.alone,
            me,
            stop: Stop::default(),
        })
    }
}
