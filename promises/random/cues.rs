//! Cues around the meetings of a random event.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::dice::Dice;
use super::sketch::{Cue, Different, Each, Meeting, Sketch, Way, Where};
use super::write::{earlier, put, put_if, wheres, whos};

impl Sketch {
    /// A cue that names one of the meetings, if there are any.
    pub(super) fn add_cue(&mut self, dice: &mut Dice<'_>) {
        const WAYS: [Way; 8] = [
            Way::Around("before", "lead"),
            Way::Around("after-start", "delay"),
            Way::Around("before-end", "lead"),
            Way::Around("after", "delay"),
            Way::At,
            Way::EachDay,
            Way::Called,
            Way::Around("before", "lead"),
        ];
        let number = self.next();
        let Some(meeting) = dice.pick(&self.meetings) else {
            return;
        };
        self.cues.push(Cue {
            id: format!("c{number}"),
            meeting: meeting.id.clone(),
            way: dice.one(&WAYS),
            private: dice.chance(30),
            says: dice.of(4),
            minutes: dice.of(40),
            by_call: dice.chance(30),
            late: dice.one(&[None, Some("skip"), Some("ask"), Some("send-within 3 min")]),
            mention: dice.chance(30),
            card: dice.chance(30),
        });
    }

    /// Leaves out the cues for which there is not exactly one meeting for each who gets them.
    pub(super) fn settle_cues(&mut self) {
        let mut cues = std::mem::take(&mut self.cues);
        cues.retain_mut(|cue| {
            let mut meetings = self.meetings.iter();
            let Some(meeting) = meetings.find(|meeting| meeting.id == cue.meeting) else {
                return false;
            };
            cue.private &= self.has_cohosts(meeting);
            let skips = |what: &Different| matches!(what, Different::Skip);
            let skipped = meeting.exceptions.iter().any(|e| skips(&e.what));
            let own = meeting.each == Each::Nothing || meeting.rooms == [Where::OfThis];
            own && !skipped && (cue.private || !meeting.rooms.is_empty())
        });
        self.cues = cues;
    }

    /// Whether a meeting has co-hosts to write to, and no other meeting of its entry is theirs.
    fn has_cohosts(&self, meeting: &Meeting) -> bool {
        let cohosts = self.who(&meeting.cohosts, meeting.each, "");
        let hosts: BTreeSet<&str> = self.hosts.iter().map(String::as_str).collect();
        let nobody = cohosts.is_empty() || !cohosts.is_disjoint(&hosts);
        meeting.each == Each::Nothing && !nobody
    }

    pub(super) fn entry_of_cue(&self, cue: &Cue) -> Value {
        let mut meetings = self.meetings.iter();
        let Some(meeting) = meetings.find(|meeting| meeting.id == cue.meeting) else {
            unreachable!("a settled cue has its meeting");
        };
        let days: Vec<&String> = match meeting.days.as_slice() {
            [] => self.days.iter().map(|day| &day.id).collect(),
            some => some.iter().collect(),
        };
        let mut entry = Map::new();
        match cue.way {
            Way::Around(hook, by) => {
                put(&mut entry, hook, Some(cue.meeting.as_str()));
                put(&mut entry, by, Some(format!("{} min", cue.minutes)));
                if hook.starts_with("after") && cue.says.is_multiple_of(2) {
                    put(&mut entry, "counts", Some("actual"));
                }
            }
            Way::At => {
                put(&mut entry, "day", days.first().map(|day| day.as_str()));
                put(&mut entry, "at", Some(format!("12:{:02}", cue.minutes)));
                put_if(&mut entry, "fixed", cue.says.is_multiple_of(2));
            }
            Way::EachDay => {
                put(&mut entry, "one-per", Some("day"));
                put(&mut entry, "days", Some(json!(days)));
                put(&mut entry, "at", Some(format!("13:{:02}", cue.minutes)));
            }
            Way::Called => {}
        }
        let by_call = cue.by_call || matches!(cue.way, Way::Called);
        if by_call {
            put(&mut entry, "send", Some("by-call"));
            put_if(&mut entry, "two-people", !cue.says.is_multiple_of(2));
        } else {
            put(&mut entry, "late", cue.late);
        }
        let to = match meeting.each {
            Each::Nothing => wheres(&meeting.rooms, meeting.each),
            Each::Team => json!(["team rooms"]),
            Each::Group => json!(["group rooms"]),
        };
        if cue.private {
            put(&mut entry, "to-people", Some(whos(&meeting.cohosts)));
        } else {
            put(&mut entry, "to", Some(to));
            put_if(&mut entry, "mention-all", cue.mention);
        }
        put_if(&mut entry, "card", cue.card);
        let several = days.len() > 1 && matches!(cue.way, Way::Called);
        put(&mut entry, "say", Some(cue.words(several)));
        earlier(&mut entry, &[format!("{}-before", cue.id)]);
        entry.into()
    }
}

impl Cue {
    /// What it says; of a meeting that is not exactly one, nothing.
    fn words(&self, several: bool) -> String {
        let id = &self.meeting;
        match self.says {
            _ if several => "{{ event.title }}: stay where you are".to_owned(),
            0 => format!("Come: {{{{ {id}.join }}}}"),
            1 => format!("{{{{ {id}.title }}}} at {{{{ {id}.start }}}}: {{{{ {id}.link }}}}"),
            2 => format!("Dial {{{{ {id}.number }}}}, then {{{{ {id}.password }}}}"),
            _ => format!("{{{{ {id}.title | upper }}}} ends at {{{{ {id}.end }}}}"),
        }
    }
}
