//! Who and which rooms a selector means, for one team or group at a time.
//!
//! A selector is looked up once, with its findings; applying it to each team is then a look into
//! an index, so that ten thousand meetings are no more work than ten thousand look-ups.

use std::collections::{BTreeSet, HashMap};

use super::frame::{Frame, Part, the_names};
use crate::diagnostics::{At, Diagnostics, did_you_mean};
use crate::grammar::{Of, PeopleBase, PeopleSelector, RoomBase, RoomSelector};
use crate::hint::Hint;
use crate::model::Room;

/// Roles that an event may speak of before anybody has them: the list arrives in waves.
const USUAL_ROLES: [&str; 5] = ["participant", "coach", "jury", "organiser", "mc"];

/// The team or group for which a pattern is being filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Nobody,
    Team(usize),
    Group(usize),
}

/// What a pattern makes one each of, for the sake of `this team`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Each {
    Nothing,
    Team,
    Group,
}

/// Teams that a selector is limited to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Limit {
    None,
    This,
    Only(Owner),
}

/// Selectors of people, looked up.
pub(super) struct Who {
    parts: Vec<(Base, Limit)>,
}

enum Base {
    Everyone,
    Role(String),
    One(usize),
}

impl Frame<'_> {
    /// Looks selectors of people up.
    pub(super) fn who(
        &self,
        selectors: Option<&At<Vec<At<PeopleSelector>>>>,
        each: Each,
        diagnostics: &mut Diagnostics,
    ) -> Who {
        let mut parts = Vec::new();
        for selector in selectors.iter().flat_map(|selectors| &selectors.value) {
            let limit = self.limit(selector.value.of.as_ref(), selector, each, diagnostics);
            let base = self.base(selector, diagnostics);
            if let (Some(base), Some(limit)) = (base, limit) {
                let part = (base, limit);
                self.note_nobody(selector, &part, each, diagnostics);
                parts.push(part);
            }
        }
        Who { parts }
    }

    /// For what an entry is filled in.
    pub(super) fn owners(&self, each: Each) -> Vec<Owner> {
        match each {
            Each::Nothing => vec![Owner::Nobody],
            Each::Team => (0..self.teams.len()).map(Owner::Team).collect(),
            Each::Group => (0..self.groups.len()).map(Owner::Group).collect(),
        }
    }

    /// Notes a selector that selects no person, for whichever team or group it is filled in.
    fn note_nobody(
        &self,
        selector: &At<PeopleSelector>,
        part: &(Base, Limit),
        each: Each,
        diagnostics: &mut Diagnostics,
    ) {
        // After a mistake, that may follow from it; and a role that is in no line was noted.
        let noted = matches!(&part.0, Base::Role(role) if !self.people.roles.contains(role));
        let means = |owner| !self.people_of_part(part, owner).is_empty();
        let known = self.people.known() && diagnostics.errors() == 0;
        if !known || noted || self.owners(each).into_iter().any(means) {
            return;
        }
        let text = &self.source.text[selector.span.clone()];
        let message = format!(
            "`{}` means nobody in the roster",
            text.trim_matches(['"', '\''])
        );
        diagnostics
            .note("selector/nobody", selector.span.clone(), message)
            .hint("look at the columns for team and role in the roster, or take it out");
    }

    /// The places of these people in the roster.
    pub(super) fn people(&self, who: &Who, owner: Owner) -> BTreeSet<usize> {
        let parts = who.parts.iter();
        parts
            .flat_map(|part| self.people_of_part(part, owner))
            .collect()
    }

    /// The same in the order of the selectors; those of one in that of the roster.
    pub(super) fn people_in_order(&self, who: &Who, owner: Owner) -> Vec<usize> {
        let mut people = Vec::new();
        for place in who
            .parts
            .iter()
            .flat_map(|part| self.people_of_part(part, owner))
        {
            if !people.contains(&place) {
                people.push(place);
            }
        }
        people
    }

    /// Those of these people whom a selector means together with others.
    pub(super) fn pool(&self, who: &Who, owner: Owner) -> BTreeSet<usize> {
        let parts = who.parts.iter();
        let several = parts.map(|part| self.people_of_part(part, owner));
        several.filter(|some| some.len() > 1).flatten().collect()
    }

    fn people_of_part(&self, (base, limit): &(Base, Limit), owner: Owner) -> BTreeSet<usize> {
        let role = match base {
            Base::Everyone => None,
            Base::Role(role) => Some(role.as_str()),
            Base::One(place) => return BTreeSet::from([*place]),
        };
        let of = |team| self.people.of(role, team).iter().copied();
        match self.teams_of(*limit, owner) {
            None => of(None).collect(),
            Some(teams) => teams.into_iter().flat_map(|team| of(Some(team))).collect(),
        }
    }

    fn base(&self, selector: &At<PeopleSelector>, diagnostics: &mut Diagnostics) -> Option<Base> {
        match &selector.value.base {
            PeopleBase::Everyone => Some(Base::Everyone),
            PeopleBase::Role(role) => self.role(role, selector, diagnostics),
            PeopleBase::Address(email) => {
                if let Some(place) = self.people.at(email) {
                    return Some(Base::One(place));
                }
                if self.people.known() {
                    let known = self.people.list.iter().map(|person| person.email.as_str());
                    let message = format!("`{email}` is not in the roster");
                    diagnostics
                        .error("people/unknown", selector.span.clone(), message)
                        .hint(
                            did_you_mean(email, known)
                                .unwrap_or_else(|| "add a line for them to the roster".into()),
                        );
                }
                None
            }
        }
    }

    fn role(
        &self,
        role: &str,
        selector: &At<PeopleSelector>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Base> {
        let known = &self.people.roles;
        if known.contains(role) || !self.people.known() {
            return Some(Base::Role(role.to_owned()));
        }
        let span = selector.span.clone();
        if USUAL_ROLES.contains(&role) {
            let message = format!("nobody in the roster has the role `{role}`");
            diagnostics
                .note("role/nobody", span, message)
                .hint("that is fine if their lines are still to come");
            return Some(Base::Role(role.to_owned()));
        }
        let names = known.iter().map(String::as_str).chain(USUAL_ROLES);
        let hint = if self.parts.contains_key(role) {
            let right = format!("people of {role}");
            Hint::instead(format!("for the people of a team write `{right}`"), right).of(role)
        } else {
            did_you_mean(role, names)
                .unwrap_or_else(|| the_names("roles", known.iter().map(String::as_str)).into())
        };
        let message = format!("nobody in the roster has the role `{role}`");
        diagnostics.error("role/unknown", span, message).hint(hint);
        None
    }

    /// What stands behind `of`.
    fn limit<T>(
        &self,
        of: Option<&Of>,
        selector: &At<T>,
        each: Each,
        diagnostics: &mut Diagnostics,
    ) -> Option<Limit> {
        let (wanted, word, other) = match of {
            None => return Some(Limit::None),
            Some(Of::ThisTeam) => (Each::Team, "team", Each::Group),
            Some(Of::ThisGroup) => (Each::Group, "group", Each::Team),
            Some(Of::Named(name)) => return self.named_limit(name, selector, diagnostics),
        };
        if each == wanted {
            return Some(Limit::This);
        }
        let hint = match (each == other, wanted) {
            (true, _) => {
                let right = if word == "team" { "group" } else { "team" };
                let sentence = format!("this entry is for {right}s: write `of this {right}`");
                Hint::instead(sentence, format!("this {right}")).of(format!("this {word}"))
            }
            _ => format!("`this {word}` needs `one-per: {word}` in the same entry; or name one")
                .into(),
        };
        let message = format!("which {word} is `this {word}`?");
        diagnostics
            .error("selector/this", selector.span.clone(), message)
            .hint(hint);
        None
    }

    fn named_limit<T>(
        &self,
        name: &str,
        selector: &At<T>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Limit> {
        match self.parts.get(name) {
            Some(Part::Team(team)) => return Some(Limit::Only(Owner::Team(*team))),
            Some(Part::Group(group)) => return Some(Limit::Only(Owner::Group(*group))),
            _ if self.file.unread(&["teams", "groups"]) => return None,
            _ => {}
        }
        let owners = || {
            self.teams
                .iter()
                .chain(&self.groups)
                .map(|owner| owner.id.as_str())
        };
        let known = owners().chain(["this team", "this group"]);
        let hint = did_you_mean(name, known)
            .unwrap_or_else(|| the_names("teams and groups", owners()).into());
        let message = format!("there is no team or group `{name}`");
        diagnostics
            .error("team/unknown", selector.span.clone(), message)
            .hint(hint);
        None
    }

    /// The teams that a limit allows; `None` for all, and for people without a team.
    fn teams_of(&self, limit: Limit, owner: Owner) -> Option<Vec<usize>> {
        let owner = match limit {
            Limit::None => return None,
            Limit::This => owner,
            Limit::Only(owner) => owner,
        };
        Some(match owner {
            Owner::Nobody => Vec::new(),
            Owner::Team(team) => vec![team],
            Owner::Group(group) => self.groups[group].teams.clone(),
        })
    }

    /// Looks selectors of rooms up.
    pub(super) fn which(
        &self,
        selectors: Option<&At<Vec<At<RoomSelector>>>>,
        each: Each,
        index: &RoomIndex,
        diagnostics: &mut Diagnostics,
    ) -> Which {
        let mut parts = Vec::new();
        for selector in selectors.iter().flat_map(|selectors| &selectors.value) {
            let limit = self.limit(selector.value.of.as_ref(), selector, each, diagnostics);
            let known = self.known_rooms(selector, index, diagnostics);
            if let (Some(limit), true) = (limit, known) {
                parts.push((selector.value.base.clone(), limit));
            }
        }
        Which { parts }
    }

    fn known_rooms(
        &self,
        selector: &At<RoomSelector>,
        index: &RoomIndex,
        diagnostics: &mut Diagnostics,
    ) -> bool {
        let RoomBase::Named(name) = &selector.value.base else {
            return true;
        };
        if index.patterns.contains_key(name) || index.keys.contains_key(name) {
            return true;
        }
        let declared = self
            .file
            .rooms
            .iter()
            .flat_map(|rooms| &rooms.value.entries);
        let patterns: Vec<_> = declared.map(|room| room.id.value.as_str()).collect();
        if patterns.contains(&name.as_str()) || self.file.unread(&["rooms"]) {
            return true;
        }
        let words = [
            "team rooms",
            "all rooms",
            "group rooms",
            "room of this team",
            "rooms of this group",
        ];
        let known = patterns
            .iter()
            .copied()
            .chain(index.keys.keys().map(String::as_str))
            .chain(words);
        let hint = did_you_mean(name, known).unwrap_or_else(|| {
            if self.people.roles.contains(name) {
                return format!("`{name}` is a role; a cue reaches people by `to-people:`").into();
            }
            the_names("rooms", patterns.iter().copied()).into()
        });
        let message = format!("there is no room `{name}`");
        diagnostics
            .error("room/unknown", selector.span.clone(), message)
            .hint(hint);
        false
    }

    /// The places of these rooms.
    pub(super) fn rooms(&self, which: &Which, owner: Owner, index: &RoomIndex) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        for (base, limit) in &which.parts {
            let owner = match limit {
                Limit::None => {
                    found.extend(index.of_base(base));
                    continue;
                }
                Limit::This => owner,
                Limit::Only(owner) => *owner,
            };
            let mut near: Vec<usize> = Vec::new();
            match owner {
                Owner::Nobody => {}
                Owner::Team(team) => near.extend(index.team(&self.teams[team].id)),
                Owner::Group(group) => {
                    near.extend(index.group(&self.groups[group].id));
                    for team in &self.groups[group].teams {
                        near.extend(index.team(&self.teams[*team].id));
                    }
                }
            }
            found.extend(near.into_iter().filter(|room| index.is(*room, base)));
        }
        found
    }
}

/// Selectors of rooms, looked up.
pub(super) struct Which {
    parts: Vec<(RoomBase, Limit)>,
}

/// The rooms by what selectors ask for.
pub(super) struct RoomIndex {
    all: Vec<usize>,
    of_teams: Vec<usize>,
    of_groups: Vec<usize>,
    patterns: HashMap<String, Vec<usize>>,
    keys: HashMap<String, usize>,
    teams: HashMap<String, Vec<usize>>,
    groups: HashMap<String, Vec<usize>>,
    /// Of each room: pattern, key, whether a team's, whether a group's.
    rooms: Vec<(String, String, bool, bool)>,
}

impl RoomIndex {
    pub(super) fn new(rooms: &[Room]) -> Self {
        let mut index = Self {
            all: (0..rooms.len()).collect(),
            of_teams: Vec::new(),
            of_groups: Vec::new(),
            patterns: HashMap::new(),
            keys: HashMap::new(),
            teams: HashMap::new(),
            groups: HashMap::new(),
            rooms: Vec::with_capacity(rooms.len()),
        };
        for (place, room) in rooms.iter().enumerate() {
            index
                .patterns
                .entry(room.pattern.to_string())
                .or_default()
                .push(place);
            index.keys.insert(room.key.to_string(), place);
            if let Some(team) = &room.team {
                index.of_teams.push(place);
                index.teams.entry(team.to_string()).or_default().push(place);
            }
            if let Some(group) = &room.group {
                index.of_groups.push(place);
                index
                    .groups
                    .entry(group.to_string())
                    .or_default()
                    .push(place);
            }
            let (pattern, key) = (room.pattern.to_string(), room.key.to_string());
            index
                .rooms
                .push((pattern, key, room.team.is_some(), room.group.is_some()));
        }
        index
    }

    /// The rooms made from this entry.
    pub(super) fn of_pattern(&self, pattern: &str) -> &[usize] {
        self.patterns.get(pattern).map_or(&[], Vec::as_slice)
    }

    fn of_base(&self, base: &RoomBase) -> Vec<usize> {
        match base {
            RoomBase::All => self.all.clone(),
            RoomBase::OfTeams => self.of_teams.clone(),
            RoomBase::OfGroups => self.of_groups.clone(),
            RoomBase::Named(name) => match self.patterns.get(name) {
                Some(places) => places.clone(),
                None => self.keys.get(name).copied().into_iter().collect(),
            },
        }
    }

    fn is(&self, room: usize, base: &RoomBase) -> bool {
        let (pattern, key, of_team, of_group) = &self.rooms[room];
        match base {
            RoomBase::All => true,
            RoomBase::OfTeams => *of_team,
            RoomBase::OfGroups => *of_group,
            RoomBase::Named(name) => pattern == name || key == name,
        }
    }

    fn team(&self, id: &str) -> &[usize] {
        self.teams.get(id).map_or(&[], Vec::as_slice)
    }

    fn group(&self, id: &str) -> &[usize] {
        self.groups.get(id).map_or(&[], Vec::as_slice)
    }
}
