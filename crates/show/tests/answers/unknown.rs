//! What is named and does not exist is never replaced by something else.

use rstest::rstest;

use crate::support::{World, shown};

#[rstest]
#[case("agenda day 9", "no such meeting: day 9")]
#[case("dag 9", "no such meeting: dag 9")]
#[case("programme jour 9", "no such meeting: jour 9")]
#[case("agenda 31/02", "no such meeting: 31/02")]
#[case("opening day 9", "no such meeting: opening day 9")]
#[case("ouverture dimanche", "no such meeting: ouverture dimanche")]
#[case("night on monday", "no such meeting: night on monday")]
#[case("who is in team 7?", "no such meeting: team 7")]
#[case("wie zit er in team 7?", "no such meeting: team 7")]
#[case("qui est dans l'équipe 7 ?", "no such meeting: équipe 7")]
#[case("team 7 breakout", "no such meeting: team 7 breakout")]
#[case("breakout van team 7", "no such meeting: breakout van team 7")]
#[case("agenda team 2", "no such meeting: team 2")]
#[case("link for team 2", "no such meeting: team 2")]
#[case("lien de l'équipe 2", "no such meeting: équipe 2")]
#[case("board of team 2", "no such meeting: team 2")]
#[case("breakout team 2", "no such meeting: breakout team 2")]
fn what_is_not_here_is_said(#[case] text: &str, #[case] wanted: &str) {
    let reply = World::new().ask("2027-10-29T08:00", "ann", "team-1", text);
    assert_eq!(shown(&reply), wanted);
}

#[rstest]
#[case("agenda team 1", "agenda")]
#[case("link for team 1", "link")]
#[case("board of team 1", "board")]
#[case("board of team 1, please", "board")]
fn the_rooms_own_team_may_be_named(#[case] text: &str, #[case] same: &str) {
    let ask = |text| shown(&World::new().ask("2027-10-29T08:00", "ann", "team-1", text));
    assert_eq!(ask(text), ask(same));
}
