//! The origin's story: the coaches come first and the participants when their list arrives, people
//! change, and the event comes out as the file says, change by change.

use showcaller_event::Event;
use showcaller_event::model::Address;
use showcaller_ledger::{Ledger, LedgerUrl};
use showcaller_plan::{Action, CannotReason, HeldReason, Plan, Recreate, Wishes};

use crate::by_hand::{Person, all, meeting_id, room_id, the};
use crate::files::{Files, fair};
use crate::stage::{Stage, every_flag};
use http::Method;
use serde_json::{Value, json};

fn reference() -> Files {
    Files::of_example("innovation-challenge")
}

async fn applied(event: &Event) -> Stage {
    let stage = Stage::before(event).await;
    let report = stage.apply(event, &Wishes::default()).await;
    assert!(report.is_complete(), "{report:#?}");
    stage
}

async fn apply(stage: &Stage, event: &Event, wishes: &Wishes) {
    let report = stage.apply(event, wishes).await;
    assert!(report.is_complete(), "{report:#?}");
}

fn removing() -> Wishes {
    Wishes {
        remove: true,
        ..Wishes::default()
    }
}

/// Steps as `what address`, sorted.
fn steps(plan: &Plan) -> Vec<String> {
    let mut steps: Vec<String> = plan
        .steps
        .iter()
        .map(|step| {
            let what = match &step.action {
                Action::AddMember {
                    moderator: true, ..
                } => "moderates",
                Action::AddMember { .. } => "joins",
                Action::RemoveMember { .. } => "leaves",
                Action::AddTeamMember { .. } => "joins",
                Action::RemoveTeamMember { .. } => "leaves",
                Action::SetModerator { moderator, .. } if *moderator => "promoted",
                Action::SetModerator { .. } => "demoted",
                Action::AddInvitees { .. } => "invited",
                Action::RemoveInvitee { .. } => "leaves",
                Action::ChangeRoom { .. } | Action::ChangeMeeting { .. } => "changed",
                other => panic!("not expected: {other:?}"),
            };
            format!("{what} {}", step.address)
        })
        .collect();
    steps.sort();
    steps
}

fn held(plan: &Plan) -> Vec<String> {
    plan.held
        .iter()
        .map(|held| format!("{:?} {}", held.reason, held.address))
        .collect()
}

fn assert_settled(plan: &Plan) {
    assert!(plan.is_empty(), "{:#?}", plan.steps);
    assert_eq!((&plan.held, &plan.cannot), (&vec![], &vec![]));
}

#[tokio::test]
async fn participants_who_come_later_are_additions_and_nothing_else() {
    let first = reference().people_who(|line| !line.contains(",participant,"));
    let stage = applied(&first.event()).await;
    let event = reference().event();
    let plan = stage.full_plan(&event).await;
    assert_eq!(plan.steps.len(), 48);
    for step in &plan.steps {
        assert!(
            matches!(
                step.action,
                Action::AddMember {
                    moderator: false,
                    ..
                }
            ),
            "{step:?}"
        );
    }
    assert_eq!((&plan.held, &plan.cannot), (&vec![], &vec![]));
    assert_eq!(plan.budget.mails.meetings, 0);

    apply(&stage, &event, &Wishes::default()).await;
    assert_settled(&stage.full_plan(&event).await);
    let rooms = all(&stage.simulator, "memberships");
    let noor = |membership: &&Value| membership["personEmail"] == "noor.haddad@example.com";
    assert_eq!(rooms.iter().filter(noor).count(), 1, "a guest of one room");
}

#[tokio::test]
async fn people_change_and_only_what_they_change_is_touched() {
    let stage = applied(&reference().event()).await;

    // One participant changes team.
    let moved = reference().people_edited(
        "Noor Haddad,team-1,participant",
        "Noor Haddad,team-2,participant",
    );
    let event = moved.event();
    let plan = stage.full_plan(&event).await;
    assert_eq!(
        steps(&plan),
        ["joins membership/team-2/noor.haddad@example.com"]
    );
    assert_eq!(
        held(&plan),
        ["Removal membership/team-1/noor.haddad@example.com"]
    );
    apply(&stage, &event, &removing()).await;
    assert_settled(&stage.full_plan(&event).await);

    // One address was wrong.
    let corrected = moved.people_edited("kofi.mensah@example.com", "k.mensah@example.com");
    let event = corrected.event();
    let plan = stage.full_plan(&event).await;
    assert_eq!(
        steps(&plan),
        ["joins membership/team-1/k.mensah@example.com"]
    );
    assert_eq!(
        held(&plan),
        ["Removal membership/team-1/kofi.mensah@example.com"]
    );
    apply(&stage, &event, &removing()).await;
    assert_settled(&stage.full_plan(&event).await);

    a_coach_becomes_jury(&stage, corrected).await;
}

async fn a_coach_becomes_jury(stage: &Stage, files: Files) {
    let jury = files.people_edited("Amélie Dubois,team-1,coach", "Amélie Dubois,,jury");
    let event = jury.event();
    let outlook = stage.look(&event, &every_flag()).await;
    let lists = [
        "breakout/team-1/day-1",
        "breakout/team-1/day-2",
        "breakout/team-1/day-3",
        "breakout/team-1/warm-up",
        "check-out/pair-a",
        "coaches-briefing/day-1",
        "coaches-briefing/day-2",
        "coaches-briefing/day-3",
        "coaches-review/day-1",
        "coaches-review/day-2",
        "coaches-review/warm-up",
    ];
    let mut expected = vec!["joins membership/jury/amelie.dubois@example.com".to_owned()];
    expected.extend(
        lists
            .iter()
            .map(|list| format!("leaves invitee/{list}/amelie.dubois@example.com")),
    );
    expected.extend(
        ["coaches", "team-1"]
            .iter()
            .map(|room| format!("leaves membership/{room}/amelie.dubois@example.com")),
    );
    assert_eq!(steps(&outlook.plan), expected);
    let report = stage.apply_outlook(&event, outlook).await;
    assert!(report.is_complete(), "{report:#?}");
    assert_settled(&stage.full_plan(&event).await);

    // And then she takes part in the team that she coached: no moderator, no member of the Webex
    // team any more, but in the room as a guest.
    let back = jury.people_edited("Amélie Dubois,,jury", "Amélie Dubois,team-1,participant");
    let event = back.event();
    apply(stage, &event, &every_flag()).await;
    assert_settled(&stage.full_plan(&event).await);
    let is_hers = |thing: &&Value| thing["personEmail"] == "amelie.dubois@example.com";
    let rooms = all(&stage.simulator, "memberships");
    let hers: Vec<&Value> = rooms.iter().filter(is_hers).collect();
    assert_eq!(hers.len(), 1);
    assert_eq!(hers[0]["isModerator"], false);
    let team = all(&stage.simulator, "teamMemberships");
    assert_eq!(team.iter().filter(is_hers).count(), 0);
}

#[tokio::test]
async fn a_coach_who_stays_in_the_room_is_only_demoted() {
    let stage = applied(&fair().event()).await;
    let files = fair()
        .people_edited("Cora Red,red,coach", "Cora Red,red,jury")
        .people_edited("Ria Long,red,participant", "Ria Long,red,coach");
    let event = files.event();
    let plan = stage.full_plan(&event).await;
    assert_eq!(
        steps(&plan),
        [
            "demoted membership/red/coach.red@example.com",
            "invited invitees/fitting/red",
            "invited invitees/jury-table",
            "joins membership/crew/ria@example.com",
            "joins membership/square/coach.red@example.com",
            "joins team-membership/ria@example.com",
            "promoted membership/red/ria@example.com",
        ]
    );
    assert_eq!(
        held(&plan),
        ["Removal invitee/fitting/red/coach.red@example.com"]
    );
    apply(&stage, &event, &removing()).await;
    assert_settled(&stage.full_plan(&event).await);
}

#[tokio::test]
async fn a_corrected_address_that_is_the_same_account_changes_nothing() {
    // Webex shows the address that somebody signed up with, in whatever case.
    let event = fair().event();
    let stage = applied(&event).await;
    let shouted = fair().people_edited("ria@example.com", "Ria@Example.com");
    assert_settled(&stage.full_plan(&shouted.event()).await);
}

#[tokio::test]
async fn a_lost_ledger_is_made_up_for_by_looking() {
    let event = reference().event();
    let mut stage = applied(&event).await;
    let known = stage.ledger.resources().await.expect("a ledger").len();
    stage.ledger = Ledger::open(&LedgerUrl::memory())
        .await
        .expect("a new ledger");
    let plan = stage.full_plan(&event).await;
    assert!(plan.is_empty(), "{:#?}", plan.steps);
    assert_eq!(plan.adoptions.len(), known);
    apply(&stage, &event, &Wishes::default()).await;
    let plan = stage.full_plan(&event).await;
    assert_settled(&plan);
    assert_eq!(plan.adoptions, []);

    // A move still finds its meeting, although the ledger that made it is gone.
    let before = meeting_id(&stage.simulator, "Learn to pitch");
    let moved = reference()
        .edited("\"13:15-14:00\"", "\"13:20-14:10\"")
        .event();
    apply(&stage, &moved, &Wishes::default()).await;
    assert_eq!(meeting_id(&stage.simulator, "Learn to pitch"), before);
}

#[tokio::test]
async fn titles_changed_by_hand_are_put_back() {
    let event = fair().event();
    let stage = applied(&event).await;
    let olga = Person::called(&stage.simulator, "olga@example.com");
    let crew = room_id(&stage.simulator, "Crew");
    olga.renames_room(&crew, "Crew!!!").await;
    let host = Person::called(&stage.simulator, "events@example.com");
    let table = meeting_id(&stage.simulator, "Jury table");
    let path = format!("/v1/meetings/{table}");
    let change = json!({ "title": "Party", "sendEmail": false });
    host.does(Method::PATCH, &path, change).await;

    let plan = stage.full_plan(&event).await;
    assert_eq!(
        steps(&plan),
        ["changed meeting/jury-table", "changed room/crew"]
    );
    apply(&stage, &event, &Wishes::default()).await;
    assert_eq!(room_id(&stage.simulator, "Crew"), crew);
    assert_eq!(meeting_id(&stage.simulator, "Jury table"), table);
    assert_settled(&stage.full_plan(&event).await);
}

#[tokio::test]
async fn a_room_archived_by_hand_waits_for_a_word_and_says_which() {
    let event = fair().event();
    let stage = applied(&event).await;
    let olga = Person::called(&stage.simulator, "olga@example.com");
    let crew = room_id(&stage.simulator, "Crew");
    olga.archives_room(&crew).await;

    let plan = stage.full_plan(&event).await;
    assert!(plan.is_empty(), "{:#?}", plan.steps);
    let room = Address::new("room/crew");
    assert!(
        plan.held
            .iter()
            .any(|held| held.address == room && held.reason == HeldReason::Recreation),
        "{:#?}",
        plan.held
    );
    let note = plan
        .notes
        .iter()
        .find(|note| note.address == Some(room.clone()));
    let sentence = &note.expect("a note").sentence;
    assert!(
        sentence.contains("archived") && sentence.contains("--recreate room/crew"),
        "{sentence}"
    );

    let wishes = Wishes {
        recreate: Recreate::These([room].into()),
        ..Wishes::default()
    };
    apply(&stage, &event, &wishes).await;
    assert_settled(&stage.full_plan(&event).await);
}

#[tokio::test]
async fn a_team_made_by_hand_is_adopted() {
    let event = fair().event();
    let stage = Stage::before(&event).await;
    let olga = Person::called(&stage.simulator, "olga@example.com");
    let team = olga
        .does(Method::POST, "/v1/teams", json!({ "name": "Spring fair" }))
        .await;
    let bot = json!({
        "teamId": team["id"],
        "personEmail": showcaller_rehearsal::BOT,
        "isModerator": true,
    });
    olga.does(Method::POST, "/v1/team/memberships", bot).await;
    apply(&stage, &event, &Wishes::default()).await;
    let ours = the(&stage.simulator, "teams", "name", "Spring fair");
    assert_eq!(ours["id"], team["id"], "no second team");
    assert_settled(&stage.full_plan(&event).await);
}

#[tokio::test]
async fn a_bot_that_does_not_moderate_the_team_says_who_must_click_what() {
    let event = fair().event();
    let stage = Stage::before(&event).await;
    let olga = Person::called(&stage.simulator, "olga@example.com");
    let team = olga
        .does(Method::POST, "/v1/teams", json!({ "name": "Spring fair" }))
        .await;
    let bot = json!({ "teamId": team["id"], "personEmail": showcaller_rehearsal::BOT });
    let bot = olga.does(Method::POST, "/v1/team/memberships", bot).await;

    let plan = stage.look(&event, &Wishes::default()).await.plan;
    let cannot = plan.cannot.iter().find(|c| c.address == Address::team());
    let cannot = cannot.expect("it says so");
    assert_eq!(cannot.reason, CannotReason::NotModerator);
    for word in [showcaller_rehearsal::BOT, "moderator", "Webex app"] {
        assert!(cannot.sentence.contains(word), "{}", cannot.sentence);
    }
    let problems = &plan.accounts[0].problems;
    assert!(problems.iter().any(|p| p.contains("does not moderate")));
    // Nobody tries what is sure to be refused.
    assert!(
        !plan
            .steps
            .iter()
            .any(|s| s.address.kind() == "team-membership")
    );

    // Somebody clicks, and the same command finishes.
    let id = bot["id"].as_str().expect("an id");
    let path = format!("/v1/team/memberships/{id}");
    olga.does(Method::PUT, &path, json!({ "isModerator": true }))
        .await;
    apply(&stage, &event, &Wishes::default()).await;
    assert_settled(&stage.full_plan(&event).await);
}

#[tokio::test]
async fn a_room_with_another_name_in_the_file_is_the_same_room() {
    for told in [false, true] {
        let event = fair().event();
        let stage = applied(&event).await;
        let before = room_id(&stage.simulator, "Crew");
        let mut renamed = fair().edited("  crew: {", "  crowd: {");
        if told {
            renamed = renamed.edited("title: Crew,", "previously: crew, title: Crew,");
        }
        let renamed = renamed.edited("rooms: [crew]", "rooms: [crowd]");
        // Renamed, and somebody leaves it, in one go.
        let left = renamed
            .clone()
            .people_edited("otto@example.com,Otto Sand,,organiser\n", "")
            .people_edited("June Wells,,jury", "June Wells,,organiser");
        apply(&stage, &left.event(), &every_flag()).await;
        assert_settled(&stage.full_plan(&left.event()).await);
        assert_eq!(room_id(&stage.simulator, "Crew"), before);

        // What was ours under the old name is ours under the new one.
        let gone = left.people_edited("jonas@elsewhere.example,Jonas Wells,,jury\n", "");
        let outlook = stage.look(&gone.event(), &every_flag()).await;
        assert!(
            steps(&outlook.plan)
                .contains(&"leaves membership/crowd/jonas@elsewhere.example".to_owned()),
            "{:#?}",
            outlook.plan
        );
        let report = stage.apply_outlook(&gone.event(), outlook).await;
        assert!(report.is_complete(), "{report:#?}");
        assert_settled(&stage.full_plan(&gone.event()).await);
    }
}
