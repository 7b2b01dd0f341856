//! Calendars as Outlook, Google and Apple read them: zones with both kinds of rules, and no characters or
//! links that others could have planted.

use proptest::prelude::*;

use super::*;

#[test]
fn the_second_of_two_equal_local_times_is_written_in_utc() {
    // At 3 o'clock the clock goes back to 2: half past two comes twice.
    let once = entry("once", None, at("2027-10-31T00:30:00Z"), 30);
    let again = entry("again", None, at("2027-10-31T01:30:00Z"), 30);
    let entries = [once, again];
    let text = written("x", "Europe/Brussels", &entries);
    assert!(
        text.contains("DTSTART;TZID=Europe/Brussels:20271031T023000\r\n"),
        "{text}"
    );
    assert!(text.contains("DTSTART:20271031T013000Z\r\n"), "{text}");
}

#[test]
fn a_zone_without_summer_time_has_one_rule_and_utc_none() {
    let entries = entries();
    let file = read(&written("x", "Asia/Kolkata", &entries));
    assert_eq!(components(&file, ICalendarComponentType::Standard).len(), 1);
    assert_times(&file, &entries);
    let text = written("x", "UTC", &entries);
    assert!(!text.contains("VTIMEZONE"), "{text}");
    assert_times(&read(&text), &entries);
}

#[test]
fn an_empty_calendar_is_one_too() {
    let text = written("x", "Europe/Brussels", &[]);
    assert!(events(&read(&text)).is_empty());
}

/// The parts of the zone, a line each: kind, first onset, rule, offsets.
fn zone_parts(text: &str) -> Vec<String> {
    let (_, zone) = text.split_once("BEGIN:VTIMEZONE").expect("a zone");
    let (zone, _) = zone.split_once("END:VTIMEZONE").expect("its end");
    let parts = zone.split("BEGIN:").skip(1);
    let line = |part: &str| {
        let lines = part
            .lines()
            .map(|line| line.rsplit_once("DTSTART:").map_or(line, |it| it.1));
        let lines: Vec<&str> = lines.filter(|line| !line.starts_with("END")).collect();
        lines
            .join(" ")
            .replace("TZOFFSETFROM:", "")
            .replace("TZOFFSETTO:", "> ")
    };
    parts.map(line).collect()
}

#[test]
fn a_zone_has_both_kinds_with_yearly_rules_where_it_follows_them() {
    let zones = [
        "Europe/Brussels",
        "Europe/Dublin",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kolkata",
        "Africa/Casablanca",
        "America/Santiago",
        "UTC",
    ];
    let parts = zones.map(|zone| {
        format!(
            "{zone}\n{}",
            zone_parts(&written("x", zone, &[])).join("\n")
        )
    });
    insta::assert_snapshot!(parts.join("\n\n"), @r"
    Europe/Brussels
    DAYLIGHT 20260329T020000 RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU +0100 > +0200 TZNAME:CEST
    STANDARD 20261025T030000 RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU +0200 > +0100 TZNAME:CET

    Europe/Dublin
    DAYLIGHT 20260329T010000 RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU +0000 > +0100 TZNAME:IST
    STANDARD 20261025T020000 RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU +0100 > +0000 TZNAME:GMT

    America/New_York
    DAYLIGHT 20260308T020000 RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU -0500 > -0400 TZNAME:EDT
    STANDARD 20261101T020000 RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU -0400 > -0500 TZNAME:EST

    Australia/Lord_Howe
    STANDARD 20260405T020000 RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU +1100 > +1030 TZNAME:+1030
    DAYLIGHT 20261004T020000 RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=1SU +1030 > +1100 TZNAME:+11

    Asia/Kolkata
    STANDARD 19700101T000000 +0530 > +0530 TZNAME:IST

    Africa/Casablanca
    DAYLIGHT 19700101T000000 +0100 > +0100 TZNAME:+01
    STANDARD 20260215T030000 +0100 > +0000 TZNAME:+00
    DAYLIGHT 20260322T020000 +0000 > +0100 TZNAME:+01
    STANDARD 20260920T020000 +0100 > +0000 TZNAME:+00

    America/Santiago
    DAYLIGHT 19700101T000000 -0300 > -0300 TZNAME:-03
    STANDARD 20260405T000000 -0300 > -0400 TZNAME:-04
    DAYLIGHT 20260906T000000 -0400 > -0300 TZNAME:-03
    STANDARD 20270404T000000 -0300 > -0400 TZNAME:-04
    DAYLIGHT 20270905T000000 -0400 > -0300 TZNAME:-03
    STANDARD 20280402T000000 -0300 > -0400 TZNAME:-04
    DAYLIGHT 20280903T000000 -0400 > -0300 TZNAME:-03

    UTC
    STANDARD 19700101T000000 +0000 > +0000 TZNAME:UTC
    ");
}

#[test]
fn others_plant_neither_controls_nor_scripts() {
    for link in [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "https://",
    ] {
        let mut entry = entry("Talk", None, at("2027-10-04T08:00:00Z"), 30);
        entry.appointment.link = Some(Secret::new(link));
        let text = written("x", "Europe/Brussels", &[entry]);
        let file = read(&text);
        let event = events(&file)[0];
        for property in [ICalendarProperty::Url, ICalendarProperty::Location] {
            assert_eq!(words(event, property), None, "{text}");
        }
        assert!(!text.contains(link), "{text}");
    }
    let planted: String = ('\0'..'\u{3000}').filter(|&it| hides(it)).collect();
    let title = format!("a{planted}b");
    let mut entry = entry(&title, Some(&title), at("2027-10-04T08:00:00Z"), 30);
    entry.appointment.number = Some(title.clone());
    entry.appointment.password = Some(Secret::new(&*title));
    entry.uid = format!("{title}@x.showcaller");
    let text = written(&title, "Europe/Brussels", &[entry]).replace("\r\n", "");
    assert_eq!(text.chars().find(|&it| hides(it)), None, "{text:?}");
    assert!(text.contains("SUMMARY:ab"), "{text}");
}

/// Whether a character is one that changes what others look like. A line break is written in words.
fn hides(it: char) -> bool {
    let turns = "\u{61c}\u{200e}\u{200f}\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\
                 \u{2066}\u{2067}\u{2068}\u{2069}";
    !matches!(it, '\n' | '\r' | '\t') && (it.is_control() || turns.contains(it))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn times_are_right_in_every_zone(
        name in prop::sample::select(vec![
            "Europe/Brussels", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
            "America/St_Johns", "Africa/Casablanca", "Pacific/Apia", "Europe/Dublin", "UTC",
            "Asia/Tokyo", "America/Sao_Paulo", "Pacific/Chatham", "America/Santiago", "America/Vancouver", "Asia/Jerusalem", "Africa/Cairo", "Asia/Gaza", "America/Nuuk", "Antarctica/Troll", "Asia/Almaty",
        ]),
        starts in prop::collection::vec(1_700_000_000i64..2_000_000_000, 1..6),
        minutes in 10i64..1440,
    ) {
        let entries: Vec<Entry> = (0..)
            .zip(starts)
            .map(|(number, start)| {
                let start = Timestamp::from_second(start / 60 * 60).expect("an instant");
                let mut entry = entry("x", None, start, minutes);
                entry.uid = format!("{number}@x.showcaller");
                entry
            })
            .collect();
        let text = written("x", name, &entries);
        assert_times(&read(&text), &entries);
    }
}
