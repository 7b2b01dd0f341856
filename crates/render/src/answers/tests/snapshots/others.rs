//! What begins next, named meetings, people, and what else the bot says.

use insta::assert_snapshot;
use showcaller_event::Language::{Dutch, English, French};
use showcaller_show::{Ahead, Body, DetailsFor, Intent, Reply};

use super::super::samples::{self, reply};
use super::{late, seen, without_cards};
use crate::answers::{Notice, notice, one_after_the_other, see_above, sos_ticket, transcript};

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
