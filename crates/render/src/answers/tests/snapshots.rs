//! What people see, as they see it: a team's room, a private talk, the organisers' room.

use insta::assert_snapshot;
use showcaller_event::Language::{Dutch, English, French};
use showcaller_show::{Ahead, Body, DetailsFor, Intent, Reply, Span};

use super::samples::{self, in_language, reply};
use crate::answers::{
    Notice, apologising, messages, notice, one_after_the_other, see_above, sos_ticket, transcript,
};

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

#[test]
fn what_begins_next() {
    assert_snapshot!(seen(&samples::next(1)), @r"
    Next, in 1 minute
    09:00–09:30  Opening
                 Number 2555 000 0001 · password Lunch1Qx
                 [ Join ] https://example.webex.com/m/1
    ────────────────────────────────────────────────────────────
    Times in Europe/Brussels
    Ask me: agenda, remind me, help
    [ Agenda ] [ Remind me ]
    ");
    assert_snapshot!(seen(&samples::next(14 * 60)), @r"
    Next, tomorrow at 09:00
    09:00–09:30  Opening
                 Number 2555 000 0001 · password Lunch1Qx
                 [ Join ] https://example.webex.com/m/1
    ────────────────────────────────────────────────────────────
    Times in Europe/Brussels
    Ask me: agenda, remind me, help
    [ Agenda ] [ Remind me ]
    ");
    assert_snapshot!(seen(&samples::next(4 * 24 * 60)), @r"
    Next, on Friday 1 October at 09:00
    09:00–09:30  Opening
                 Number 2555 000 0001 · password Lunch1Qx
                 [ Join ] https://example.webex.com/m/1
    ────────────────────────────────────────────────────────────
    Times in Europe/Brussels
    Ask me: agenda, remind me, help
    [ Agenda ] [ Remind me ]
    ");
    assert_snapshot!(seen(&Reply { intent: Intent::Where, ..samples::next(90) }), @r"
    Where to be next, in 1 h 30 min
    09:00–09:30  Opening
                 Number 2555 000 0001 · password Lunch1Qx
                 [ Join ] https://example.webex.com/m/1
    ────────────────────────────────────────────────────────────
    Times in Europe/Brussels
    Ask me: agenda, remind me, help
    [ Agenda ] [ Remind me ]
    ");
    assert_snapshot!(seen(&reply(Intent::Next, Body::Next(Ahead::default()))), @r"
    Nothing more is planned here.

    Ask me: agenda, help
    ");
}

#[test]
fn named_meetings() {
    assert_snapshot!(seen(&samples::one_meeting()), @r"
    Friday 1 October
    13:00–14:00  Learn to pitch
                 Number 2555 000 0003 · password Lunch3Qx
                 [ Join ] https://example.webex.com/m/3
    ────────────────────────────────────────────────────────────
    Times in Europe/Brussels
    Ask me: agenda, help
    [ Agenda ]
    ");
    assert_snapshot!(seen(&samples::several_meetings()), @r"
    3 meetings fit that name

    Friday 1 October
    10:00–11:30  Team 1 - Warm-up - Breakout
                 ended
                 Number 2555 000 0002 · password Lunch2Qx
                 Join: https://example.webex.com/m/2

    Wednesday 6 October
    10:00–16:30  Team 1 - Day 1 - Breakout
                 Number 2555 000 0005 · password Lunch5Qx
                 [ Join ] https://example.webex.com/m/5

    Thursday 7 October
    10:00–16:30  Team 1 - Day 2 - Breakout
                 link follows
    ────────────────────────────────────────────────────────────
    Times in Europe/Brussels
    Ask me: agenda, help
    [ Agenda ]
    ");
    assert_snapshot!(seen(&samples::no_such_meeting("champagne <@all>")), @r"
    I know of no meeting here that is called “champagne ‹@all›”.

    Ask me: agenda, help
    ");
}

#[test]
fn in_private_a_member_of_one_team() {
    assert_snapshot!(seen(&samples::member_today()), @r"
    Today · Team 1

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
}

#[test]
fn in_private_a_coach_of_two_teams() {
    assert_snapshot!(seen(&samples::coach_today()), @r"
    Today

    Warm-up, Friday 1 October
    09:00–09:30    Warm-up - Opening
    (08:00–08:30)  Coaches, Team 1, Team 2
                   Number 2555 000 0001 · password Lunch1Qx
                   [ Join ] https://example.webex.com/m/1
    10:00–11:30    Team 1 - Breakout
    (09:00–10:30)  Team 1 · you co-host
                   Number 2555 000 0002 · password Lunch2Qx
                   Join: https://example.webex.com/m/2
    10:00–11:30    Team 2 - Breakout
    (09:00–10:30)  Team 2 · you co-host
                   Number 2555 000 0003 · password Lunch3Qx
                   Join: https://example.webex.com/m/3
    16:30–17:00    Coaches’ review
    (15:30–16:00)  link follows · Coaches
    ────────────────────────────────────────────────────────────
    Times in Europe/Brussels, in brackets Europe/London
    Ask me: now, next, help
    [ Now ] [ Next ]
    ");
    assert_snapshot!(without_cards(&samples::coach_today()), @r"
    **Today**

    **Warm-up, Friday 1 October**

    - **09:00–09:30** (08:00–08:30) Warm-up - Opening · [Join](https://example.webex.com/m/1)  
      Coaches, Team 1, Team 2  
      Number 2555 000 0001 · password `Lunch1Qx`
    - **10:00–11:30** (09:00–10:30) Team 1 - Breakout · [Join](https://example.webex.com/m/2)  
      Team 1 · you co-host  
      Number 2555 000 0002 · password `Lunch2Qx`
    - **10:00–11:30** (09:00–10:30) Team 2 - Breakout · [Join](https://example.webex.com/m/3)  
      Team 2 · you co-host  
      Number 2555 000 0003 · password `Lunch3Qx`
    - **16:30–17:00** (15:30–16:00) Coaches’ review · link follows  
      Coaches

    Times in Europe/Brussels, in brackets Europe/London  
    Ask me: now, next, help
    ");
}

#[test]
fn who_is_in_my_team() {
    assert_snapshot!(seen(&samples::who()), @r"
    **Team 1**

    - Chloé Dupont · coach
    - Ann Ångström
    - Ben Janssens
    ");
    assert_snapshot!(seen(&reply(Intent::Who, Body::Who(vec![]))), @"There is no team that I could name.");
}

#[test]
fn reminders() {
    assert_snapshot!(seen(&samples::reminder_set()), @r"
    I will remind you in private on Friday 1 October at 15:25.

    - **15:30–16:00** Warm-up - Closing ·
      [Join](https://example.webex.com/m/4)
      Number 2555 000 0004 · password `Lunch4Qx`

    Times in Europe/Brussels
    ");
    assert_snapshot!(seen(&reply(Intent::Remind, Body::Remind { at: None, of: vec![] })), @r"
    Nothing more is planned for you, so I have nothing to remind
    you of.
    ");
    assert_snapshot!(seen(&samples::reminder()), @r"
    It starts soon
    15:30–16:00  Warm-up - Closing
                 Number 2555 000 0004 · password Lunch4Qx
                 [ Join ] https://example.webex.com/m/4
    ────────────────────────────────────────────────────────────
    Times in Europe/Brussels
    Ask me: agenda, help
    [ Agenda ]
    ");
}

#[test]
fn help() {
    assert_snapshot!(seen(&samples::help(false)), @r"
    What you can ask me
    agenda – what is on today; or name a day, or all
    now – what is on right now, with its link
    next – what begins next
    where – where you have to be
    meeting – one meeting by its name: time, link, password
    my team – who is in your team, and who coaches it
    remind me – a message in private before your next meeting
    board – what the organisers have prepared for you
    sos – a human: calls the organisers, when something does not
    work
    ────────────────────────────────────────────────────────────
    In a room, mention me first. In private, just write.
    [ Agenda ] [ Now ] [ Next ] [ Remind me ]
    ");
    assert_snapshot!(without_cards(&samples::help(false)), @r"
    **What you can ask me**

    - **agenda** – what is on today; or name a day, or *all*
    - **now** – what is on right now, with its link
    - **next** – what begins next
    - **where** – where you have to be
    - **meeting** – one meeting by its name: time, link, password
    - **my team** – who is in your team, and who coaches it
    - **remind me** – a message in private before your next meeting
    - **board** – what the organisers have prepared for you
    - **sos** – a human: calls the organisers, when something does not work

    In a room, mention me first. In private, just write.
    ");
}

#[test]
fn small_talk() {
    assert_snapshot!(seen(&reply(Intent::Hello, Body::Hello { name: Some("Ann".to_owned()) })), @r"
    Hello Ann! I show you the way to your meetings.

    Ask me: agenda, now, next, help
    ");
    assert_snapshot!(seen(&reply(Intent::Thanks, Body::Thanks)), @r"You are welcome! Enjoy the event.");
    assert_snapshot!(seen(&samples::not_understood()), @r"
    Sorry, I did not understand that.

    Ask me: agenda, now, next, board, help · a human: sos
    ");
    assert_snapshot!(seen(&samples::stranger()), @r"
    Hello! I help the participants of Innovation Challenge, and
    you are not on my list. If you should be, please ask the
    organisers.
    ");
}

#[test]
fn a_call_for_a_human() {
    assert_snapshot!(seen(&reply(Intent::Sos, Body::Sos { called: true })), @r"
    I have alerted the organisers and passed on what you wrote.
    They will help you.
    ");
    assert_snapshot!(seen(&reply(Intent::Sos, Body::Sos { called: false })), @r"
    I cannot reach the organisers from here. Please ask one of
    them directly.
    ");
}

#[test]
fn answers_of_the_file() {
    assert_snapshot!(seen(&samples::boards()), @r"
    **Team 1**

    [Here](https://boards.example.com/team-1) is the **board**
    of Team 1.

    **Team 2**

    [Here](https://boards.example.com/team-2) is the **board**
    of Team 2.

    **Jury**

    That is not there yet. Ask me again a little later.
    ");
}

#[test]
fn in_the_organisers_room() {
    assert_snapshot!(seen(&samples::now_in_six_teams()), @r"
    On now
    10:00–11:30  Team 1 - Warm-up - Breakout
                 Number 2555 000 0001 · password Lunch1Qx
                 Join: https://example.webex.com/m/1
    10:00–11:30  Team 2 - Warm-up - Breakout
                 Number 2555 000 0002 · password Lunch2Qx
                 Join: https://example.webex.com/m/2
    10:00–11:30  Team 3 - Warm-up - Breakout
                 Number 2555 000 0003 · password Lunch3Qx
                 Join: https://example.webex.com/m/3
    10:00–11:30  Team 4 - Warm-up - Breakout
                 Number 2555 000 0004 · password Lunch4Qx
                 Join: https://example.webex.com/m/4
    10:00–11:30  Team 5 - Warm-up - Breakout
                 Number 2555 000 0005 · password Lunch5Qx
                 Join: https://example.webex.com/m/5
    10:00–11:30  Team 6 - Warm-up - Breakout
                 Number 2555 000 0006 · password Lunch6Qx
                 Join: https://example.webex.com/m/6
    ────────────────────────────────────────────────────────────
    Times in Europe/Brussels
    Ask me: next, agenda, help
    [ Next ] [ Agenda ]
    ");
    assert_snapshot!(seen(&samples::details_of_opening()), @r"
    **Details, for organisers only**

    **Friday 1 October**

    - **09:00–09:30** Warm-up - Opening ·
      [Join](https://example.webex.com/m/1)
      Number 2555 000 0001 · password `Lunch1Qx`

    Host key: `734112`

    Times in Europe/Brussels
    ");
    assert_snapshot!(seen(&samples::details(DetailsFor::Which(vec!["Opening".to_owned()]))), @r"
    Of which meeting? Write for example:

    - details Opening
    ");
    assert_snapshot!(seen(&samples::details(DetailsFor::Private)), @r"
    Others read along here. Ask me for details in private,
    please.
    ");
    assert_snapshot!(seen(&samples::details(DetailsFor::Organisers)), @r"Those details are for the organisers only.");
    assert_snapshot!(seen(&samples::help(true)), @r"
    What you can ask me
    agenda – what is on today; or name a day, or all
    now – what is on right now, with its link
    next – what begins next
    where – where you have to be
    meeting – one meeting by its name: time, link, password
    my team – who is in your team, and who coaches it
    remind me – a message in private before your next meeting
    board – what the organisers have prepared for you
    details – number, password and host key of a meeting, by its
    name
    sos – a human: calls the organisers, when something does not
    work
    ────────────────────────────────────────────────────────────
    In a room, mention me first. In private, just write.
    [ Agenda ] [ Now ] [ Next ] [ Remind me ]
    ");
}

#[test]
fn what_the_organisers_are_told() {
    assert_snapshot!(transcript(&sos_ticket(English, "Ann Ångström", Some("ann@example.com"), Some("Team 1"), "we are\nlocked out!!")).expose(), @r"
    **Ann Ångström** needs help, in *Team 1*:

    > we are locked out!!

    `ann@example.com`
    ");
    assert_snapshot!(transcript(&sos_ticket(Dutch, "ann@example.com", None, None, "geen geluid")).expose(), @r"
    **ann@example.com** heeft hulp nodig, en schreef me privé:

    > geen geluid
    ");
    assert_snapshot!(transcript(&notice(English, Notice::Removed, "Team 1")).expose(), @r"
    I was removed from *Team 1* and cannot answer there any
    more. To bring me back, add me to the room again.
    ");
    assert_snapshot!(transcript(&notice(French, Notice::NoModerator, "Team 1")).expose(), @r"
    Je ne suis plus modérateur de *Team 1*. J’y réponds encore,
    mais je ne peux plus ajouter ni retirer de personnes.
    ");
}

#[test]
fn around_an_answer() {
    assert_snapshot!(late(&samples::now()), @r"
    Sorry that this comes late.
    On now
    10:00–11:30  Team 1 - Warm-up - Breakout
                 Number 2555 000 0002 · password Lunch2Qx
                 [ Join ] https://example.webex.com/m/2
    ────────────────────────────────────────────────────────────
    Times in Europe/Brussels
    Ask me: next, agenda, help
    [ Next ] [ Agenda ]

    ~~~

    Sorry that this comes late.

    **On now**

    - **10:00–11:30** Team 1 - Warm-up - Breakout · [Join](https://example.webex.com/m/2)  
      Number 2555 000 0002 · password `Lunch2Qx`

    Times in Europe/Brussels  
    Ask me: next, agenda, help
    ");
    assert_snapshot!(late(&samples::boards()), @r"
    Sorry that this comes late.

    **Team 1**

    [Here](https://boards.example.com/team-1) is the **board**
    of Team 1.

    **Team 2**

    [Here](https://boards.example.com/team-2) is the **board**
    of Team 2.

    **Jury**

    That is not there yet. Ask me again a little later.

    ~~~

    Sorry that this comes late.

    **Team 1**

    [Here](https://boards.example.com/team-1) is the **board** of Team 1.

    **Team 2**

    [Here](https://boards.example.com/team-2) is the **board** of Team 2.

    **Jury**

    That is not there yet. Ask me again a little later.
    ");
    assert_snapshot!(transcript(&see_above(English, &Intent::Agenda, None)).expose(), @r"
    Many are asking right now: please see the answer to “agenda”
    above.
    ");
    assert_snapshot!(transcript(&see_above(Dutch, &Intent::Custom("board".to_owned()), Some("bord"))).expose(), @r"
    Er komen nu veel vragen binnen: zie het antwoord op “bord”
    hierboven.
    ");
    assert_snapshot!(transcript(&one_after_the_other(French)).expose(), @r"
    Une question à la fois, s’il vous plaît : je réponds encore
    aux précédentes.
    ");
}

#[test]
fn in_dutch() {
    assert_snapshot!(seen(&in_language(Dutch, samples::coach_today())), @r"
    Vandaag

    Warm-up, vrijdag 1 oktober
    09:00–09:30    Warm-up - Opening
    (08:00–08:30)  Coaches, Team 1, Team 2
                   Nummer 2555 000 0001 · wachtwoord Lunch1Qx
                   [ Deelnemen ] https://example.webex.com/m/1
    10:00–11:30    Team 1 - Breakout
    (09:00–10:30)  Team 1 · je bent co-host
                   Nummer 2555 000 0002 · wachtwoord Lunch2Qx
                   Deelnemen: https://example.webex.com/m/2
    10:00–11:30    Team 2 - Breakout
    (09:00–10:30)  Team 2 · je bent co-host
                   Nummer 2555 000 0003 · wachtwoord Lunch3Qx
                   Deelnemen: https://example.webex.com/m/3
    16:30–17:00    Coaches’ review
    (15:30–16:00)  link volgt · Coaches
    ────────────────────────────────────────────────────────────
    Tijden in Europe/Brussels, tussen haakjes Europe/London
    Vraag me: nu, volgende, help
    [ Nu ] [ Volgende ]
    ");
    assert_snapshot!(seen(&in_language(Dutch, samples::nothing_now(samples::opening_in(25, samples::WARM_UP)))), @r"
    Op dit moment is er niets bezig.

    Hierna, over 25 minuten
    09:00–09:30  Opening
                 Nummer 2555 000 0001 · wachtwoord Lunch1Qx
                 [ Deelnemen ] https://example.webex.com/m/1
    ────────────────────────────────────────────────────────────
    Tijden in Europe/Brussels
    Vraag me: agenda, herinner me, help
    [ Agenda ] [ Herinner me ]
    ");
    assert_snapshot!(seen(&in_language(Dutch, samples::help(true))), @r"
    Wat je me kunt vragen
    agenda – wat er vandaag op het programma staat; of noem een
    dag, of alles
    nu – wat er nu bezig is, met de link
    volgende – wat er hierna begint
    waar – waar je moet zijn
    meeting – één meeting bij naam: tijd, link, wachtwoord
    mijn team – wie er in je team zit, en wie het begeleidt
    herinner me – een privébericht vóór je volgende meeting
    board – wat de organisatoren voor je klaarzetten
    details – nummer, wachtwoord en hostsleutel van een meeting,
    bij naam
    sos – een mens: roept de organisatoren, als er iets niet
    werkt
    ────────────────────────────────────────────────────────────
    In een ruimte vermeld je me eerst. In een privégesprek
    schrijf je gewoon.
    [ Agenda ] [ Nu ] [ Volgende ] [ Herinner me ]
    ");
    assert_snapshot!(seen(&in_language(Dutch, samples::not_understood())), @r"
    Sorry, dat heb ik niet begrepen.

    Vraag me: agenda, nu, volgende, board, help · een mens: sos
    ");
    assert_snapshot!(seen(&in_language(Dutch, samples::reminder_set())), @r"
    Ik stuur je op vrijdag 1 oktober om 15:25 een herinnering in
    een privégesprek.

    - **15:30–16:00** Warm-up - Closing ·
      [Deelnemen](https://example.webex.com/m/4)
      Nummer 2555 000 0004 · wachtwoord `Lunch4Qx`

    Tijden in Europe/Brussels
    ");
    assert_snapshot!(seen(&in_language(Dutch, samples::no_such_meeting("receptie"))), @r"
    Ik ken hier geen meeting met de naam “receptie”.

    Vraag me: agenda, help
    ");
}

#[test]
fn in_french() {
    assert_snapshot!(seen(&in_language(French, samples::coach_today())), @r"
    Aujourd’hui

    Warm-up, vendredi 1er octobre
    09:00–09:30    Warm-up - Opening
    (08:00–08:30)  Coaches, Team 1, Team 2
                   Numéro 2555 000 0001 · mot de passe Lunch1Qx
                   [ Rejoindre ] https://example.webex.com/m/1
    10:00–11:30    Team 1 - Breakout
    (09:00–10:30)  Team 1 · vous êtes co-hôte
                   Numéro 2555 000 0002 · mot de passe Lunch2Qx
                   Rejoindre: https://example.webex.com/m/2
    10:00–11:30    Team 2 - Breakout
    (09:00–10:30)  Team 2 · vous êtes co-hôte
                   Numéro 2555 000 0003 · mot de passe Lunch3Qx
                   Rejoindre: https://example.webex.com/m/3
    16:30–17:00    Coaches’ review
    (15:30–16:00)  le lien suit · Coaches
    ────────────────────────────────────────────────────────────
    Heures : Europe/Brussels, entre parenthèses Europe/London
    Demandez-moi : maintenant, suivant, aide
    [ Maintenant ] [ Suivant ]
    ");
    assert_snapshot!(seen(&in_language(French, samples::next(4 * 24 * 60))), @r"
    Ensuite, le vendredi 1er octobre à 09:00
    09:00–09:30  Opening
                 Numéro 2555 000 0001 · mot de passe Lunch1Qx
                 [ Rejoindre ] https://example.webex.com/m/1
    ────────────────────────────────────────────────────────────
    Heures : Europe/Brussels
    Demandez-moi : agenda, rappel, aide
    [ Agenda ] [ Rappel ]
    ");
    assert_snapshot!(seen(&in_language(French, samples::help(false))), @r"
    Ce que vous pouvez me demander
    agenda – le programme d’aujourd’hui ; ou nommez un jour, ou
    tout
    maintenant – ce qui est en cours, avec le lien
    suivant – ce qui commence ensuite
    où – la réunion qui vous attend
    réunion – une réunion par son nom : heure, lien, mot de
    passe
    mon équipe – qui est dans votre équipe, et qui l’accompagne
    rappel – un message privé avant votre prochaine réunion
    board – ce que les organisateurs ont préparé pour vous
    sos – un humain : appelle les organisateurs, si quelque
    chose ne marche pas
    ────────────────────────────────────────────────────────────
    Dans un espace, mentionnez-moi d’abord. En privé, écrivez
    simplement.
    [ Agenda ] [ Maintenant ] [ Suivant ] [ Rappel ]
    ");
    assert_snapshot!(seen(&in_language(French, samples::reminder_set())), @r"
    Je vous enverrai un rappel en privé le vendredi 1er octobre
    à 15:25.

    - **15:30–16:00** Warm-up - Closing ·
      [Rejoindre](https://example.webex.com/m/4)
      Numéro 2555 000 0004 · mot de passe `Lunch4Qx`

    Heures : Europe/Brussels
    ");
    assert_snapshot!(seen(&in_language(French, samples::no_such_meeting("réception"))), @r"
    Je ne connais ici aucune réunion nommée « réception ».

    Demandez-moi : agenda, aide
    ");
    assert_snapshot!(seen(&in_language(French, samples::stranger())), @r"
    Bonjour ! J’aide les participants de l’événement Innovation
    Challenge, et vous n’êtes pas sur ma liste. Si vous devriez
    y être, adressez-vous aux organisateurs.
    ");
}
