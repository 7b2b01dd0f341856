use std::io::Cursor;

use calamine::{Data, DataType as _, Reader as _, Xlsx};
use insta::assert_snapshot;
use jiff::{SignedDuration, Timestamp};

use super::{Align, Document, Mark, Part, Plot, Section, Series, Table, Value, Verdict, is_report};

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn document() -> Document {
    let made = "2027-10-06T18:30[Europe/Brussels]".parse();
    let mut document = Document::new(
        "Report",
        "A small event",
        "Revision 3",
        made.expect("a time"),
    );
    document.verdict = Some(Verdict {
        good: false,
        sentence: "Not ready: a cue was late.".to_owned(),
        reasons: vec!["opening, Team 1: 4 min late".to_owned()],
    });
    let mut table = Table::new(
        "Cues",
        &[
            ("Cue", Align::Left),
            ("Due", Align::Left),
            ("Late by", Align::Right),
            ("State", Align::Left),
        ],
    );
    table.rows = vec![
        vec![
            Value::text("opening"),
            Value::Moment(at("2027-10-06T07:00Z")),
            Value::Duration(SignedDuration::from_mins(4)),
            Value::State(Mark::Late, "late".to_owned()),
        ],
        vec![
            Value::text(
                "closing, with the words of thanks that everybody waits for, and a long goodbye",
            ),
            Value::None,
            Value::Duration(SignedDuration::from_millis(-1_400)),
            Value::State(Mark::Good, "sent".to_owned()),
        ],
    ];
    let plot = |caption: &str, series| {
        Part::Plot(Plot {
            caption: caption.to_owned(),
            unit: "s",
            series,
        })
    };
    let points = vec![
        (at("2027-10-06T07:00Z"), 0.4),
        (at("2027-10-06T09:00Z"), 2.0),
    ];
    document.sections = vec![
        Section::new(
            "Cues",
            vec![
                Part::Paragraph("Each cue, and how late it was.".to_owned()),
                Part::Figures(vec![
                    ("Sent".to_owned(), Value::Number(12)),
                    (
                        "Slowest".to_owned(),
                        Value::Duration(SignedDuration::from_mins(4)),
                    ),
                ]),
                Part::Table(table),
            ],
        ),
        Section::new(
            "Answers",
            vec![
                plot(
                    "Slowest, by room",
                    Series::Bars(vec![("Team 1".to_owned(), 4.0), ("Jury".to_owned(), 1.5)]),
                ),
                plot("Each answer", Series::Points(points)),
            ],
        ),
    ];
    document
}

#[test]
fn a_terminal_shows_it_in_80_columns() {
    assert_snapshot!(document().to_text(80).to_string());
}

#[test]
fn no_line_is_wider_than_it_may_be() {
    for width in [60, 80, 132] {
        let page = document().to_text(width).to_string();
        let widest = page
            .lines()
            .map(unicode_width::UnicodeWidthStr::width)
            .max();
        assert!(widest <= Some(width), "{widest:?} of {width}:\n{page}");
    }
}

#[test]
fn a_plot_has_the_colours_of_its_page() {
    let page = document().to_html();
    assert_eq!(page.matches("<svg viewBox").count(), 2);
    let (_, body) = page.split_once("<body>").expect("a body");
    assert!(body.contains("fill=\"var(--accent)\""), "{body}");
    for colour in ["=\"#", "rgb(", "style=", "font-family"] {
        assert!(!body.contains(colour), "{colour}");
    }
}

#[test]
fn a_text_by_others_is_no_markup() {
    let hostile = "</title><script>alert(1)</script>";
    let mut document = document();
    document.title = hostile.to_owned();
    document.verdict.as_mut().expect("one").sentence = hostile.to_owned();
    document.sections[0].title = hostile.to_owned();
    let Part::Table(table) = &mut document.sections[0].parts[2] else {
        panic!("a table");
    };
    table.caption = hostile.to_owned();
    table.columns[1].head = hostile.to_owned();
    table.rows[0][0] = Value::text(hostile);
    document.sections[1].parts.push(Part::Plot(Plot {
        caption: hostile.to_owned(),
        unit: "",
        series: Series::Bars(vec![("<script>".to_owned(), 1.0)]),
    }));
    assert!(!document.to_html().contains("<script"));
}

#[test]
fn a_workbook_has_a_sheet_for_each_table_and_plot_with_real_values() {
    let mut document = document();
    let again = document.sections[0].parts[2].clone();
    document.sections[1].parts.push(again);
    let bytes = document.to_xlsx().expect("a workbook");
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).expect("opens");
    assert_eq!(
        book.sheet_names(),
        [
            "Summary",
            "Cues",
            "Slowest, by room",
            "Each answer",
            "Cues 2"
        ]
    );
    let cues = book.worksheet_range("Cues").expect("a sheet");
    assert_eq!(cues.get_value((1, 2)), Some(&Data::Float(240.0)));
    assert!(cues.get_value((1, 1)).is_some_and(Data::is_datetime));
    let summary = book.worksheet_range("Summary").expect("a sheet");
    let text = |line| summary.get_value((line, 0)).map(ToString::to_string);
    assert_eq!(text(2).as_deref(), Some("Not ready: a cue was late."));
    assert_eq!(summary.get_value((7, 1)), Some(&Data::Float(12.0)));
}

#[test]
fn each_format_is_known_again() {
    let document = document();
    let text = document.to_text(80).to_string();
    assert!(is_report(text.as_bytes()));
    assert!(is_report(document.to_html().as_bytes()));
    assert!(is_report(&document.to_xlsx().expect("a workbook")));
    for other in [
        "",
        "Dear Ann: hello",
        "<!DOCTYPE html><title>Report: x</title>",
        "PK",
    ] {
        assert!(!is_report(other.as_bytes()), "{other:?}");
    }
}
