//! What meetings need: co-hosts who check in, a host for those who wait, and time.

use showcaller_event::Schedule;
use showcaller_event::model::{Anchor, Email, Invitee};
use showcaller_show::{Entry, check_ins, next_check_in};

use crate::support::{Show, anchored, at, cue, meeting, minutes, webex};

fn email(name: &str) -> Email {
    Email::new(format!("{name}@example.com"))
}

/// The opening at ten and the closing at four are run by Ann and Ben, and Olga stands by.
fn show() -> Show {
    let mut show = Show::new([]);
    for meeting in &mut show.event.meetings {
        meeting.check_in = Some(minutes(10));
        meeting.standby = vec![email("olga")];
        let invitee = |name: &str| Invitee {
            email: email(name),
            name: name.to_owned(),
            cohost: true,
        };
        meeting.invitees = ["ann", "ben", "olga"].map(invitee).into();
    }
    show
}

impl Show {
    /// Who is asked by now: `ann 10:00 opening/day-1`.
    fn asked(&self) -> Vec<String> {
        let asked = check_ins(&self.event, &self.schedule, &self.log, self.now);
        let lines = asked.iter().map(|it| {
            let start = it
                .start
                .to_zoned(at("08:00").to_zoned(zone()).time_zone().clone());
            let meetings: Vec<String> = it.meetings.iter().map(ToString::to_string).collect();
            let name = it.person.as_str().split('@').next().unwrap_or_default();
            format!("{name} {} {}", start.strftime("%H:%M"), meetings.join(" "))
        });
        lines.collect()
    }

    /// What the operators are told by now.
    fn needs(&self) -> Vec<String> {
        self.board(|board| {
            let needs = board.meetings_attention();
            needs.iter().map(|it| format!("{:?}", it.need)).collect()
        })
    }

    fn is_here(&mut self, name: &str, of: &str) {
        self.log(Entry::CheckedIn {
            meeting: meeting(of),
            person: email(name),
        });
    }

    fn starts(&mut self, of: &str) {
        let entry = Entry::Started {
            meeting: meeting(of),
            at: self.now,
        };
        self.log_by(&webex(), entry);
    }

    /// Moves a meeting of the first day by so many minutes.
    fn moves(&mut self, of: &str, by: i64) {
        let mut moved = self.schedule.get(&meeting(of)).expect("a meeting").clone();
        moved.start = moved.start.checked_add(minutes(by)).expect("a time");
        moved.end = moved.end.checked_add(minutes(by)).expect("a time");
        self.schedule.set(meeting(of), moved);
    }
}

fn zone() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::get("Europe/Brussels").expect("a zone")
}

#[test]
fn co_hosts_are_asked_ten_minutes_before_and_those_who_stand_by_from_three_on() {
    let mut show = show();
    assert_eq!(show.at("09:49").asked(), [""; 0]);
    let both = ["ann 10:00 opening/day-1", "ben 10:00 opening/day-1"];
    assert_eq!(show.at("09:50").asked(), both);
    show.at("09:52").is_here("ann", "opening/day-1");
    assert_eq!(show.at("09:56").asked(), both[1..]);
    let olga = "olga 10:00 opening/day-1";
    assert_eq!(show.at("09:57").asked(), [both[1], olga]);
    show.is_here("olga", "opening/day-1");
    assert_eq!(show.at("09:59").asked(), both[1..]);
    assert_eq!(show.at("10:00").asked(), [""; 0]);
}

#[test]
fn who_runs_several_meetings_at_once_is_asked_once_for_all_of_them() {
    let mut show = show();
    show.moves("closing/day-1", -6 * 60);
    let both = "ann 10:00 opening/day-1 closing/day-1";
    assert_eq!(show.at("09:50").asked()[0], both);
    show.is_here("ann", "opening/day-1");
    assert_eq!(show.asked()[0], both, "of the other it is not known");
}

#[test]
fn a_slip_moves_check_ins_and_one_of_a_moment_ago_still_counts() {
    let mut show = show();
    show.at("09:52").is_here("ann", "opening/day-1");
    show.moves("opening/day-1", 2);
    assert_eq!(show.at("09:53").asked(), ["ben 10:02 opening/day-1"]);
    show.moves("opening/day-1", 13);
    assert_eq!(show.at("10:04").asked(), [""; 0]);
    let asked = show.at("10:05").asked();
    assert_eq!(asked[0], "ann 10:15 opening/day-1");
    let next = next_check_in(&show.event, &show.schedule, show.now);
    assert_eq!(next, Some(at("10:12")));
}

#[test]
fn operators_hear_three_minutes_before_who_has_not_checked_in() {
    let mut show = show();
    show.at("09:52").is_here("ann", "opening/day-1");
    assert_eq!(show.at("09:56").needs(), [""; 0]);
    assert_eq!(show.board(|board| board.next_change()), Some(at("09:57")));
    let needs = show.at("09:57").needs();
    insta::assert_snapshot!(needs.join("\n"), @r#"CheckIn { start: 2027-10-06T08:00:00Z, missing: [Email("ben@example.com")], stand_ins: [], standby: [Email("olga@example.com")] }"#);
    show.is_here("ben", "opening/day-1");
    assert_eq!(show.at("09:58").needs(), [""; 0]);
}

#[test]
fn the_board_shows_from_the_asking_to_the_start_who_is_here_and_who_is_missing() {
    let mut show = show();
    let status = |show: &Show| {
        show.board(|board| {
            let names = |emails: &[&Email]| {
                let names = emails.iter().map(|it| it.as_str().split('@').next());
                names.flatten().collect::<Vec<_>>().join("+")
            };
            let all = board.check_ins();
            let all = all.iter();
            all.map(|it| format!("{} here, {} not", names(&it.here), names(&it.missing)))
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(status(show.at("09:49")), [""; 0]);
    show.at("09:52").is_here("ann", "opening/day-1");
    assert_eq!(status(show.at("09:56")), ["ann here, ben not"]);
    show.at("09:58").is_here("olga", "opening/day-1");
    assert_eq!(status(show.at("09:59")), ["ann+olga here, ben not"]);
    assert_eq!(status(show.at("10:00")), [""; 0]);
}

#[test]
fn people_who_wait_without_a_host_are_told_of_until_it_begins() {
    let mut show = Show::new([]);
    let waiting = Entry::Waiting {
        meeting: meeting("opening/day-1"),
        at: at("09:58"),
    };
    show.at("09:58").log_by(&webex(), waiting);
    assert_eq!(show.needs(), ["Waiting { start: 2027-10-06T08:00:00Z }"]);
    show.at("10:01").starts("opening/day-1");
    assert_eq!(show.needs(), [""; 0]);
}

#[test]
fn an_overrun_is_told_once_what_follows_is_due() {
    let mut show = Show::new([]);
    show.moves("closing/day-1", -5 * 60 - 20);
    show.at("10:00").starts("opening/day-1");
    assert_eq!(show.at("10:30").needs(), [""; 0]);
    assert_eq!(show.at("10:34").needs(), [""; 0], "the closing is at 10:40");
    assert_eq!(show.board(|board| board.next_change()), Some(at("10:35")));
    let needs = show.at("10:35").needs();
    insta::assert_snapshot!(needs.join("\n"), @r#"Overrun { end: 2027-10-06T08:30:00Z, next: Meeting(MeetingKey("closing/day-1")), minutes: 15 }"#);
    let ended = Entry::Ended {
        meeting: meeting("opening/day-1"),
        at: at("10:36"),
    };
    show.at("10:38").log_by(&webex(), ended);
    assert_eq!(show.needs(), [""; 0]);
}

#[test]
fn an_overrun_of_which_nothing_follows_needs_no_operator_but_a_cue_by_the_end_does() {
    let mut show = Show::new([]);
    show.at("16:00").starts("closing/day-1");
    assert_eq!(show.at("16:40").needs(), [""; 0]);
    let after = Anchor::After {
        meeting: meeting("closing/day-1"),
        delay: minutes(5),
    };
    show.event.cues = vec![anchored(cue("thanks/day-1"), &after)];
    show.schedule = Schedule::planned(&show.event);
    let needs = show.at("16:31").needs();
    insta::assert_snapshot!(needs.join("\n"), @r#"Overrun { end: 2027-10-06T14:30:00Z, next: Cue(CueKey { cue: CueId("thanks"), day: Some(DayId("day-1")) }), minutes: 10 }"#);
}
