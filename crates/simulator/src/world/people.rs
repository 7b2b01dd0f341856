//! People: who has an account (messaging §2).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::fields::is_address;
use super::mails::Occasion;
use super::{Asking, Home, Token, World, written};
use crate::config::{Account, AccountKind};
use crate::ids::{self, Kind};
use crate::refusal::{Refusal, Served};
use crate::switches::OrgAddresses;

/// An account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Person {
    pub(crate) key: Uuid,
    pub(crate) email: String,
    /// Further addresses, in lower case.
    #[serde(default)]
    pub(crate) aliases: Vec<String>,
    pub(crate) name: String,
    pub(crate) org: Uuid,
    pub(crate) kind: AccountKind,
    /// The site on which the person may schedule meetings.
    pub(crate) host_site: Option<String>,
    /// Invited, but never signed in.
    pub(crate) pending: bool,
    pub(crate) created: Timestamp,
    pub(crate) seq: u64,
}

impl Person {
    pub(crate) fn id(&self) -> String {
        ids::spell(Kind::Person, self.key)
    }

    pub(crate) fn org_id(&self) -> String {
        ids::spell(Kind::Organization, self.org)
    }

    /// The main address, then the further ones.
    fn addresses(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.email).chain(&self.aliases)
    }

    pub(crate) fn is_bot(&self) -> bool {
        self.kind == AccountKind::Bot
    }
}

impl World {
    /// The account behind an address, in whatever case it is written.
    pub(crate) fn by_address(&self, email: &str) -> Option<&Person> {
        let key = self.addresses.get(&email.to_lowercase())?;
        self.people.get(key)
    }

    /// The person with a key that the world itself wrote down.
    pub(crate) fn person(&self, key: Uuid) -> &Person {
        &self.people[&key]
    }

    pub(crate) fn is_bot(&self, key: Uuid) -> bool {
        self.people.get(&key).is_some_and(Person::is_bot)
    }

    /// Opens an account, unless the address has one.
    pub(crate) fn open_account(&mut self, account: &Account, now: Timestamp) -> Uuid {
        if let Some(person) = self.by_address(&account.email) {
            return person.key;
        }
        let org = match &account.org {
            Some(name) if *name != self.home.name => self.fixed("organization", name),
            Some(_) => self.home.org,
            None if account.kind == AccountKind::Bot => self.home.org,
            None => self.org_of(&account.email),
        };
        let site = account
            .site
            .clone()
            .unwrap_or_else(|| self.home.site.clone());
        self.enrol(Person {
            key: Uuid::nil(),
            email: account.email.clone(),
            aliases: account.aliases.iter().map(|a| a.to_lowercase()).collect(),
            name: account.name.clone(),
            org,
            kind: account.kind,
            host_site: account.host_licence.then_some(site),
            pending: false,
            created: now,
            seq: 0,
        })
    }

    /// The account that an address stands for when it is added to something or invited: the one it
    /// has, or what the switch `org-addresses` gives the organisation's own people. `None` is an
    /// address without an account.
    pub(crate) fn account_for(&mut self, asking: &Asking<'_>, email: &str) -> Option<Uuid> {
        if let Some(person) = self.by_address(email) {
            return Some(person.key);
        }
        let licensed = match asking.switches.org_addresses {
            OrgAddresses::Licensed => true,
            OrgAddresses::Unlicensed => false,
            OrgAddresses::Unknown => return None,
        };
        self.home.owns(email).then(|| {
            let account = Account {
                host_licence: licensed,
                ..Account::person(email, local_part(email))
            };
            self.open_account(&account, asking.now)
        })
    }

    /// The person to be added to a room or team, as named by `personId` or `personEmail`.
    ///
    /// An address without an account gets a pending one, named after its local part, and a mail
    /// that says so (messaging §1.3).
    pub(crate) fn person_to_add(
        &mut self,
        asking: &Asking<'_>,
        id: Option<&str>,
        email: Option<&str>,
    ) -> Served<Uuid> {
        match (id, email) {
            (Some(id), None) => {
                let key = ids::read(id)?;
                self.people
                    .contains_key(&key)
                    .then_some(key)
                    .ok_or_else(Refusal::malformed_id)
            }
            (None, Some(email)) if !is_address(email) => Err(Refusal::not_found()),
            (None, Some(email)) => match self.account_for(asking, email) {
                Some(key) => Ok(key),
                None if asking.switches.pending_account == 404 => {
                    Err(Refusal::new(404, format!("{email} not found.")))
                }
                None => Ok(self.invite_to_webex(asking.now, email)),
            },
            _ => Err(Refusal::bad("Must specify either personId or personEmail.")),
        }
    }

    /// A person who signs in has an account, and no pending one: the one that the address stands
    /// for, or a new one without a licence.
    pub(crate) fn sign_in(&mut self, asking: &Asking<'_>, email: &str) -> Uuid {
        let key = self.account_for(asking, email).unwrap_or_else(|| {
            let name = local_part(email);
            let bot = email.to_lowercase().ends_with("@webex.bot");
            let account = if bot {
                Account::bot(email, name)
            } else {
                Account::person(email, name)
            };
            self.open_account(&account, asking.now)
        });
        if let Some(person) = self.people.get_mut(&key) {
            person.pending = false;
        }
        key
    }

    /// The key of whoever has that address, or will have it.
    pub(crate) fn key_of(&self, email: &str) -> Uuid {
        let known = self.by_address(email).map(|person| person.key);
        known.unwrap_or_else(|| self.fixed("person", &email.to_lowercase()))
    }

    /// A token for somebody, who signs in with it.
    pub(crate) fn give_token(&mut self, asking: &Asking<'_>, email: &str, token: &str) {
        let person = self.sign_in(asking, email);
        let client = asking.client.to_owned();
        self.tokens
            .insert(token.to_owned(), Token { person, client });
    }

    fn invite_to_webex(&mut self, now: Timestamp, email: &str) -> Uuid {
        let key = self.enrol(Person {
            key: Uuid::nil(),
            email: email.to_owned(),
            aliases: Vec::new(),
            name: local_part(email).to_owned(),
            org: self.org_of(email),
            kind: AccountKind::Person,
            host_site: None,
            pending: true,
            created: now,
            seq: 0,
        });
        self.mail(now, email, Occasion::Account, "Webex");
        key
    }

    fn enrol(&mut self, mut person: Person) -> Uuid {
        person.email = person.email.to_lowercase();
        person.key = self.fixed("person", &person.email);
        person.seq = self.next_in_line();
        let key = person.key;
        for address in person.aliases.iter().chain([&person.email]) {
            self.addresses.insert(address.clone(), key);
        }
        self.people.insert(key, person);
        key
    }

    fn org_of(&self, email: &str) -> Uuid {
        if self.home.owns(email) {
            self.home.org
        } else {
            let domain = email.split_once('@').map_or("", |(_, domain)| domain);
            self.fixed("organization", &domain.to_lowercase())
        }
    }
}

impl Home {
    fn owns(&self, email: &str) -> bool {
        email.split_once('@').is_some_and(|(_, domain)| {
            self.domains
                .iter()
                .any(|own| own.eq_ignore_ascii_case(domain))
        })
    }
}

/// What stands before the `@`.
pub(crate) fn local_part(email: &str) -> &str {
    email.split_once('@').map_or(email, |(local, _)| local)
}

/// `GET /people/me`.
pub(crate) fn me(world: &World, asking: &Asking<'_>) -> Value {
    present(world.person(asking.person))
}

/// `GET /people/{id}`.
pub(crate) fn get(world: &World, id: &str) -> Served {
    let key = ids::read(id)?;
    let person = world.people.get(&key);
    person
        .map(present)
        .ok_or_else(|| Refusal::new(404, "Person not found"))
}

/// What a list of people is filtered by.
#[derive(Debug, Default)]
pub(crate) struct Wanted<'a> {
    pub(crate) email: Option<&'a str>,
    pub(crate) display_name: Option<&'a str>,
    pub(crate) ids: Option<&'a str>,
}

/// `GET /people`: by address or name within the caller's organisation, or by up to 85 ids. The
/// second part of the answer are the ids that nobody has.
pub(crate) fn list<'w>(
    world: &'w World,
    asking: &Asking<'_>,
    wanted: &Wanted<'_>,
) -> Served<(Vec<&'w Person>, Vec<String>)> {
    let own_org = world.person(asking.person).org;
    if let Some(wanted_ids) = wanted.ids {
        return by_ids(world, wanted_ids);
    }
    let mut found: Vec<&Person> = match (wanted.email, wanted.display_name) {
        (Some(email), _) => world.by_address(email).into_iter().collect(),
        (None, Some(name)) => {
            let name = name.to_lowercase();
            let begins = |person: &&Person| person.name.to_lowercase().starts_with(&name);
            world.people.values().filter(begins).collect()
        }
        (None, None) => {
            return Err(Refusal::bad(
                "Email, displayName, or id list should be specified.",
            ));
        }
    };
    // Looking people up works inside one's own organisation only.
    found.retain(|person| person.org == own_org);
    found.sort_by_key(|person| person.seq);
    Ok((found, Vec::new()))
}

fn by_ids<'w>(world: &'w World, ids: &str) -> Served<(Vec<&'w Person>, Vec<String>)> {
    let ids: Vec<&str> = ids.split(',').map(str::trim).collect();
    if ids.len() > 85 {
        return Err(Refusal::invalid("At most 85 ids can be asked for at once."));
    }
    let mut found = Vec::new();
    let mut missing = Vec::new();
    for id in ids {
        match world.people.get(&ids::read(id)?) {
            Some(person) => found.push(person),
            None => missing.push(id.to_owned()),
        }
    }
    Ok((found, missing))
}

pub(crate) fn present(person: &Person) -> Value {
    let mut words = person.name.splitn(2, ' ');
    let first = words.next().unwrap_or_default();
    let mut shown = json!({
        "id": person.id(),
        "emails": person.addresses().collect::<Vec<_>>(),
        "phoneNumbers": [],
        "displayName": person.name,
        "nickName": first,
        "firstName": first,
        "lastName": words.next().unwrap_or_default(),
        "orgId": person.org_id(),
        "created": written(person.created),
        "lastModified": written(person.created),
        "type": person.kind,
    });
    if let Some(site) = &person.host_site {
        shown["siteUrls"] = json!([site]);
    }
    if person.pending {
        shown["status"] = json!("pending");
    }
    shown
}
