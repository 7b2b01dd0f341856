//! What the remote control works on.

use std::sync::Arc;

use http::StatusCode;
use showcaller_clock::SharedClock;
use showcaller_engine::Stop;
use showcaller_engine::cues::{Show, ShowWatch, runner};
use showcaller_ledger::Ledger;
use showcaller_render::calling::not_found;
use showcaller_show::{Board, CueStatus};
use tokio::sync::Semaphore;

use super::problem::Problem;
use super::standing::{CueStanding, Runner, Standing};

/// The most streams of events at once.
pub(super) const STREAMS: usize = 32;

/// What the remote control works on.
pub(crate) struct Remote {
    pub(super) ledger: Ledger,
    pub(super) clock: SharedClock,
    pub(super) show: Arc<ShowWatch>,
    /// Streams end when it is asked for.
    pub(super) stop: Stop,
    pub(super) streams: Arc<Semaphore>,
}

impl Remote {
    pub(crate) fn new(
        ledger: Ledger,
        clock: SharedClock,
        show: Arc<ShowWatch>,
        stop: Stop,
    ) -> Self {
        Self {
            ledger,
            clock,
            show,
            stop,
            streams: Arc::new(Semaphore::new(STREAMS)),
        }
    }

    /// How everything stands.
    pub(super) async fn standing(&self) -> Result<Standing, Problem> {
        let now = self.clock.now();
        let holder = runner(&self.ledger, now).await;
        let holder = holder.map_err(|error| Problem::unavailable(&error))?;
        let look = |show: &Show, board: &Board<'_>| Standing {
            event: show.in_force.event.key.to_string(),
            at: now,
            runner: holder.map(|holder| Runner {
                process: holder.by,
                since: holder.since,
            }),
            cues: CueStanding::all(board, now),
        };
        let standing = self.show.look(now, look).await;
        standing.map_err(|error| Problem::unavailable(&error))
    }
}

/// The cue that is meant.
pub(super) fn find<'b, 'a>(
    show: &Show,
    board: &'b Board<'a>,
    name: &str,
) -> Result<&'b CueStatus<'a>, Problem> {
    board.find(name).map_err(|error| {
        let (sentence, hint) = not_found(&error, name, &show.in_force.event);
        Problem::new(StatusCode::NOT_FOUND, "cue", sentence).next(hint)
    })
}
