//! What the ledger remembers of webhooks that Webex has shut off, for the next start and other replicas.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use showcaller_ledger::{Error, Ledger};

/// Under which name the ledger remembers those of the bot; those of a host follow after a slash.
pub(super) const NAME: &str = "webhooks-shut-off";

/// A webhook that is switched on again within five minutes after Webex shut it off is shut off by a
/// single failure (messaging §9.3). When that was is not known; that it was noticed is later.
const PROBATION: SignedDuration = SignedDuration::from_mins(5);
/// The longest wait where webhooks are switched on again and again without anything to show for it.
const LONGEST: SignedDuration = SignedDuration::from_hours(1);

/// Some webhooks are shut off, or were so a while ago.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ShutOff {
    /// When it was first noticed.
    pub(super) noticed: Timestamp,
    /// How often in a row they were switched on although nothing seemed to answer.
    blind: u32,
    /// When they were switched on again.
    switched_on: Option<Timestamp>,
}

impl ShutOff {
    /// What is remembered, with what is seen now: some are shut off.
    pub(super) fn seen(before: Option<Self>, now: Timestamp) -> Self {
        match before {
            Some(before) if before.switched_on.is_none() => before,
            before => Self {
                noticed: now,
                blind: before.map_or(0, |before| before.blind),
                switched_on: None,
            },
        }
    }

    /// They are not switched on before.
    pub(super) fn until(&self) -> Timestamp {
        let wait = PROBATION
            .saturating_mul(1 << self.blind.min(8))
            .min(LONGEST);
        self.noticed.checked_add(wait).unwrap_or(Timestamp::MAX)
    }

    /// They are switched on again.
    pub(super) fn switched_on(self, reachable: bool, now: Timestamp) -> Self {
        Self {
            blind: if reachable { 0 } else { self.blind + 1 },
            switched_on: Some(now),
            ..self
        }
    }

    /// Whether it can be forgotten, where all are at work.
    fn is_over(&self, now: Timestamp) -> bool {
        let for_long = |at| now.duration_since(at) >= LONGEST;
        self.blind == 0 || self.switched_on.is_none_or(for_long)
    }
}

pub(super) async fn read(ledger: &Ledger, name: &str) -> Result<Option<ShutOff>, Error> {
    let kept = ledger.meta(name).await?;
    Ok(kept.and_then(|kept| serde_json::from_str(&kept).ok()))
}

pub(super) async fn write(ledger: &Ledger, name: &str, shut_off: &ShutOff) -> Result<(), Error> {
    let kept = serde_json::to_string(shut_off).unwrap_or_default();
    ledger.set_meta(name, &kept).await
}

/// All are at work: what is remembered is forgotten in time.
pub(super) async fn at_work(ledger: &Ledger, name: &str, now: Timestamp) -> Result<(), Error> {
    match read(ledger, name).await? {
        Some(shut_off) if shut_off.is_over(now) => ledger.set_meta(name, "").await,
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_second(minute * 60).expect("within this century")
    }

    fn minutes(shut_off: &ShutOff) -> i64 {
        shut_off.until().as_second() / 60
    }

    #[test]
    fn five_minutes_are_waited_from_the_first_notice_on() {
        let first = ShutOff::seen(None, at(10));
        assert_eq!(minutes(&first), 15);
        let again = ShutOff::seen(Some(first), at(13));
        assert_eq!(minutes(&again), 15);
        let on = again.switched_on(true, at(15));
        assert_eq!(minutes(&ShutOff::seen(Some(on), at(40))), 45);
    }

    #[test]
    fn the_waits_grow_where_nothing_seems_to_answer() {
        let mut waits = Vec::new();
        let mut shut_off = None;
        let mut now = 0;
        for _ in 0..7 {
            let seen = ShutOff::seen(shut_off.take(), at(now));
            waits.push(minutes(&seen) - now);
            now = minutes(&seen);
            shut_off = Some(seen.switched_on(false, at(now)));
        }
        assert_eq!(waits, [5, 10, 20, 40, 60, 60, 60]);
        let seen = ShutOff::seen(shut_off, at(now)).switched_on(true, at(now));
        assert_eq!(minutes(&ShutOff::seen(Some(seen), at(now))) - now, 5);
    }

    #[tokio::test]
    async fn it_is_forgotten_once_they_are_at_work_and_known_to_be_reached() {
        let url = showcaller_ledger::LedgerUrl::memory();
        let ledger = Ledger::open(&url).await.expect("a ledger");
        for (reachable, forgotten_at) in [(true, 6), (false, 65)] {
            let on = ShutOff::seen(None, at(0)).switched_on(reachable, at(5));
            write(&ledger, NAME, &on).await.expect("a ledger");
            at_work(&ledger, NAME, at(forgotten_at - 1))
                .await
                .expect("a ledger");
            let kept = read(&ledger, NAME).await.expect("a ledger");
            assert_eq!(kept, Some(on).filter(|_| !reachable));
            at_work(&ledger, NAME, at(forgotten_at))
                .await
                .expect("a ledger");
            assert_eq!(read(&ledger, NAME).await.expect("a ledger"), None);
        }
    }
}
