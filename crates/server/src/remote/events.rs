//! How the cues stand, as server-sent events: all of it first, then what changes.
//! <https://html.spec.whatwg.org/multipage/server-sent-events.html>

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::Event;
use futures::Stream;
use futures::stream::unfold;
use jiff::SignedDuration;
use serde::Serialize;
use tokio::sync::OwnedSemaphorePermit;

use super::context::Remote;
use super::guard::Caller;
use super::standing::Standing;

/// How often it is looked for changes.
const LOOK: SignedDuration = SignedDuration::from_secs(1);
/// So many looks without a change, and a comment shows that the connection is alive.
const QUIET: u32 = 15;
/// After so long a client that was cut off is to come back.
const RETRY: Duration = Duration::from_secs(2);

struct Feed {
    remote: Arc<Remote>,
    caller: Caller,
    seen: Standing,
    ready: VecDeque<Event>,
    quiet: u32,
    _place: OwnedSemaphorePermit,
}

/// Ends when the process does, and once the caller's token is not good any more.
pub(super) fn feed(
    remote: Arc<Remote>,
    caller: Caller,
    first: Standing,
    place: OwnedSemaphorePermit,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let feed = Feed {
        remote,
        caller,
        ready: [event("snapshot", &first).retry(RETRY)].into(),
        seen: first,
        quiet: 0,
        _place: place,
    };
    unfold(feed, |mut feed| async {
        loop {
            if let Some(event) = feed.ready.pop_front() {
                return Some((Ok(event), feed));
            }
            tokio::select! {
                () = feed.remote.stop.wait() => return None,
                () = feed.remote.clock.sleep(LOOK) => {}
            }
            if !feed.remote.still_reads(&feed.caller).await {
                return None;
            }
            feed.look().await;
        }
    })
}

impl Feed {
    async fn look(&mut self) {
        // What cannot be read now is read at the next look.
        if let Ok(now) = self.remote.standing().await {
            self.ready.extend(changes(&self.seen, &now));
            self.seen = now;
        }
        self.quiet = match self.ready.is_empty() {
            true => self.quiet + 1,
            false => 0,
        };
        if self.quiet >= QUIET {
            self.quiet = 0;
            self.ready.push_back(Event::default().comment("quiet"));
        }
    }
}

fn changes(before: &Standing, now: &Standing) -> Vec<Event> {
    let names = |of: &Standing| of.cues.iter().map(|it| it.cue.clone()).collect::<Vec<_>>();
    if names(before) != names(now) || before.event != now.event {
        return vec![event("snapshot", now)];
    }
    let runner = (before.runner != now.runner).then(|| event("runner", &now.runner));
    let cues = before.cues.iter().zip(&now.cues);
    let cues = cues.filter(|(before, now)| before != now);
    let cues = cues.map(|(_, now)| event("cue", now));
    runner.into_iter().chain(cues).collect()
}

fn event(name: &str, data: &impl Serialize) -> Event {
    let event = Event::default().event(name);
    // The types here are always JSON; a client takes an event without data for none.
    event.clone().json_data(data).unwrap_or(event)
}
