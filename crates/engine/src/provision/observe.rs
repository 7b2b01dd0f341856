//! Looks at Webex, as far as planning needs it.

mod again;
mod aliases;
mod hosts;
mod missed;

use std::collections::{BTreeMap, BTreeSet};

use futures::StreamExt as _;
use futures::stream;
use jiff::Timestamp;
use showcaller_event::Event;
use showcaller_event::model::{Address, Email, MeetingKey, RoomKey, Tab};
use showcaller_ledger::{Operation, OperationId};
use showcaller_plan::observed::{Look, Observed, SeenAccount, SeenMeeting, SeenRoom, SeenTeam};
use showcaller_plan::{Known, LookWish, Note, Owner, Plan, Wishes, bulk_address, identify, make};
use showcaller_webex::{RoomFilter, TeamId, Webex};

use super::convert;
use super::earlier::Earlier;
use super::memory::{self, Memory};
use super::{found, settle, slips};
use crate::records::ENDED;
use crate::{Engine, Error, event_before};
use hosts::{SeenHosts, host, window};

/// How many lists of the kind that Webex keeps one per object a plan reads in passing.
const SHARE: usize = 3;

/// What a look led to: a plan, and what it was made from, for [`Engine::apply`].
pub struct Outlook {
    /// The plan: print it, review it.
    pub plan: Plan,
    pub(super) observed: Observed,
    pub(super) memory: Memory,
    /// Operations that an earlier run left open and that were found done. What they did the plan knows
    /// already, the ledger does not yet.
    pub(super) found: BTreeSet<OperationId>,
    pub(super) earlier: Earlier,
}

impl std::fmt::Debug for Outlook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outlook")
            .field("plan", &self.plan)
            .finish_non_exhaustive()
    }
}

impl Outlook {
    /// How many runs there were when the ledger was read, in the ledger's own words.
    #[must_use]
    pub fn runs(&self) -> Option<&str> {
        self.memory.runs.as_deref()
    }

    /// Whether no run of this ledger has ended yet.
    pub(super) fn is_first(&self) -> bool {
        !self.runs().is_some_and(|runs| runs.ends_with(ENDED))
    }

    /// What an operation is about, under the name that the ledger has it under now.
    pub(super) fn today(&self, operation: &Operation) -> Address {
        let address = Address::new(&*operation.address);
        self.earlier.today(&self.memory.known, &address)
    }

    /// The plan for other wishes, or measured by itself, from the same look: nothing is read again.
    #[must_use]
    pub fn plan_again(&self, event: &Event, wishes: &Wishes) -> Plan {
        let (event, _) = slips::in_force(event, &self.memory.slips, &self.memory.known);
        make(&event, &self.memory.known, &self.observed, wishes)
    }
}

impl Engine {
    /// Reads the ledger and Webex, and plans. Writes nothing.
    ///
    /// # Errors
    ///
    /// When the ledger cannot be read or belongs to another Webex, or when a token is not accepted.
    /// What Webex refuses to show beyond that is part of the plan.
    pub async fn look(&self, event: &Event, wishes: &Wishes) -> Result<Outlook, Error> {
        // First, because the answer tells Webex's time, by which everything in the ledger is dated.
        let bot = self.bot().await?;
        let now = self.clock.now();
        let mut memory = memory::read(&self.ledger, &self.first_seen, now).await?;
        let (event, applied) = slips::in_force(event, &memory.slips, &memory.known);
        let event = &event;
        let look = (wishes.look, now);
        let mut observed = self.observe(event, &memory.known, bot, look).await?;
        self.check_binding(event, &observed.bot).await?;
        let earlier = Earlier::of(event);
        memory.rename_intended(&earlier);
        let mut operations = settle::learn(&mut memory, &observed);
        slips::align(event, &applied, &mut memory.known, &mut observed);
        let mut plan = make(event, &memory.known, &observed, wishes);
        // What was found may hold more: who is in a room, for one, is seen only once the room is known
        // to be the event's.
        loop {
            let mut new = found::left_behind(&plan, &observed, &memory, &earlier);
            new.retain(|(operation, _)| !operation.is_some_and(|it| operations.contains(&it)));
            if new.is_empty() {
                break;
            }
            for (operation, things) in new {
                operations.extend(operation);
                for (address, resource) in things {
                    memory.take_in(address, resource);
                }
            }
            if observed.team_members == Look::NotLooked {
                self.team(event, &memory.known, &mut observed).await?;
            }
            self.lists(event, &memory.known, wishes.look, &mut observed)
                .await;
            plan = make(event, &memory.known, &observed, wishes);
        }
        let mut outlook = Outlook {
            plan,
            observed,
            memory,
            found: operations,
            earlier,
        };
        settle::tell_untold(&mut outlook, wishes.remove);
        if outlook.is_first() {
            for (owner, calls) in &mut outlook.plan.budget.calls {
                *calls += match owner {
                    Owner::Bot => 2,
                    Owner::Host(_) => 1,
                };
            }
        }
        let notes = slips::notes(event, &applied, &outlook.plan);
        outlook.plan.notes.extend(notes);
        let makes = outlook.plan.steps.iter().any(|step| step.action.creates());
        if (makes || !event.cues.is_empty())
            && let Ok(Some(before)) = event_before(&self.ledger, i64::MAX).await
        {
            let hints = showcaller_plan::renamed(&before, event, &outlook.plan);
            outlook.plan.notes.extend(hints);
        }
        if outlook.lags() {
            outlook.plan.notes.push(Note {
                address: None,
                sentence: "Some of this was made less than a minute ago, and Webex does not show \
                           all of it yet: look again in a minute before you believe it."
                    .to_owned(),
            });
        }
        Ok(outlook)
    }

    async fn observe(
        &self,
        event: &Event,
        known: &Known,
        bot: SeenAccount,
        (wish, at): (LookWish, Timestamp),
    ) -> Result<Observed, Error> {
        let hosts = self.hosts(event, known).await;
        let mut observed = Observed {
            at,
            bot,
            hosts: hosts.hosts,
            teams: Vec::new(),
            team_members: Look::NotLooked,
            rooms: Vec::new(),
            general_told: false,
            members: BTreeMap::new(),
            tabs: BTreeMap::new(),
            meetings: hosts.meetings,
            invitees: BTreeMap::new(),
            aliases: BTreeMap::new(),
        };
        self.team(event, known, &mut observed).await?;
        self.lists(event, known, wish, &mut observed).await;
        Ok(observed)
    }

    /// Who and what is in the event's rooms and meetings, but for the lists that were read already.
    async fn lists(&self, event: &Event, known: &Known, wish: LookWish, observed: &mut Observed) {
        self.people(event, known, observed).await;
        self.tabs(event, known, wish, observed).await;
        self.invitees(event, known, wish, observed).await;
        self.aliases(event, known, observed).await;
    }

    pub(super) async fn bot(&self) -> Result<SeenAccount, Error> {
        let me = self.connections.bot.me().await;
        let bot = convert::account(me.map_err(|error| Error::look("the account", error))?);
        if bot.is_bot {
            Ok(bot)
        } else {
            Err(Error::NotABot {
                email: bot.email.to_string(),
            })
        }
    }

    /// Every host and its meetings. A token that is not accepted, or is somebody else's, stops only
    /// what that host would do.
    async fn hosts(&self, event: &Event, known: &Known) -> SeenHosts {
        let window = window(event, known);
        stream::iter(&self.connections.hosts)
            .map(|(email, webex)| async move {
                let (host, meetings) = host(webex, known, email, window).await;
                (email.clone(), host, meetings)
            })
            .buffer_unordered(self.in_flight)
            .fold(
                SeenHosts::default(),
                |mut seen, (email, host, meetings)| async move {
                    if let Some(host) = host {
                        seen.hosts.insert(email.clone(), host);
                    }
                    seen.meetings.insert(email, meetings);
                    seen
                },
            )
            .await
    }

    async fn team(
        &self,
        event: &Event,
        known: &Known,
        observed: &mut Observed,
    ) -> Result<(), Error> {
        let bot = &self.connections.bot;
        observed.teams = self.teams().await?;
        // A list may lag behind what was just made; the thing itself does not.
        if let identify::Match::Gone = identify::team(event, known, &observed.teams)
            && let Some(resource) = known.resources.get(&Address::team())
        {
            let team = bot.get_team(&resource.remote_id.as_str().into()).await;
            let team = there(team).map_err(|error| Error::look("the team", error))?;
            observed.teams.extend(team.map(convert::team));
        }
        let found = identify::team(event, known, &observed.teams)
            .thing()
            .map(|team: &SeenTeam| (team.id.clone(), team.name.clone()));
        let Some((id, name)) = found else {
            return Ok(());
        };
        let team = id.as_str().into();
        let (members, rooms) =
            futures::join!(bot.list_team_memberships(&team), self.rooms_of(&team));
        let members = members.map_err(|error| Error::look("the team's members", error))?;
        let members = members.into_iter().map(convert::team_member).collect();
        observed.team_members = Look::Seen(self.missed_team_members(known, members).await?);
        observed.rooms = rooms?;
        observed.general_told = without_general(known, name.as_deref(), &mut observed.rooms);
        self.missed_rooms(known, observed).await
    }

    async fn teams(&self) -> Result<Vec<SeenTeam>, Error> {
        let teams = self.connections.bot.list_teams().await;
        let teams = teams.map_err(|error| Error::look("the teams", error))?;
        Ok(teams.into_iter().map(convert::team).collect())
    }

    async fn rooms_of(&self, team: &TeamId) -> Result<Vec<SeenRoom>, Error> {
        let filter = RoomFilter {
            team: Some(team.clone()),
            kind: None,
        };
        let rooms = self.connections.bot.list_rooms(&filter).await;
        let rooms = rooms.map_err(|error| Error::look("the team's rooms", error))?;
        Ok(rooms.into_iter().map(convert::room).collect())
    }

    async fn people(&self, event: &Event, known: &Known, observed: &mut Observed) {
        let bot = &self.connections.bot;
        let mut rooms = wanted_rooms(event, known, observed);
        rooms.retain(|id| !observed.members.contains_key(id));
        let mut members = stream::iter(rooms)
            .map(|id| async move {
                let members = bot.list_memberships(&id.as_str().into()).await;
                (id, looked(members, convert::member))
            })
            .buffer_unordered(self.in_flight)
            .collect()
            .await;
        let me = &observed.bot.id;
        self.missed_members(known, me, &mut members).await;
        observed.members.extend(members);
    }

    async fn tabs(&self, event: &Event, known: &Known, wish: LookWish, observed: &mut Observed) {
        let rooms = identify::rooms(event, known, &observed.rooms);
        let lists = event.rooms.iter().filter_map(|room| {
            let seen = rooms.get(&room.key)?.thing()?;
            let names = || std::iter::once(&room.key).chain(&room.previously);
            let has = |tab: &Tab| {
                let mut tabs = names().map(|key| Address::tab(key, &tab.name));
                tabs.any(|address| known.resources.contains_key(&address))
            };
            let asked = |key: &RoomKey| {
                let prefix = format!("tab/{key}/");
                [&known.intended, &known.lost].iter().any(|asked| {
                    let mut from = asked.range(Address::new(&*prefix)..);
                    let first = from.next();
                    first.is_some_and(|(address, _)| address.as_str().starts_with(&prefix))
                })
            };
            let unknown = !room.tabs.iter().all(has) || names().any(asked);
            let recorded = names().any(|key| any_under(known, &format!("tab/{key}/")));
            (unknown || recorded).then(|| (seen.id.clone(), unknown))
        });
        let mut ids = chosen(lists.collect(), wish, observed.at);
        ids.retain(|id| !observed.tabs.contains_key(id));
        let bot = &self.connections.bot;
        let mut tabs = stream::iter(ids)
            .map(|id| async move {
                let tabs = bot.list_room_tabs(&id.as_str().into()).await;
                (id, looked(tabs, convert::tab))
            })
            .buffer_unordered(self.in_flight)
            .collect()
            .await;
        self.missed_tabs(known, &mut tabs).await;
        observed.tabs.extend(tabs);
    }

    async fn invitees(
        &self,
        event: &Event,
        known: &Known,
        wish: LookWish,
        observed: &mut Observed,
    ) {
        let listed: Vec<(&Email, &[SeenMeeting])> = observed
            .meetings
            .iter()
            .filter_map(|(host, look)| Some((host, look.seen()?.as_slice())))
            .collect();
        let found = identify::meetings(event, known, &listed);
        let owners: BTreeMap<String, &Webex> = found
            .values()
            .filter_map(|(found, host)| {
                Some((
                    found.thing()?.id.clone(),
                    self.connections.hosts.get((*host)?)?,
                ))
            })
            .collect();
        let lists = event.meetings.iter().filter_map(|meeting| {
            let seen = found.get(&meeting.key)?.0.thing()?;
            if meeting.end.timestamp() <= observed.at {
                return None;
            }
            // The host is on no list (meetings §2), so that only the others are missed on it.
            let host = found[&meeting.key].1;
            let names = || std::iter::once(&meeting.key).chain(&meeting.previously);
            let recorded = |email: &Email| {
                let record = |key| known.resources.get(&Address::invitee(key, email));
                names().filter_map(record).any(|record| !record.is_unread())
            };
            let asked = || names().any(|key| asked_of(known, key));
            let mut wanted = meeting
                .invitees
                .iter()
                .filter(|i| host != Some(&i.email))
                .peekable();
            let any =
                wanted.peek().is_some() || names().any(|key| listed_before(known, key)) || asked();
            any.then(|| {
                (
                    seen.id.clone(),
                    asked() || wanted.any(|invitee| !recorded(&invitee.email)),
                )
            })
        });
        let mut ids = chosen(lists.collect(), wish, observed.at);
        ids.retain(|id| !observed.invitees.contains_key(id));
        let mut invitees = stream::iter(ids)
            .filter_map(|id| {
                let webex = owners.get(&id).copied();
                async move { Some((id, webex?)) }
            })
            .map(|(id, webex)| async move {
                let list = webex.list_invitees(&id.as_str().into(), None).await;
                (id, looked(list, convert::invitee))
            })
            .buffer_unordered(self.in_flight)
            .collect()
            .await;
        self.missed_invitees(known, &owners, &mut invitees).await;
        observed.invitees.extend(invitees);
    }
}

/// Whether the ledger knows anybody on this meeting's list.
fn listed_before(known: &Known, meeting: &MeetingKey) -> bool {
    any_under(known, &format!("invitee/{meeting}/"))
}

/// Whether people were put on this meeting's list, or may have been, whom nobody has seen there.
fn asked_of(known: &Known, meeting: &MeetingKey) -> bool {
    let prefix = format!("invitee/{meeting}/");
    let records = known.resources.range(Address::new(&*prefix)..);
    let mut records = records.take_while(|(address, _)| address.as_str().starts_with(&prefix));
    let intended = |address| known.intended.contains_key(&address);
    intended(bulk_address(meeting))
        || intended(Address::meeting(meeting))
        || records.any(|(_, record)| record.is_unread())
}

/// Whether the ledger has an entry whose address begins like this. Addresses are sorted, so that
/// looking for one costs little even in a large event.
fn any_under(known: &Known, prefix: &str) -> bool {
    let mut from = known.resources.range(Address::new(prefix)..);
    from.next()
        .is_some_and(|(address, _)| address.as_str().starts_with(prefix))
}

/// Leaves the team's General room out, which bears the team's name (messaging §3): it is Webex's, and
/// must not be taken for a room of the event that is called like the team was. Returns whether the
/// General room was told from the others, by that name or by the one that it is born with, which no
/// room of an event may have.
fn without_general(known: &Known, team: Option<&str>, rooms: &mut Vec<SeenRoom>) -> bool {
    let ours = |id: &str| {
        let mut recorded = known.resources.iter();
        recorded.any(|(address, resource)| address.kind() == "room" && resource.remote_id == id)
    };
    let called = |room: &SeenRoom, name: Option<&str>| {
        name.is_some() && room.title.as_deref() == name && !ours(&room.id)
    };
    let told = |room: &SeenRoom| called(room, team) || called(room, Some("General"));
    let general_told = rooms.iter().any(told);
    rooms.retain(|room| !called(room, team));
    general_told
}

/// The rooms of the event that exist, by remote id.
fn wanted_rooms(event: &Event, known: &Known, observed: &Observed) -> Vec<String> {
    let rooms = identify::rooms(event, known, &observed.rooms);
    rooms
        .into_values()
        .filter_map(|found| found.thing().map(|room: &SeenRoom| room.id.clone()))
        .collect()
}

/// Which of these lists to read: all, or those that the ledger does not know and a share of the
/// rest that moves on with time, so that each has its turn.
fn chosen(lists: Vec<(String, bool)>, wish: LookWish, now: Timestamp) -> Vec<String> {
    if wish == LookWish::Full {
        return lists.into_iter().map(|(id, _)| id).collect();
    }
    let (unknown, rest): (Vec<_>, Vec<_>) = lists.into_iter().partition(|(_, unknown)| *unknown);
    let turn = usize::try_from(now.as_second().unsigned_abs() / 60).unwrap_or(0);
    let share = SHARE.min(rest.len());
    let begin = (turn * SHARE).checked_rem(rest.len()).unwrap_or(0);
    let in_turn = rest.iter().cycle().skip(begin).take(share).cloned();
    unknown
        .into_iter()
        .chain(in_turn)
        .map(|(id, _)| id)
        .collect()
}

/// What was asked for by its id, unless it is gone: absence and lack of access look alike
/// (messaging §1.3). Anything else that goes wrong says nothing about whether it is there.
fn there<T>(
    answer: Result<T, showcaller_webex::Error>,
) -> Result<Option<T>, showcaller_webex::Error> {
    match answer {
        Ok(thing) => Ok(Some(thing)),
        Err(error) if error.is_not_found() || error.is_forbidden() => Ok(None),
        Err(error) => Err(error),
    }
}

fn looked<T, S>(
    list: Result<Vec<T>, showcaller_webex::Error>,
    seen: impl Fn(T) -> S,
) -> Look<Vec<S>> {
    match list {
        Ok(list) => Look::Seen(list.into_iter().map(seen).collect()),
        Err(error) => Look::Refused(error.refused_because()),
    }
}
