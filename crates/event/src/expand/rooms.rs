//! Rooms, without their tabs: these may lead to meetings, which come later.

use std::collections::HashMap;

use super::frame::Frame;
use super::limits::{Kind, Limit};
use super::previously::{earlier, names};
use super::select::{Each, Owner};
use super::texts::Written;
use crate::diagnostics::{At, Diagnostics};
use crate::grammar::{Named, OnePerRoom, Pattern, RoomEntry};
use crate::model::{GroupId, Room, RoomKey, RoomMember, RoomPattern, RoomSettings, TeamId};
use crate::places::{Places, RoomPlace};

/// Every room, in the file's order.
pub(super) fn rooms(
    frame: &Frame<'_>,
    places: &mut Places,
    diagnostics: &mut Diagnostics,
) -> Vec<Room> {
    let mut rooms: Vec<Room> = Vec::new();
    let mut by_key: HashMap<RoomKey, usize> = HashMap::new();
    let section = frame.file.rooms.as_ref();
    let (mut most, mut crowd) = (Limit::new(Kind::Rooms), Limit::new(Kind::Memberships));
    for entry in section.iter().flat_map(|rooms| &rooms.value.entries) {
        for room in Maker::new(frame, entry, diagnostics).rooms(&mut most, &mut crowd, diagnostics)
        {
            if let Some(first) = by_key.get(&room.key) {
                collision(entry, &room, &rooms[*first], places, diagnostics);
                continue;
            }
            places.rooms.insert(room.key.clone(), place(frame, entry));
            by_key.insert(room.key.clone(), rooms.len());
            rooms.push(room);
        }
    }
    rooms
}

fn collision(
    entry: &Named<RoomEntry>,
    room: &Room,
    first: &Room,
    places: &Places,
    diagnostics: &mut Diagnostics,
) {
    let hint = if entry.entry.one_per.is_some() {
        format!(
            "add `suffix: {0}` to one of the two: its rooms are then called {1}-{0}",
            entry.id.value, room.key
        )
    } else {
        "take another name".to_owned()
    };
    let (_, span) = places.room(&first.key, |_| None);
    let message = format!(
        "two rooms would be called `{}`: of `{}` and of `{}`",
        room.key, first.pattern, room.pattern
    );
    // Said once for the entry, not for each team.
    let message = if entry.entry.one_per.is_some() && first.team.is_some() {
        format!(
            "the rooms of `{}` and of `{}` would have the same names",
            first.pattern, room.pattern
        )
    } else {
        message
    };
    diagnostics
        .error("room/collision", entry.id.span.clone(), message)
        .related(span, "first here")
        .hint(hint);
}

/// A value of the entry, or of the defaults.
macro_rules! pick {
    ($maker:expr, $field:ident) => {
        $maker.entry.entry.$field.as_ref().or_else(|| {
            $maker
                .defaults
                .and_then(|defaults| defaults.$field.as_ref())
        })
    };
}

struct Maker<'a> {
    frame: &'a Frame<'a>,
    entry: &'a Named<RoomEntry>,
    defaults: Option<&'a RoomEntry>,
    each: Each,
    title: Option<Written>,
    description: Option<Written>,
}

impl<'a> Maker<'a> {
    fn new(
        frame: &'a Frame<'a>,
        entry: &'a Named<RoomEntry>,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let each = match entry.entry.one_per.as_ref().map(|each| each.value) {
            None => Each::Nothing,
            Some(OnePerRoom::Team) => Each::Team,
            Some(OnePerRoom::Group) => Each::Group,
        };
        let defaults = defaults(frame);
        let mut maker = Self {
            frame,
            entry,
            defaults,
            each,
            title: None,
            description: None,
        };
        let mut read = |text: Option<&At<Pattern>>| frame.written(text?, diagnostics);
        maker.title = read(entry.entry.title.as_ref());
        maker.description = read(pick!(maker, description));
        maker.misfits(diagnostics);
        maker
    }

    /// Keys that do not go together.
    fn misfits(&self, diagnostics: &mut Diagnostics) {
        let (entry, name) = (&self.entry.entry, &self.entry.id.value);
        if let (Each::Nothing, Some(suffix)) = (self.each, &entry.suffix) {
            let message = format!("`{name}` is one room: it needs no suffix");
            diagnostics
                .error("room/suffix", suffix.span.clone(), message)
                .hint("`suffix:` goes with `one-per:`");
        }
        let moderated =
            pick!(self, moderators).is_some_and(|moderators| !moderators.value.is_empty());
        if let (true, Some(locked)) = (
            moderated,
            entry.locked.as_ref().filter(|locked| !locked.value),
        ) {
            let message = "a room with moderators is always locked";
            diagnostics
                .error("room/locked", locked.span.clone(), message)
                .hint("take `locked: false` out, or the moderators");
        }
        let owners = match self.each {
            Each::Nothing => return,
            Each::Team => (self.frame.teams.len(), "teams"),
            Each::Group => (self.frame.groups.len(), "groups"),
        };
        if let ((0, what), Some(each)) = (owners, &entry.one_per)
            && !self.frame.file.unread(&[what])
        {
            let message = format!("there are no {what}, so no room is made");
            diagnostics
                .error("one-per/none", each.span.clone(), message)
                .hint(format!("add some below `{what}:`"));
        }
    }

    fn rooms(
        &self,
        most: &mut Limit,
        crowd: &mut Limit,
        diagnostics: &mut Diagnostics,
    ) -> Vec<Room> {
        let who =
            |selectors, diagnostics: &mut _| self.frame.who(selectors, self.each, diagnostics);
        let members = who(pick!(self, members), diagnostics);
        let moderators = who(pick!(self, moderators), diagnostics);
        let earlier_names = self.earlier_names(diagnostics);
        let owners = self.frame.owners(self.each);
        let span = &self.entry.id.span;
        if !most.allows(owners.len(), span, diagnostics) {
            return Vec::new();
        }
        let mut rooms = Vec::with_capacity(owners.len());
        for owner in owners {
            let moderators = self.frame.people(&moderators, owner);
            let mut members = self.frame.people(&members, owner);
            members.extend(&moderators);
            if !crowd.allows(members.len(), span, diagnostics) {
                break;
            }
            let members = members.into_iter().map(|place| RoomMember {
                email: self.frame.people.list[place].email.clone(),
                moderator: moderators.contains(&place),
            });
            rooms.push(self.room(owner, members.collect(), &earlier_names, diagnostics));
        }
        rooms
    }

    fn room(
        &self,
        owner: Owner,
        members: Vec<RoomMember>,
        earlier_names: &[String],
        diagnostics: &mut Diagnostics,
    ) -> Room {
        let frame = self.frame;
        let context = frame.context(owner, None);
        let mut fill =
            |written: &Option<Written>| frame.words(written.as_ref()?, &context, diagnostics);
        let title = fill(&self.title).map(|title| title.trim().to_owned());
        let title = title.unwrap_or_else(|| self.entry.id.value.clone());
        let description = fill(&self.description);
        let flag = |flag: Option<&At<bool>>| flag.is_some_and(|flag| flag.value);
        let moderated =
            pick!(self, moderators).is_some_and(|moderators| !moderators.value.is_empty());
        let names: Vec<&[String]> = match owner {
            Owner::Nobody => vec![earlier_names],
            Owner::Team(team) => vec![&frame.teams[team].names, earlier_names],
            Owner::Group(group) => vec![&frame.groups[group].names, earlier_names],
        };
        let own = match owner {
            Owner::Nobody => self.entry.id.value.clone(),
            _ => match &self.entry.entry.suffix {
                Some(suffix) => format!("{}-{}", names[0][0], suffix.value.0),
                None => names[0][0].clone(),
            },
        };
        Room {
            key: RoomKey::new(own),
            pattern: RoomPattern::new(&self.entry.id.value),
            previously: earlier(&names, "-").into_iter().map(RoomKey::new).collect(),
            team: match owner {
                Owner::Team(team) => Some(TeamId::new(&frame.teams[team].id)),
                _ => None,
            },
            group: match owner {
                Owner::Group(group) => Some(GroupId::new(&frame.groups[group].id)),
                _ => None,
            },
            title,
            settings: RoomSettings {
                locked: moderated || flag(pick!(self, locked)),
                announcement_only: flag(pick!(self, announcement_only)),
                public: flag(self.entry.entry.public.as_ref()),
                description,
            },
            members,
            tabs: Vec::new(),
            protected: flag(pick!(self, protected)),
        }
    }

    /// The entry's own part of the rooms' names, present and earlier: its name, or its suffix.
    fn earlier_names(&self, diagnostics: &mut Diagnostics) -> Vec<String> {
        let (entry, frame) = (&self.entry.entry, self.frame);
        if self.each == Each::Nothing {
            let siblings = frame
                .file
                .rooms
                .as_ref()
                .map_or(&[][..], |rooms| &rooms.value.entries);
            return names(
                "room",
                &self.entry.id,
                &entry.previously,
                siblings,
                diagnostics,
            );
        }
        let suffix = entry.suffix.as_ref().map(|suffix| suffix.value.0.clone());
        let mut names = vec![suffix.unwrap_or_default()];
        for earlier in entry.previously.iter().flat_map(|earlier| &earlier.value) {
            let name = if earlier.value.0 == "none" {
                ""
            } else {
                &earlier.value.0
            };
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
        names
    }
}

/// What holds for all rooms.
pub(super) fn defaults<'a>(frame: &Frame<'a>) -> Option<&'a RoomEntry> {
    let defaults = frame.file.defaults.as_ref()?.value.rooms.as_ref()?;
    Some(&defaults.value.0)
}

fn place(frame: &Frame<'_>, entry: &Named<RoomEntry>) -> RoomPlace {
    let (room, defaults) = (&entry.entry, defaults(frame));
    macro_rules! span {
        ($field:ident) => {
            room.$field
                .as_ref()
                .map(|at| at.span.clone())
                .or_else(|| defaults?.$field.as_ref().map(|at| at.span.clone()))
        };
    }
    let moderators = room
        .moderators
        .as_ref()
        .or_else(|| defaults?.moderators.as_ref());
    RoomPlace {
        entry: entry.id.span.clone(),
        title: room.title.as_ref().map(|title| title.span.clone()),
        members: span!(members),
        moderators: moderators
            .filter(|moderators| !moderators.value.is_empty())
            .map(|moderators| moderators.span.clone()),
        announcement_only: span!(announcement_only),
        public: span!(public),
        tabs: Vec::new(),
    }
}
