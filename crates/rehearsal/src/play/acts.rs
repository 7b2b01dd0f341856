//! What people do.

use showcaller_event::Language;
use showcaller_event::model::{Email, MeetingKey, RoomKey};

use super::person::{Person, buttons};
use super::{Happening, Play};
use crate::cast::BOT;
use crate::record::{Asked, Attendance, Attended, Newcomer, Pressed};
use crate::script::{About, Act, Doing, Place, When};

impl Play<'_> {
    pub(super) async fn perform(&mut self, act: &Act) {
        match &act.what {
            Doing::Ask {
                place,
                words,
                about,
                beneath,
                ..
            } => {
                let person = Person::new(&self.stage.simulator, act.who.as_str());
                let at = self.stage.now();
                let message = match place {
                    Place::Private => person.asks_in_private(words).await,
                    Place::Room(room) => match self.room_id(room) {
                        Some(room) => {
                            let parent = self.seen.thread(&room).filter(|_| *beneath);
                            person.asks_in(&room, words, parent).await
                        }
                        None => None,
                    },
                };
                let text = |field: &str| {
                    let message = message.as_ref()?;
                    message[field].as_str().map(str::to_owned)
                };
                let asked = Asked {
                    at,
                    who: act.who.clone(),
                    place: place.clone(),
                    words: words.clone(),
                    about: about.clone(),
                    message: text("id"),
                    room: text("roomId"),
                };
                (self.audience)(at, Happening::Asked(&asked));
                self.record.questions.push(asked);
            }
            Doing::Press { place, nth } => self.press(act, place, *nth).await,
            Doing::Join { meeting } => self.attend(act, meeting, Attendance::Joined),
            Doing::Host { meeting } => {
                self.attend(&self.as_host(act, meeting), meeting, Attendance::Joined);
            }
            Doing::HostLeaves { meeting } => {
                self.attend(&self.as_host(act, meeting), meeting, Attendance::Left);
            }
            Doing::Leave { meeting } => self.attend(act, meeting, Attendance::Left),
            Doing::WaitInLobby { meeting } => {
                self.attend(act, meeting, Attendance::WaitsInLobby);
            }
        }
    }

    /// The same, done by the host who was planned.
    fn as_host(&self, act: &Act, meeting: &MeetingKey) -> Act {
        let planned = self.in_force.meetings.get(meeting);
        let planned = planned.map(|it| it.host.clone());
        Act {
            who: planned.unwrap_or_else(|| act.who.clone()),
            ..act.clone()
        }
    }

    async fn press(&mut self, act: &Act, place: &Place, nth: usize) {
        let room = match place {
            Place::Room(room) => self.room_id(room),
            Place::Private => self.stage.private(&act.who),
        };
        let written = room.and_then(|room| self.seen.bot.get(&room));
        let cards = written.into_iter().flatten().rev();
        let found = cards
            .map(|card| (card, buttons(card)))
            .find(|(_, it)| !it.is_empty());
        let Some((card, buttons)) = found else { return };
        let message = card["id"].as_str().unwrap_or_default().to_owned();
        let button = buttons[nth % buttons.len()].clone();
        self.press_on(act.who.clone(), message, button).await;
    }

    pub(super) async fn press_on(&mut self, who: Email, message: String, button: String) {
        let at = self.stage.now();
        let person = Person::new(&self.stage.simulator, who.as_str());
        let action = person.presses(&message, &button).await;
        let action = action.and_then(|it| it["id"].as_str().map(str::to_owned));
        self.record.presses.push(Pressed {
            at,
            who,
            message,
            button,
            action,
        });
    }

    fn attend(&mut self, act: &Act, meeting: &MeetingKey, what: Attendance) {
        let (simulator, who) = (&self.stage.simulator, act.who.as_str());
        let id = self.in_force.directory.meeting_id(meeting);
        let done = id.as_ref().map(|id| id.as_str()).map(|id| match what {
            Attendance::Joined => simulator.joins(id, who),
            Attendance::WaitsInLobby => simulator.waits_in_lobby(id, who),
            Attendance::Left => simulator.leaves(id, who),
        });
        let attended = Attended {
            at: self.stage.now(),
            who: act.who.clone(),
            meeting: meeting.clone(),
            what,
            refused: match done {
                Some(Ok(_)) => None,
                Some(Err(why)) => Some(why.to_string()),
                None => Some("the meeting is not on Webex".to_owned()),
            },
        };
        (self.audience)(attended.at, Happening::Attended(&attended));
        self.record.attendance.push(attended);
    }

    /// The bot's account adds a person, as `apply` does.
    pub(super) async fn add(&mut self, room: RoomKey) {
        let Some(id) = self.room_id(&room) else {
            return;
        };
        let (at, number) = (self.stage.now(), self.record.newcomers.len() + 1);
        let email = format!("newcomer-{number}@example.com");
        let added = Person::new(&self.stage.simulator, BOT)
            .adds(&id, &email)
            .await;
        let person = added.and_then(|it| it["personId"].as_str().map(str::to_owned));
        let newcomer = person.map(|person| Newcomer { at, room, person });
        self.record.newcomers.extend(newcomer);
        // The roster does not have them: they are told nothing in private.
        let act = Act {
            when: When::At(at),
            who: Email::new(&email),
            what: Doing::Ask {
                place: Place::Private,
                words: "agenda".to_owned(),
                language: Language::English,
                about: About::Nothing,
                beneath: false,
            },
        };
        Box::pin(self.perform(&act)).await;
    }
}
