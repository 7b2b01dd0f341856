//! Meetings, cues and answers.

use proptest::prelude::*;
use rstest::rstest;

use super::sample::{answer, at, cue, email, event, host, meeting, room};
use super::{clean, error, judge, judge_at, note, places};
use showcaller_secret::Secret;

use crate::diagnostic::Severity;
use crate::model::*;

#[test]
fn an_agenda_has_up_to_1300_characters() {
    let mut long = event();
    long.meetings[0].agenda = Some("é".repeat(1_300));
    clean(&long);
    long.meetings[0].agenda = Some("é".repeat(1_301));
    assert!(error(&long, "meeting/agenda").contains("1301"));
}

#[rstest]
#[case::too_short(9, Some("lasts 9 minutes"))]
#[case::shortest(10, None)]
#[case::longest(24 * 60 - 1, None)]
#[case::too_long(24 * 60, Some("lasts 24 hours"))]
#[case::nothing(0, Some("lasts 0 minutes"))]
#[case::reversed(-30, Some("ends before it begins"))]
fn a_meeting_lasts_ten_minutes_to_a_day(#[case] minutes: i64, #[case] message: Option<&str>) {
    let mut timed = event();
    let start = timed.meetings[0].start.clone();
    timed.meetings[0].end = start
        .checked_add(jiff::SignedDuration::from_mins(minutes))
        .unwrap();
    match message {
        Some(words) => assert!(error(&timed, "meeting/time").contains(words)),
        None => clean(&timed),
    }
}

fn guest(number: usize) -> Invitee {
    let name = format!("p{number:04}");
    Invitee {
        email: email(&name),
        name,
        cohost: false,
    }
}

#[test]
fn a_meeting_invites_a_thousand_people() {
    let mut crowded = event();
    crowded.meetings[0].invitees.extend((1..1_000).map(guest));
    clean(&crowded);
    crowded.meetings[0].invitees.push(guest(1_000));
    assert!(error(&crowded, "meeting/too-many").contains("1001"));
}

#[test]
fn a_meeting_that_refuses_the_uninvited_invites_somebody() {
    let mut shut = event();
    shut.meetings[0].options.uninvited = Uninvited::Refused;
    clean(&shut);
    shut.meetings[0].invitees.clear();
    error(&shut, "meeting/refused");
}

#[test]
fn somebody_opens_the_lobby() {
    let mut waiting = event();
    waiting.meetings[0].options.uninvited = Uninvited::Lobby;
    clean(&waiting);
    waiting.meetings[0].invitees.clear();
    error(&waiting, "meeting/lobby");
    waiting.webex.hosts = vec![host("ann", 1)];
    note(&waiting, "meeting/lobby");
    waiting.meetings[0].host = Some(email("events"));
    error(&waiting, "meeting/lobby");
}

#[test]
fn a_meeting_that_nobody_hears_of_is_noted() {
    let mut unheard = event();
    unheard.meetings[0].rooms.clear();
    clean(&unheard);
    unheard.meetings[0].invitees.clear();
    note(&unheard, "meeting/unheard");
}

#[test]
fn a_cohost_whom_no_room_tells_is_noted() {
    let mut untold = event();
    untold.rooms[0]
        .members
        .retain(|member| member.email != email("coach"));
    untold.rooms[0].settings.locked = true;
    untold.rooms.push(room("coaches", &[("coach", true)]));
    assert_eq!(
        note(&untold, "meeting/cohost-outside"),
        "coach co-hosts `breakout/team-1`, but no room of theirs is told of it",
    );
    untold.meetings[0].mail = Mail::Invitees;
    clean(&untold);
    untold.meetings[0].mail = Mail::Nobody;
    untold.meetings[0].rooms.push(RoomKey::new("coaches"));
    clean(&untold);
}

#[test]
fn meetings_that_look_the_same_are_noted() {
    let mut twins = event();
    twins.webex.hosts[0].parallel = 2;
    twins
        .meetings
        .push(meeting("other", at(10, 0), at(11, 0), &[]));
    clean(&twins);
    twins.meetings[1].title = twins.meetings[0].title.clone();
    note(&twins, "meeting/twins");
    twins.meetings[1].start = at(10, 5);
    clean(&twins);
}

#[test]
fn what_has_begun_is_noted_only_if_the_present_is_known() {
    let event = event();
    let start = event.meetings[0].start.timestamp();
    let judge = |now| judge_at(&event, &places(), now);
    assert!(judge(None).is_empty());
    assert!(judge(Some(start)).is_empty());
    let found = judge(Some(start + jiff::SignedDuration::from_secs(1)));
    assert_eq!(
        (found[0].code, found[0].severity),
        ("meeting/past", Severity::Note)
    );
}

#[rstest]
#[case::fine("Lunch2027", None)]
#[case::shortest("abcdEF12", None)]
#[case::too_short("abcdE12", Some("shorter than 8"))]
#[case::longest(&"aB3".repeat(21), None)]
#[case::too_long(&"aB3d".repeat(17), Some("longer than 64"))]
#[case::no_capital("lunch2027", Some("no capital"))]
#[case::no_small("LUNCH2027", Some("no small"))]
#[case::no_digit("LunchTime", Some("no digit"))]
#[case::space("Lunch 2027", Some("spaces"))]
#[case::umlaut("Lünch2027", Some("beyond a-z"))]
#[case::repeated("Lunch2000", Some("three times in a row"))]
#[case::forbidden("MyWebex27", Some("\"webex\""))]
#[case::title("xBreakoutTeam1", Some("title"))]
#[case::host("1Eventsx7", Some("host"))]
fn passwords_keep_the_usual_rules(#[case] password: &str, #[case] fault: Option<&str>) {
    let mut locked = event();
    locked.meetings[0].title = "Breakout - Team 1".to_owned();
    locked.meetings[0].host = Some(email("events"));
    locked.meetings[0].password = MeetingPassword::Given(Secret::new(password));
    match fault {
        None => clean(&locked),
        Some(fault) => {
            let message = error(&locked, "meeting/password");
            assert!(message.contains(fault), "{message}");
            assert!(!message.contains(password), "{message}");
        }
    }
}

#[test]
fn a_password_is_told_all_its_faults_at_once() {
    let mut locked = event();
    locked.meetings[0].password = MeetingPassword::Given(Secret::new("abc"));
    let message = error(&locked, "meeting/password");
    assert_eq!(
        message,
        "Webex would probably refuse this password: it is shorter than 8 characters, has no capital letter, has no digit",
    );
}

#[test]
fn nobody_cohosts_two_meetings_at_once() {
    let mut busy = event();
    busy.webex.hosts[0].parallel = 2;
    busy.meetings
        .push(meeting("check-out", at(16, 30), at(17, 0), &["coach"]));
    clean(&busy);
    busy.meetings[1].start = at(16, 29);
    let message = error(&busy, "meeting/cohost-twice");
    assert_eq!(
        message,
        "coach co-hosts `breakout/team-1` and `check-out` at once, from 16:29 on 2027-10-06"
    );
    busy.meetings[1].invitees[0].cohost = false;
    clean(&busy);
}

#[test]
fn a_long_meeting_is_remembered_past_a_short_one() {
    let mut busy = event();
    busy.webex.hosts[0].parallel = 2;
    busy.meetings
        .push(meeting("short", at(11, 0), at(11, 30), &["bo"]));
    busy.meetings
        .push(meeting("late", at(12, 0), at(12, 30), &["coach"]));
    assert!(error(&busy, "meeting/cohost-twice").contains("`late`"));
}

#[test]
fn a_host_runs_no_more_meetings_at_once_than_acknowledged() {
    let mut parallel = event();
    parallel
        .meetings
        .push(meeting("second", at(16, 0), at(17, 0), &[]));
    parallel
        .meetings
        .push(meeting("third", at(17, 0), at(18, 0), &[]));
    let message = error(&parallel, "host/parallel-all");
    assert_eq!(
        message,
        "events@example.com hosts 2 meetings at once (from 16:00 on 2027-10-06: breakout/team-1 and second), but 1 is acknowledged",
    );
    parallel.webex.hosts[0].parallel = 2;
    clean(&parallel);
    parallel.webex.hosts = vec![host("events", 1), host("more", 1)];
    clean(&parallel);
    for meeting in &mut parallel.meetings {
        meeting.host = Some(email("events"));
    }
    assert!(error(&parallel, "host/parallel").contains("2 meetings at once"));
    parallel.meetings[1].host = Some(email("more"));
    clean(&parallel);
}

#[test]
fn several_hosts_are_counted_together() {
    let mut parallel = event();
    parallel.webex.hosts = vec![host("events", 1), host("more", 1)];
    parallel
        .meetings
        .extend(["a", "b"].map(|key| meeting(key, at(10, 0), at(11, 0), &[])));
    let message = error(&parallel, "host/parallel-all");
    assert!(
        message.starts_with("the 2 hosts have 3 meetings at once"),
        "{message}"
    );
}

#[test]
fn a_cue_says_something_that_fits_into_a_message() {
    let mut said = event();
    said.cues[0] = cue("lunch", at(12, 0), &"x".repeat(7_439));
    clean(&said);
    said.cues[0] = cue("lunch", at(12, 0), &"x".repeat(7_440));
    error(&said, "cue/text");
    said.cues[0] = cue("lunch", at(12, 0), " \n");
    assert!(error(&said, "cue/text").contains("says nothing"));
}

#[test]
fn a_cue_to_no_room_is_noted() {
    let mut said = event();
    said.cues[0].to.clear();
    note(&said, "cue/unheard");
}

#[test]
fn a_cue_whose_link_is_of_no_use_is_noted() {
    const LEAD: jiff::SignedDuration = jiff::SignedDuration::from_mins(10);
    let mut leads = event();
    let meeting = leads.meetings[0].key.clone();
    let link = Part::Meeting {
        meeting: meeting.clone(),
        fact: MeetingFact::Join,
    };
    leads.cues[0].to[0].say = Say::only(Text::new(vec![link]));
    let mut with = |anchor| {
        leads.cues[0].to[0].anchor = Some(anchor);
        leads.clone()
    };
    let before = Anchor::Before {
        meeting: meeting.clone(),
        lead: LEAD,
    };
    clean(&with(before));
    let delay = LEAD;
    let over = with(Anchor::After { meeting, delay });
    note(&over, "cue/after-meeting");

    let mut elsewhere = leads;
    let mut other = elsewhere.meetings[0].clone();
    other.key = MeetingKey::new("tea");
    other.title = "Tea".to_owned();
    other.invitees.clear();
    elsewhere.meetings.push(other);
    elsewhere.webex.hosts[0].parallel = 2;
    let meeting = MeetingKey::new("tea");
    elsewhere.cues[0].to[0].anchor = Some(Anchor::Before {
        meeting,
        lead: LEAD,
    });
    let said = note(&elsewhere, "cue/elsewhere");
    assert!(said.contains("by the start of `tea`"), "{said}");
}

#[test]
fn a_cue_that_slips_into_the_next_day_is_noted() {
    const MINUTE: jiff::SignedDuration = jiff::SignedDuration::from_mins(1);
    let mut late = event();
    let meeting = late.meetings[0].key.clone();
    let midnight = at(23, 59).duration_since(&late.meetings[0].start) + MINUTE;
    let mut after = |delay| {
        let meeting = meeting.clone();
        late.cues[0].to[0].anchor = Some(Anchor::AfterStart { meeting, delay });
        late.clone()
    };
    clean(&after(midnight - MINUTE));
    let late = after(midnight);
    assert!(note(&late, "cue/next-day").contains("2027-10-07"));
}

#[rstest]
#[case("food", None)]
#[case("agenda-item", None)]
#[case("agenda", Some("by itself"))]
#[case("none", Some("by itself"))]
#[case("agendas", Some("by itself"))]
#[case("my", Some("in many questions"))]
#[case("day-2", Some("in many questions"))]
#[case("breakout", Some("is meeting"))]
fn an_answer_has_a_name_of_its_own(#[case] name: &str, #[case] message: Option<&str>) {
    let mut asked = event();
    asked.answers.push(answer(name, &["pizza"]));
    match message {
        None => clean(&asked),
        Some(part) => assert!(error(&asked, "answer/name").contains(part)),
    }
}

#[rstest]
#[case(&["folder"], None)]
#[case(&["Agenda"], Some("by itself"))]
#[case(&["help"], Some("by itself"))]
#[case(&["wat nu?"], Some("(`now`, in `nl`)"))]
#[case(&["Réunions"], Some("by itself"))]
#[case(&["REUNIONS"], Some("by itself"))]
#[case(&["the agenda, please"], Some("by itself"))]
#[case(&["agenda item"], None)]
#[case(&["wifi", "wi-fi"], None)]
#[case(&["whiteboard", "canvas"], None)]
#[case(&["post-its", "sticky notes"], None)]
#[case(&["MIRO"], Some("two answers"))]
#[case(&["Board's"], Some("two answers"))]
#[case(&["bôard!"], Some("two answers"))]
#[case(&["folder", "Folder "], Some("twice"))]
#[case(&["café", "cafe"], Some("twice"))]
#[case(&[], Some("nobody can ask"))]
#[case(&[" "], Some("nobody can ask"))]
#[case(&["a"], Some("in many questions"))]
#[case(&["my"], Some("in many questions"))]
#[case(&["mijn"], Some("in many questions"))]
#[case(&["is it"], Some("in many questions"))]
#[case(&["1"], Some("in many questions"))]
#[case(&["day 2"], Some("in many questions"))]
#[case(&["team 7"], Some("in many questions"))]
#[case(&["2 boards"], None)]
#[case(&["Breakout"], Some("is meeting `breakout`"))]
#[case(&["break out sessions", "break-outs"], Some("a word for meeting `breakout`"))]
#[case(&["warm-up"], None)]
#[case(&["team-1"], Some("is team `team-1`"))]
#[case(&["room team 1"], Some("is room `team-1`"))]
fn a_word_asks_for_one_answer(#[case] words: &[&str], #[case] message: Option<&str>) {
    let mut asked = event();
    asked.answers.push(answer("folder", words));
    match message {
        None => clean(&asked),
        Some(part) => assert!(error(&asked, "answer/words").contains(part)),
    }
}

#[test]
fn a_word_of_an_answer_is_none_of_a_meetings_name() {
    let said = |title: &str, word: &str| {
        let mut asked = event();
        asked.meetings[0].title = title.to_owned();
        asked.answers = vec![answer("folder", &[word])];
        let found = judge(&asked);
        found.iter().any(|found| found.code == "answer/words")
    };
    for (title, word, refused) in [
        ("Team 1 - Opening", "opening", true),
        ("Team 1 - Opening", "kick-off", true),
        ("Team 1 - Opening", "ouverture", true),
        ("Team 1 - Closing", "opening", false),
        ("Board review", "board's", true),
        ("Board review", "board game", false),
        ("Night of the ideas", "ideas", true),
        ("Night of the ideas", "Night of the Ideas!", true),
    ] {
        assert_eq!(said(title, word), refused, "{title}: {word}");
    }
}

#[test]
fn an_answer_fits_into_a_message() {
    let mut asked = event();
    asked.answers[0].rooms[0].1 = Say::only(Text::plain("x".repeat(7_440)));
    error(&asked, "answer/text");
}

/// The plain way: look at every pair.
fn overlapping_pairs(meetings: &[Meeting]) -> bool {
    meetings.iter().enumerate().any(|(place, one)| {
        meetings[place + 1..].iter().any(|other| {
            one.start.timestamp() < other.end.timestamp()
                && other.start.timestamp() < one.end.timestamp()
        })
    })
}

/// The plain way: count at every start.
fn most_at_once(meetings: &[Meeting]) -> usize {
    let running = |at: &jiff::Zoned| {
        meetings
            .iter()
            .filter(|meeting| meeting.start <= *at && *at < meeting.end)
            .count()
    };
    meetings
        .iter()
        .map(|meeting| running(&meeting.start))
        .max()
        .unwrap_or_default()
}

proptest! {
    #[test]
    fn sweeps_agree_with_looking_at_every_pair(
        slots in prop::collection::vec((0_i8..20, 1_i8..4), 1..12),
        parallel in 1_u32..5,
    ) {
        let mut random = event();
        random.webex.hosts[0].parallel = parallel;
        random.meetings = slots
            .iter()
            .enumerate()
            .map(|(n, (start, hours))| meeting(&format!("m{n:02}"), at(*start, 0), at(start + hours, 0), &["coach"]))
            .collect();
        let found = judge(&random);
        let has = |code: &str| found.iter().any(|finding| finding.code == code);
        prop_assert_eq!(has("meeting/cohost-twice"), overlapping_pairs(&random.meetings));
        let most = most_at_once(&random.meetings);
        prop_assert_eq!(has("host/parallel-all"), most > usize::try_from(parallel).unwrap());
        if let Some(finding) = found.iter().find(|finding| finding.code == "host/parallel-all") {
            let words = format!("hosts {most} meetings at once");
            prop_assert!(finding.message.contains(&words));
        }
    }
}
