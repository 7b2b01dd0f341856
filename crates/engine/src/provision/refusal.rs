//! What a refused step means, in a sentence, and what somebody can do about it.
//!
//! Much of what a bot may do is unknown until it is tried (messaging §5, §15): where Webex refuses,
//! the answer is the click that a person has to make instead.

use showcaller_plan::{Action, Owner, Step};
use showcaller_webex::Error;

/// Whether steps of the same kind would be refused for the same reason: Webex understood the
/// request and does not want it. What is merely broken or busy may pass the next time.
pub(super) fn is_shared(error: &Error) -> bool {
    error.is_throttled()
        || error
            .status()
            .is_some_and(|status| status.is_client_error() && status.as_u16() != 408)
}

/// What happened to this step, and what to do.
pub(super) fn sentence(step: &Step, error: &Error, bot: &str) -> String {
    let reason = error.refused_because();
    let refused = error.is_forbidden()
        || error
            .status()
            .is_some_and(|s| matches!(s.as_u16(), 400 | 404 | 409));
    match (&step.action, refused) {
        _ if error.is_unauthorized() => unauthorized(&step.owner),
        (Action::CreateMeeting { .. } | Action::ReplaceMeeting { .. }, _)
            if error.is_throttled() =>
        {
            format!(
                "Webex makes no more meetings for {} now: {reason}. An ordinary host may make 100 \
                 in 24 hours, refused ones included. Apply again then; or at once, where the file \
                 names another host with room.",
                step.owner
            )
        }
        _ if error.is_throttled() => reason,
        (Action::CreateTeam { name }, true) => format!(
            "Neither the bot nor the host may make a team here ({reason}). Make the team «{name}» \
             in the Webex app, add {bot} to it as a moderator, and apply again."
        ),
        // Looked for when Webex said so, and not found.
        (Action::AddTeamMember { .. } | Action::AddMember { .. }, true) if error.is_conflict() => {
            "Webex says that they are there already, but its list does not show them yet. Apply \
             again in a minute."
                .to_owned()
        }
        (Action::AddTeamMember { .. }, true) => format!(
            "The bot may not add them to the team ({reason}). Check the address. If all are refused, \
             make another team in the Webex app with them and {bot} (as a \
             moderator), name it in the file, and apply with a new ledger."
        ),
        (Action::SetTeamModerator { .. }, true) => format!(
            "Webex did not let the bot change who moderates the team ({reason}). Change it in the \
             Webex app."
        ),
        (Action::CreateRoom { .. }, true) => format!(
            "Webex did not let the bot make this room ({reason}). Make it by hand in the Webex \
             app, in the team, with exactly the file's title and {bot} in it (a moderator if it \
             is locked), and apply again."
        ),
        (
            Action::SetModerator { .. }
            | Action::AddMember {
                moderator: true, ..
            },
            true,
        ) => format!(
            "Webex did not let the bot make somebody a moderator ({reason}). Make them, and {bot}, \
             moderators of the room in the Webex app, and apply again."
        ),
        (Action::AddMember { .. }, true) => {
            format!("Webex did not let the bot add them ({reason}). Is the address right?")
        }
        (Action::ChangeRoom { .. }, true) => format!(
            "Webex did not let the bot change this room ({reason}). Make {bot} a moderator of it \
             in the Webex app, and apply again."
        ),
        (Action::CreateMeeting { .. } | Action::ReplaceMeeting { .. }, true)
            if error.is_forbidden() =>
        {
            format!(
                "{} may not schedule meetings ({reason}). It needs a Webex licence for meetings, and \
                 its token the scope meeting:schedules_write.",
                step.owner
            )
        }
        (Action::CreateMeeting { .. } | Action::ReplaceMeeting { .. }, true) => format!(
            "Webex did not schedule this meeting ({reason}). Correct it in the event file; if its \
             host may not have several at once, name another one under «hosts», and apply again."
        ),
        (Action::ChangeMeeting { .. } | Action::DeleteMeeting { .. }, true) => format!(
            "Webex did not change this meeting ({reason}). If somebody is in it or waits in its \
             lobby, apply again when everybody has left."
        ),
        _ => reason,
    }
}

fn unauthorized(owner: &Owner) -> String {
    match owner {
        Owner::Bot => "Webex does not accept the bot's token any more. Set WEBEX_BOT_TOKEN to its \
                       current one and apply again."
            .to_owned(),
        Owner::Host(email) => format!(
            "Webex does not accept the token of {email} any more; a personal one lasts 12 hours. \
             Set a current one and apply again."
        ),
    }
}
