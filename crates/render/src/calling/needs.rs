//! What the operators are told of meetings in their room without asking.

use jiff::Timestamp;
use showcaller_event::Event;
use showcaller_event::markdown::inert;
use showcaller_event::model::{Email, MeetingKey};
use showcaller_show::{ChatCommand, Following, MeetingAttention, MeetingNeed};

use crate::count::{clock, list};
use crate::slip::Reading;

/// One need of a meeting, in Webex's Markdown. Of one that overruns, `proposal` says what moving the rest
/// by its minutes would do.
#[must_use]
pub fn meeting_attention(
    event: &Event,
    attention: &MeetingAttention,
    proposal: Option<&Reading>,
) -> String {
    let words = Words { event };
    let meeting = words.meeting(&attention.meeting);
    match &attention.need {
        MeetingNeed::Overrun { end, next, minutes } => {
            let end = words.clock(end);
            let next = match next {
                Following::Meeting(next) => {
                    format!("{} of the same people is due", words.meeting(next))
                }
                Following::Cue(cue) => format!("the cue **{cue}** goes by that end"),
            };
            let command = ChatCommand::Slip {
                day: None,
                minutes: *minutes,
            };
            let mut text = format!(
                "{meeting} was to end {end} and goes on, and {next}. `{command}` moves what follows."
            );
            if let Some(proposal) = proposal {
                text.push_str(&format!("\n\n{}", inert(&proposal.headline)));
                for warning in &proposal.warnings {
                    text.push_str(&format!("\n- {}", inert(warning)));
                }
            }
            text
        }
        MeetingNeed::CheckIn {
            start,
            missing,
            stand_ins,
            standby,
        } => {
            let have = if missing.len() == 1 { "has" } else { "have" };
            let then = match (stand_ins.as_slice(), standby.as_slice()) {
                ([], []) => "There is no standby: call them.".to_owned(),
                ([], [next]) => format!("Asked instead: {}.", words.name(next)),
                ([], standby) => format!(
                    "Asked instead, one after the other: {}.",
                    words.people(standby)
                ),
                (stand_ins, _) => format!("In their place: {}.", words.people(stand_ins)),
            };
            format!(
                "{meeting} begins {}, and {} {have} not checked in. {then}",
                words.clock(start),
                words.people(missing),
            )
        }
        MeetingNeed::Waiting { start } => format!(
            "People wait in {meeting} ({}) and there is no host. A co-host who joins lets them in.",
            words.time(start),
        ),
    }
}

struct Words<'a> {
    event: &'a Event,
}

impl Words<'_> {
    fn time(&self, at: &Timestamp) -> String {
        clock(&at.to_zoned(self.event.zone()))
    }

    fn clock(&self, at: &Timestamp) -> String {
        format!("at {}", self.time(at))
    }

    fn meeting(&self, key: &MeetingKey) -> String {
        let meeting = self.event.meeting(key);
        let title = meeting.map_or_else(|| key.to_string(), |meeting| meeting.title.clone());
        format!("**{}**", inert(&title))
    }

    fn name(&self, email: &Email) -> String {
        let person = self.event.person(email);
        inert(&person.map_or_else(|| email.to_string(), |person| person.name.clone()))
    }

    fn people(&self, emails: &[Email]) -> String {
        let names: Vec<String> = emails.iter().map(|email| self.name(email)).collect();
        list(&names)
    }
}
