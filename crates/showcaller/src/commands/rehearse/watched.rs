//! A rehearsal in the terminal, as it unfolds.

use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;
use showcaller_event::Event;
use showcaller_event::markdown::plain;
use showcaller_rehearsal::script::Place;
use showcaller_rehearsal::{Asked, Attendance, Attended, Happening, Recipient};

use crate::terminal::say;

/// Longer lines are cut.
const WIDTH: usize = 78;

/// Shows what happens, and keeps it at a pace.
pub(super) struct Watched {
    zone: TimeZone,
    speed: Option<u32>,
    /// When the pace began: in the rehearsal and here.
    began: Option<(Timestamp, Instant)>,
    /// Names of people by address.
    names: BTreeMap<String, String>,
    /// Messages of one text that go out together are one line.
    last: Option<(Timestamp, String, usize)>,
    /// For whom the first of them is.
    last_to: String,
    day: Option<jiff::civil::Date>,
}

impl Watched {
    pub(super) fn new(event: &Event, speed: Option<u32>) -> Self {
        let name = |person: &showcaller_event::model::Person| {
            (person.email.as_str().to_owned(), person.name.clone())
        };
        Self {
            zone: event.zone(),
            speed,
            began: None,
            names: event.people.iter().map(name).collect(),
            last: None,
            last_to: String::new(),
            day: None,
        }
    }

    pub(super) fn show(&mut self, at: Timestamp, happening: &Happening<'_>) {
        self.wait(at, happening);
        if let Happening::Wrote(message, to) = happening {
            return self.wrote(message, *to);
        }
        self.flush();
        let line = match happening {
            Happening::Wrote(..) => return,
            Happening::Applied(applied) => format!("set up: {} things made on Webex", applied.made),
            Happening::Serves => "the bot is there".to_owned(),
            Happening::Asked(asked) => self.asked(asked),
            Happening::Attended(attended) => match self.attended(attended) {
                Some(line) => line,
                None => return,
            },
            Happening::Called(called) => format!("operator: {} {}", called.said, called.cue),
            Happening::Slipped(slipped) => {
                format!("operator: slip {} {}m", slipped.day, slipped.minutes)
            }
            Happening::Crashed(_) => "the program of the bot dies; it is started again".to_owned(),
        };
        self.line(at, &line);
    }

    fn asked(&self, asked: &Asked) -> String {
        let place = match &asked.place {
            Place::Room(room) => room.to_string(),
            Place::Private => "in private".to_owned(),
        };
        format!(
            "{place}: {}: {}",
            self.name(asked.who.as_str()),
            asked.words
        )
    }

    /// People who come and go are many: only those who cannot are told.
    fn attended(&self, attended: &Attended) -> Option<String> {
        let who = self.name(attended.who.as_str());
        let meeting = &attended.meeting;
        match (&attended.refused, attended.what) {
            (Some(why), _) => Some(format!("{who} does not get into {meeting}: {why}")),
            (None, Attendance::WaitsInLobby) => Some(format!("{who} waits for {meeting} to open")),
            (None, Attendance::Joined | Attendance::Left) => None,
        }
    }

    fn wrote(&mut self, message: &Value, to: Option<Recipient<'_>>) {
        let created = message["created"].as_str().and_then(|it| it.parse().ok());
        let at = created.unwrap_or(Timestamp::UNIX_EPOCH);
        let words = message["markdown"].as_str().unwrap_or_default();
        let first = plain(&without_urls(words.lines().next().unwrap_or_default()));
        let first = first.replace("**", "");
        let first = first.split(" http").next().unwrap_or_default().to_owned();
        match &mut self.last {
            Some((_, text, times)) if *text == first => *times += 1,
            _ => {
                self.flush();
                let to = match to {
                    Some(Recipient::Room(room)) => room.to_string(),
                    Some(Recipient::Person(person)) => self.name(person).to_owned(),
                    None => "one person".to_owned(),
                };
                self.last = Some((at, first, 1));
                self.last_to = to;
            }
        }
    }

    fn flush(&mut self) {
        if let Some((at, text, times)) = self.last.take() {
            let to = match times {
                1 => std::mem::take(&mut self.last_to),
                many => format!("{many} rooms"),
            };
            self.line(at, &format!("  bot, to {to}: {text}"));
        }
    }

    fn line(&mut self, at: Timestamp, text: &str) {
        let at = at.to_zoned(self.zone.clone());
        if self.day != Some(at.date()) {
            self.day = Some(at.date());
            say::line("");
            say::line(&at.strftime("%A, %-d %B %Y").to_string());
        }
        let mut line = format!("{} {text}", at.strftime("%H:%M:%S"));
        if line.chars().count() > WIDTH {
            line = line.chars().take(WIDTH - 1).collect();
            line.push('…');
        }
        say::line(&line);
    }

    fn name<'n>(&'n self, email: &'n str) -> &'n str {
        self.names.get(email).map_or(email, String::as_str)
    }

    /// Keeps the pace; from each day's beginning on.
    fn wait(&mut self, at: Timestamp, happening: &Happening<'_>) {
        let Some(speed) = self.speed else { return };
        if matches!(happening, Happening::Serves) {
            self.began = Some((at, Instant::now()));
        }
        let Some((first, began)) = self.began else {
            return;
        };
        let passed = Duration::try_from(at.duration_since(first)).unwrap_or_default();
        let due = passed / speed;
        thread::sleep(due.saturating_sub(began.elapsed()));
    }
}

/// A text with links, without where they lead.
fn without_urls(text: &str) -> String {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once("](") {
        let (lead, label) = before.rsplit_once('[').unwrap_or((before, ""));
        out.extend([lead, label]);
        rest = after.split_once(')').map_or("", |(_, rest)| rest);
    }
    out + rest
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.flush();
    }
}
