use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use insta::assert_snapshot;
use proptest::prelude::*;
use showcaller_event::model::RoomKey;
use unicode_width::UnicodeWidthStr;

use super::{Audience, Layout, RunSheet, State, is_sheet};
use crate::facts::Told;
use crate::sample::{self, HOST_MARKER, PASSWORD_MARKER};

fn sheet(audience: Audience) -> RunSheet {
    RunSheet::of(&sample::event(), &sample::told(), audience)
}

fn narrow(sheet: &RunSheet, width: u16) -> String {
    sheet.to_table(Layout::Narrow { width })
}

#[test]
fn the_table_reads_well_at_80_columns() {
    assert_snapshot!(narrow(&sheet(Audience::Organiser), 80), @r"
    Innovation Challenge
    Times are in Europe/Brussels.

    Day 0 · Friday 1 October 2027 · 2 meetings
    Time              Meeting                          Rooms    Co-hosts
    09:00–10:00       Opening: Grüße an alle Teams,    5 rooms  Ann Ångström, Ben,
                      herzlich willkommen zum                   Cid, Dot
                      Aufwärmen
    10:00–11:30       Team 1 - Day 0 - Breakout        Team 1   Ann Ångström

    Day 1 · Saturday 30 October 2027 · 1 meeting
    22:00–01:30 (+1)  Jury: deliberation               Jury

    Day 2 · Sunday 31 October 2027 · 1 meeting
    20:00–21:00       Late show (not on Webex yet)     Team 1   zoe@example.com
    ");
}

#[test]
fn the_wide_table_has_everything_on_one_line() {
    assert_snapshot!(sheet(Audience::Organiser).to_table(Layout::Wide));
}

#[test]
fn a_sheet_is_recognised_in_every_format_and_nothing_else_is() {
    for audience in [Audience::Organiser, Audience::Attendee] {
        let sheet = sheet(audience);
        let written = [
            narrow(&sheet, 80).into_bytes(),
            narrow(&sheet, 50).into_bytes(),
            sheet.to_table(Layout::Wide).into_bytes(),
            sheet.to_csv().into_bytes(),
            sheet.to_html().into_bytes(),
            sheet.to_xlsx().unwrap(),
        ];
        for (place, content) in written.iter().enumerate() {
            assert!(is_sheet(content), "format {place}");
        }
    }
    for other in [
        &b"event: demo\ntitle: Demo\n"[..],
        b"email,name,role\n",
        b"<!DOCTYPE html><title>Mine</title>",
        b"PK\x03\x04xl/worksheets/sheet1.xml",
        b"\xff\xfe",
    ] {
        assert!(!is_sheet(other), "{}", String::from_utf8_lossy(other));
    }
}

#[test]
fn rows_are_in_order_and_say_whether_people_can_get_in() {
    let sheet = sheet(Audience::Organiser);
    let starts: Vec<_> = sheet
        .rows()
        .iter()
        .map(|row| row.start.timestamp())
        .collect();
    assert!(starts.is_sorted());
    let states: Vec<_> = sheet.rows().iter().map(|row| row.state).collect();
    let ready = State::Scheduled;
    assert_eq!(states, [ready, ready, ready, State::NotYet]);
    let mut told = sample::told();
    for facts in told.facts.values_mut() {
        facts.link = None;
    }
    let sheet = RunSheet::of(&sample::event(), &told, Audience::Organiser);
    assert_eq!(sheet.rows()[0].state, State::WithoutLink);
}

#[test]
fn a_room_s_own_sheet_has_its_own_links_alone() {
    let sheet = sheet(Audience::Attendee).for_room(&RoomKey::new("team-2"));
    let titles: Vec<_> = sheet.rows().iter().map(|row| &row.key).collect();
    assert_eq!(titles.len(), 1);
    assert_eq!(titles[0].as_str(), "opening/warm-up");
    assert_eq!(sheet.rooms().len(), 1);
    let page = sheet.to_html();
    assert!(!page.contains("Breakout"), "{page}");
}

/// Every form of a sheet as text; the workbook as the text of all its parts.
fn forms(sheet: &RunSheet) -> Vec<String> {
    let workbook = workbook_text(&sheet.to_xlsx().expect("a workbook"));
    vec![
        narrow(sheet, 80),
        sheet.to_table(Layout::Wide),
        sheet.to_csv(),
        sheet.to_html(),
        workbook,
    ]
}

fn open(bytes: &[u8]) -> Xlsx<Cursor<&[u8]>> {
    Xlsx::new(Cursor::new(bytes)).expect("a workbook")
}

fn workbook_text(bytes: &[u8]) -> String {
    let mut text = String::new();
    for (_, range) in open(bytes).worksheets() {
        for cell in range.used_cells() {
            text.push_str(&cell.2.to_string());
            text.push('\n');
        }
    }
    text
}

#[test]
fn host_keys_and_room_systems_never_reach_attendees() {
    let organisers = sheet(Audience::Organiser);
    assert!(
        forms(&organisers)
            .iter()
            .skip(1)
            .all(|form| form.contains(HOST_MARKER))
    );
    let attendees = sheet(Audience::Attendee);
    for form in forms(&attendees) {
        assert!(!form.contains(HOST_MARKER), "{form}");
        assert!(!form.contains(sample::host().as_str()), "{form}");
        assert!(!form.to_lowercase().contains("host key"), "{form}");
    }
    // They need the password to get in.
    assert!(
        forms(&attendees)
            .iter()
            .skip(1)
            .all(|form| form.contains(PASSWORD_MARKER))
    );
}

#[test]
fn debugging_a_sheet_shows_no_secret() {
    let shown = format!("{:?} {:?}", sheet(Audience::Organiser), sample::told());
    assert!(!shown.contains(PASSWORD_MARKER), "{shown}");
    // The address for room systems is no secret, the key is.
    assert!(!shown.contains(&format!("\"{HOST_MARKER}-1\"")), "{shown}");
}

#[test]
fn the_csv_is_read_back_and_calculates_nothing() {
    let mut event = sample::event();
    event.meetings[0].title = "=cmd|' /C calc'!A0".to_owned();
    event.meetings[3].title = "Quotes \" and, commas".to_owned();
    let text = RunSheet::of(&event, &sample::told(), Audience::Organiser).to_csv();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let heads = reader.headers().expect("a head").clone();
    assert_eq!(&heads[0], "day");
    assert_eq!(&heads[12], "host key");
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), 4);
    assert_eq!(&rows[0][5], "Quotes \" and, commas");
    assert_eq!(&rows[0][1], "2027-10-01");
    assert_eq!(&rows[0][2], "09:00");
    assert_eq!(&rows[1][5], "'=cmd|' /C calc'!A0");
    assert_eq!(&rows[2][3], "2027-10-31 01:30");
    for cell in rows.iter().flatten() {
        assert!(
            !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
            "{cell}"
        );
    }
    let lines = text.matches("\r\n").count();
    assert_eq!(lines, 5);
    assert_eq!(text.matches('\n').count(), lines);
}

#[test]
fn the_workbook_has_real_dates_and_both_sheets() {
    let bytes = sheet(Audience::Organiser).to_xlsx().expect("a workbook");
    let mut workbook = open(&bytes);
    assert_eq!(workbook.sheet_names(), ["Meetings", "Rooms"]);
    let meetings = workbook.worksheet_range("Meetings").expect("a sheet");
    let at = |line, column| {
        meetings
            .get_value((line, column))
            .cloned()
            .unwrap_or_default()
    };
    assert_eq!(at(0, 5), Data::String("title".to_owned()));
    assert_eq!(
        at(2, 5),
        Data::String("Team 1 - Day 0 - Breakout".to_owned())
    );
    // 1 October 2027, ten o'clock, counted in days from the end of 1899.
    let days = |cell: Data| match cell {
        Data::DateTime(time) => time.as_f64(),
        other => panic!("no date: {other:?}"),
    };
    let expected = 46_661.0 + 10.0 / 24.0;
    assert!((days(at(2, 2)) - expected).abs() < 1e-6);
    assert!((days(at(1, 1)) - 46_661.0).abs() < 1e-6);
    assert!(
        at(2, 9)
            .to_string()
            .starts_with("https://example.webex.com/m/1")
    );
    let rooms = workbook.worksheet_range("Rooms").expect("a sheet");
    assert_eq!(
        rooms.get_value((2, 0)),
        Some(&Data::String("Team 1".to_owned()))
    );
    assert_eq!(rooms.get_value((2, 1)), Some(&Data::Float(2.0)));
    assert_eq!(
        rooms.get_value((2, 2)),
        Some(&Data::String("Ann Ångström".to_owned()))
    );
    assert_eq!(rooms.height(), 6);
}

#[test]
fn the_same_sheet_gives_the_same_workbook() {
    let bytes = || sheet(Audience::Organiser).to_xlsx().expect("a workbook");
    assert_eq!(bytes(), bytes());
}

#[test]
fn a_formula_in_a_title_stays_text_in_the_workbook() {
    let mut event = sample::event();
    event.meetings[0].title = "=1+1".to_owned();
    let sheet = RunSheet::of(&event, &Told::default(), Audience::Organiser);
    let bytes = sheet.to_xlsx().expect("a workbook");
    let mut workbook = open(&bytes);
    let range = workbook.worksheet_range("Meetings").expect("a sheet");
    assert_eq!(
        range.get_value((2, 5)),
        Some(&Data::String("=1+1".to_owned()))
    );
    let formulas = workbook.worksheet_formula("Meetings").expect("a sheet");
    assert!(formulas.used_cells().next().is_none());
}

#[test]
fn an_event_without_meetings_has_a_sheet_that_says_so() {
    let mut event = sample::event();
    event.meetings.clear();
    let sheet = RunSheet::of(&event, &Told::default(), Audience::Attendee);
    assert!(narrow(&sheet, 80).contains("There are no meetings."));
    assert!(sheet.to_html().contains("There are no meetings."));
    assert_eq!(sheet.to_csv().matches("\r\n").count(), 1);
    assert!(sheet.to_xlsx().is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_line_of_the_table_is_wider_than_asked(
        titles in prop::collection::vec("\\PC{0,80}|[a-zé]{30,128}|[日本語 ]{0,60}", 4),
        width in 0u16..140,
    ) {
        let mut event = sample::event();
        event.title.clone_from(&titles[0]);
        for (meeting, title) in event.meetings.iter_mut().zip(&titles) {
            meeting.title.clone_from(title);
        }
        for (room, title) in event.rooms.iter_mut().zip(&titles) {
            room.title.clone_from(title);
        }
        event.days[0].title.clone_from(&titles[1]);
        let page = narrow(&RunSheet::of(&event, &sample::told(), Audience::Organiser), width);
        for line in page.lines() {
            let asked = usize::from(width.max(Layout::NARROWEST));
            prop_assert!(line.width() <= asked, "{} > {}: {:?}", line.width(), asked, line);
        }
    }
}
