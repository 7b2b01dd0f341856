//! The notes of deliveries, as many as fit.

use std::collections::VecDeque;

use super::note::Note;

/// So many are kept; of more, the oldest that have ended are forgotten.
const MOST: usize = 50_000;

/// Notes by their number, which stays theirs when others are forgotten.
#[derive(Debug, Clone, Default)]
pub(crate) struct Log {
    /// The number of the first note that is kept.
    first: usize,
    notes: VecDeque<Note>,
    under_way: usize,
}

impl Log {
    /// Adds a note and returns its number.
    pub(super) fn push(&mut self, note: Note) -> usize {
        self.under_way += usize::from(note.is_under_way());
        self.notes.push_back(note);
        while self.notes.len() > MOST && self.notes.front().is_some_and(|one| !one.is_under_way()) {
            self.notes.pop_front();
            self.first += 1;
        }
        self.first + self.notes.len() - 1
    }

    /// Changes a note by which a delivery ends.
    pub(super) fn end(&mut self, number: usize, end: impl FnOnce(&mut Note)) {
        let place = number.checked_sub(self.first);
        if let Some(note) = place.and_then(|place| self.notes.get_mut(place)) {
            self.under_way -= usize::from(note.is_under_way());
            end(note);
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Note> {
        self.notes.iter()
    }

    pub(crate) fn under_way(&self) -> usize {
        self.under_way
    }

    /// Forgets what has not ended.
    pub(crate) fn keep_ended(&mut self) {
        self.notes.retain(|note| !note.is_under_way());
        self.under_way = 0;
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;
    use uuid::Uuid;

    use super::super::send::Outcome;
    use super::*;
    use crate::world::webhooks::Notice;

    fn note(outcome: Option<Outcome>) -> Note {
        let notice = Notice {
            webhook: Uuid::nil(),
            owner: Uuid::nil(),
            target_url: String::new(),
            secret: None,
            resource: "messages",
            event: "created",
            body: json!({}),
        };
        Note::new(&notice, Timestamp::UNIX_EPOCH, Vec::new(), outcome)
    }

    #[test]
    fn the_oldest_that_have_ended_are_forgotten_and_numbers_stay() {
        let mut log = Log::default();
        for _ in 0..MOST + 10 {
            log.push(note(Some(Outcome::Lost)));
        }
        let last = log.push(note(None));
        assert_eq!((log.iter().count(), last), (MOST, MOST + 10));
        assert_eq!(log.under_way(), 1);
        log.end(last, |note| {
            note.ended(Timestamp::UNIX_EPOCH, Outcome::Unsent)
        });
        assert_eq!(log.under_way(), 0);
        assert!(log.iter().all(|note| !note.is_under_way()));
        // Whose note is forgotten ends without one.
        log.end(0, |_| panic!("it is forgotten"));
    }

    #[test]
    fn what_is_under_way_is_kept() {
        let mut log = Log::default();
        let first = log.push(note(None));
        for _ in 0..MOST {
            log.push(note(Some(Outcome::Lost)));
        }
        assert_eq!((first, log.iter().count()), (0, MOST + 1));
    }
}
