//! One time-zone database, whatever the machine has.

use std::process::Command;

use crate::stage::{Ran, Stage, ran};

/// In 2027 Vancouver does not change its clocks any more: 10:00 is 17:00 UTC in January.
fn vancouver() -> Stage {
    let stage = Stage::empty();
    stage.write(
        "event.yaml",
        r#"event: demo
title: Demo
timezone: America/Vancouver
people: people.csv
webex:
  hosts: { events@example.com: { parallel: 3 } }
days:
  d1: { title: Day 1, date: 2027-01-11 }
rooms:
  main: { title: Main, members: [everyone], moderators: [organiser] }
meetings:
  a1: { title: Talk, time: "10:00-11:00", rooms: [main] }
"#,
    );
    stage.write(
        "people.csv",
        "email,name,role\nolga@example.com,Olga Sommer,organiser\n",
    );
    stage
}

/// A zone file (RFC 9636) that knows of eight hours behind UTC and of nothing else.
fn eight_hours_behind() -> Vec<u8> {
    let mut header = b"TZif2".to_vec();
    header.extend([0; 15]);
    // No indicators, leap seconds or transitions; one local time type, with four bytes of name.
    for count in [0_u32, 0, 0, 0, 1, 4] {
        header.extend(count.to_be_bytes());
    }
    let mut block = (-8 * 3600_i32).to_be_bytes().to_vec();
    block.extend(b"\0\0PST\0");
    let blocks = [header.as_slice(), &block, &header, &block];
    [blocks.concat().as_slice(), b"\nPST8\n"].concat()
}

/// A machine that is years behind: its folder of zones has that file for Vancouver.
fn on_an_old_machine(stage: &Stage, line: &str) -> Ran {
    let folder = stage.path("zoneinfo/America");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("Vancouver"), eight_hours_behind()).expect("a zone");
    let mut command: Command = stage.command(line);
    ran(command.env("TZDIR", stage.path("zoneinfo")))
}

#[test]
fn check_plan_sheet_and_calendar_go_by_it_on_every_machine() {
    let stage = vancouver();
    let on = |line: &str| on_an_old_machine(&stage, line).exits(0);
    let checked = on("check event.yaml").fits();
    insta::assert_snapshot!(checked, @r#"
exit code 0
---- stdout
event.yaml is fine: 1 person, 1 room, 1 meeting, 0 cues.
---- stderr
 note: when it is 10:00 on 2027-01-11 in America/Vancouver, this machine's own
       zone data say 09:00. Showcaller goes by its own data, everywhere; other
       programs on this machine may show other times. Update the older of the
       two.
"#);
    let plan = on("plan event.yaml --simulate --verbose").stdout;
    assert!(plan.contains("10:00–11:00"), "{plan}");
    on("apply event.yaml --simulate --yes");
    assert!(
        on("plan event.yaml --simulate")
            .stdout
            .contains("Nothing to do")
    );
    // What was stored is read back by the same data: the file has changed since.
    stage.change("event.yaml", "title: Demo", "title: Demonstration");
    let sheet = on("runsheet event.yaml --simulate --format csv").stdout;
    assert!(
        sheet.contains("10:00") && !sheet.contains("09:00"),
        "{sheet}"
    );
    let calendar = on("calendar event.yaml --simulate --for room/main").stdout;
    assert!(
        calendar.contains("DTSTART;TZID=America/Vancouver:20270111T100000"),
        "{calendar}"
    );
    assert!(calendar.contains("TZOFFSETTO:-0700"), "{calendar}");
    let world = stage.read(".showcaller/event.simulated-world.json");
    assert!(world.contains("2027-01-11T17:00:00Z"), "{world}");
}

#[test]
fn where_the_machine_agrees_or_has_no_such_data_nothing_is_said() {
    let stage = vancouver();
    let mut without = stage.command("check event.yaml");
    let without = ran(without.env("TZDIR", stage.path("nowhere"))).exits(0);
    assert_eq!(without.stderr, "");
}
