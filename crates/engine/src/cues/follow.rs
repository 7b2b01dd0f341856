//! Has Webex follow slips, and tells the operators of links that have changed by it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use showcaller_event::markdown::inert;
use showcaller_event::model::{CueKey, CueTo, MeetingFact, MeetingKey, Part};
use showcaller_show::DeliveryState;

use super::tell;
use crate::floor::Stop;
use crate::show::Show;
use crate::show_log;
use crate::{Engine, Error, Followed, InForceWatch, NotFollowed};

/// How often: a meeting that people are in may be moved once they have left.
const AGAIN: SignedDuration = SignedDuration::from_mins(1);
/// How often it is looked whether something was decided.
const LOOK: SignedDuration = SignedDuration::from_secs(5);
/// How long a move that Webex refused is not tried; then twice as long each time.
const REFUSED: SignedDuration = SignedDuration::from_mins(5);

/// Looks until it is to stop.
pub(super) async fn run(engine: Engine, in_force: InForceWatch, stop: Stop) {
    let mut followed = in_force.latest();
    let mut waited = AGAIN;
    let mut backoff = Backoff::default();
    while !stop.asked() {
        let now = in_force.refreshed().await;
        let slipped = now.logged != followed.logged;
        if slipped || waited >= AGAIN {
            if slipped {
                backoff = Backoff::default();
            }
            (followed, waited) = (now, SignedDuration::ZERO);
            if let Err(error) = follow(&engine, &mut backoff).await {
                tracing::warn!(%error, "Webex does not follow the slips yet");
            }
        }
        stop.pause(&engine.clock, LOOK).await;
        waited = waited.saturating_add(LOOK);
    }
}

/// Until when each meeting whose move Webex refused is left alone, and for how long that was.
#[derive(Default)]
struct Backoff(BTreeMap<MeetingKey, (Timestamp, SignedDuration)>);

impl Backoff {
    fn without(&self, now: Timestamp) -> BTreeSet<MeetingKey> {
        let left = self.0.iter().filter(|(_, (until, _))| now < *until);
        left.map(|(meeting, _)| meeting.clone()).collect()
    }

    fn take(&mut self, followed: &Followed, now: Timestamp) {
        for meeting in &followed.moved {
            self.0.remove(meeting);
        }
        for (meeting, why) in &followed.waiting {
            if matches!(why, NotFollowed::Refused(_)) {
                let last = self.0.get(meeting).map(|(_, length)| *length);
                let length = last.map_or(REFUSED, |last| last.saturating_add(last));
                let until = now.saturating_add(length).unwrap_or(now);
                self.0.insert(meeting.clone(), (until, length));
            }
        }
    }
}

async fn follow(engine: &Engine, backoff: &mut Backoff) -> Result<(), Error> {
    let without = backoff.without(engine.clock.now());
    let followed = engine.follow_slips_but(&without).await?;
    backoff.take(&followed, engine.clock.now());
    let Followed {
        moved,
        waiting,
        link_changes,
        trouble,
    } = followed;
    if !moved.is_empty() || !waiting.is_empty() {
        tracing::info!(
            moved = moved.len(),
            waiting = waiting.len(),
            "slips on Webex"
        );
    }
    for change in link_changes {
        if let Err(error) = tell_of_link(engine, &change.meeting).await {
            let meeting = &change.meeting;
            tracing::warn!(%error, %meeting, "that a link has changed could not be told");
        }
    }
    let later = waiting.into_iter().filter_map(|(meeting, why)| match why {
        NotFollowed::BeginsLater(at) => Some((meeting, at)),
        _ => None,
    });
    tell_of_later(engine, later.collect()).await?;
    trouble.map_or(Ok(()), Err)
}

async fn show(engine: &Engine) -> Result<Show, Error> {
    let in_force = engine.in_force().await?.now().await?;
    Show::read(&engine.ledger, in_force).await
}

/// Tells, once, that meetings begin on Webex only later.
async fn tell_of_later(engine: &Engine, later: Vec<(MeetingKey, Timestamp)>) -> Result<(), Error> {
    if later.is_empty() {
        return Ok(());
    }
    let show = show(engine).await?;
    let told = tell::known_to_operators(&show);
    let (mut about, mut lines) = (Vec::new(), Vec::new());
    for (meeting, at) in later {
        let this = format!("later-on-webex/{meeting}/{at}");
        let scheduled = show.in_force.schedule.get(&meeting);
        let Some(scheduled) = scheduled.filter(|_| !told.contains(&*this)) else {
            continue;
        };
        let at = at.to_zoned(scheduled.start.time_zone().clone());
        lines.push(format!(
            "**{}** has begun by the schedule; on Webex it begins at {}: people may not be let in before.",
            inert(&scheduled.title),
            at.strftime("%H:%M")
        ));
        about.push(this);
    }
    if !lines.is_empty() {
        let entry = tell::entry(&show, about, lines.join("\n\n"));
        // If another entry came in between, the next look decides anew.
        show_log::log(
            &engine.ledger,
            &[entry],
            Some(show.head()),
            engine.clock.now(),
        )
        .await?;
    }
    Ok(())
}

/// Tells that a meeting has another link, and which cues gave the old one to how many.
async fn tell_of_link(engine: &Engine, meeting: &MeetingKey) -> Result<(), Error> {
    let show = show(engine).await?;
    let now = engine.clock.now();
    let gave: Vec<(CueKey, usize)> = show.board(now, false, |board| {
        let cues = board.cues.iter().map(|cue| {
            let gave = cue.recipients.iter().filter(|it| {
                let sent = it
                    .delivery
                    .is_some_and(|it| it.state == DeliveryState::Sent);
                sent && gives(it.to, meeting)
            });
            (cue.cue.key.clone(), gave.count())
        });
        cues.filter(|(_, gave)| *gave > 0).collect()
    });
    let title = show.in_force.schedule.get(meeting);
    let title = title.map_or_else(|| meeting.to_string(), |it| it.title.clone());
    let mut text = format!("**{}** has another link since it was moved.", inert(&title));
    for (cue, gave) in gave {
        let recipients = match gave {
            1 => "1 recipient".to_owned(),
            gave => format!("{gave} recipients"),
        };
        text.push_str(&format!(
            "\n\n`again {cue}` sends **{cue}**, which gave {recipients} the old one, once more."
        ));
    }
    let entry = tell::entry(&show, Vec::new(), text);
    show_log::log(&engine.ledger, &[entry], None, now).await?;
    Ok(())
}

/// Whether a cue gives the link of a meeting to this recipient.
fn gives(to: &CueTo, meeting: &MeetingKey) -> bool {
    let mut parts = to.say.texts().flat_map(|text| text.parts());
    parts.any(|part| match part {
        Part::Meeting {
            meeting: of,
            fact: MeetingFact::Link | MeetingFact::Join,
        } => of == meeting,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_move_is_tried_again_after_5_10_and_20_minutes() {
        let meeting = MeetingKey::new("jury");
        let refused = Followed {
            waiting: vec![(meeting.clone(), NotFollowed::Refused("no".to_owned()))],
            ..Followed::default()
        };
        let mut backoff = Backoff::default();
        let mut minute = 0;
        let at = |minute: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute);
        for left_alone in [5, 10, 20] {
            backoff.take(&refused, at(minute));
            assert!(
                backoff
                    .without(at(minute + left_alone - 1))
                    .contains(&meeting)
            );
            minute += left_alone;
            assert!(backoff.without(at(minute)).is_empty());
        }
        let moved = Followed {
            moved: vec![meeting],
            ..Followed::default()
        };
        backoff.take(&moved, at(minute));
        assert!(backoff.0.is_empty());
    }
}
