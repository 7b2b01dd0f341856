//! What only shows when everything is put together: rooms that outsiders walk into, people in
//! two places at once, texts that are too long once they are filled in.
//!
//! Each rule is one function that looks at the expanded event and reports; [`RULES`] names them
//! all. What a pattern does wrong many times is said once, with how often.

mod answers;
mod cues;
mod days;
mod input;
mod meetings;
mod organisers;
mod overlaps;
mod passwords;
mod people;
mod phrases;
mod report;
mod rooms;
mod tabs;
mod webex;

use crate::diagnostics::Diagnostics;

pub(crate) use input::Input;
use report::Report;

/// A rule: appends what it finds.
type Rule = for<'a> fn(&Input<'a>, &mut Report<'a>);

/// Every rule, by the name of what it finds.
const RULES: &[(&str, Rule)] = &[
    ("people/in-no-room", people::in_no_room),
    ("role/unnamed", people::unnamed_role),
    ("team/empty", people::empty_team),
    ("group/empty", people::empty_group),
    ("group/overlap", people::team_in_two_groups),
    ("day/same-date", days::same_date),
    ("day/order", days::order),
    ("day/weekday", days::other_weekday),
    ("day/clocks", days::clocks),
    ("day/ends", days::ends),
    ("webex/team-name", webex::team_name),
    ("meeting/host-is-cohost", webex::host_is_cohost),
    ("room/title", rooms::title),
    ("room/same-title", rooms::same_title),
    ("room/general", rooms::like_general),
    ("room/empty", rooms::empty),
    ("room/unmoderated", rooms::without_moderators),
    ("room/too-many", rooms::too_many),
    ("room/open", rooms::open_with_links),
    ("room/public", rooms::public_with_links),
    ("room/description", rooms::public_without_description),
    ("room/announcement", rooms::announcement_without_moderators),
    ("tab/name", tabs::name),
    ("tab/url", tabs::url),
    ("meeting/title", meetings::title),
    ("meeting/agenda", meetings::agenda),
    ("meeting/time", meetings::time),
    ("meeting/min-length", meetings::min_length),
    ("meeting/check-in", meetings::check_in),
    ("meeting/standby", meetings::standby),
    ("meeting/too-many", meetings::too_many),
    ("meeting/refused", meetings::everybody_refused),
    ("meeting/lobby", meetings::lobby_without_cohost),
    ("meeting/no-cohost", meetings::without_cohosts),
    ("meeting/unheard", meetings::unheard),
    ("meeting/cohost-outside", meetings::cohost_outside),
    ("meeting/twins", meetings::twins),
    ("meeting/past", meetings::past),
    ("meeting/password", passwords::usual_rules),
    ("meeting/cohost-twice", overlaps::cohost_twice),
    ("meeting/cohost-pool", overlaps::cohost_pool),
    ("host/parallel", overlaps::named_host),
    ("host/parallel-all", overlaps::all_hosts),
    ("cue/text", cues::text),
    ("cue/unheard", cues::unheard),
    ("cue/card", cues::card),
    ("cue/after-meeting", cues::after_meeting),
    ("cue/elsewhere", cues::elsewhere),
    ("cue/next-day", cues::next_day),
    ("cue/midnight", cues::midnight),
    ("answer/name", answers::name),
    ("answer/words", answers::words),
    ("answer/text", answers::text),
    ("welcome/text", organisers::welcome),
    ("organisers/nobody-called", organisers::nobody_called),
    ("organisers/no-people", organisers::no_people),
    ("organisers/others", organisers::others_in_room),
];

/// Judges an event by every rule.
pub(crate) fn all(input: &Input<'_>, diagnostics: &mut Diagnostics) {
    for (code, rule) in RULES {
        let mut report = Report::new(code);
        rule(input, &mut report);
        report.send(diagnostics);
    }
}

#[cfg(test)]
mod tests;
