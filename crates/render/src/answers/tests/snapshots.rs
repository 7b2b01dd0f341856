//! What people see, as they see it: a team's room, a private talk, the organisers' room.

mod languages;
mod others;

use insta::assert_snapshot;
use showcaller_event::Language::{Dutch, English, French};
use showcaller_show::{Ahead, Intent, Reply, Span};

use super::samples::{self, in_language};
use crate::answers::{apologising, messages, transcript};

/// Every message of an answer, one below the other.
fn seen(reply: &Reply) -> String {
    let seen: Vec<String> = messages(reply, "card-7")
        .iter()
        .map(|message| transcript(message).expose().to_owned())
        .collect();
    seen.join("\n\n~~~\n\n")
}

/// The same, late.
fn late(reply: &Reply) -> String {
    let late = apologising(messages(reply, "card-7"), reply.language);
    let seen: Vec<String> = late
        .iter()
        .flat_map(|message| [transcript(message), message.markdown.clone()])
        .map(|text| text.expose().to_owned())
        .collect();
    seen.join("\n\n~~~\n\n")
}

/// What those see who see no cards.
fn without_cards(reply: &Reply) -> String {
    let seen: Vec<String> = messages(reply, "card-7")
        .iter()
        .map(|message| message.markdown.expose().to_owned())
        .collect();
    seen.join("\n\n~~~\n\n")
}

#[test]
fn in_a_teams_room_the_agenda_of_today() {
    assert_snapshot!(seen(&samples::today()), @r"
    Today

    Warm-up, Friday 1 October
    09:00–09:30  Warm-up - Opening
                 ended
                 Join: https://example.webex.com/m/1
    10:00–11:30  Team 1 - Warm-up - Breakout
                 on now
                 Number 2555 000 0002 · password Lunch2Qx
                 [ Join ] https://example.webex.com/m/2
    13:00–14:00  Learn to pitch
                 Number 2555 000 0003 · password Lunch3Qx
                 [ Join ] https://example.webex.com/m/3
    15:30–16:00  Warm-up - Closing
                 Number 2555 000 0004 · password Lunch4Qx
                 Join: https://example.webex.com/m/4
    ────────────────────────────────────────────────────────────
    Times in Europe/Brussels
    Ask me: now, next, help
    [ Now ] [ Next ]
    ");
    assert_snapshot!(without_cards(&samples::today()), @r"
    **Today**

    **Warm-up, Friday 1 October**

    - **09:00–09:30** Warm-up - Opening · [Join](https://example.webex.com/m/1)  
      ended
    - **10:00–11:30** Team 1 - Warm-up - Breakout · [Join](https://example.webex.com/m/2)  
      on now  
      Number 2555 000 0002 · password `Lunch2Qx`
    - **13:00–14:00** Learn to pitch · [Join](https://example.webex.com/m/3)  
      Number 2555 000 0003 · password `Lunch3Qx`
    - **15:30–16:00** Warm-up - Closing · [Join](https://example.webex.com/m/4)  
      Number 2555 000 0004 · password `Lunch4Qx`

    Times in Europe/Brussels  
    Ask me: now, next, help
    ");
}

#[test]
fn in_a_teams_room_a_reader_in_london_has_their_own_clock_beside() {
    assert_snapshot!(seen(&samples::beside_london(samples::today())), @r"
    Today

    Warm-up, Friday 1 October
    09:00–09:30    Warm-up - Opening
    (08:00–08:30)  ended
                   Join: https://example.webex.com/m/1
    10:00–11:30    Team 1 - Warm-up - Breakout
    (09:00–10:30)  on now
                   Number 2555 000 0002 · password Lunch2Qx
                   [ Join ] https://example.webex.com/m/2
    13:00–14:00    Learn to pitch
    (12:00–13:00)  Number 2555 000 0003 · password Lunch3Qx
                   [ Join ] https://example.webex.com/m/3
    15:30–16:00    Warm-up - Closing
    (14:30–15:00)  Number 2555 000 0004 · password Lunch4Qx
                   Join: https://example.webex.com/m/4
    ────────────────────────────────────────────────────────────
    Times in Europe/Brussels, in brackets Europe/London
    Ask me: now, next, help
    [ Now ] [ Next ]
    ");
    assert_snapshot!(without_cards(&samples::beside_london(samples::today())), @r"
    **Today**

    **Warm-up, Friday 1 October**

    - **09:00–09:30** (08:00–08:30) Warm-up - Opening · [Join](https://example.webex.com/m/1)  
      ended
    - **10:00–11:30** (09:00–10:30) Team 1 - Warm-up - Breakout · [Join](https://example.webex.com/m/2)  
      on now  
      Number 2555 000 0002 · password `Lunch2Qx`
    - **13:00–14:00** (12:00–13:00) Learn to pitch · [Join](https://example.webex.com/m/3)  
      Number 2555 000 0003 · password `Lunch3Qx`
    - **15:30–16:00** (14:30–15:00) Warm-up - Closing · [Join](https://example.webex.com/m/4)  
      Number 2555 000 0004 · password `Lunch4Qx`

    Times in Europe/Brussels, in brackets Europe/London  
    Ask me: now, next, help
    ");
}

#[test]
fn in_private_a_reader_whose_clock_has_another_date_sees_the_weekday() {
    let in_los_angeles = |reply| samples::read_in("America/Los_Angeles", reply);
    let in_tokyo = |reply| samples::read_in("Asia/Tokyo", reply);
    assert_snapshot!(seen(&in_los_angeles(samples::long_day())), @r"
    Today

    Day 1, Wednesday 6 October
    Tuesday 23:15–23:45      Early birds
    (Wednesday 08:15–08:45)  Number 2555 000 0001 ·
                             password Lunch1Qx
                             [ Join ] https://example.webex.com/m/1
    03:30–04:00    Lunch talk
    (12:30–13:00)  Number 2555 000 0002 · password Lunch2Qx
                   Join: https://example.webex.com/m/2
    11:00–13:00    Party
    (20:00–22:00)  Number 2555 000 0003 · password Lunch3Qx
                   Join: https://example.webex.com/m/3
    ────────────────────────────────────────────────────────────
    Times in America/Los Angeles, in brackets Europe/Brussels
    Ask me: now, next, help
    [ Now ] [ Next ]
    ");
    assert_snapshot!(without_cards(&in_los_angeles(samples::long_day())), @r"
    **Today**

    **Day 1, Wednesday 6 October**

    - **Tuesday 23:15–23:45** (Wednesday 08:15–08:45) Early birds · [Join](https://example.webex.com/m/1)  
      Number 2555 000 0001 · password `Lunch1Qx`
    - **03:30–04:00** (12:30–13:00) Lunch talk · [Join](https://example.webex.com/m/2)  
      Number 2555 000 0002 · password `Lunch2Qx`
    - **11:00–13:00** (20:00–22:00) Party · [Join](https://example.webex.com/m/3)  
      Number 2555 000 0003 · password `Lunch3Qx`

    Times in America/Los Angeles, in brackets Europe/Brussels  
    Ask me: now, next, help
    ");
    assert_snapshot!(seen(&in_tokyo(samples::long_day())), @r"
    Today

    Day 1, Wednesday 6 October
    15:15–15:45    Early birds
    (08:15–08:45)  Number 2555 000 0001 · password Lunch1Qx
                   [ Join ] https://example.webex.com/m/1
    19:30–20:00    Lunch talk
    (12:30–13:00)  Number 2555 000 0002 · password Lunch2Qx
                   Join: https://example.webex.com/m/2
    Thursday 03:00–05:00     Party
    (Wednesday 20:00–22:00)  Number 2555 000 0003 ·
                             password Lunch3Qx
                             Join: https://example.webex.com/m/3
    ────────────────────────────────────────────────────────────
    Times in Asia/Tokyo, in brackets Europe/Brussels
    Ask me: now, next, help
    [ Now ] [ Next ]
    ");
    assert_snapshot!(seen(&in_los_angeles(samples::several_meetings())), @r"
    3 meetings fit that name

    Friday 1 October
    01:00–02:30    Team 1 - Warm-up - Breakout
    (10:00–11:30)  ended
                   Number 2555 000 0002 · password Lunch2Qx
                   Join: https://example.webex.com/m/2

    Wednesday 6 October
    01:00–07:30    Team 1 - Day 1 - Breakout
    (10:00–16:30)  Number 2555 000 0005 · password Lunch5Qx
                   [ Join ] https://example.webex.com/m/5

    Thursday 7 October
    01:00–07:30    Team 1 - Day 2 - Breakout
    (10:00–16:30)  link follows
    ────────────────────────────────────────────────────────────
    Times in America/Los Angeles, in brackets Europe/Brussels
    Ask me: agenda, help
    [ Agenda ]
    ");
    assert_snapshot!(seen(&in_tokyo(samples::reminder_set())), @r"
    I will remind you in private on Friday 1 October at 22:25
    (15:25).

    - **22:30–23:00** (15:30–16:00) Warm-up - Closing ·
      [Join](https://example.webex.com/m/4)
      Number 2555 000 0004 · password `Lunch4Qx`

    Times in Asia/Tokyo, in brackets Europe/Brussels
    ");
    assert_snapshot!(seen(&samples::now_past_midnight()), @r"
    On now
    23:00–23:45  Night of the ideas
                 Number 2555 000 0001 · password Lunch1Qx
                 [ Join ] https://example.webex.com/m/1
    Thursday 00:15–02:00  Early check-in
                          Number 2555 000 0002 ·
                          password Lunch2Qx
                          [ Join ] https://example.webex.com/m/2
    ────────────────────────────────────────────────────────────
    Times in Europe/Brussels
    Ask me: next, agenda, help
    [ Next ] [ Agenda ]
    ");
    assert_snapshot!(seen(&samples::beside_london(samples::reminder_set())), @r"
    I will remind you in private on Friday 1 October at 15:25
    (14:25).

    - **15:30–16:00** (14:30–15:00) Warm-up - Closing ·
      [Join](https://example.webex.com/m/4)
      Number 2555 000 0004 · password `Lunch4Qx`

    Times in Europe/Brussels, in brackets Europe/London
    ");
}

#[test]
fn a_longer_agenda_goes_on_in_a_second_message() {
    assert_snapshot!(seen(&samples::all_days()), @r"
    The whole agenda · part 1 of 2

    Warm-up, Friday 1 October
    09:00–09:30  Warm-up - Opening
                 ended
                 Join: https://example.webex.com/m/1
    10:00–11:30  Team 1 - Warm-up - Breakout
                 on now
                 Number 2555 000 0002 · password Lunch2Qx
                 [ Join ] https://example.webex.com/m/2
    13:00–14:00  Learn to pitch
                 Number 2555 000 0003 · password Lunch3Qx
                 [ Join ] https://example.webex.com/m/3
    15:30–16:00  Warm-up - Closing
                 Number 2555 000 0004 · password Lunch4Qx
                 Join: https://example.webex.com/m/4
    ────────────────────────────────────────────────────────────
    Times in Europe/Brussels

    ~~~

    The whole agenda · part 2 of 2

    Day 1, Wednesday 6 October
    09:00–09:30  Day 1 - Opening
                 Number 2555 000 0005 · password Lunch5Qx
                 Join: https://example.webex.com/m/5
    10:00–16:30  Day 1 - Breakout
                 link follows
    16:30–17:00  Day 1 - Closing
                 link follows

    Day 2, Thursday 7 October
    09:00–09:30  Day 2 - Opening
                 Number 2555 000 0006 · password Lunch6Qx
                 Join: https://example.webex.com/m/6
    10:00–16:30  Day 2 - Breakout
                 link follows
    16:30–17:00  Day 2 - Closing
                 link follows
    ────────────────────────────────────────────────────────────
    Times in Europe/Brussels
    Ask me: now, next, help
    [ Now ] [ Next ]
    ");
}

#[test]
fn other_agendas() {
    assert_snapshot!(seen(&samples::agenda(Span::Over, vec![])), @r"
    The event is over: the last meeting has ended. Thank you for
    being there!
    ");
    assert_snapshot!(seen(&samples::agenda(Span::NoDay(jiff::civil::date(2027, 10, 3)), vec![])), @r"
    Sunday 3 October is not a day of the event.

    Ask me: agenda, help
    ");
    assert_snapshot!(seen(&samples::empty_day()), @r"
    **Agenda**

    **Day 1, Wednesday 6 October**

    Nothing is planned here that day.

    Ask me: now, next, help
    ");
}

#[test]
fn when_all_of_today_has_ended_what_is_next_is_said() {
    assert_snapshot!(seen(&samples::ended_today()), @r"
    Today

    Warm-up, Friday 1 October
    09:00–09:30  Warm-up - Opening
                 ended
                 Join: https://example.webex.com/m/1
    10:00–11:30  Team 1 - Warm-up - Breakout
                 ended
                 Join: https://example.webex.com/m/2
    13:00–14:00  Learn to pitch
                 ended
                 Join: https://example.webex.com/m/3
    15:30–16:00  Warm-up - Closing
                 ended
                 Join: https://example.webex.com/m/4
    Next, on Wednesday 6 October at 09:00: Opening
    ────────────────────────────────────────────────────────────
    Times in Europe/Brussels
    Ask me: now, next, help
    [ Now ] [ Next ]
    ");
    assert_snapshot!(seen(&in_language(French, samples::ended_today())), @r"
    Aujourd’hui

    Warm-up, vendredi 1er octobre
    09:00–09:30  Warm-up - Opening
                 terminé
                 Rejoindre: https://example.webex.com/m/1
    10:00–11:30  Team 1 - Warm-up - Breakout
                 terminé
                 Rejoindre: https://example.webex.com/m/2
    13:00–14:00  Learn to pitch
                 terminé
                 Rejoindre: https://example.webex.com/m/3
    15:30–16:00  Warm-up - Closing
                 terminé
                 Rejoindre: https://example.webex.com/m/4
    Ensuite, le mercredi 6 octobre à 09:00 : Opening
    ────────────────────────────────────────────────────────────
    Heures : Europe/Brussels
    Demandez-moi : maintenant, suivant, aide
    [ Maintenant ] [ Suivant ]
    ");
}

#[test]
fn in_private_nothing_is_said_of_a_here() {
    for language in [English, Dutch, French] {
        for reply in [
            samples::nothing_now(Ahead::default()),
            samples::empty_day(),
            samples::no_such_meeting("lunch"),
        ] {
            let said = seen(&in_language(language, samples::in_private(reply)));
            let words: Vec<_> = said.split(|letter: char| !letter.is_alphabetic()).collect();
            let here = ["here", "hier", "ici"];
            assert!(words.iter().all(|word| !here.contains(word)), "{said}");
        }
    }
    assert_snapshot!(seen(&samples::in_private(samples::nothing_now(Ahead::default()))), @r"
    Nothing is on right now.

    Nothing more is planned for you.

    Ask me: agenda, help
    ");
}

#[test]
fn what_is_on_now() {
    assert_snapshot!(seen(&samples::now()), @r"
    On now
    10:00–11:30  Team 1 - Warm-up - Breakout
                 Number 2555 000 0002 · password Lunch2Qx
                 [ Join ] https://example.webex.com/m/2
    ────────────────────────────────────────────────────────────
    Times in Europe/Brussels
    Ask me: next, agenda, help
    [ Next ] [ Agenda ]
    ");
    assert_snapshot!(seen(&samples::nothing_now(samples::opening_in(25, samples::WARM_UP))), @r"
    Nothing is on right now.

    Next, in 25 minutes
    09:00–09:30  Opening
                 Number 2555 000 0001 · password Lunch1Qx
                 [ Join ] https://example.webex.com/m/1
    ────────────────────────────────────────────────────────────
    Times in Europe/Brussels
    Ask me: agenda, remind me, help
    [ Agenda ] [ Remind me ]
    ");
    assert_snapshot!(seen(&samples::nothing_now(Ahead::default())), @r"
    Nothing is on right now.

    Nothing more is planned here.

    Ask me: agenda, help
    ");
    assert_snapshot!(seen(&Reply { intent: Intent::Where, ..samples::now() }), @r"
    Where to be now
    10:00–11:30  Team 1 - Warm-up - Breakout
                 Number 2555 000 0002 · password Lunch2Qx
                 [ Join ] https://example.webex.com/m/2
    ────────────────────────────────────────────────────────────
    Times in Europe/Brussels
    Ask me: next, agenda, help
    [ Next ] [ Agenda ]
    ");
}
