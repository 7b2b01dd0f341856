//! The Webex team and the hosts.

use super::input::Input;
use super::report::Report;

/// No limit of a team's name is documented; this is what rooms and meetings take (messaging §3).
const LONGEST_NAME: usize = 128;

pub(super) fn team_name<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    let name = &input.event.webex.team;
    let length = name.chars().count();
    let place = input.places.webex_team();
    if name.trim().is_empty() {
        let message = "the Webex team has no name".to_owned();
        report.error(
            place,
            message,
            "give it one, as in `team: \"LIVE: Innovation Challenge\"`",
        );
    } else if length > LONGEST_NAME {
        let message = format!("the Webex team's name has {length} characters");
        report.note(
            place,
            message,
            format!("more than {LONGEST_NAME} are unusual: Webex may refuse it"),
        );
    }
}

pub(super) fn host_is_cohost<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    let only = match input.event.webex.hosts.as_slice() {
        [only] => Some(&only.email),
        _ => None,
    };
    for meeting in &input.event.meetings {
        let Some(host) = meeting.host.as_ref().or(only) else {
            continue;
        };
        if meeting
            .invitees
            .iter()
            .any(|invitee| invitee.cohost && invitee.email == *host)
        {
            report.note(
                input.places.meeting(&meeting.key, |it| it.cohosts.clone()),
                format!("{host} hosts `{}` and is a co-host of it too", meeting.key),
                "the host has all of a co-host's rights: leave them out of `cohosts:`",
            );
        }
    }
}
