//! Texts for rooms, in one language or in several.

use std::collections::BTreeSet;

use super::frame::Frame;
use super::limits::Limit;
use super::texts::{Reader, Told, Written};
use crate::diagnostics::{At, Diagnostics};
use crate::grammar::SayText;
use crate::language::Language;
use crate::model::{RoomKey, Say};
use crate::template::Times;

/// A text, read: a template for each of its languages.
pub(super) struct WrittenSay {
    otherwise: Written,
    others: Vec<(Language, Written)>,
}

impl WrittenSay {
    /// In how many languages it is written.
    pub(super) fn languages(&self) -> usize {
        1 + self.others.len()
    }

    fn templates(&self) -> impl Iterator<Item = &Written> {
        let others = self.others.iter().map(|(_, written)| written);
        std::iter::once(&self.otherwise).chain(others)
    }
}

impl Frame<'_> {
    /// The language of the event.
    pub(super) fn language(&self) -> Language {
        let language = self.file.language.as_ref();
        language.map_or_else(Language::default, |language| language.value)
    }

    /// Reads a text in each of its languages; mistakes are said where they stand.
    pub(super) fn say(
        &self,
        say: &At<SayText>,
        diagnostics: &mut Diagnostics,
    ) -> Option<WrittenSay> {
        let map = match &say.value {
            SayText::One(text) => {
                let otherwise = self.written(&say.with(text.clone()), diagnostics)?;
                let others = Vec::new();
                return Some(WrittenSay { otherwise, others });
            }
            SayText::ByLanguage(map) => map,
        };
        let own = self.language();
        // Without a `language:` that can be read, another one may have been meant.
        let known = self.file.language.is_some() || !self.file.broken;
        let mut keys = map.entries.iter().map(|entry| &entry.id);
        if known && keys.all(|key| key.value != own.tag()) {
            let place = match map.entries.first() {
                Some(first) => first.id.span.clone(),
                None => say.span.clone(),
            };
            let message = format!("this text is missing in `{own}`, the language of the event");
            diagnostics
                .error("say/language", place, message)
                .hint(format!(
                    "add `{own}: …`: it is for everybody whose language is not here"
                ));
        }
        let mut texts = Vec::new();
        for entry in &map.entries {
            let text = At::new(entry.entry.clone(), entry.span.clone());
            // A language that the bot does not speak was reported with the file's keys.
            let language = Language::of_tag(&entry.id.value);
            let written = self.written(&text, diagnostics);
            texts.extend(language.zip(written));
        }
        // After a finding, any text will do to look for further ones.
        let place = texts.iter().position(|(language, _)| *language == own);
        let (_, otherwise) = match place {
            None if texts.is_empty() => return None,
            place => texts.remove(place.unwrap_or_default()),
        };
        let others = texts;
        Some(WrittenSay { otherwise, others })
    }
}

impl Told<'_> {
    /// Fills a text in for each of these readers, in each of its languages.
    pub(super) fn say(
        &self,
        frame: &Frame<'_>,
        written: &WrittenSay,
        readers: &BTreeSet<Reader>,
        day: Option<usize>,
        diagnostics: &mut Diagnostics,
    ) -> Vec<(Reader, Say)> {
        let mut fill = |written, language| {
            self.fill(
                frame,
                written,
                readers,
                (language, day, Times::Open),
                diagnostics,
            )
        };
        let mut said: Vec<_> = fill(&written.otherwise, frame.language())
            .into_iter()
            .map(|(reader, text)| (reader, Say::only(text)))
            .collect();
        for (language, written) in &written.others {
            for (reader, text) in fill(written, *language) {
                // Both are in the order of the readers; one is missing only after a finding.
                if let Ok(place) = said.binary_search_by_key(&reader, |(reader, _)| *reader) {
                    said[place].1.by_language.insert(*language, text);
                }
            }
        }
        said
    }

    /// Fills a text in for every room in which it makes sense; says so if there is none. `what` is
    /// the text's kind, as in the code of that finding, and `name` where it is named.
    pub(super) fn say_in_fitting_rooms(
        &self,
        frame: &Frame<'_>,
        say: &At<SayText>,
        (code, what, name): (&'static str, &str, &std::ops::Range<usize>),
        most: &mut Limit,
        diagnostics: &mut Diagnostics,
    ) -> Vec<(RoomKey, Say)> {
        let Some(written) = frame.say(say, diagnostics) else {
            return Vec::new();
        };
        let fits = |room: &usize| written.templates().all(|text| self.concerns(*room, text));
        let rooms: BTreeSet<usize> = (0..self.rooms.len()).filter(fits).collect();
        if rooms.is_empty() && !self.rooms.is_empty() {
            diagnostics
                .error(code, name.clone(), format!("no room would get this {what}"))
                .hint("it names a team, a group or a meeting that no room has");
        }
        let messages = rooms.len() * written.languages();
        if !most.allows(messages, name, diagnostics) {
            return Vec::new();
        }
        let readers = rooms.into_iter().map(Reader::Room).collect();
        let said = self.say(frame, &written, &readers, None, diagnostics);
        said.into_iter()
            .filter_map(|(reader, say)| match reader {
                Reader::Room(room) => Some((self.rooms[room].key.clone(), say)),
                Reader::Person(_) => None,
            })
            .collect()
    }
}
