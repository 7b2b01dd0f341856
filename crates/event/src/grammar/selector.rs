//! Who and which rooms are meant: `coach of this team`, `team rooms`.

use serde_json::json;

use super::{Binder, Value};
use crate::yaml::Node;

/// Some people of the roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PeopleSelector {
    pub(crate) base: PeopleBase,
    pub(crate) of: Option<Of>,
}

/// Which people, before looking at teams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PeopleBase {
    /// `people`, `everyone`.
    Everyone,
    /// In lower case with `-` between words, as the roster keeps roles.
    Role(String),
    /// In lower case.
    Address(String),
}

/// Some rooms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RoomSelector {
    pub(crate) base: RoomBase,
    pub(crate) of: Option<Of>,
}

/// Which rooms, before looking at teams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RoomBase {
    /// `all rooms`, `room of …`.
    All,
    /// `team rooms`: every room of a pattern with `one-per: team`.
    OfTeams,
    /// `group rooms`.
    OfGroups,
    /// A name under `rooms:`, or the key of one room.
    Named(String),
}

/// What stands behind `of`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Of {
    ThisTeam,
    ThisGroup,
    /// A team or a group.
    Named(String),
}

const PEOPLE: &str =
    "people: a role (`coach`), `people`, `everyone` or an address, perhaps with `of this team`";
const ROOMS: &str =
    "rooms: a name, `room of this team`, `rooms of this group`, `team rooms` or `all rooms`";

impl Value for PeopleSelector {
    fn read(node: &Node, binder: &mut Binder<'_>) -> Option<Self> {
        let words = words(node, binder, "people, as text")?;
        let (base, of) = split(&words);
        let base = match base {
            "people" | "person" | "everyone" | "everybody" | "all people" => PeopleBase::Everyone,
            address if address.contains('@') => PeopleBase::Address(address.to_lowercase()),
            "" | "room" | "rooms" | "all rooms" | "team rooms" => {
                binder
                    .error(
                        "selector",
                        &node.span,
                        format!("`{words}` does not say which people"),
                    )
                    .hint(format!("here belong {PEOPLE}"));
                return None;
            }
            role => {
                let role = role.to_lowercase().replace([' ', '_'], "-");
                binder.seen.roles.insert(role.clone());
                PeopleBase::Role(role)
            }
        };
        Some(Self { base, of })
    }

    fn schema() -> serde_json::Value {
        json!({ "type": "string", "minLength": 1, "examples": [
            "people of this team", "coach of this team", "coach of this group", "jury", "everyone",
        ] })
    }

    fn words() -> String {
        "people".to_owned()
    }
}

impl Value for RoomSelector {
    fn read(node: &Node, binder: &mut Binder<'_>) -> Option<Self> {
        let words = words(node, binder, "rooms, as text")?;
        let (base, of) = split(&words);
        let base = match (base, &of) {
            ("all rooms" | "rooms" | "all" | "everyone", None) => RoomBase::All,
            ("room" | "rooms" | "all rooms", Some(_)) => RoomBase::All,
            ("team room" | "team rooms", _) => RoomBase::OfTeams,
            ("group room" | "group rooms", _) => RoomBase::OfGroups,
            ("" | "room" | "people" | "person", _) => {
                binder
                    .error(
                        "selector",
                        &node.span,
                        format!("`{words}` does not say which rooms"),
                    )
                    .hint(format!("here belong {ROOMS}"));
                return None;
            }
            (name, _) => RoomBase::Named(name.to_owned()),
        };
        Some(Self { base, of })
    }

    fn schema() -> serde_json::Value {
        json!({ "type": "string", "minLength": 1, "examples": [
            "room of this team", "rooms of this group", "team rooms", "all rooms",
        ] })
    }

    fn words() -> String {
        "rooms".to_owned()
    }
}

/// The selector with single blanks.
fn words(node: &Node, binder: &mut Binder<'_>, wanted: &str) -> Option<String> {
    let text = binder.text(node, wanted)?;
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn split(words: &str) -> (&str, Option<Of>) {
    match words.split_once(" of ") {
        None => (words, None),
        Some((base, "this team")) => (base, Some(Of::ThisTeam)),
        Some((base, "this group")) => (base, Some(Of::ThisGroup)),
        Some((base, name)) => (base, Some(Of::Named(name.to_owned()))),
    }
}
