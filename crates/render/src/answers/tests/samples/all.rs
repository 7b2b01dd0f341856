//! Every sample, by name.

use super::*;

/// Every kind of reply, with a name that is fit for a file.
pub(in super::super) fn all() -> Vec<(&'static str, Reply)> {
    let plain = |intent, body| reply(intent, body);
    vec![
        ("today-in-a-room", today()),
        (
            "today-in-a-room-for-a-reader-in-london",
            beside_london(today()),
        ),
        (
            "today-for-a-reader-in-los-angeles",
            read_in("America/Los_Angeles", long_day()),
        ),
        (
            "today-for-a-reader-in-tokyo",
            read_in("Asia/Tokyo", long_day()),
        ),
        ("today-of-a-member", member_today()),
        ("today-of-a-coach", coach_today()),
        (
            "next-event-day",
            agenda(Span::NextDay, vec![later_day(1, DAY_1)]),
        ),
        ("a-day-with-nothing", empty_day()),
        (
            "no-event-day",
            agenda(Span::NoDay(date(2027, 10, 3)), vec![]),
        ),
        ("over", agenda(Span::Over, vec![])),
        ("all-of-today-has-ended", ended_today()),
        (
            "nothing-any-more-in-private",
            in_private(nothing_now(Ahead::default())),
        ),
        ("all-days", all_days()),
        ("now", now()),
        ("now-in-six-teams", now_in_six_teams()),
        ("nothing-now", nothing_now(opening_in(25, WARM_UP))),
        ("nothing-any-more", nothing_now(Ahead::default())),
        (
            "where-now",
            Reply {
                intent: Intent::Where,
                ..now()
            },
        ),
        ("next", next(1)),
        ("next-tomorrow", next(14 * 60)),
        ("next-on-another-day", next(4 * 24 * 60)),
        (
            "where-next",
            Reply {
                intent: Intent::Where,
                ..next(25)
            },
        ),
        (
            "nothing-next",
            plain(Intent::Next, Body::Next(Ahead::default())),
        ),
        ("one-meeting", one_meeting()),
        ("several-meetings", several_meetings()),
        ("no-such-meeting", no_such_meeting("champagne reception")),
        ("who", who()),
        ("who-is-in-no-team", plain(Intent::Who, Body::Who(vec![]))),
        ("details", details_of_opening()),
        ("details-not-for-you", details(DetailsFor::Organisers)),
        ("details-not-here", details(DetailsFor::Private)),
        (
            "details-of-which",
            details(DetailsFor::Which(vec![
                "Opening".to_owned(),
                "Closing".to_owned(),
            ])),
        ),
        ("reminder-set", reminder_set()),
        (
            "nothing-to-remind-of",
            plain(
                Intent::Remind,
                Body::Remind {
                    at: None,
                    of: vec![],
                },
            ),
        ),
        ("reminder", reminder()),
        ("help", help(false)),
        ("help-of-an-organiser", help(true)),
        ("sos", plain(Intent::Sos, Body::Sos { called: true })),
        (
            "sos-without-organisers",
            plain(Intent::Sos, Body::Sos { called: false }),
        ),
        (
            "hello",
            plain(
                Intent::Hello,
                Body::Hello {
                    name: Some("Ann".to_owned()),
                },
            ),
        ),
        (
            "hello-in-a-room",
            plain(Intent::Hello, Body::Hello { name: None }),
        ),
        ("thanks", plain(Intent::Thanks, Body::Thanks)),
        ("boards", boards()),
        ("not-understood", not_understood()),
        ("stranger", stranger()),
    ]
}
