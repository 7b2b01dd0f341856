//! The team, its rooms and its people.

use super::*;

#[test]
fn a_webex_that_is_as_asked_needs_nothing() {
    let plan = fair().plan(&removing());
    assert_eq!(plan.steps, []);
    assert_eq!(plan.held, []);
    assert_eq!(plan.cannot, []);
    assert_eq!(plan.notes, []);
    assert_eq!(plan.adoptions, []);
}

#[test]
fn somebody_whose_address_is_corrected_everywhere_stays() {
    let mut set = fair();
    let new = Email::new("cat.new@example.com");
    let everywhere = PEOPLE.replace("cat@example.com", new.as_str());
    set.event = event(FILE, &everywhere);
    for key in ["crew", "square"] {
        let cat = |m: &&mut crate::observed::SeenMember| m.email.as_str() == "cat@example.com";
        set.members(key).iter_mut().find(cat).expect("Cat").email = new.clone();
    }
    for member in set.team_members() {
        if member.email.as_str() == "cat@example.com" {
            member.email = new.clone();
        }
    }
    let plan = set.plan(&removing());
    assert_eq!(steps(&plan), nothing());
    let known = set.known.resources.keys();
    let old: Vec<&Address> = known.filter(|a| a.as_str().contains("/cat@")).collect();
    assert_eq!(plan.vanished.iter().collect::<Vec<_>>(), old);
    assert_eq!(plan.adoptions.len(), old.len());
    assert!(plan.adoptions.iter().all(|adoption| adoption.made));
}

#[test]
fn a_room_that_was_archived_is_gone_and_says_so() {
    let mut set = fair();
    set.room("square").read_only = true;
    let plan = set.plan(&removing());
    assert_eq!(steps(&plan), nothing());
    assert_eq!(held(&plan, HeldReason::Recreation), ["room/square"]);
    assert!(plan.notes[0].sentence.contains("was archived"));
}

#[test]
fn a_room_that_was_archived_and_forgotten_is_made_anew() {
    let mut set = fair();
    set.room("square").read_only = true;
    set.known
        .resources
        .retain(|address, _| !address.as_str().contains("/square"));
    let plan = set.plan(&Wishes::default());
    assert_eq!(
        steps(&plan),
        [
            "room/square",
            "membership/square/cat@example.com",
            "membership/square/gus@example.com"
        ]
    );
    assert_eq!(plan.adoptions, []);
}

#[test]
fn the_bot_may_stand_in_the_roster() {
    let people = format!("{PEOPLE}{},Bot,ROLE\n", super::set::BOT);
    for role in ["guest", "organiser"] {
        let mut set = fair();
        let meetings = set.event.meetings;
        set.event = event(FILE, &people.replace("ROLE", role));
        set.event.meetings = meetings;
        assert_eq!(steps(&set.plan(&removing())), nothing(), "as {role}");
        let crew = &mut set.event.rooms[0];
        crew.settings.locked = true;
        crew.settings.announcement_only = true;
        let open = Value::Flag(false);
        set.room("crew").fields.insert(Field::Locked, open);
        set.members("crew")[0].moderator = false;
        assert_eq!(
            steps(&set.plan(&removing())),
            ["membership/crew/showcaller@webex.bot", "room-mode/crew"],
            "as {role}"
        );
    }
}

#[test]
fn a_bot_that_may_not_change_the_team_promises_no_removals() {
    let mut set = fair();
    set.event.webex.members.clear();
    for room in &mut set.event.rooms {
        room.members.clear();
    }
    set.team_members()[0].moderator = false;
    set.room("crew")
        .fields
        .insert(Field::Locked, Value::Flag(true));
    set.event.rooms[0].settings.locked = true;
    set.members("crew")[0].moderator = false;
    let plan = set.plan(&removing());
    assert_eq!(
        steps(&plan),
        [
            "membership/square/cat@example.com",
            "membership/square/gus@example.com"
        ]
    );
    assert_eq!(cannot(&plan, CannotReason::NotModerator).len(), 2);
}

/// The crew's room is not locked on Webex, as the file asks.
fn unlocked() -> Set {
    let mut set = fair();
    assert!(set.event.rooms[0].settings.locked);
    let open = Value::Flag(false);
    set.room("crew").fields.insert(Field::Locked, open);
    set.members("crew")[0].moderator = false;
    set
}

#[test]
fn a_room_is_locked_for_announcements_only_once_the_bot_moderates_it() {
    let mut set = unlocked();
    let crew = &mut set.event.rooms[0];
    crew.settings.announcement_only = true;
    crew.settings.description = Some("News".to_owned());
    let plan = set.plan(&Wishes::default());
    assert_eq!(
        steps(&plan),
        [
            "room/crew",
            "membership/crew/showcaller@webex.bot",
            "room-mode/crew"
        ]
    );
    let keeps = |step: &crate::Step| match &step.action {
        Action::ChangeRoom { keep, .. } => keep.contains_key(&Field::Locked),
        _ => false,
    };
    assert!(!keeps(&plan.steps[0]) && keeps(&plan.steps[2]));
    let bot = Address::new("membership/crew/showcaller@webex.bot");
    assert!(plan.steps[2].after.contains(&bot));
}

#[test]
fn a_mode_that_webex_does_not_tell_is_switched_once() {
    let mut set = fair();
    set.event.rooms[0].settings.announcement_only = true;
    set.room("crew").fields.remove(&Field::AnnouncementOnly);
    let address = Address::new("room/crew");
    let settled = |set: &mut Set, on| {
        let resource = set.known.resources.get_mut(&address).expect("the room");
        let asked = &mut resource.settled.asked;
        asked.insert(Field::AnnouncementOnly, Value::Flag(on));
        resource.settled.answered.remove(&Field::AnnouncementOnly);
    };
    settled(&mut set, false);
    assert_eq!(steps(&set.plan(&Wishes::default())), ["room-mode/crew"]);
    settled(&mut set, true);
    assert_eq!(steps(&set.plan(&Wishes::default())), nothing());
    set.event.rooms[0].settings.announcement_only = false;
    assert_eq!(steps(&set.plan(&Wishes::default())), ["room-mode/crew"]);
}

#[test]
fn whoever_leaves_the_team_is_said_to_lose_other_rooms_too() {
    let mut set = fair();
    let square = set
        .event
        .rooms
        .iter()
        .position(|room| room.key.as_str() == "square");
    set.event = event(FILE, &PEOPLE.replace("cat@example.com,Cat,guest\n", ""));
    let cat = Address::new("membership/square/cat@example.com");
    assert!(square.is_some() && set.known.resources.remove(&cat).is_some());
    let plan = set.plan(&removing());
    let told: Vec<&str> = plan
        .notes
        .iter()
        .map(|note| note.sentence.as_str())
        .collect();
    assert!(
        told.iter().any(|told| told.contains("out of 1 room too")),
        "{told:?}"
    );
    assert!(steps(&plan).contains(&"team-membership/cat@example.com".to_owned()));
}

#[test]
fn no_second_team_is_made_while_a_name_cannot_be_read() {
    let mut set = fair();
    set.known.resources.clear();
    set.observed.teams[0].name = None;
    let plan = set.plan(&Wishes::default());
    assert!(!steps(&plan).contains(&"team".to_owned()));
    assert_eq!(cannot(&plan, CannotReason::Unreadable).len(), 1);
}

#[test]
fn a_room_cannot_be_locked_by_a_bot_that_is_not_in_it() {
    let mut set = unlocked();
    set.members("crew").remove(0);
    let plan = set.plan(&Wishes::default());
    assert_eq!(steps(&plan), nothing());
    assert_eq!(cannot(&plan, CannotReason::NotModerator).len(), 1);
}

#[test]
fn what_lies_in_a_room_that_is_gone_is_forgotten_with_it() {
    let mut set = fair();
    set.event.rooms.retain(|room| room.key.as_str() == "crew");
    set.observed.rooms.retain(|room| room.id == "room:crew");
    let plan = set.plan(&Wishes::default());
    let vanished: Vec<&str> = plan.vanished.iter().map(Address::as_str).collect();
    assert_eq!(
        vanished,
        [
            "membership/square/cat@example.com",
            "membership/square/gus@example.com",
            "room/square"
        ]
    );
}

/// A second one called like that of the file, made by `creator`.
fn twin_of(set: &mut Set, key: &str, creator: &str) {
    let mut twin = set.room(key).clone();
    twin.id = format!("twin:{key}");
    twin.creator = Some(creator.to_owned());
    set.observed.rooms.insert(0, twin);
}

#[test]
fn a_room_that_the_bot_made_twice_is_told_of_and_left_alone() {
    let mut set = fair();
    twin_of(&mut set, "square", "bot");
    let plan = set.plan(&removing());
    assert_eq!(steps(&plan), nothing());
    assert_eq!(plan.adoptions, []);
    let [told] = cannot(&plan, CannotReason::Twice)[..] else {
        panic!("one thing: {:?}", plan.cannot);
    };
    assert!(
        told.contains(
            "more rooms «Square» that the bot made: …m:square, which this ledger has, and …n:square"
        ),
        "{told}"
    );
    // Once it is archived, nobody needs to hear of it.
    set.observed.rooms[0].read_only = true;
    assert_eq!(set.plan(&removing()).cannot, []);
}

#[test]
fn a_twin_that_goes_by_the_title_that_it_was_made_with_is_told_of_by_that() {
    let mut set = fair();
    twin_of(&mut set, "square", "bot");
    let before = "Town square".to_owned();
    let twin = &mut set.observed.rooms[0];
    let title = crate::Fields::from([(Field::Title, Value::Text(before.clone()))]);
    twin.title = Some(before);
    twin.fields.extend(title.clone());
    assert_eq!(set.plan(&removing()).cannot, []);
    set.known.lost.insert(Address::new("room/square"), title);
    let plan = set.plan(&removing());
    let [told] = cannot(&plan, CannotReason::Twice)[..] else {
        panic!("one thing: {:?}", plan.cannot);
    };
    assert!(told.contains("more rooms «Town square»"), "{told}");
}

#[test]
fn a_team_and_a_tab_that_were_made_twice_are_told_of() {
    let mut set = fair();
    let mut team = set.observed.teams[0].clone();
    team.id = "another".to_owned();
    set.observed.teams.push(team);
    let mut told = |creator: Option<&str>| {
        set.observed.teams[1].creator = creator.map(str::to_owned);
        set.plan(&removing()).cannot.len()
    };
    // A team of that name may be another person's, if Webex says who made it.
    let counts = [Some("person:gus"), None, Some("bot")].map(&mut told);
    assert_eq!(counts, [0, 1, 1]);
    let Some(Look::Seen(tabs)) = set.observed.tabs.get_mut("room:crew") else {
        panic!("it was looked at");
    };
    let mut by_hand = tabs[0].clone();
    let mut twin = by_hand.clone();
    (by_hand.id, by_hand.creator) = ("by hand".to_owned(), Some("person:gus".to_owned()));
    twin.id = "twin".to_owned();
    tabs.extend([by_hand, twin]);
    let plan = set.plan(&removing());
    assert_eq!(steps(&plan), nothing());
    let told: Vec<String> = cannot_at(&plan, CannotReason::Twice);
    assert_eq!(told, ["tab/crew/Market", "team"]);
    // Where none of them is known to be the event's, none is called another one.
    let market = Address::new("tab/crew/Market");
    set.known.resources.remove(&market);
    set.members("crew").retain(|member| member.person != "bot");
    let told: Vec<String> = cannot_at(&set.plan(&removing()), CannotReason::Twice);
    assert_eq!(told, ["team"]);
}

#[test]
fn what_may_be_the_teams_general_room_is_not_called_a_twin() {
    let mut set = fair();
    set.observed.general_told = false;
    twin_of(&mut set, "square", "bot");
    assert_eq!(set.plan(&removing()).cannot, []);
    let mut third = set.observed.rooms[0].clone();
    third.id = "third".to_owned();
    set.observed.rooms.push(third);
    let plan = set.plan(&removing());
    assert_eq!(cannot(&plan, CannotReason::Twice).len(), 1);
}

#[test]
fn the_general_room_of_somebody_elses_team_hides_no_twin() {
    let mut set = fair();
    set.observed.general_told = false;
    set.observed.teams[0].creator = Some("person:gus".to_owned());
    twin_of(&mut set, "square", "bot");
    let plan = set.plan(&removing());
    assert_eq!(cannot(&plan, CannotReason::Twice).len(), 1);
}

#[test]
fn a_room_of_somebody_else_with_the_same_title_is_their_own_matter() {
    let mut set = fair();
    twin_of(&mut set, "square", "person:gus");
    assert_eq!(set.plan(&removing()).cannot, []);
}

#[test]
fn a_description_that_only_a_creation_without_an_answer_asked_for_is_taken_away() {
    let mut set = fair();
    let crew = Address::new("room/crew");
    set.known.resources.remove(&crew);
    let description = (
        crate::Field::Description,
        crate::Value::Text("As it was asked for then".to_owned()),
    );
    set.room("crew").fields.extend([description.clone()]);
    // Somebody else's description is nobody's business.
    assert_eq!(steps(&set.plan(&Wishes::default())), nothing());
    let other = (description.0, crate::Value::Text("Otherwise".to_owned()));
    let asked = crate::Fields::from([other]);
    set.known.intended.insert(crew.clone(), asked);
    assert_eq!(steps(&set.plan(&Wishes::default())), nothing());
    let asked = crate::Fields::from([description.clone()]);
    set.known.intended.insert(crew.clone(), asked);
    let plan = set.plan(&Wishes::default());
    assert_eq!(steps(&plan), ["room/crew"]);
    let mut adopted = plan.adoptions.iter();
    let adopted = adopted.find(|adoption| adoption.address == crew);
    let asked = &adopted.expect("the room is taken over").asked;
    // Should the step fail, the next plan still knows that it was asked for.
    assert_eq!(asked.get(&description.0), Some(&description.1));
}

#[test]
fn who_is_in_a_locked_room_is_not_forgotten_when_the_bot_is_not_in_it() {
    let mut set = fair();
    set.event = event(&FILE.replace("[everyone]", "[organiser]"), PEOPLE);
    // It sees the moderators alone.
    let bot = set.observed.bot.id.clone();
    let members = set.members("crew");
    members.retain(|member| member.moderator && member.person != bot);
    assert_eq!(members.len(), 1);
    let plan = set.plan(&removing());
    assert_eq!(plan.vanished, []);
    assert_eq!(cannot(&plan, CannotReason::NotModerator).len(), 1);
}
