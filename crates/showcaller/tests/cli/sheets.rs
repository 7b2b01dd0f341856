//! Run sheets and calendars: from the event file and the ledger, without a token.

use crate::stage::Stage;

fn applied() -> Stage {
    let stage = Stage::with("innovation-challenge");
    stage.run("apply event.yaml --simulate --yes").exits(0);
    stage
}

#[test]
fn the_run_sheet_as_a_table() {
    let ran = applied()
        .run("runsheet event.yaml --simulate")
        .exits(0)
        .fits();
    insta::assert_snapshot!(ran);
}

#[test]
fn before_the_first_apply_the_sheet_says_that_nothing_is_on_webex() {
    let stage = Stage::with("workshop");
    let ran = stage.run("runsheet event.yaml").exits(0).fits();
    assert!(ran.stdout.contains("not on Webex yet"), "{ran}");
    assert!(
        !stage.path(".showcaller").exists(),
        "a sheet leaves no trace"
    );
}

#[test]
fn attendees_get_no_host_key_in_any_format() {
    let stage = applied();
    let csv = stage
        .run("runsheet event.yaml --simulate --format csv")
        .exits(0)
        .stdout;
    let lines: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    let column = lines[0]
        .iter()
        .position(|head| *head == "host key")
        .expect("a column");
    let opening = lines
        .iter()
        .find(|cells| cells.contains(&"Learn to pitch"))
        .unwrap();
    // The cells before it may hold commas in quotes, so count from the end.
    let key = opening[opening.len() - (lines[0].len() - column)];
    assert!(
        key.len() >= 6 && key.chars().all(|c| c.is_ascii_digit()),
        "{key:?}"
    );
    for format in ["csv", "html", "table --wide"] {
        let line = format!("runsheet event.yaml --simulate --for-attendees --format {format}");
        let sheet = stage.run(&line).exits(0).stdout;
        assert!(sheet.contains("https://"), "{format}");
        assert!(!sheet.contains(key), "{format}");
    }
}

#[test]
fn a_workbook_and_a_page_go_into_files_of_their_own() {
    let stage = applied();
    for (format, begin) in [("xlsx", &b"PK"[..]), ("html", b"<!DOCTYPE html>")] {
        let line = format!("runsheet event.yaml --simulate --format {format} --output sheet");
        let ran = stage.run(&line).exits(0);
        assert_eq!(
            (ran.stdout.as_str(), ran.stderr.as_str()),
            ("", "Written: sheet\n")
        );
        assert!(
            std::fs::read(stage.path("sheet"))
                .unwrap()
                .starts_with(begin),
            "{format}"
        );
    }
}

#[test]
fn one_rooms_sheet_has_that_rooms_meetings_only() {
    let stage = applied();
    let ran = stage
        .run("runsheet event.yaml --simulate --for room/team-1")
        .exits(0);
    assert!(ran.stdout.contains("Team 1 - Day 1"), "{ran}");
    assert!(!ran.stdout.contains("Team 2 - Day 1"), "{ran}");
}

/// SEQUENCE and STATUS of the entry whose UID begins so.
fn entry(calendar: &str, uid: &str) -> Option<(u32, String)> {
    let unfolded = calendar.replace("\r\n ", "");
    let entry = unfolded
        .split("BEGIN:VEVENT")
        .find(|entry| entry.contains(&format!("UID:{uid}@")))?;
    let value = |name: &str| {
        let line = entry.lines().find_map(|line| line.strip_prefix(name));
        line.expect(name).to_owned()
    };
    Some((value("SEQUENCE:").parse().unwrap(), value("STATUS:")))
}

#[test]
fn a_changed_meeting_is_numbered_anew_and_one_that_is_gone_is_called_off() {
    let stage = applied();
    let all = "calendar event.yaml --simulate --all";
    let confirmed = |sequence| Some((sequence, "CONFIRMED".to_owned()));
    for _ in 0..2 {
        let calendar = stage.run(all).exits(0).stdout;
        assert_eq!(entry(&calendar, "learn-to-pitch"), confirmed(0));
        assert_eq!(entry(&calendar, "jury-briefing"), confirmed(0));
    }
    stage.change("event.yaml", "13:15-14:00", "13:20-14:05");
    let text = stage.read("event.yaml");
    let kept: Vec<&str> = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("jury-briefing:"))
        .collect();
    stage.write("event.yaml", &kept.join("\n"));
    // What was not applied is not handed out, and the operator is told.
    let ran = stage.run(all).exits(0);
    assert!(
        ran.stderr.contains("has changed since it was last applied"),
        "{ran}"
    );
    assert_eq!(entry(&ran.stdout, "learn-to-pitch"), confirmed(0));
    assert_eq!(entry(&ran.stdout, "jury-briefing"), confirmed(0));
    // A removal that waits for its flag leaves the meeting on Webex, and so in the calendar.
    stage.run("apply event.yaml --simulate --yes").exits(3);
    let calendar = stage.run(all).exits(0).stdout;
    assert_eq!(entry(&calendar, "learn-to-pitch"), confirmed(1));
    assert_eq!(entry(&calendar, "jury-briefing"), confirmed(0));
    let page = stage.run("runsheet event.yaml --simulate --format html");
    let page = page.exits(0).stdout;
    assert!(page.contains("moved, was 13:15–14:00"), "{page}");
    assert!(page.contains("Revision 2"), "{page}");
    stage
        .run("apply event.yaml --simulate --yes --remove")
        .exits(0);
    let calendar = stage.run(all).exits(0).stdout;
    assert_eq!(entry(&calendar, "learn-to-pitch"), confirmed(1));
    let off = Some((1, "CANCELLED".to_owned()));
    assert_eq!(entry(&calendar, "jury-briefing"), off);
    // Told again, it stays as it was told; and only those hear of it who were told before.
    let jury = stage
        .run("calendar event.yaml --simulate --for room/jury")
        .exits(0)
        .stdout;
    assert_eq!(entry(&jury, "jury-briefing"), off);
    let team = stage
        .run("calendar event.yaml --simulate --for room/team-1")
        .exits(0)
        .stdout;
    assert_eq!(entry(&team, "jury-briefing"), None);
    assert_eq!(entry(&team, "learn-to-pitch"), confirmed(1));
}

#[test]
fn a_room_and_a_person_get_their_own_meetings() {
    let stage = applied();
    let count = |calendar: &str| calendar.matches("BEGIN:VEVENT").count();
    let of = |whom: &str| {
        let line = format!("calendar event.yaml --simulate --for {whom}");
        stage.run(&line).exits(0).stdout
    };
    // Opening, breakout and closing on four days, learning to pitch, and the check-out.
    assert_eq!(count(&of("room/team-1")), 4 + 4 + 4 + 1 + 1);
    let coach = of("person amelie.dubois@example.com");
    assert_eq!(count(&coach), 4 + 4 + 4 + 1 + 1 + 6);
    for coach_again in [
        "person/Amelie.Dubois@Example.com",
        "amelie.dubois@example.com",
    ] {
        assert_eq!(of(coach_again), coach);
    }
    assert_eq!(of("team-1"), of("room/team-1"));
}

#[test]
fn whoever_does_not_exist_is_recognised_by_a_near_name() {
    let stage = Stage::with("innovation-challenge");
    let hint = |whom: &str| {
        let ran = stage
            .run(&format!("calendar event.yaml --for {whom}"))
            .exits(2);
        ran.stderr
    };
    assert!(hint("room/taem-1").contains("did you mean `team-1`?"));
    assert!(hint("person amelie.duboi@example.com").contains("`amelie.dubois@example.com`?"));
    assert!(hint("room/kitchen").contains("its rooms are team-1, team-2,"));
}
