//! The two files of an event, to be edited as organisers edit them.

use showcaller_event::Event;

use crate::stage::event;

/// An event file and its roster.
#[derive(Debug, Clone)]
pub(crate) struct Files {
    pub(crate) yaml: String,
    pub(crate) people: String,
}

impl Files {
    /// Those of `examples/NAME`.
    pub(crate) fn of_example(name: &str) -> Self {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../examples")
            .join(name);
        let read = |file: &str| std::fs::read_to_string(folder.join(file)).expect("an example");
        Self {
            yaml: read("event.yaml"),
            people: read("people.csv"),
        }
    }

    /// The same with one passage of the event file replaced.
    pub(crate) fn edited(mut self, from: &str, to: &str) -> Self {
        assert!(self.yaml.contains(from), "the event file has «{from}»");
        self.yaml = self.yaml.replacen(from, to, 1);
        self
    }

    /// The same with one passage of the roster replaced.
    pub(crate) fn people_edited(mut self, from: &str, to: &str) -> Self {
        assert!(self.people.contains(from), "the roster has «{from}»");
        self.people = self.people.replacen(from, to, 1);
        self
    }

    /// The same with only those lines of the roster that `keep` wants; the head stays.
    pub(crate) fn people_who(mut self, keep: impl Fn(&str) -> bool) -> Self {
        let head = self.people.lines().take(1);
        let rest = self.people.lines().skip(1).filter(|line| keep(line));
        self.people = head.chain(rest).map(|line| format!("{line}\n")).collect();
        self
    }

    /// The checked event.
    pub(crate) fn event(&self) -> Event {
        let load = |_: &str| Ok(self.people.clone().into_bytes());
        event(self.yaml.as_bytes(), &load)
    }
}

/// An event of middle size with a bit of everything: two teams, locked and open rooms, one for
/// announcements, one for the whole organisation, tabs with plain addresses and with meetings'
/// links, co-hosts with and without an account, a lobby, mails.
pub(crate) fn fair() -> Files {
    Files {
        yaml: include_str!("fair/event.yaml").to_owned(),
        people: include_str!("fair/people.csv").to_owned(),
    }
}
