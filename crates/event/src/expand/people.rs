//! The roster's people, and who is meant by a role or a team.

use std::collections::{BTreeSet, HashMap};

use super::frame::OwnerFrame;
use crate::diagnostic::Severity;
use crate::diagnostics::{At, Diagnostics, did_you_mean};
use crate::grammar::EventFile;
use crate::hint::Hint;
use crate::model::{Email, Person, Role, TeamId};
use crate::places::Places;
use crate::roster::Roster;

/// Everybody, and lists of places in [`People::list`] by role and team.
pub(super) struct People {
    /// By address.
    pub(super) list: Vec<Person>,
    /// `None` stands for any role, any team.
    index: HashMap<(Option<String>, Option<usize>), Vec<usize>>,
    pub(super) roles: BTreeSet<String>,
}

impl People {
    pub(super) fn new(
        file: &EventFile,
        roster: &Roster,
        teams: &[OwnerFrame],
        places: &mut Places,
        diagnostics: &mut Diagnostics,
    ) -> Self {
        let by_id: HashMap<_, _> = teams
            .iter()
            .enumerate()
            .map(|(place, team)| (team.id.as_str(), place))
            .collect();
        let mut found = Vec::with_capacity(roster.lines.len());
        for line in &roster.lines {
            places
                .people
                .insert(line.email.value.clone(), line.email.span.clone());
            let mut in_teams = BTreeSet::new();
            for team in &line.teams {
                match by_id.get(team.value.as_str()) {
                    Some(place) => _ = in_teams.insert(*place),
                    None if file.unread(&["teams"]) => {}
                    None => unknown_team(team, teams, roster, diagnostics),
                }
            }
            for role in &line.roles {
                let span = || role.span.clone();
                let written = &mut places.roles.written;
                written.entry(role.value.clone()).or_insert_with(span);
            }
            let roles: BTreeSet<_> = line.roles.iter().map(|role| role.value.clone()).collect();
            let person = Person {
                email: line.email.value.clone(),
                name: line.name.value.clone(),
                roles: roles.iter().map(Role::new).collect(),
                teams: in_teams
                    .iter()
                    .map(|team| TeamId::new(&teams[*team].id))
                    .collect(),
                language: line.language.clone(),
                timezone: line.timezone.clone(),
            };
            found.push((person, roles, in_teams));
        }
        found.sort_by(|a, b| a.0.email.cmp(&b.0.email));
        let mut people = Self {
            list: Vec::new(),
            index: HashMap::new(),
            roles: BTreeSet::new(),
        };
        for (person, roles, in_teams) in found {
            people.add(person, roles, &in_teams);
        }
        people
    }

    fn add(&mut self, person: Person, roles: BTreeSet<String>, teams: &BTreeSet<usize>) {
        let place = self.list.len();
        self.list.push(person);
        let any_team = || std::iter::once(None).chain(teams.iter().copied().map(Some));
        for team in any_team() {
            self.index.entry((None, team)).or_default().push(place);
            for role in &roles {
                self.index
                    .entry((Some(role.clone()), team))
                    .or_default()
                    .push(place);
            }
        }
        self.roles.extend(roles);
    }

    /// Whether the roster could be read at all; without it, nothing is said about people.
    pub(super) fn known(&self) -> bool {
        !self.list.is_empty()
    }

    /// Places in the list, in order.
    pub(super) fn of(&self, role: Option<&str>, team: Option<usize>) -> &[usize] {
        let key = (role.map(str::to_owned), team);
        self.index.get(&key).map_or(&[], Vec::as_slice)
    }

    /// The place of the person with this address.
    pub(super) fn at(&self, email: &str) -> Option<usize> {
        let email = Email::new(email);
        self.list
            .binary_search_by(|person| person.email.cmp(&email))
            .ok()
    }
}

fn unknown_team(
    team: &At<String>,
    teams: &[OwnerFrame],
    roster: &Roster,
    diagnostics: &mut Diagnostics,
) {
    let lower = team.value.to_lowercase();
    let by_title = teams
        .iter()
        .find(|known| known.title.to_lowercase() == lower || known.id == lower)
        .map(|known| {
            let id = known.id.as_str();
            Hint::instead(format!("write its name in the event file: `{id}`"), id)
        });
    let hint =
        by_title.or_else(|| did_you_mean(&team.value, teams.iter().map(|team| team.id.as_str())));
    let hint =
        hint.unwrap_or_else(|| "add it below `teams:` in the event file, or empty the cell".into());
    diagnostics
        .add(
            Severity::Error,
            "team/unknown",
            roster.source.clone(),
            team.span.clone(),
            format!("there is no team `{}`", team.value),
        )
        .hint(hint);
}
