//! Who was the last to moderate or to co-host is not taken away in silence.

use super::*;

/// Everything was applied; then the roster has these people.
fn later(people: &str) -> Set {
    let mut set = fair();
    set.event = event(FILE, people);
    set
}

fn notes(plan: &Plan) -> Vec<&str> {
    let notes = plan
        .notes
        .iter()
        .filter(|note| note.sentence.contains(" last "));
    notes.map(|note| note.sentence.as_str()).collect()
}

#[test]
fn the_last_moderator_and_the_last_co_host_who_leave_are_said() {
    let gone = later("email,name,role\ncat@example.com,Cat,guest\ngus@example.com,Gus,guest\n");
    let wanted = [
        "«Crew» loses its last moderator with olga@example.com: only the bot can let people in then.",
        "«Market» loses its last co-host with olga@example.com: only the host can start it then.",
    ];
    assert_eq!(notes(&gone.plan(&removing())), wanted);
    // It waits for leave to be taken away, and is said all the same.
    assert_eq!(notes(&gone.plan(&Wishes::default())), wanted);
}

#[test]
fn where_another_moderates_nothing_is_said() {
    let other =
        later("email,name,role\ncat@example.com,Cat,organiser\ngus@example.com,Gus,guest\n");
    assert!(notes(&other.plan(&removing())).is_empty());
    assert!(notes(&fair().plan(&removing())).is_empty());
    let mut stays =
        later("email,name,role\ncat@example.com,Cat,guest\ngus@example.com,Gus,guest\n");
    let mut stranger = stays.members("crew")[0].clone();
    stranger.id.push_str("-of-a-stranger");
    stranger.person.push_str("-who-is-another");
    stranger.email = Email::new("zoe@example.com");
    stranger.moderator = true;
    stays.members("crew").push(stranger);
    let plan = stays.plan(&removing());
    assert!(notes(&plan).iter().all(|note| !note.contains("Crew")));
}
