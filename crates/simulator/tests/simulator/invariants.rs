//! What stays true whatever people do.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::client::{ANN, BEN, BOT, HOST, STRANGER, Webex, text};

const PEOPLE: [&str; 5] = [HOST, BOT, ANN, BEN, STRANGER];

/// Something that somebody tries. Numbers pick a room or membership among those there are.
#[derive(Debug, Clone)]
enum Deed {
    Team,
    Room {
        team: bool,
        locked: bool,
    },
    Add {
        room: usize,
        whom: usize,
        moderator: bool,
    },
    Promote {
        membership: usize,
        moderator: bool,
    },
    Remove {
        membership: usize,
    },
    Lock {
        room: usize,
        locked: bool,
    },
    Delete {
        room: usize,
    },
    JoinTeam {
        whom: usize,
        moderator: bool,
    },
    PromoteInTeam {
        membership: usize,
        moderator: bool,
    },
    LeaveTeam {
        membership: usize,
    },
    MoveIntoTeam {
        room: usize,
    },
}

fn deed() -> impl Strategy<Value = Deed> {
    let n = 0..40_usize;
    let who = 0..PEOPLE.len();
    prop_oneof![
        1 => Just(Deed::Team),
        3 => any::<(bool, bool)>().prop_map(|(team, locked)| Deed::Room { team, locked }),
        6 => (n.clone(), who.clone(), any::<bool>())
            .prop_map(|(room, whom, moderator)| Deed::Add { room, whom, moderator }),
        4 => (n.clone(), any::<bool>())
            .prop_map(|(membership, moderator)| Deed::Promote { membership, moderator }),
        2 => n.clone().prop_map(|membership| Deed::Remove { membership }),
        2 => (n.clone(), any::<bool>()).prop_map(|(room, locked)| Deed::Lock { room, locked }),
        1 => n.clone().prop_map(|room| Deed::Delete { room }),
        3 => (who, any::<bool>()).prop_map(|(whom, moderator)| Deed::JoinTeam { whom, moderator }),
        2 => (n.clone(), any::<bool>())
            .prop_map(|(membership, moderator)| Deed::PromoteInTeam { membership, moderator }),
        1 => n.clone().prop_map(|membership| Deed::LeaveTeam { membership }),
        1 => n.prop_map(|room| Deed::MoveIntoTeam { room }),
    ]
}

fn pick(items: &[Value], number: usize) -> Option<&str> {
    let item = items.get(number.checked_rem(items.len())?)?;
    Some(text(&item["id"]))
}

/// Tries it; whether it is allowed is not the question here.
fn attempt(webex: &Webex, who: &str, deed: &Deed) -> Option<()> {
    let caller = webex.by(who);
    let (rooms, memberships) = (webex.world("rooms"), webex.world("memberships"));
    let (teams, in_teams) = (webex.world("teams"), webex.world("teamMemberships"));
    let team = teams.first().map(|team| text(&team["id"]).to_owned());
    let answer = match *deed {
        Deed::Team => caller.post("/teams", json!({"name": "t"})),
        Deed::Room {
            team: in_team,
            locked,
        } => {
            let mut body = json!({"title": "r", "isLocked": locked});
            if in_team {
                body["teamId"] = json!(team?);
            }
            caller.post("/rooms", body)
        }
        Deed::Add {
            room,
            whom,
            moderator,
        } => {
            let room = pick(&rooms, room)?;
            let body =
                json!({"roomId": room, "personEmail": PEOPLE[whom], "isModerator": moderator});
            caller.post("/memberships", body)
        }
        Deed::Promote {
            membership,
            moderator,
        } => {
            let path = format!("/memberships/{}", pick(&memberships, membership)?);
            caller.put(&path, json!({"isModerator": moderator}))
        }
        Deed::Remove { membership } => {
            caller.delete(&format!("/memberships/{}", pick(&memberships, membership)?))
        }
        Deed::Lock { room, locked } => {
            let room = &rooms.get(room.checked_rem(rooms.len())?)?;
            let body = json!({"title": room["title"], "isLocked": locked});
            caller.put(&format!("/rooms/{}", text(&room["id"])), body)
        }
        Deed::Delete { room } => caller.delete(&format!("/rooms/{}", pick(&rooms, room)?)),
        Deed::JoinTeam { whom, moderator } => {
            let body =
                json!({"teamId": team?, "personEmail": PEOPLE[whom], "isModerator": moderator});
            caller.post("/team/memberships", body)
        }
        Deed::PromoteInTeam {
            membership,
            moderator,
        } => {
            let path = format!("/team/memberships/{}", pick(&in_teams, membership)?);
            caller.put(&path, json!({"isModerator": moderator}))
        }
        Deed::LeaveTeam { membership } => caller.delete(&format!(
            "/team/memberships/{}",
            pick(&in_teams, membership)?
        )),
        Deed::MoveIntoTeam { room } => {
            let room = &rooms.get(room.checked_rem(rooms.len())?)?;
            let body = json!({"title": room["title"], "teamId": team?});
            caller.put(&format!("/rooms/{}", text(&room["id"])), body)
        }
    };
    assert!(
        answer.status < 500,
        "{deed:?} by {who}: {} {}",
        answer.status,
        answer.body
    );
    Some(())
}

/// Who is there, with whether they moderate.
fn people(memberships: &[Value], container: &str, id: &Value) -> Vec<(String, bool)> {
    let own = memberships.iter().filter(|member| member[container] == *id);
    let mut people: Vec<(String, bool)> = own
        .map(|member| {
            (
                text(&member["personEmail"]).to_owned(),
                member["isModerator"] == true,
            )
        })
        .collect();
    people.sort();
    people
}

fn check(webex: &Webex) {
    let world = webex.simulator.world();
    let list = |name: &str| world[name].as_array().expect("an array").clone();
    let (memberships, in_teams) = (list("memberships"), list("teamMemberships"));
    for room in list("rooms") {
        let members = people(&memberships, "roomId", &room["id"]);
        let moderated = members.iter().any(|(_, moderator)| *moderator);
        assert_eq!(
            room["isLocked"] == true,
            moderated,
            "locked is having moderators: {room}"
        );
        if room.get("teamId").is_some() && room["isReadOnly"] == false {
            let team = people(&in_teams, "teamId", &room["teamId"]);
            for (email, _) in members.iter().filter(|(_, moderator)| *moderator) {
                assert!(
                    team.iter().any(|(member, _)| member == email),
                    "a guest moderates: {room}"
                );
            }
        }
    }
    for team in list("teams") {
        let members = people(&in_teams, "teamId", &team["id"]);
        assert!(
            members.iter().any(|(_, moderator)| *moderator),
            "nobody moderates {team}"
        );
        let of_team = list("rooms")
            .into_iter()
            .filter(|room| room["teamId"] == team["id"]);
        // General is the room that the team was born with, so it comes first.
        let general = of_team
            .min_by_key(|room| text(&room["created"]).to_owned())
            .expect("General");
        assert_eq!(
            people(&memberships, "roomId", &general["id"]),
            members,
            "General is the team"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn locks_teams_and_guests_stay_consistent(
        refused in any::<bool>(),
        deeds in prop::collection::vec((0..PEOPLE.len(), deed()), 1..60),
    ) {
        let guests = if refused { "refused" } else { "ordinary" };
        let webex = Webex::with(&[&format!("guest-moderator={guests}")]);
        webex.team();
        check(&webex);
        for (who, deed) in &deeds {
            webex.pass(1);
            attempt(&webex, PEOPLE[*who], deed);
            check(&webex);
        }
    }
}
