//! Languages and time zones, as people name them.

use std::collections::HashMap;
use std::ops::Range;

use jiff::tz::{TimeZone, db};

use crate::diagnostics::{Diagnostics, closest};
use crate::hint::Hint;

use super::address::{Fault, visible};

/// What people write in place of a language's tag: its name, or a country's letters.
const LANGUAGES: [(&str, &str); 40] = [
    ("english", "en"),
    ("german", "de"),
    ("deutsch", "de"),
    ("french", "fr"),
    ("français", "fr"),
    ("francais", "fr"),
    ("dutch", "nl"),
    ("nederlands", "nl"),
    ("flemish", "nl-BE"),
    ("vlaams", "nl-BE"),
    ("spanish", "es"),
    ("español", "es"),
    ("espanol", "es"),
    ("italian", "it"),
    ("italiano", "it"),
    ("portuguese", "pt"),
    ("português", "pt"),
    ("polish", "pl"),
    ("polski", "pl"),
    ("swedish", "sv"),
    ("svenska", "sv"),
    ("danish", "da"),
    ("dansk", "da"),
    ("norwegian", "nb"),
    ("finnish", "fi"),
    ("czech", "cs"),
    ("greek", "el"),
    ("turkish", "tr"),
    ("ukrainian", "uk"),
    ("russian", "ru"),
    ("arabic", "ar"),
    ("hindi", "hi"),
    ("chinese", "zh"),
    ("japanese", "ja"),
    ("korean", "ko"),
    ("jp", "ja"),
    ("cz", "cs"),
    ("dk", "da"),
    ("gr", "el"),
    ("cn", "zh"),
];

/// A BCP 47 tag (RFC 5646) of language, script and region, in its usual spelling. Whether
/// anybody speaks it is not looked up.
pub(super) fn language(text: &str) -> Result<String, Fault> {
    let lower = text.to_lowercase();
    if let Some((_, tag)) = LANGUAGES.iter().find(|(name, _)| *name == lower) {
        let hint = Hint::write(*tag);
        return Err(Fault::new(
            format!("`{}` is not a language tag", visible(text)),
            Some(hint),
        ));
    }
    let mut parts = text.split(['-', '_']);
    let first = parts.next().unwrap_or_default();
    let letters = |part: &str| part.chars().all(|c| c.is_ascii_alphabetic());
    let mut tag = first.to_lowercase();
    let mut good = matches!(first.len(), 2 | 3) && letters(first);
    for part in parts {
        tag.push('-');
        match part.len() {
            2 if letters(part) => tag.push_str(&part.to_uppercase()),
            3 if part.chars().all(|c| c.is_ascii_digit()) => tag.push_str(part),
            4 if letters(part) => {
                tag.push_str(&part[..1].to_uppercase());
                tag.push_str(&part[1..].to_lowercase());
            }
            5..=8 if part.chars().all(|c| c.is_ascii_alphanumeric()) => {
                tag.push_str(&part.to_lowercase());
            }
            _ => good = false,
        }
    }
    if good {
        return Ok(tag);
    }
    let hint = "take a tag such as `en`, `nl-BE` or `pt-BR`".into();
    Err(Fault::new(
        format!("`{}` is not a language tag", visible(text)),
        Some(hint),
    ))
}

/// Notes a zone that has no summer time, where a place was probably meant.
pub(crate) fn note_fixed(zone: &str, span: &Range<usize>, diagnostics: &mut Diagnostics) {
    let meant = |place: &str| Hint::instead(format!("is `{place}` meant?"), place);
    let hint = match zone {
        "EST" => meant("America/New_York"),
        "GMT" => meant("Europe/London"),
        "MST" => meant("America/Denver"),
        _ if zone.starts_with("Etc/GMT+") || zone.starts_with("Etc/GMT-") => {
            "take a place, as `America/New_York`; `Etc/GMT+5` is five hours behind UTC".into()
        }
        _ => return,
    };
    let message = format!("`{zone}` is the same offset all year, without summer time");
    diagnostics
        .note("timezone/fixed", span.clone(), message)
        .hint(hint);
}

/// More suggestions than anybody reads: looking through all zones for each is slow.
const MOST_SUGGESTIONS: usize = 50;

/// Time zones, looked up in the database that travels with the program, so that a check says
/// the same on every machine.
pub(crate) struct Zones {
    seen: HashMap<String, Result<String, Fault>>,
    suggested: usize,
}

impl Zones {
    pub(crate) fn new() -> Self {
        Self {
            seen: HashMap::new(),
            suggested: 0,
        }
    }

    /// The zone's name in its proper spelling.
    pub(crate) fn name(&mut self, text: &str) -> Result<String, Fault> {
        if let Some(known) = self.seen.get(text) {
            return known.clone();
        }
        let found = self.look_up(text);
        self.seen.insert(text.to_owned(), found.clone());
        found
    }

    fn look_up(&mut self, text: &str) -> Result<String, Fault> {
        let plain = text.trim().replace(' ', "_");
        if let Some(name) = TimeZone::get(&plain)
            .ok()
            .and_then(|zone| zone.iana_name().map(str::to_owned))
        {
            return Ok(name);
        }
        self.suggested += 1;
        let hint = (self.suggested <= MOST_SUGGESTIONS)
            .then(|| Self::hint(&plain))
            .flatten();
        let example = || "take the name of a place, such as Europe/Brussels or UTC".into();
        Err(Fault::new(
            format!("`{}` is not a time zone", visible(text)),
            Some(hint.unwrap_or_else(example)),
        ))
    }

    fn hint(text: &str) -> Option<Hint> {
        // `CEST`, `PST`: the nearest name in the list would be another place's.
        if text.len() <= 5 && text.chars().all(|c| c.is_ascii_uppercase()) {
            return None;
        }
        let names: Vec<String> = db()
            .available()
            .map(|name| name.as_str().to_owned())
            .collect();
        let lower = text.to_lowercase();
        let city = |name: &&String| {
            name.contains('/')
                && name
                    .rsplit('/')
                    .next()
                    .is_some_and(|city| city.to_lowercase() == lower)
        };
        let meant = names
            .iter()
            .find(city)
            .map(String::as_str)
            .or_else(|| closest(text, names.iter().map(String::as_str)))?;
        Some(Hint::instead(format!("did you mean `{meant}`?"), meant))
    }
}
