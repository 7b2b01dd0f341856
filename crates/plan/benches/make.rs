//! How long planning takes once everything was looked at, and what memory it needs, at five sizes:
//! for a Webex that has nothing yet, and for one on which there is nothing to do. Fails if the largest
//! takes longer than 3 s, or more than 500 MB.
//!
//! `cargo bench -p showcaller-plan --bench make`: prints a table. Each size is measured in a process
//! of its own, so that the peak of one does not hide in that of another.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use showcaller_event::model::{Address, Email, MeetingKey, Part, RoomKey};
use showcaller_event::{Event, Input, check};
use showcaller_plan::observed::{
    Look, MeetingFacts, Observed, SeenAccount, SeenHost, SeenInvitee, SeenMeeting, SeenMember,
    SeenRoom, SeenTab, SeenTeam,
};
use showcaller_plan::{
    Action, Field, Fields, Kept, Known, KnownResource, Owner, Plan, Settled, Step, Value, Wishes,
    make, tag_of,
};

/// People and teams, which have five meetings each.
const SIZES: [(usize, usize); 5] = [
    (100, 10),
    (500, 50),
    (1_000, 100),
    (5_000, 500),
    (20_000, 1_000),
];
const ROUNDS: usize = 5;
const MOST_PLANNING: Duration = Duration::from_secs(3);
const MOST_MEGABYTES: u64 = 500;
const BOT: &str = "showcaller@webex.bot";

fn main() -> ExitCode {
    let asked = std::env::args().find_map(|arg| arg.strip_prefix("--size=")?.parse().ok());
    if let Some(size) = asked.and_then(|place: usize| SIZES.get(place)) {
        return measure(*size);
    }
    _ = writeln!(
        std::io::stdout(),
        "{:>7} {:>9} {:>8}   {:>10} {:>12}   {:>10} {:>12}   {:>6}",
        "people",
        "meetings",
        "things",
        "first",
        "per thing",
        "re-plan",
        "per thing",
        "peak"
    );
    let own = std::env::current_exe().expect("a running program has a path");
    let run = |size: usize| {
        let status = Command::new(&own).arg(format!("--size={size}")).status();
        status.is_ok_and(|status| status.success())
    };
    match (0..SIZES.len()).all(run) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

fn measure((people, teams): (usize, usize)) -> ExitCode {
    let event = event(people, teams);
    let wishes = Wishes::default();
    let mut world = World::empty(&event);
    let (first, plan) = best(&event, &world, &wishes);
    for step in &plan.steps {
        world.takes(&event, step);
    }
    let (again, left) = best(&event, &world, &wishes);
    assert!(left.is_empty(), "{:#?}", left.steps.first());
    assert_eq!((left.held.len(), left.moved.len()), (0, 0));
    let things = world.known.resources.len();
    let per = |took: Duration| took.as_secs_f64() * 1e6 / things as f64;
    let peak = peak_megabytes();
    let shown = peak.map_or_else(|| "?".to_owned(), |peak| format!("{peak} MB"));
    _ = writeln!(
        std::io::stdout(),
        "{:>7} {:>9} {:>8}   {:>7.1} ms {:>9.2} µs   {:>7.1} ms {:>9.2} µs   {:>6}",
        people,
        event.meetings.len(),
        things,
        first.as_secs_f64() * 1e3,
        per(first),
        again.as_secs_f64() * 1e3,
        per(again),
        shown,
    );
    let quick = first.max(again) <= MOST_PLANNING;
    match quick && peak.is_none_or(|peak| peak <= MOST_MEGABYTES) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

fn best(event: &Event, world: &World, wishes: &Wishes) -> (Duration, Plan) {
    let mut best = Duration::MAX;
    let mut plan = None;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let made = make(event, &world.known, &world.observed, wishes);
        best = best.min(start.elapsed());
        plan = Some(made);
    }
    (best, plan.expect("there was a round"))
}

/// The most memory that this process ever held, where the system tells.
fn peak_megabytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let mut lines = status.lines();
    let line = lines.find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kilobytes / 1024)
}

/// Webex and a ledger that do at once as they are told.
struct World {
    known: Known,
    observed: Observed,
}

impl World {
    fn empty(event: &Event) -> Self {
        let account = |id: &str, email: &Email, is_bot| SeenAccount {
            id: id.to_owned(),
            email: email.clone(),
            name: id.to_owned(),
            is_bot,
            org: "org".to_owned(),
        };
        let hosts = event.webex.hosts.iter().map(|host| {
            let seen = SeenHost {
                account: account("host", &host.email, false),
                sites: Ok(vec!["example.webex.com".to_owned()]),
            };
            (host.email.clone(), seen)
        });
        let lists = event.webex.hosts.iter();
        let lists = lists.map(|host| (host.email.clone(), Look::Seen(Vec::new())));
        let at: Timestamp = "2027-09-20T08:00:00Z".parse().expect("an instant");
        Self {
            known: Known::default(),
            observed: Observed {
                at,
                bot: account("bot", &Email::new(BOT), true),
                hosts: hosts.collect(),
                teams: Vec::new(),
                team_members: Look::NotLooked,
                rooms: Vec::new(),
                general_told: true,
                aliases: BTreeMap::new(),
                members: BTreeMap::new(),
                tabs: BTreeMap::new(),
                meetings: lists.collect(),
                invitees: BTreeMap::new(),
            },
        }
    }

    fn record(&mut self, owner: &Owner, address: &Address, id: &str, fields: Fields) {
        let resource = KnownResource {
            remote_id: id.to_owned(),
            owner: owner.clone(),
            made: true,
            protected: false,
            settled: Settled {
                asked: fields.clone(),
                answered: fields,
            },
            kept: Kept::default(),
        };
        self.known.resources.insert(address.clone(), resource);
    }

    fn takes(&mut self, event: &Event, step: &Step) {
        let id = format!("id:{}", step.address);
        let right = |moderator| Fields::from([(Field::Moderator, Value::Flag(moderator))]);
        let member = |email: &Email, moderator| SeenMember {
            id: id.clone(),
            person: format!("person:{email}"),
            email: email.clone(),
            moderator,
        };
        let bot = || SeenMember {
            id: format!("{id}:bot"),
            person: "bot".to_owned(),
            email: Email::new(BOT),
            moderator: true,
        };
        let fields = match &step.action {
            Action::CreateTeam { name } => {
                self.observed.teams.push(SeenTeam {
                    id: id.clone(),
                    name: Some(name.clone()),
                    creator: Some("bot".to_owned()),
                });
                self.observed.team_members = Look::Seen(vec![bot()]);
                Fields::from([(Field::Name, Value::Text(name.clone()))])
            }
            Action::AddTeamMember { email, moderator } => {
                seen(&mut self.observed.team_members).push(member(email, *moderator));
                right(*moderator)
            }
            Action::CreateRoom { fields } => {
                let mut fields = fields.clone();
                fields.insert(Field::AnnouncementOnly, Value::Flag(false));
                let Some(Value::Text(title)) = fields.get(&Field::Title) else {
                    panic!("a room has a title");
                };
                self.observed.rooms.push(SeenRoom {
                    id: id.clone(),
                    title: Some(title.clone()),
                    fields: fields.clone(),
                    read_only: false,
                    creator: Some("bot".to_owned()),
                });
                let members = &mut self.observed.members;
                members.insert(id.clone(), Look::Seen(vec![bot()]));
                self.observed
                    .tabs
                    .insert(id.clone(), Look::Seen(Vec::new()));
                fields
            }
            Action::AddMember {
                room,
                email,
                moderator,
            } => {
                let look = self.observed.members.get_mut(&room_id(room));
                seen(look.expect("the room is there")).push(member(email, *moderator));
                right(*moderator)
            }
            Action::AddTab { room, name, url } => {
                let [Part::Words(url)] = url.parts() else {
                    panic!("a plain address");
                };
                let look = self.observed.tabs.get_mut(&room_id(room));
                seen(look.expect("the room is there")).push(SeenTab {
                    id: id.clone(),
                    name: name.clone(),
                    url: url.clone(),
                    creator: Some("bot".to_owned()),
                });
                Fields::from([(Field::Url, Value::Text(url.clone()))])
            }
            Action::CreateMeeting {
                meeting,
                fields,
                invitees,
                ..
            } => {
                let list = invitees.iter().map(|invitee| {
                    let address = Address::invitee(meeting, &invitee.email);
                    let fields = Fields::from([(Field::Cohost, Value::Flag(invitee.cohost))]);
                    let id = format!("id:{address}");
                    self.record(&step.owner, &address, &id, fields);
                    SeenInvitee {
                        id,
                        email: invitee.email.clone(),
                        cohost: invitee.cohost,
                    }
                });
                let list = Look::Seen(list.collect());
                self.observed.invitees.insert(id.clone(), list);
                self.host(event, step, meeting, fields);
                fields.clone()
            }
            other => panic!("nothing like this is planned for an empty Webex: {other:?}"),
        };
        self.record(&step.owner, &step.address, &id, fields);
    }

    fn host(&mut self, event: &Event, step: &Step, meeting: &MeetingKey, fields: &Fields) {
        let Owner::Host(host) = &step.owner else {
            panic!("a host makes meetings");
        };
        self.known.pins.insert(step.address.clone(), host.clone());
        let look = self.observed.meetings.get_mut(host);
        seen(look.expect("a host of the file")).push(SeenMeeting {
            id: format!("id:{}", step.address),
            fields: fields.clone(),
            tags: vec![tag_of(&event.key, meeting)],
            in_progress: false,
            facts: MeetingFacts::default(),
        });
    }
}

fn room_id(room: &RoomKey) -> String {
    format!("id:{}", Address::room(room))
}

fn seen<T>(look: &mut Look<T>) -> &mut T {
    match look {
        Look::Seen(list) => list,
        Look::NotLooked | Look::Refused(_) => panic!("it was looked at"),
    }
}

/// An event of so many people in so many teams.
fn event(people: usize, teams: usize) -> Event {
    let mut yaml = "event: large\ntitle: Large\ntimezone: Europe/Brussels\npeople: people.csv\n\
                    webex:\n  hosts:\n"
        .to_owned();
    for host in 0..5 {
        _ = writeln!(
            yaml,
            "    host{host}@example.com: {{ parallel: 1000, meetings-a-day: 1000 }}"
        );
    }
    yaml += "days:\n";
    for day in 1..=5 {
        _ = writeln!(
            yaml,
            "  day-{day}: {{ title: Day {day}, date: 2027-10-{:02} }}",
            day + 3
        );
    }
    yaml += "teams:\n";
    for team in 1..=teams {
        _ = writeln!(
            yaml,
            "  team-{team}: {{ title: Team {team}, links: {{ board: \"https://boards.example.com/{team}\" }} }}"
        );
    }
    yaml += PATTERNS;
    let mut roster = "email,name,team,role\n".to_owned();
    for person in 0..people {
        let role = match person < teams {
            true => "coach",
            false => "participant",
        };
        let team = person % teams + 1;
        _ = writeln!(
            roster,
            "person{person}@example.com,Person Number {person},team-{team},{role}"
        );
    }
    let checked = check(&Input {
        name: "event.yaml",
        bytes: yaml.as_bytes(),
        load: &|_| Ok(roster.as_bytes().to_vec()),
        now: None,
    });
    let told = checked.diagnostics.first().map(ToString::to_string);
    checked.event.unwrap_or_else(|| panic!("{told:?}"))
}

const PATTERNS: &str = r#"rooms:
  team-room:
    one-per: team
    title: "{{ team.title }}"
    members: [people of this team]
    moderators: [coach of this team]
    tabs: { Board: "{{ team.links.board }}" }
meetings:
  breakout:
    one-per: [team, day]
    title: "{{ team.title }} - {{ day.title }} - Breakout"
    time: "10:00-16:30"
    rooms: [room of this team]
    cohosts: [coach of this team]
"#;
