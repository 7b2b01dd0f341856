//! The event of these tests, and a show to call.

use jiff::{SignedDuration, Timestamp};
use showcaller_event::model::{
    Anchor, Counts, Cue, CueId, CueKey, CueRecipient, CueTo, DayId, Late, MeetingFact,
    MeetingFacts, MeetingKey, Part, RoomKey, Say, Sending, Text,
};
use showcaller_event::{Event, Input, Schedule, check};
use showcaller_secret::Secret;
use showcaller_show::{
    Board, By, Command, Delivery, DeliveryState, Entry, EventWords, Judged, Logged, RecipientState,
    Refusal, Scene, Setting, Via,
};

/// A show on 6 October 2027 in Brussels.
pub(crate) struct Show {
    pub(crate) event: Event,
    pub(crate) schedule: Schedule,
    pub(crate) log: Vec<Logged>,
    pub(crate) deliveries: Vec<Delivery>,
    pub(crate) links: bool,
    /// Who is not on Webex yet.
    pub(crate) absent: Vec<CueRecipient>,
    pub(crate) clock_trusted: bool,
    pub(crate) unknown: Vec<(Timestamp, Timestamp)>,
    pub(crate) now: Timestamp,
}

/// Shows what a test did, and leaves the event out.
impl std::fmt::Debug for Show {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Show")
            .field("log", &self.log)
            .field("deliveries", &self.deliveries)
            .field("links", &self.links)
            .field("clock_trusted", &self.clock_trusted)
            .field("now", &self.now)
            .finish_non_exhaustive()
    }
}

impl Show {
    pub(crate) fn new(cues: impl IntoIterator<Item = Cue>) -> Self {
        let people = include_bytes!("people.csv").to_vec();
        let checked = check(&Input {
            name: "event.yaml",
            bytes: include_bytes!("event.yaml"),
            load: &|_| Ok(people.clone()),
            now: None,
        });
        let mut event = checked
            .event
            .unwrap_or_else(|| panic!("{:#?}", checked.diagnostics));
        event.cues = cues.into_iter().collect();
        Self {
            schedule: Schedule::planned(&event),
            event,
            log: Vec::new(),
            deliveries: Vec::new(),
            links: true,
            absent: Vec::new(),
            clock_trusted: true,
            unknown: Vec::new(),
            now: at("08:00"),
        }
    }

    pub(crate) fn at(&mut self, time: &str) -> &mut Self {
        self.now = at(time);
        self
    }

    /// Writes an entry as Ann's.
    pub(crate) fn log(&mut self, entry: Entry) -> &mut Self {
        self.log_by(&ann(), entry)
    }

    pub(crate) fn log_by(&mut self, by: &By, entry: Entry) -> &mut Self {
        self.log.push(Logged {
            number: self.log.len() as i64 + 1,
            key: format!("key-{}", self.log.len() + 1),
            at: self.now,
            by: by.clone(),
            entry,
        });
        self
    }

    /// What the ledger has of a delivery of the current generation from now on.
    pub(crate) fn delivered(&mut self, cue: &str, room: &str, state: DeliveryState) -> &mut Self {
        let cue = key(cue);
        let generation = self.board(|board| board.cue(&cue).map_or(0, |it| it.generation));
        let recipient = to_room(room);
        let same = |it: &Delivery| {
            it.cue == cue && it.recipient == recipient && it.generation == generation
        };
        let now = self.now;
        let attempt = u32::from(state != DeliveryState::Waiting);
        match self.deliveries.iter_mut().find(|it| same(it)) {
            Some(delivery) => {
                let begun = state == DeliveryState::Sending
                    || delivery.state == DeliveryState::Waiting && state != DeliveryState::Waiting;
                delivery.attempt += u32::from(begun);
                delivery.state = state;
            }
            None => self.deliveries.push(Delivery {
                cue,
                recipient,
                generation,
                attempt,
                state,
                since: now,
                in_hand: false,
            }),
        }
        self
    }

    /// What comes of a command of Ann's; what is to be written, is.
    pub(crate) fn command(&mut self, cue: &str, command: &Command) -> Result<Judged, Refusal> {
        self.command_by(&ann(), cue, command)
    }

    pub(crate) fn command_by(
        &mut self,
        by: &By,
        cue: &str,
        command: &Command,
    ) -> Result<Judged, Refusal> {
        let judged = self.board(|board| {
            let cue = board.find(cue).expect("a cue of this test");
            board.judge(cue, command, by)
        })?;
        if let Judged::Append { entries, .. } = &judged {
            for entry in entries {
                self.log_by(by, entry.clone());
            }
        }
        Ok(judged)
    }

    pub(crate) fn board<T>(&self, then: impl FnOnce(&Board<'_>) -> T) -> T {
        let facts = |key: &MeetingKey| {
            Some(MeetingFacts {
                link: self.links.then(|| Secret::new(format!("https://{key}"))),
                number: None,
                password: None,
                host_key: None,
                sip: None,
            })
        };
        let scene = Scene {
            words: &EventWords::default(),
            event: &self.event,
            schedule: &self.schedule,
            facts: &facts,
            organisers_only: false,
            now: self.now,
        };
        then(&Board::of(&Setting {
            scene: &scene,
            log: &self.log,
            deliveries: &self.deliveries,
            clock_trusted: self.clock_trusted,
            unknown: &self.unknown,
            on_webex: &|to| !self.absent.contains(to),
        }))
    }

    /// The state of a cue, and of each recipient: `Sending: alpha Due, beta Held`.
    pub(crate) fn state(&self, cue: &str) -> String {
        self.board(|board| {
            let cue = board.cue(&key(cue)).expect("a cue of this test");
            let recipients: Vec<String> = cue
                .recipients
                .iter()
                .map(|it| {
                    let name = it.to.recipient.to_string();
                    let room = name.trim_start_matches("room/");
                    match &it.state {
                        RecipientState::Delivered(DeliveryState::Failed { .. }) => {
                            format!("{room} Failed")
                        }
                        RecipientState::Delivered(DeliveryState::Unclear { .. }) => {
                            format!("{room} Unclear")
                        }
                        RecipientState::Delivered(state) => format!("{room} {state:?}"),
                        state => format!("{room} {state:?}"),
                    }
                })
                .collect();
            format!("{:?}: {}", cue.state, recipients.join(", "))
        })
    }

    /// What is due, in order: `opening/day-1 alpha`.
    pub(crate) fn due(&self) -> Vec<String> {
        self.board(|board| {
            let due = board.due();
            let due = due.iter().map(|it| {
                let name = it.to.to.recipient.to_string();
                format!("{} {}", it.cue.key, name.trim_start_matches("room/"))
            });
            due.collect()
        })
    }
}

/// A time of the day of the show; `+1 09:00` is one of the next.
pub(crate) fn at(time: &str) -> Timestamp {
    let (date, time) = match time.strip_prefix("+1 ") {
        Some(time) => ("2027-10-07", time),
        None => ("2027-10-06", time),
    };
    let zoned: jiff::Zoned = format!("{date}T{time}[Europe/Brussels]").parse().unwrap();
    zoned.timestamp()
}

pub(crate) fn minutes(minutes: i64) -> SignedDuration {
    SignedDuration::from_mins(minutes)
}

/// `opening/day-1`.
pub(crate) fn key(text: &str) -> CueKey {
    let (cue, day) = match text.split_once('/') {
        Some((cue, day)) => (cue, Some(DayId::new(day))),
        None => (text, None),
    };
    CueKey {
        cue: CueId::new(cue),
        day,
    }
}

pub(crate) fn to_room(room: &str) -> CueRecipient {
    CueRecipient::Room(RoomKey::new(room))
}

pub(crate) fn meeting(key: &str) -> MeetingKey {
    MeetingKey::new(key)
}

/// A cue to both rooms, ten minutes before the opening of its day, by clock.
pub(crate) fn cue(text: &str) -> Cue {
    let key = key(text);
    let day = key.day.as_ref().map_or("day-1", DayId::as_str);
    let anchor = Anchor::Before {
        meeting: meeting(&format!("opening/{day}")),
        lead: minutes(10),
    };
    let to = ["alpha", "beta"].map(|room| CueTo {
        recipient: to_room(room),
        anchor: Some(anchor.clone()),
        say: Say::only(Text::plain("Come in.")),
    });
    Cue {
        key,
        previously: Vec::new(),
        send: Sending::ByClock,
        late: Late::SendWithin(minutes(10)),
        counts: Counts::Planned,
        two_people: false,
        mention_all: false,
        fixed: false,
        card: false,
        to: to.into(),
    }
}

/// The same, whose text for these rooms gives the link of the opening.
pub(crate) fn with_link(mut cue: Cue, rooms: &[&str]) -> Cue {
    let link = Say::only(Text::new(vec![Part::Meeting {
        meeting: meeting("opening/day-1"),
        fact: MeetingFact::Link,
    }]));
    for to in &mut cue.to {
        if rooms.iter().any(|room| to.recipient == to_room(room)) {
            to.say = link.clone();
        }
    }
    cue
}

/// The same, with another anchor.
pub(crate) fn anchored(mut cue: Cue, anchor: &Anchor) -> Cue {
    for to in &mut cue.to {
        to.anchor = Some(anchor.clone());
    }
    cue
}

pub(crate) fn ann() -> By {
    person("Ann", Some("account-1"))
}

pub(crate) fn bob() -> By {
    person("Bob", Some("account-2"))
}

pub(crate) fn person(name: &str, account: Option<&str>) -> By {
    By {
        name: name.to_owned(),
        account: account.map(str::to_owned),
        via: Via::Terminal,
    }
}

pub(crate) fn webex() -> By {
    By {
        via: Via::Runner,
        ..person("Webex", None)
    }
}
