//! Sketches into text.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::dice::Dice;
use super::sketch::{
    Different, Each, Exception, Meeting, Room, Sketch, Target, Team, Time, Where, Who,
};
use crate::files::Files;

/// Keys whose entries stand in an order that means something.
const ORDERED: [&str; 5] = ["tabs", "hosts", "previously", "teams-of-group", "cues"];

impl Sketch {
    /// The two files; `shuffle` other than 0 puts what has no order into another.
    pub(crate) fn files(&self, shuffle: u64) -> Files {
        let mut order = Order(shuffle);
        let mut yaml = String::new();
        let Value::Object(whole) = self.value() else {
            unreachable!("a file is a map");
        };
        block(&mut yaml, &whole, 0, &mut order);
        Files {
            yaml,
            people: self.roster(&mut order),
        }
    }

    fn value(&self) -> Value {
        let mut webex = map([("hosts", self.hosts())]);
        put(&mut webex, "team", self.team_name.as_deref());
        put(&mut webex, "members", self.members.as_deref().map(whos));
        if !self.team_moderators.is_empty() {
            put(&mut webex, "moderators", Some(whos(&self.team_moderators)));
        }
        let mut whole = map([
            ("event", json!("random")),
            ("title", json!(self.title)),
            ("timezone", json!(self.timezone)),
            ("people", json!("people.csv")),
            ("webex", webex.into()),
            ("days", self.days()),
        ]);
        let mut defaults = Map::new();
        put_if(
            &mut defaults,
            "any-user-co-host",
            self.defaults.any_user_cohost,
        );
        put_if(&mut defaults, "mute-on-entry", self.defaults.mute_on_entry);
        if !defaults.is_empty() {
            whole.insert("defaults".into(), json!({ "meetings": defaults }));
        }
        let sections = [
            (
                "teams",
                entries(&self.teams, |team| (&team.id, entry_of_team(team))),
            ),
            ("groups", self.groups()),
            (
                "rooms",
                entries(&self.rooms, |room| (&room.id, entry_of_room(room))),
            ),
            (
                "meetings",
                entries(&self.meetings, |m| (&m.id, entry_of_meeting(m, self.hour))),
            ),
            (
                "cues",
                entries(&self.cues, |cue| (&cue.id, self.entry_of_cue(cue))),
            ),
        ];
        for (name, entries) in sections {
            if entries
                .as_object()
                .is_some_and(|entries| !entries.is_empty())
            {
                whole.insert(name.into(), entries);
            }
        }
        whole.into()
    }

    /// Enough meetings at once for every entry.
    fn hosts(&self) -> Value {
        let most = self.meetings.iter().map(|m| self.owners(m.each).len());
        let most = most.max().unwrap_or(1).max(1);
        let named = self.meetings.iter().any(|meeting| meeting.host.is_some());
        let parallel = match named {
            true => most,
            false => most.div_ceil(self.hosts.len()),
        };
        let hosts = self.hosts.iter();
        let hosts = hosts.map(|host| (host.clone(), json!({ "parallel": parallel })));
        Value::Object(hosts.collect())
    }

    fn days(&self) -> Value {
        let first = self.first;
        entries(&self.days, |day| {
            let span = jiff::Span::new().days(i64::try_from(day.offset).unwrap_or(0));
            let mut entry = map([
                ("title", json!(day.title)),
                ("date", json!(first.saturating_add(span).to_string())),
            ]);
            earlier(&mut entry, &day.previously);
            (&day.id, entry.into())
        })
    }

    fn groups(&self) -> Value {
        entries(&self.groups, |group| {
            let mut entry = map([
                ("title", json!(group.title)),
                ("teams-of-group", json!(group.teams)),
                ("links", json!({ "board": page(group.board) })),
            ]);
            earlier(&mut entry, &group.previously);
            (&group.id, entry.into())
        })
    }

    fn roster(&self, order: &mut Order) -> String {
        let mut lines: Vec<String> = self
            .people
            .iter()
            .map(|person| {
                let roles: Vec<&str> = person.roles.iter().copied().collect();
                let teams: Vec<&str> = person.teams.iter().map(String::as_str).collect();
                let name = person.name.replace('"', "\"\"");
                let (teams, roles) = (teams.join("/"), roles.join("/"));
                format!("{},\"{name}\",{teams},{roles}\n", person.email)
            })
            .collect();
        order.shuffle(&mut lines);
        format!("email,name,team,role\n{}", lines.concat())
    }
}

fn map<const N: usize>(entries: [(&str, Value); N]) -> Map<String, Value> {
    let entries = entries.into_iter();
    entries
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

pub(super) fn put(
    map: &mut Map<String, Value>,
    key: &str,
    value: Option<impl Into<Value> + Clone>,
) {
    if let Some(value) = value {
        map.insert(key.to_owned(), value.into());
    }
}

pub(super) fn put_if(map: &mut Map<String, Value>, key: &str, flag: bool) {
    put(map, key, flag.then_some(true));
}

fn entries<'t, T>(list: &'t [T], entry: impl Fn(&'t T) -> (&'t String, Value)) -> Value {
    let entries = list.iter().map(entry);
    Value::Object(entries.map(|(id, entry)| (id.clone(), entry)).collect())
}

pub(super) fn earlier(entry: &mut Map<String, Value>, names: &[String]) {
    if !names.is_empty() {
        entry.insert("previously".into(), json!(names));
    }
}

fn page(number: usize) -> String {
    format!("https://pages.example.com/{number}?a=1&b=2#top")
}

fn entry_of_team(team: &Team) -> Value {
    let mut entry = map([
        ("title", json!(team.title)),
        ("links", json!({ "board": page(team.board) })),
    ]);
    earlier(&mut entry, &team.previously);
    entry.into()
}

fn one_per(each: Each) -> Option<&'static str> {
    match each {
        Each::Nothing => None,
        Each::Team => Some("team"),
        Each::Group => Some("group"),
    }
}

/// A title that tells the rooms of an entry apart.
fn title(each: Each, words: &str) -> String {
    match one_per(each) {
        None => words.to_owned(),
        Some(each) => format!("{{{{ {each}.title }}}}: {words}"),
    }
}

pub(super) fn whos(list: &[Who]) -> Value {
    let words = list.iter().map(|who| match who {
        Who::Everyone => "everyone".to_owned(),
        Who::Role(role) => (*role).to_owned(),
        Who::RoleOfThis(role) => format!("{role} of this THIS"),
        Who::PeopleOfThis => "people of this THIS".to_owned(),
        Who::RoleOfTeam(role, team) => format!("{role} of {team}"),
        Who::One(email) => email.clone(),
    });
    words.collect()
}

/// Puts the owner's word where selectors speak of this one.
fn of_this(list: Value, each: Each) -> Value {
    let word = one_per(each).unwrap_or_default();
    let list = list.as_array().into_iter().flatten();
    list.map(|text| json!(text.as_str().unwrap_or_default().replace("THIS", word)))
        .collect()
}

fn entry_of_room(room: &Room) -> Value {
    let mut entry = map([
        ("title", json!(title(room.each, &room.title))),
        ("members", of_this(whos(&room.members), room.each)),
    ]);
    put(&mut entry, "one-per", one_per(room.each));
    if room.each != Each::Nothing && !room.plain {
        put(&mut entry, "suffix", Some(room.suffix.as_str()));
    }
    if !room.moderators.is_empty() {
        let moderators = of_this(whos(&room.moderators), room.each);
        put(&mut entry, "moderators", Some(moderators));
    }
    put_if(&mut entry, "locked", room.locked);
    put_if(&mut entry, "announcement-only", room.announcement);
    put_if(&mut entry, "public", room.public);
    put_if(&mut entry, "protected", room.protected);
    put(&mut entry, "description", room.description.as_deref());
    if !room.tabs.is_empty() {
        let tabs = room.tabs.iter().map(|tab| {
            let url = match &tab.target {
                Target::Page(number) => page(*number),
                Target::Board => {
                    let each = one_per(room.each).unwrap_or("team");
                    format!("{{{{ {each}.links.board }}}}")
                }
                Target::Meeting(id) => format!("{{{{ {id}.link }}}}"),
            };
            (tab.name.clone(), json!(url))
        });
        entry.insert("tabs".into(), Value::Object(tabs.collect()));
    }
    earlier(&mut entry, &room.previously);
    entry.into()
}

/// The slots lie an hour and a half apart; the last one may go on past midnight.
fn clock(hour: usize, slot: usize, time: Time) -> String {
    let quarters = if slot == 9 { 3 } else { 1 };
    let (late, length) = (15 * quarters * time.late, 15 * quarters * time.length);
    let start = hour * 60 + 90 * slot + late;
    let end = start + length;
    let written = |minutes: usize| format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60);
    let next_day = if end >= 24 * 60 { " +1" } else { "" };
    format!("{}-{}{next_day}", written(start), written(end))
}

fn entry_of_meeting(meeting: &Meeting, hour: usize) -> Value {
    const JOIN: [&str; 5] = ["never", "0 min", "5 min", "10 min", "15 min"];
    const UNINVITED: [&str; 3] = ["join", "lobby", "refused"];
    let each = one_per(meeting.each);
    let mut entry = map([
        ("title", json!(title(meeting.each, &meeting.title))),
        ("time", json!(clock(hour, meeting.slot, meeting.time))),
    ]);
    let day = meeting.per_day.then_some("day");
    let per: Vec<&str> = each.into_iter().chain(day).collect();
    match per.as_slice() {
        [] => {}
        [one] => put(&mut entry, "one-per", Some(*one)),
        several => put(&mut entry, "one-per", Some(json!(several))),
    }
    match (meeting.per_day, meeting.days.as_slice()) {
        (true, []) => {}
        (true, days) => put(&mut entry, "days", Some(json!(days))),
        (false, days) => put(&mut entry, "day", days.first().cloned()),
    }
    if !meeting.rooms.is_empty() {
        put(
            &mut entry,
            "rooms",
            Some(wheres(&meeting.rooms, meeting.each)),
        );
    }
    if !meeting.cohosts.is_empty() {
        let cohosts = of_this(whos(&meeting.cohosts), meeting.each);
        put(&mut entry, "cohosts", Some(cohosts));
    }
    put(&mut entry, "agenda", meeting.agenda.as_deref());
    put(&mut entry, "invite", meeting.audience.then_some("audience"));
    let password = meeting
        .password
        .map(|number| format!("Sunny-Day-{number}x"));
    put(&mut entry, "password", password);
    put(&mut entry, "host", meeting.host.as_deref());
    put_if(&mut entry, "auto-record", meeting.auto_record);
    put(&mut entry, "any-user-co-host", meeting.any_user_cohost);
    put(&mut entry, "join-before-host", Some(JOIN[meeting.join]));
    put(&mut entry, "uninvited", Some(UNINVITED[meeting.uninvited]));
    put(&mut entry, "mute-on-entry", meeting.mute);
    put(&mut entry, "mail", meeting.mail.then_some("invitees"));
    put_if(&mut entry, "protected", meeting.protected);
    if !meeting.exceptions.is_empty() {
        let exceptions = meeting
            .exceptions
            .iter()
            .map(|e| exception(meeting, e, hour));
        entry.insert("except".into(), Value::Object(exceptions.collect()));
    }
    earlier(&mut entry, &meeting.previously);
    entry.into()
}

pub(super) fn wheres(list: &[Where], each: Each) -> Value {
    let words = list.iter().map(|told| match (told, each) {
        (Where::All, _) => "all rooms",
        (Where::TeamRooms, _) => "team rooms",
        (Where::OfThis, Each::Group) => "rooms of this group",
        (Where::OfThis, _) => "room of this team",
        (Where::Named(id), _) => id.as_str(),
    });
    words.collect()
}

fn exception(meeting: &Meeting, exception: &Exception, hour: usize) -> (String, Value) {
    let names = [exception.owner.as_deref(), exception.day.as_deref()];
    let names: Vec<&str> = names.into_iter().flatten().collect();
    let what = match &exception.what {
        Different::Skip => json!({ "skip": true }),
        Different::Time(time) => json!({ "time": clock(hour, meeting.slot, *time) }),
        Different::Title(words) => json!({ "title": title(meeting.each, words) }),
        Different::AutoRecord => json!({ "auto-record": !meeting.auto_record }),
    };
    (names.join("/"), what)
}

/// An order that a number decides; nought leaves things as they are.
pub(crate) struct Order(u64);

impl Order {
    pub(crate) fn number(number: u64) -> Self {
        Self(number)
    }

    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        if self.0 == 0 {
            return;
        }
        for place in (1..list.len()).rev() {
            // Any fixed stream of numbers will do; this is that of `splitmix64`.
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let number = usize::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap_or(0);
            list.swap(place, number % (place + 1));
        }
    }
}

/// Three levels of lines, and what lies below between braces.
fn block(out: &mut String, entries: &Map<String, Value>, depth: usize, order: &mut Order) {
    let mut entries: Vec<(&String, &Value)> = entries.iter().collect();
    order.shuffle(&mut entries);
    for (key, value) in entries {
        let indent = "  ".repeat(depth);
        match value {
            Value::Object(inner) if depth < 2 && !ORDERED.contains(&key.as_str()) => {
                let _ = writeln!(out, "{indent}{key}:");
                block(out, inner, depth + 1, order);
            }
            value => {
                let flow = flow(key, value, order);
                let key = key.trim_end_matches("-of-group");
                let _ = writeln!(out, "{indent}{key}: {flow}");
            }
        }
    }
}

fn flow(key: &str, value: &Value, order: &mut Order) -> String {
    match value {
        Value::Object(entries) => {
            let mut entries: Vec<(&String, &Value)> = entries.iter().collect();
            if !ORDERED.contains(&key) {
                order.shuffle(&mut entries);
            }
            let entries = entries.into_iter();
            let entries =
                entries.map(|(key, value)| format!("{}: {}", json!(key), flow(key, value, order)));
            format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
        }
        Value::Array(list) => {
            let mut list: Vec<String> = list.iter().map(|item| item.to_string()).collect();
            if !ORDERED.contains(&key) {
                order.shuffle(&mut list);
            }
            format!("[{}]", list.join(", "))
        }
        plain => plain.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shuffle_loses_nothing() {
        let mut list: Vec<u32> = (0..50).collect();
        Order(3).shuffle(&mut list);
        assert_ne!(list, (0..50).collect::<Vec<_>>());
        list.sort_unstable();
        assert_eq!(list, (0..50).collect::<Vec<_>>());
        assert_eq!(Dice::new(&[]).of(6), 0);
    }
}
