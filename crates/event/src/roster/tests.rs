use std::sync::Arc;

use insta::assert_snapshot;
use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::diagnostic::{Diagnostic, Severity};

fn read_bytes(bytes: &[u8]) -> (Roster, Vec<Diagnostic>) {
    let mut diagnostics = Diagnostics::new();
    let roster = read("people.csv", bytes, &mut diagnostics);
    let found = diagnostics.sorted(&[Arc::clone(&roster.source.name)]);
    (roster, found)
}

fn clean(text: &str) -> Roster {
    let (roster, found) = read_bytes(text.as_bytes());
    assert_eq!(shown(&found), "");
    roster
}

fn findings(text: &str) -> String {
    shown(&read_bytes(text.as_bytes()).1)
}

/// One line per finding, with the text that it points to.
fn shown(found: &[Diagnostic]) -> String {
    let line = |d: &Diagnostic| {
        let (line, column) = d.position();
        let kind = if d.severity == Severity::Error {
            "error"
        } else {
            "note"
        };
        let at = &d.source.text[d.span.clone()];
        let hint = d.hint.as_deref().unwrap_or_default();
        format!(
            "{line}:{column} {kind} {} {at:?} {} | {hint}",
            d.code, d.message
        )
    };
    found.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn values<T: ToString>(list: &[At<T>]) -> Vec<String> {
    list.iter().map(|item| item.value.to_string()).collect()
}

#[test]
fn a_plain_roster_is_read_as_it_stands() {
    let roster = clean(
        "email,name,team,role,language,timezone\n\
         ann@example.com,Ann Peeters,team-1,coach,nl-BE,Europe/Brussels\n\
         bo@example.com,Bo Li,,jury,,\n",
    );
    let [ann, bo] = roster.lines.as_slice() else {
        panic!("{roster:?}")
    };
    assert_eq!(ann.email.value.as_str(), "ann@example.com");
    assert_eq!(ann.name.value, "Ann Peeters");
    assert_eq!(values(&ann.teams), ["team-1"]);
    assert_eq!(values(&ann.roles), ["coach"]);
    assert_eq!(ann.language.as_deref(), Some("nl-BE"));
    assert_eq!(ann.timezone.as_deref(), Some("Europe/Brussels"));
    assert_eq!(values(&bo.roles), ["jury"]);
    assert!(bo.teams.is_empty() && bo.language.is_none() && bo.timezone.is_none());
}

#[test]
fn every_value_knows_its_place() {
    let roster = clean("name;email;role\r\n\r\n\"Li; Bo\"; \"BO@Example.com\" ; jury / coach\r\n");
    let text = &roster.source.text;
    let [bo] = roster.lines.as_slice() else {
        panic!("{roster:?}")
    };
    assert_eq!(&text[bo.name.span.clone()], "Li; Bo");
    assert_eq!(&text[bo.roles[0].span.clone()], "jury");
    assert_eq!(&text[bo.roles[1].span.clone()], "coach");
    assert_eq!(text[..bo.span.start].matches('\n').count(), 2);
}

#[rstest]
#[case::comma("email,name,team\nann@example.com,Ann,team-1\n")]
#[case::semicolon("email;name;team\nann@example.com;Ann;team-1\n")]
#[case::tab("email\tname\tteam\nann@example.com\tAnn\tteam-1\n")]
#[case::told_by_excel("sep=;\nemail;name;team\nann@example.com;Ann;team-1\n")]
#[case::windows_lines("email,name,team\r\nann@example.com,Ann,team-1\r\n")]
#[case::no_last_line_break("email,name,team\nann@example.com,Ann,team-1")]
#[case::byte_order_mark("\u{feff}email,name,team\nann@example.com,Ann,team-1\n")]
#[case::blank_lines("\n\nemail,name,team\n\n,,\nann@example.com,Ann,team-1\n\n,,\n\n")]
#[case::other_order("TEAM,Name,E-Mail\nteam-1,Ann,ann@example.com\n")]
#[case::spaces_and_case("email , name , team\n ANN@Example.COM , Ann , team-1 \n")]
#[case::german("E-Mail-Adresse;Vorname;Team\nann@example.com;Ann;team-1\n")]
#[case::french("Adresse e-mail;Nom;Équipe\nann@example.com;Ann;team-1\n")]
#[case::dutch("E-mailadres;Naam;Ploeg\nann@example.com;Ann;team-1\n")]
#[case::no_break_space("email,name,team\nann@example.com\u{a0},Ann,team-1\n")]
fn the_same_person_however_it_is_written(#[case] text: &str) {
    let roster = clean(text);
    let [ann] = roster.lines.as_slice() else {
        panic!("{roster:?}")
    };
    assert_eq!(ann.email.value.as_str(), "ann@example.com");
    assert_eq!(ann.name.value, "Ann");
    assert_eq!(values(&ann.teams), ["team-1"]);
    assert_eq!(values(&ann.roles), ["participant"]);
}

#[test]
fn first_and_last_name_make_a_name() {
    let roster = clean("Prénom,Nom,Mail\nZoé,de Smet,zoe@example.com\n");
    assert_eq!(roster.lines[0].name.value, "Zoé de Smet");
}

#[test]
fn a_line_break_inside_quotation_marks_belongs_to_the_cell() {
    let roster = clean("email,name\nann@example.com,\"Ann\nPeeters\"\nbo@example.com,Bo\n");
    assert_eq!(roster.lines[0].name.value, "Ann Peeters");
    assert_eq!(roster.lines[1].name.value, "Bo");
}

#[rstest]
#[case("\"team-1,team-2\"")]
#[case("team-1/team-2")]
#[case("team-1 + team-2")]
#[case("team-1|team-2")]
#[case("team-1; team-2")]
#[case("team-1 / team-2 / team-1")]
fn several_teams_fit_into_one_cell(#[case] cell: &str) {
    let roster = clean(&format!("email,name,team\nann@example.com,Ann,{cell}\n"));
    assert_eq!(values(&roster.lines[0].teams), ["team-1", "team-2"]);
}

#[test]
fn roles_become_ids() {
    let roster = clean("email,name,role\nann@example.com,Ann,Lead Coach / MC\n");
    assert_eq!(values(&roster.lines[0].roles), ["lead-coach", "mc"]);
}

#[test]
fn latin_1_is_read_with_a_note_at_the_first_letter() {
    let bytes = b"email,name\nzoe@example.com,Zo\xEB \x80\nbo@example.com,Bj\xF6rn\n";
    let (roster, found) = read_bytes(bytes);
    assert_eq!(roster.lines[0].name.value, "Zoë €");
    assert_eq!(roster.lines[1].name.value, "Björn");
    assert_snapshot!(shown(&found), @r#"2:19 note people/encoding "ë" the roster is not UTF-8; it was read as Windows-1252 (Latin-1) | save it as "CSV UTF-8" so that every name is spelled as it should be"#);
}

#[rstest]
#[case::utf16_le(b"\xFF\xFEe\0m\0", "people/file")]
#[case::utf16_be(b"\xFE\xFF\0e\0m", "people/file")]
#[case::utf16_without_mark(b"e\0m\0a\0", "people/file")]
#[case::xlsx(b"PK\x03\x04 and more", "people/file")]
#[case::nul(b"email,name\nann@example.com,A\0nn\n", "people/file")]
#[case::nothing(b"", "people/empty")]
#[case::blank(b"\n\n  \n", "people/empty")]
#[case::heading_only(b"email,name\n", "people/empty")]
fn what_is_no_roster_is_refused(#[case] bytes: &[u8], #[case] code: &str) {
    let (roster, found) = read_bytes(bytes);
    assert!(roster.lines.is_empty());
    assert_eq!(found.iter().map(|d| d.code).collect::<Vec<_>>(), [code]);
    assert_eq!(found[0].severity, Severity::Error);
    assert!(found[0].hint.is_some());
}

#[test]
fn a_hundred_megabytes_are_refused_without_a_look() {
    let bytes = vec![b'a'; 100 * 1024 * 1024];
    let (roster, found) = read_bytes(&bytes);
    assert!(roster.source.text.is_empty());
    assert_snapshot!(shown(&found), @r#"1:1 error people/file "" the roster has 100 MB; more than 64 MB are not read | is this the right file?"#);
}

#[rstest]
#[case::nothing_but_commas(",".repeat(3_000_000))]
#[case::nothing_but_cells_with_line_breaks("\"\n\",".repeat(600_000))]
#[case::nothing_but_short_lines("a\n".repeat(1_500_000))]
#[case::one_long_word("a".repeat(3_000_000))]
fn large_files_of_no_people_are_refused_soon(#[case] text: String) {
    let (roster, found) = read_bytes(text.as_bytes());
    assert!(roster.lines.is_empty());
    assert_eq!(found.len(), 1, "{}", found[0]);
    assert_eq!(found[0].severity, Severity::Error);
}

#[test]
fn more_than_a_hundred_thousand_people_are_refused() {
    let lines = |count: usize| {
        let mut text = "email,name\n".to_owned();
        for number in 0..count {
            text.push_str(&format!("p{number}@example.com,Person {number}\n"));
        }
        read_bytes(text.as_bytes())
    };
    assert_eq!(lines(MOST_LINES).0.lines.len(), MOST_LINES);
    let (roster, found) = lines(MOST_LINES + 1);
    assert!(roster.lines.is_empty());
    assert_eq!(found[0].code, "people/too-many");
    assert_eq!(found[0].position().0, MOST_LINES + 2);
}

#[test]
fn columns_that_are_missing_doubled_or_unknown_are_named() {
    assert_snapshot!(findings("name,team\nAnn,team-1\n"), @r#"1:1 error people/column-missing "name,team" there is no column with e-mail addresses | name the column with the addresses `email`"#);
    assert_snapshot!(findings("ann@example.com,Ann\nbo@example.com,Bo\n"), @r#"1:1 error people/column-missing "ann@example.com,Ann" there is no column with e-mail addresses | the first line must name the columns, as in: email,name,team,role"#);
    assert_snapshot!(findings("email,team\nann@example.com,team-1\n"), @r#"1:1 error people/column-missing "email,team" there is no column with names | name it `name`, or use two columns, `first name` and `last name`"#);
    assert_snapshot!(findings("email,name,Mail\nann@example.com,Ann,x\n"), @r#"1:12 error people/column-twice "Mail" the column `Mail` is there twice | keep one of the two"#);
    assert_snapshot!(findings("email,name,langauge,shoe size\nann@example.com,Ann,en,42\n"), @r#"
    1:12 note people/column-unknown "langauge" the column `langauge` is not read | did you mean `language`?
    1:21 note people/column-unknown "shoe size" not read: `shoe size` | known columns are email, name, team, role, language, timezone; put fields of your own under `links:` of a team or group in the event file
    "#);
}

#[test]
fn headings_of_registration_systems_say_what_to_rename() {
    let heading = |heading: &str| findings(&format!("{heading}\nann@example.com,Ann,x\n"));
    assert_snapshot!(heading("Attendee Email,Attendee name,Ticket"), @r#"
    1:1 error people/column-missing "Attendee Email,Attendee name,Ticket" there is no column with e-mail addresses | rename `Attendee Email` to `email`, if it has them
    1:1 error people/column-missing "Attendee Email,Attendee name,Ticket" there is no column with names | rename `Attendee name` to `name`, if it has them
    "#);
    assert_snapshot!(heading("User ID/Email (Required),First Name,Last Name"), @r#"
    1:1 error people/column-missing "User ID/Email (Required),First Name,Last Name" there is no column with e-mail addresses | rename `User ID/Email (Required)` to `email`, if it has them
    1:1 note people/column-unknown "User ID/Email (Required)" not read: `User ID/Email (Required)` | known columns are email, name, team, role, language, timezone; put fields of your own under `links:` of a team or group in the event file
    "#);
    assert_snapshot!(heading("Ticket Email,Attendee Name,Buyer email"), @r#"
    1:1 error people/column-missing "Ticket Email,Attendee Name,Buyer email" there is no column with e-mail addresses | rename `Ticket Email` or `Buyer email` to `email`, if it has them
    1:1 error people/column-missing "Ticket Email,Attendee Name,Buyer email" there is no column with names | rename `Attendee Name` to `name`, if it has them
    "#);
    assert_snapshot!(heading("Email,Ticket Full Name,Ticket"), @r#"
    1:1 error people/column-missing "Email,Ticket Full Name,Ticket" there is no column with names | rename `Ticket Full Name` to `name`, if it has them
    1:7 note people/column-unknown "Ticket Full Name" not read: `Ticket Full Name`, `Ticket` | known columns are email, name, team, role, language, timezone; put fields of your own under `links:` of a team or group in the event file
    "#);
    assert_snapshot!(heading("Email,Attendee,Ticket"), @r#"
    1:1 error people/column-missing "Email,Attendee,Ticket" there is no column with names | name it `name`, or use two columns, `first name` and `last name`
    1:7 note people/column-unknown "Attendee" not read: `Attendee`, `Ticket` | known columns are email, name, team, role, language, timezone; put fields of your own under `links:` of a team or group in the event file
    "#);
}

#[test]
fn lines_of_people_who_do_not_come_are_noted() {
    let text = "email,name,Order Status\n\
        ann@example.com,Ann Refunded,Completed\n\
        bo@example.com,Bo,Refunded\n\
        cy@example.com,Cy,Wait-listed\n\
        di@example.com,Di,DECLINED\n";
    let (roster, found) = read_bytes(text.as_bytes());
    assert_eq!(roster.lines.len(), 4);
    assert_snapshot!(shown(&found), @r#"
    1:12 note people/column-unknown "Order Status" not read: `Order Status` | known columns are email, name, team, role, language, timezone; put fields of your own under `links:` of a team or group in the event file
    3:19 note people/not-coming "Refunded" 3 lines say `Refunded` or the like, in a column that is not read | they come in like everybody; take out the lines of those who are not to come
    "#);
    let one = "email,name,State\nann@example.com,Ann,annulé\n";
    assert_snapshot!(findings(one), @r#"
    1:12 note people/column-unknown "State" not read: `State` | known columns are email, name, team, role, language, timezone; put fields of your own under `links:` of a team or group in the event file
    2:21 note people/not-coming "annulé" this line says `annulé`, in a column that is not read | they come in like everybody; take out the lines of those who are not to come
    "#);
    let read = "email,name,role\nann@example.com,Ann,Declined\n";
    assert_snapshot!(findings(read), @"");
}

#[test]
fn addresses_that_cannot_be_are_explained() {
    let text = "email,name\n\
        ,No Address\n\
        ann,A\n\
        ann@example,B\n\
        ann@exam ple.com,C\n\
        Ann Peeters <ann@example.com>,D\n\
        ann@example.com.,E\n\
        mailto:ann@example.com,F\n\
        ann@example.com bo@example.com,G\n\
        \"ann@example,com\",H\n\
        änn@example.com,I\n\
        ann@exa\u{200b}mple.com,J\n\
        a..b@example.com,K\n\
        ann@-example.com,L\n\
        a/b@example.com,M\n";
    assert_snapshot!(findings(text), @r#"
    2:1 error people/email ",No Address" this line has no e-mail address | add it, or take the line out
    3:1 error people/email "ann" `ann` is not an e-mail address | there is no `@` in it
    4:1 error people/email "ann@example" `ann@example` is not an e-mail address | `example` is no full domain, such as example.com
    5:1 error people/email "ann@exam ple.com" `ann@exam ple.com` is not an e-mail address | there is a space in it
    6:1 error people/email "Ann Peeters <ann@example.com>" `Ann Peeters <ann@example.com>` is not an e-mail address | write the address alone: ann@example.com
    7:1 error people/duplicate "ann@example.com." ann@example.com is listed with two names, D and E | keep the right one; Webex knows people by their address
    7:1 error people/email "ann@example.com." `ann@example.com.` is not an e-mail address | there are stray characters around ann@example.com
    8:1 error people/duplicate "mailto:ann@example.com" ann@example.com is listed with two names, D and F | keep the right one; Webex knows people by their address
    8:1 error people/email "mailto:ann@example.com" `mailto:ann@example.com` is not an e-mail address | write the address alone: ann@example.com
    9:1 error people/email "ann@example.com bo@example.com" `ann@example.com bo@example.com` is not an e-mail address | one address only; a second person is a second line
    10:2 error people/duplicate "ann@example,com" ann@example.com is listed with two names, D and H | keep the right one; Webex knows people by their address
    10:2 error people/email "ann@example,com" `ann@example,com` is not an e-mail address | there is a comma in it where a dot should be
    11:1 error people/email "änn@example.com" `änn@example.com` is not an e-mail address | `ä` does not occur in addresses: was it meant to be a plain letter?
    12:1 error people/email "ann@exa\u{200b}mple.com" `ann@exa�mple.com` is not an e-mail address | there is an invisible character in it (U+200B): type it anew
    13:1 error people/email "a..b@example.com" `a..b@example.com` is not an e-mail address | the part before the `@` cannot be `a..b`
    14:1 error people/email "ann@-example.com" `ann@-example.com` is not an e-mail address | `-example.com` cannot be a domain
    15:1 error people/email "a/b@example.com" `a/b@example.com` is not an e-mail address | the part before the `@` cannot be `a/b`
    "#);
}

#[test]
fn doubles_are_found_by_case_and_spaces_too() {
    let text = "email,name,team\n\
        ann@example.com,Ann Peeters,team-1\n\
        \u{20}ANN@example.com ,ann peeters,team-2\n\
        Ann@Example.com,Anne P.,\n\
        ann.p@example.com,Ann Peeters,\n";
    let (roster, found) = read_bytes(text.as_bytes());
    assert_eq!(roster.lines.len(), 2);
    assert_snapshot!(shown(&found), @r#"
    3:2 error people/duplicate "ANN@example.com" ann@example.com is listed twice | keep one line; several teams go into one cell, as in `team-1 / team-2`
    4:1 error people/duplicate "Ann@Example.com" ann@example.com is listed with two names, Ann Peeters and Anne P. | keep the right one; Webex knows people by their address
    5:19 note people/same-name "Ann Peeters" Ann Peeters is listed under two addresses, ann@example.com and ann.p@example.com | fine if they are two people; Webex treats them as two
    "#);
}

#[test]
fn cells_that_cannot_be_are_explained() {
    let text = "email,name,role,language,timezone\n\
        a@example.com,,coach,en,UTC\n\
        b@example.com,B,2nd coach,English,Europe/Bruxelles\n\
        c@example.com,C,coach,pt_br,brussels\n\
        d@example.com,D,coach,e,Mars/Olympus\n\
        e@example.com,E,coach,zh-hant-tw,CEST\n\
        f@example.com,F,coach,en,UTC,extra\n\
        g@example.com,G\n";
    assert_snapshot!(findings(text), @r#"
    2:1 error people/name "a@example.com,,coach,en,UTC" this line has no name | add it: meetings and run sheets show it
    3:17 error people/role "2nd coach" `2nd coach` cannot be a role | a role begins with a letter and has letters, digits and `-` only
    3:27 error people/language "English" `English` is not a language tag | write `en`
    3:35 error people/timezone "Europe/Bruxelles" `Europe/Bruxelles` is not a time zone | take the name of a place, such as Europe/Brussels or UTC
    4:29 error people/timezone "brussels" `brussels` is not a time zone | did you mean `Europe/Brussels`?
    5:23 error people/language "e" `e` is not a language tag | take a tag such as `en`, `nl-BE` or `pt-BR`
    5:25 error people/timezone "Mars/Olympus" `Mars/Olympus` is not a time zone | take the name of a place, such as Europe/Brussels or UTC
    6:34 error people/timezone "CEST" `CEST` is not a time zone | take the name of a place, such as Europe/Brussels or UTC
    7:30 error people/cells "extra" this line has 6 cells, but there are 5 columns | put quotation marks around a cell that has the delimiter in it
    "#);
}

#[test]
fn a_quotation_mark_that_never_closes_is_pointed_at() {
    let text = "email,name\nann@example.com,\"Ann\nbo@example.com,Bo\n";
    assert_snapshot!(findings(text), @r#"2:17 error people/quote "\"" a quotation mark opens here and never closes | close it, or write "" for a quotation mark inside of a cell"#);
}

#[test]
fn a_name_longer_than_webex_takes_is_refused() {
    let roster = |length| format!("email,name\nann@example.com,{}\n", "é".repeat(length));
    assert_eq!(findings(&roster(128)), "");
    assert!(findings(&roster(129)).contains("people/name"));
}

#[test]
fn a_roster_without_a_usable_line_says_why_once() {
    let (_, found) = read_bytes(b"email,name\nann,Ann\n");
    assert_eq!(found.len(), 1, "{found:?}");
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_explained_and_places_are_inside(bytes in any::<Vec<u8>>()) {
        let (roster, found) = read_bytes(&bytes);
        for finding in &found {
            prop_assert!(roster.source.text.get(finding.span.clone()).is_some());
        }
        for line in &roster.lines {
            prop_assert!(roster.source.text.get(line.span.clone()).is_some());
        }
    }

    #[test]
    fn any_table_is_read_and_every_place_holds_its_value(
        cells in prop::collection::vec("[ a-c@.\"\n,;|é-]{0,12}", 0..40),
        delimiter in prop::sample::select(vec![",", ";", "\t"]),
    ) {
        let mut text = ["email", "name", "team", "role"].join(delimiter);
        for row in cells.chunks(4) {
            text.push('\n');
            let quoted: Vec<_> =
                row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
            text.push_str(&quoted.join(delimiter));
        }
        let (roster, _) = read_bytes(text.as_bytes());
        for line in &roster.lines {
            let stands = &roster.source.text[line.email.span.clone()];
            // Otherwise it has a stand-in.
            if address(stands).is_ok() {
                prop_assert_eq!(stands.to_lowercase(), line.email.value.as_str());
            }
            for team in &line.teams {
                let stands = &roster.source.text[team.span.clone()];
                // Quotation marks inside of a cell are doubled.
                let single = stands.replace("\"\"", "\"");
                prop_assert!(stands.contains(&team.value) || single.contains(&team.value));
            }
        }
    }

    #[test]
    fn writing_a_person_and_reading_it_gives_the_person(
        local in "[a-z][a-z0-9]{0,10}",
        name in "[A-Za-zéöł][ A-Za-zéöł,;\"']{0,20}[a-z]",
    ) {
        let text = format!("email,name\n{local}@example.com,\"{}\"\n", name.replace('"', "\"\""));
        let (roster, _) = read_bytes(text.as_bytes());
        let expected = name.split_whitespace().collect::<Vec<_>>().join(" ");
        prop_assert_eq!(&roster.lines[0].name.value, &expected);
        prop_assert_eq!(roster.lines[0].email.value.as_str(), format!("{local}@example.com"));
    }
}
