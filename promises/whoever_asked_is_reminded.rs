//! Whoever asked for it is reminded of their next meeting once, by the schedule in force.

use jiff::Timestamp;

use crate::files::fair;
use crate::processes;
use crate::talk::{Said, Talk};

/// Monday's market begins at nine in Lisbon.
const MARKET: &str = "2027-04-05T08:00:00Z";

impl Talk {
    /// The bot begins so many minutes before Monday's market.
    async fn begins_before_the_market(minutes: i64) -> Self {
        let mut talk = Self::without_a_bot(&fair()).await;
        talk.waits_until(-60 * minutes).await;
        talk.begins(&processes::alive()).await;
        talk
    }

    /// It is so many seconds after the market began.
    async fn waits_until(&self, second: i64) {
        let market: Timestamp = MARKET.parse().expect("a time");
        let until = market.as_second() + second;
        self.after(until - self.stage.now().as_second()).await;
    }

    /// The reminders that were sent, and when, in seconds from the beginning of the market.
    fn reminders(&self) -> Vec<(i64, Said)> {
        let market: Timestamp = MARKET.parse().expect("a time");
        let mut said = self.said();
        // The answer to the wish comes first.
        said.remove(0);
        said.into_iter()
            .map(|said| {
                let at = said.0["created"].as_str().expect("a time");
                let at: Timestamp = at.parse().expect("a time");
                (at.as_second() - market.as_second(), said)
            })
            .collect()
    }
}

#[tokio::test]
async fn in_private_five_minutes_before_it_and_once() {
    let talk = Talk::begins_before_the_market(30).await;
    talk.asks_in_private("ria@example.com", "remind me").await;
    talk.waits_until(-301).await;
    assert_eq!(talk.reminders().len(), 0);
    talk.waits_until(7_200).await;
    let reminders = talk.reminders();
    assert_eq!(reminders.len(), 1, "{reminders:?}");
    let (at, said) = &reminders[0];
    assert!((-300..-290).contains(at), "{at}");
    assert!(said.markdown().contains("Monday - Market"), "{said:?}");
    assert_eq!(said.0["roomType"], "direct");
    talk.ends().await;
}

#[tokio::test]
async fn late_rather_than_never_but_not_of_what_is_over() {
    for (back, expected) in [(600, 1), (3_700, 0)] {
        let mut talk = Talk::begins_before_the_market(30).await;
        talk.asks_in_private("ria@example.com", "remind me").await;
        talk.after(60).await;
        talk.is_killed();
        talk.waits_until(back).await;
        talk.begins(&processes::alive()).await;
        talk.after(120).await;
        let reminders = talk.reminders();
        assert_eq!(
            reminders.len(),
            expected,
            "back after {back} s: {reminders:?}"
        );
        for (_, said) in &reminders {
            assert!(said.markdown().contains("Monday - Market"), "{said:?}");
        }
        talk.ends().await;
    }
}
