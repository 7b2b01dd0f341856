mod files_open_in_the_programs_in_use;

use calcard::common::PartialDateTime;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarFrequency,
    ICalendarParameterName, ICalendarProperty, ICalendarStatus, ICalendarValue, ICalendarWeekday,
};
use insta::assert_snapshot;
use jiff::Timestamp;
use jiff::civil::{DateTime, Weekday, date};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use showcaller_event::model::{Email, RoomKey};
use showcaller_secret::Secret;

use super::{Appointment, Entry, all, calendar, for_person, for_room, people_of, uid_of};
use crate::facts::Told;
use crate::sample::{self, HOST_MARKER, PASSWORD_MARKER};

const STAMP: &str = "2027-09-17T07:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("a zone")
}

/// A calendar of an event that begins in October 2027.
fn written(name: &str, zone_name: &str, entries: &[Entry]) -> String {
    calendar(name, &zone(zone_name), at("2027-10-01T00:00:00Z"), entries)
}

fn entries() -> Vec<Entry> {
    let event = sample::event();
    let told = sample::told();
    all(&event)
        .into_iter()
        .map(|meeting| Entry {
            uid: uid_of(&event.key, &meeting.key),
            sequence: 0,
            cancelled: false,
            stamp: at(STAMP),
            appointment: Appointment::of(meeting, &told),
        })
        .collect()
}

fn entry(title: &str, agenda: Option<&str>, start: Timestamp, minutes: i64) -> Entry {
    let mut entry = entries().remove(0);
    let utc = start.to_zoned(TimeZone::UTC);
    entry.appointment.title = title.to_owned();
    entry.appointment.agenda = agenda.map(ToOwned::to_owned);
    entry.appointment.end = &utc + jiff::SignedDuration::from_mins(minutes);
    entry.appointment.start = utc;
    entry
}

fn read(text: &str) -> ICalendar {
    ICalendar::parse(text).unwrap_or_else(|wrong| panic!("{wrong:?} in {text}"))
}

fn components(file: &ICalendar, kind: ICalendarComponentType) -> Vec<&ICalendarComponent> {
    let all = file.components.iter();
    all.filter(|one| one.component_type == kind).collect()
}

fn events(file: &ICalendar) -> Vec<&ICalendarComponent> {
    components(file, ICalendarComponentType::VEvent)
}

fn words(component: &ICalendarComponent, property: ICalendarProperty) -> Option<String> {
    let entry = component.property(&property)?;
    // One value, or none where the text is empty; two would mean that a comma split it.
    assert!(entry.values.len() <= 1, "{entry:?}");
    let value = entry.values.first()?;
    value.as_text().map(ToOwned::to_owned)
}

fn time(component: &ICalendarComponent, property: ICalendarProperty) -> &PartialDateTime {
    let entry = component.property(&property).expect("a time");
    let value = entry.values[0].as_partial_date_time();
    value.unwrap_or_else(|| panic!("{entry:?}"))
}

fn civil(time: &PartialDateTime) -> DateTime {
    let number = |part: Option<u8>| i8::try_from(part.expect("a part")).expect("a small one");
    let year = i16::try_from(time.year.expect("a year")).expect("a year");
    DateTime::new(
        year,
        number(time.month),
        number(time.day),
        number(time.hour),
        number(time.minute),
        number(time.second),
        0,
    )
    .expect("a time")
}

fn seconds_east(component: &ICalendarComponent, property: ICalendarProperty) -> i64 {
    let distance = time(component, property);
    let hours = i64::from(distance.tz_hour.expect("hours"));
    let minutes = i64::from(distance.tz_minute.unwrap_or(0));
    let seconds = hours * 3600 + minutes * 60;
    if distance.tz_minus { -seconds } else { seconds }
}

/// The local times from which a part of a zone's rules holds, until this year.
fn onsets(part: &ICalendarComponent, until: i16) -> Vec<DateTime> {
    let first = civil(time(part, ICalendarProperty::Dtstart));
    let rule = part.property(&ICalendarProperty::Rrule);
    let Some(ICalendarValue::RecurrenceRule(rule)) = rule.and_then(|rule| rule.values.first())
    else {
        return vec![first];
    };
    assert_eq!(rule.freq, ICalendarFrequency::Yearly, "{rule:?}");
    let (month, day) = (rule.bymonth[0].month(), rule.byday[0]);
    let sunday = ICalendarWeekday::Sunday as i8;
    let weekday = Weekday::from_sunday_zero_offset(day.weekday as i8 - sunday).expect("a day");
    let of_year = |year: i16| {
        let month = date(year, i8::try_from(month).expect("a month"), 1);
        let nth = i8::try_from(day.ordwk.expect("which")).expect("which");
        let day = month.nth_weekday_of_month(nth, weekday);
        day.expect("a day").to_datetime(first.time())
    };
    let all: Vec<DateTime> = (first.year()..=until).map(of_year).collect();
    assert_eq!(all[0], first, "the first onset follows the rule: {rule:?}");
    all
}

/// The instant of a time in the file, worked out from the rules in the file alone: the latest
/// onset that is not after the local time decides (RFC 5545 §3.6.5).
fn instant(file: &ICalendar, event: &ICalendarComponent, property: ICalendarProperty) -> Timestamp {
    let value = time(event, property.clone());
    let local = civil(value);
    let utc = local.to_zoned(TimeZone::UTC).expect("a time").timestamp();
    let entry = event.property(&property).expect("a time");
    let named = entry.parameter(&ICalendarParameterName::Tzid).is_some();
    if !named {
        assert_eq!(value.tz_hour, Some(0), "neither a zone nor UTC: {value:?}");
        return utc;
    }
    let mut rules = components(file, ICalendarComponentType::Standard);
    rules.extend(components(file, ICalendarComponentType::Daylight));
    let holds = rules
        .into_iter()
        .filter_map(|rule| {
            let all = onsets(rule, local.year() + 1).into_iter();
            Some((all.filter(|onset| *onset <= local).max()?, rule))
        })
        .max_by_key(|(onset, _)| *onset)
        .map(|(_, rule)| rule);
    let east = seconds_east(
        holds.expect("a rule that holds"),
        ICalendarProperty::Tzoffsetto,
    );
    utc - jiff::SignedDuration::from_secs(east)
}

fn assert_times(file: &ICalendar, entries: &[Entry]) {
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort_by_key(|entry| (entry.appointment.start.timestamp(), entry.uid.clone()));
    for (event, entry) in events(file).into_iter().zip(sorted) {
        let start = instant(file, event, ICalendarProperty::Dtstart);
        let end = instant(file, event, ICalendarProperty::Dtend);
        assert_eq!(start, entry.appointment.start.timestamp());
        assert_eq!(end, entry.appointment.end.timestamp());
    }
}

#[test]
fn a_calendar_reads_as_it_should() {
    let mut entries = entries();
    entries[1].sequence = 2;
    entries[2].cancelled = true;
    let text = written("Innovation Challenge", "Europe/Brussels", &entries);
    assert_snapshot!(text.replace("\r\n", "\n"));
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count());
}

#[test]
fn another_reader_finds_every_entry_across_the_end_of_summer_time() {
    let entries = entries();
    let text = written("All; of, it", "Europe/Brussels", &entries);
    let file = read(&text);
    assert_eq!(events(&file).len(), 4);
    assert_eq!(
        components(&file, ICalendarComponentType::VTimezone).len(),
        1
    );
    assert_times(&file, &entries);
    let first = events(&file)[0];
    let uid = words(first, ICalendarProperty::Uid);
    assert_eq!(
        uid.as_deref(),
        Some("opening/warm-up@innovation-challenge.showcaller")
    );
    let link = words(first, ICalendarProperty::Url).expect("a link");
    assert!(link.starts_with("https://example.webex.com/m/3x"), "{link}");
    assert_eq!(words(first, ICalendarProperty::Location), Some(link));
}

#[test]
fn the_agenda_and_the_way_in_stand_in_the_description() {
    let text = written("x", "Europe/Brussels", &entries());
    let file = read(&text);
    let description = words(events(&file)[1], ICalendarProperty::Description).expect("one");
    let lines: Vec<&str> = description.split('\n').collect();
    assert_eq!(lines[0], "Find the problem; then, and only then,");
    assert_eq!(lines[1], "the idea.");
    assert!(lines[3].starts_with("Join: https://"), "{description}");
    assert_eq!(lines[4], "Number: 2555 000 0001");
    assert_eq!(lines[5], format!("Password: ={PASSWORD_MARKER}-1"));
    let last = words(events(&file)[3], ICalendarProperty::Description);
    assert_eq!(last.as_deref(), Some("The link will follow."));
}

#[test]
fn an_entry_that_is_called_off_says_so_and_lets_nobody_in() {
    let mut entries = entries();
    entries.truncate(1);
    entries[0].cancelled = true;
    entries[0].sequence = 3;
    let text = written("x", "Europe/Brussels", &entries);
    let file = read(&text);
    let event = events(&file)[0];
    assert_eq!(event.status(), Some(&ICalendarStatus::Cancelled));
    let sequence = event
        .property(&ICalendarProperty::Sequence)
        .expect("a number");
    assert_eq!(sequence.values, [ICalendarValue::Integer(3)]);
    assert!(!text.contains(PASSWORD_MARKER), "{text}");
    assert!(!text.contains("webex.com"), "{text}");
}

#[test]
fn host_keys_and_room_systems_are_in_no_calendar() {
    let text = written("x", "Europe/Brussels", &entries());
    assert!(!text.contains(HOST_MARKER), "{text}");
    assert!(!text.contains("ORGANIZER"), "{text}");
}

#[test]
fn the_order_of_entries_does_not_matter() {
    let mut turned = entries();
    turned.reverse();
    assert_eq!(
        written("x", "Europe/Brussels", &turned),
        written("x", "Europe/Brussels", &entries())
    );
}

#[test]
fn an_appointment_comes_back_from_the_ledger_as_it_went_in() {
    let appointment = entries().remove(1).appointment;
    let written = serde_json::to_value(&appointment).expect("JSON");
    let back: Appointment = serde_json::from_value(written).expect("an appointment");
    assert_eq!(back, appointment);
    assert_eq!(back.fingerprint(), appointment.fingerprint());
}

#[test]
fn only_what_matters_to_people_changes_the_fingerprint() {
    let event = sample::event();
    let meeting = event.meetings[0].clone();
    let told = sample::told();
    let before = Appointment::of(&meeting, &told).fingerprint();
    let mut same = meeting.clone();
    same.invitees.clear();
    same.rooms.clear();
    same.options.mute_on_entry = false;
    same.start = same.start.with_time_zone(TimeZone::UTC);
    assert_eq!(Appointment::of(&same, &told).fingerprint(), before);

    let mut seen = vec![before];
    let mut differs = |appointment: Appointment| {
        let fingerprint = appointment.fingerprint();
        assert!(!seen.contains(&fingerprint), "{appointment:?}");
        seen.push(fingerprint);
    };
    let fresh = || Appointment::of(&meeting, &told);
    differs(Appointment {
        title: "Other".to_owned(),
        ..fresh()
    });
    differs(Appointment {
        agenda: None,
        ..fresh()
    });
    differs(Appointment {
        agenda: Some(String::new()),
        ..fresh()
    });
    differs(Appointment {
        start: &fresh().start - jiff::SignedDuration::from_mins(5),
        ..fresh()
    });
    differs(Appointment {
        end: &fresh().end + jiff::SignedDuration::from_mins(5),
        ..fresh()
    });
    differs(Appointment {
        link: Some("https://other.example".into()),
        ..fresh()
    });
    differs(Appointment {
        number: None,
        ..fresh()
    });
    differs(Appointment {
        password: Some(Secret::new("other")),
        ..fresh()
    });
    differs(Appointment::of(&meeting, &Told::default()));
}

#[test]
fn everybody_gets_their_own_meetings() {
    let event = sample::event();
    let told = sample::told();
    let keys = |meetings: Vec<&showcaller_event::model::Meeting>| -> Vec<String> {
        meetings
            .iter()
            .map(|meeting| meeting.key.to_string())
            .collect()
    };
    let room = |key: &str| keys(for_room(&event, &RoomKey::new(key)));
    let person = |email: &str| keys(for_person(&event, &told, &Email::new(email)));
    assert_eq!(keys(all(&event)).len(), 4);
    assert_eq!(room("jury"), ["opening/warm-up", "jury-night"]);
    assert_eq!(room("team-2"), ["opening/warm-up"]);
    // In a room, invited only, host, unknown.
    assert_eq!(
        person("ben@example.com"),
        ["opening/warm-up", "breakout/team-1/warm-up", "late-show"]
    );
    assert_eq!(person("eve@example.com"), ["opening/warm-up"]);
    assert_eq!(person("zoe@example.com"), ["late-show"]);
    let hosted = person("events@example.com");
    assert_eq!(
        hosted,
        ["opening/warm-up", "breakout/team-1/warm-up", "jury-night"]
    );
    assert!(person("nobody@example.com").is_empty());
}

#[test]
fn a_meeting_is_for_those_in_whose_calendars_it_stands() {
    let (event, told) = (sample::event(), sample::told());
    let mut everybody: Vec<&Email> = event.people.iter().map(|person| &person.email).collect();
    let others = ["eve@example.com", "zoe@example.com", "events@example.com"].map(Email::new);
    everybody.extend(&others);
    for meeting in &event.meetings {
        let people = people_of(&event, &told, meeting);
        for person in &everybody {
            let has = for_person(&event, &told, person).contains(&meeting);
            assert_eq!(people.contains(person), has, "{person} {}", meeting.key);
        }
    }
}

/// Text as people write it: emoji, umlauts, what has a meaning in the format, line breaks. Separators
/// of lines and paragraphs come back as line breaks.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[\\PC&&[^\\x{2028}\\x{2029}]]{0,150}",
        "[a-zäöü😀👩‍🚀;,:\\\\\"n\n ]{0,200}",
        "(BEGIN:VEVENT|END:VCALENDAR|\n|\\\\n|é| ){0,12}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_comes_back_is_what_went_in(
        title in any_text(),
        agenda in any_text(),
        name in any_text(),
        start in 1_700_000_000i64..2_000_000_000,
        minutes in 10i64..1440,
    ) {
        let start = Timestamp::from_second(start / 60 * 60).expect("an instant");
        let entry = entry(&title, Some(&agenda), start, minutes);
        let entries = [entry];
        let text = written(&name, "Europe/Brussels", &entries);
        for line in text.split_terminator("\r\n") {
            prop_assert!(line.len() <= 75, "{line:?}");
            prop_assert!(!line.contains(['\r', '\n']), "{line:?}");
        }
        let file = read(&text);
        let found = events(&file);
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(words(found[0], ICalendarProperty::Summary).unwrap_or_default(), title);
        let description = words(found[0], ICalendarProperty::Description).unwrap_or_default();
        prop_assert_eq!(description, entries[0].appointment.description());
        assert_times(&file, &entries);
    }
}
