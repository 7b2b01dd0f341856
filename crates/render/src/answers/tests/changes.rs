//! What a room reads of a programme that changed.

use insta::assert_snapshot;
use jiff::Timestamp;
use showcaller_event::model::{MeetingFacts, MeetingKey, RoomKey};
use showcaller_event::{Facts, Language, Schedule};
use showcaller_secret::Secret;
use showcaller_show::slip::Times;
use showcaller_show::{Change, RoomChanges};

use crate::answers::changes;
use crate::sample;

/// In Brussels, on the day of the warm-up unless another is named.
fn at(text: &str) -> Timestamp {
    let text = match text.contains('T') {
        true => text.to_owned(),
        false => format!("2027-10-01T{text}"),
    };
    format!("{text}+02:00").parse().expect("a time")
}

fn times(start: &str, end: &str) -> Times {
    Times {
        start: at(start),
        end: at(end),
    }
}

fn message(language: Language, changes_of: Vec<Change>) -> String {
    let mut event = sample::event();
    event.bot.language = language;
    let facts = MeetingFacts {
        link: Some(Secret::new("https://example.webex.com/m/1")),
        password: Some(Secret::new("Lunch1Qx")),
        ..MeetingFacts::default()
    };
    let facts = Facts {
        schedule: &Schedule::planned(&event),
        event: &event,
        webex: &|meeting| (meeting.as_str() != "late-show").then(|| facts.clone()),
    };
    let of = RoomChanges {
        room: RoomKey::new("team-1"),
        changes: changes_of,
    };
    changes(&of, &facts, at("09:00"))
        .markdown
        .expose()
        .to_owned()
}

fn every_change() -> Vec<Change> {
    let closing = || "Closing".to_owned();
    let moved = |from, to| Change::Moved {
        title: closing(),
        from,
        to,
    };
    let new = |meeting: &str, start: &str, end: &str| Change::New {
        meeting: MeetingKey::new(meeting),
        title: "Breakout *1*".to_owned(),
        times: times(start, end),
    };
    vec![
        moved(times("16:30", "17:30"), times("16:45", "17:45")),
        moved(times("16:30", "17:00"), times("16:45", "17:30")),
        moved(times("16:30", "17:00"), times("16:30", "17:30")),
        moved(
            times("2027-10-02T09:00", "2027-10-02T09:30"),
            times("2027-10-02T10:00", "2027-10-02T10:30"),
        ),
        moved(
            times("16:30", "17:00"),
            times("2027-10-02T10:00", "2027-10-02T10:30"),
        ),
        Change::Renamed {
            from: closing(),
            to: "Celebration".to_owned(),
        },
        Change::Link {
            meeting: MeetingKey::new("breakout/team-1/warm-up"),
            title: closing(),
        },
        new("breakout/team-1/warm-up", "10:00", "11:30"),
        // Not on Webex yet; and of another room.
        new("late-show", "2027-10-31T20:00", "2027-10-31T21:00"),
        new("jury-night", "22:00", "23:00"),
        Change::Cancelled {
            title: closing(),
            times: times("16:30", "17:30"),
        },
        Change::NotForRoom {
            title: closing(),
            times: times("2027-10-02T16:30", "2027-10-02T17:30"),
        },
    ]
}

#[test]
fn in_english() {
    assert_snapshot!(message(Language::English, every_change()), @r"
    **Closing** moved from 16:30 to 16:45.

    **Closing** moved from 16:30 to 16:45, and ends at 17:30.

    **Closing** ends at 17:30, not at 17:00.

    **Closing** moved from 09:00 to 10:00 (Saturday 2 October).

    **Closing** moved from Friday 1 October, 16:30 to Saturday 2 October, 10:00.

    **Closing** is now called **Celebration**.

    **Closing** has a new link: [Join](https://example.webex.com/m/1) · password `Lunch1Qx`

    New: **Breakout ∗1∗**, 10:00–11:30 · [Join](https://example.webex.com/m/1) · password `Lunch1Qx`

    New: **Breakout ∗1∗**, 19:00–20:00 (Sunday 31 October) · link follows

    New: **Breakout ∗1∗**, 22:00–23:00 · link follows

    **Closing**, 16:30, is cancelled.

    **Closing**, 16:30 (Saturday 2 October), is no longer for this room.
    ");
}

#[test]
fn in_dutch() {
    assert_snapshot!(message(Language::Dutch, every_change()), @r"
    **Closing** verschuift van 16:30 naar 16:45.

    **Closing** verschuift van 16:30 naar 16:45, en eindigt om 17:30.

    **Closing** eindigt om 17:30, niet om 17:00.

    **Closing** verschuift van 09:00 naar 10:00 (zaterdag 2 oktober).

    **Closing** verschuift van vrijdag 1 oktober, 16:30 naar zaterdag 2 oktober, 10:00.

    **Closing** heet nu **Celebration**.

    **Closing** heeft een nieuwe link: [Deelnemen](https://example.webex.com/m/1) · wachtwoord `Lunch1Qx`

    Nieuw: **Breakout ∗1∗**, 10:00–11:30 · [Deelnemen](https://example.webex.com/m/1) · wachtwoord `Lunch1Qx`

    Nieuw: **Breakout ∗1∗**, 19:00–20:00 (zondag 31 oktober) · link volgt

    Nieuw: **Breakout ∗1∗**, 22:00–23:00 · link volgt

    **Closing**, 16:30, gaat niet door.

    **Closing**, 16:30 (zaterdag 2 oktober), is niet meer voor deze ruimte.
    ");
}

#[test]
fn in_french() {
    assert_snapshot!(message(Language::French, every_change()), @r"
    **Closing** : déplacé de 16:30 à 16:45.

    **Closing** : déplacé de 16:30 à 16:45, fin à 17:30.

    **Closing** : fin à 17:30, et non à 17:00.

    **Closing** : déplacé de 09:00 à 10:00 (samedi 2 octobre).

    **Closing** : déplacé de vendredi 1er octobre, 16:30 à samedi 2 octobre, 10:00.

    **Closing** s’appelle désormais **Celebration**.

    **Closing** a un nouveau lien : [Rejoindre](https://example.webex.com/m/1) · mot de passe `Lunch1Qx`

    Nouveau : **Breakout ∗1∗**, 10:00–11:30 · [Rejoindre](https://example.webex.com/m/1) · mot de passe `Lunch1Qx`

    Nouveau : **Breakout ∗1∗**, 19:00–20:00 (dimanche 31 octobre) · le lien suit

    Nouveau : **Breakout ∗1∗**, 22:00–23:00 · le lien suit

    **Closing**, 16:30 : annulé.

    **Closing**, 16:30 (samedi 2 octobre) : plus pour cet espace.
    ");
}

#[test]
fn what_does_not_fit_is_counted() {
    let many: Vec<Change> = (0..10).flat_map(|_| every_change()).collect();
    let (all, text) = (many.len(), message(Language::English, many));
    assert!(text.len() <= showcaller_event::markdown::LONGEST);
    let more = text.rsplit("\n\n").next().expect("a sentence");
    let said = text.split("\n\n").count() - 1;
    assert_eq!(
        more,
        format!("And {} more: ask me for the *agenda*.", all - said)
    );
}
