//! Passwords that Webex sites usually refuse.
//!
//! A site's own rules cannot be read (meetings §2), and a refused creation costs quota like one
//! that works (meetings §12). So these are the rules that sites usually have, and a generated
//! password keeps all of them.

use crate::model::{Meeting, MeetingPassword};

use super::input::Input;
use super::report::Report;

const SHORTEST: usize = 8;
/// The longest that is safe to type from a slide; sites differ.
const LONGEST: usize = 64;
/// Words that sites refuse in any case.
const WORDS: [&str; 4] = ["password", "passwd", "webex", "cisco"];

pub(super) fn usual_rules<'a>(input: &Input<'a>, report: &mut Report<'a>) {
    for meeting in &input.event.meetings {
        let MeetingPassword::Given(password) = &meeting.password else {
            continue;
        };
        let faults = faults(password.expose(), meeting);
        if faults.is_empty() {
            continue;
        }
        report.error(
            input.places.meeting(&meeting.key, |it| it.password.clone()),
            format!(
                "Webex would probably refuse this password: it {}",
                faults.join(", ")
            ),
            "8 to 64 letters and digits, small and capital, are safe; or write `generated`. \
             What the site really demands is not readable",
        );
    }
}

/// What is wrong with it, never with a piece of it in the words.
fn faults(password: &str, meeting: &Meeting) -> Vec<String> {
    let length = password.chars().count();
    let lower = password.to_lowercase();
    let has = |what: fn(char) -> bool| password.chars().any(what);
    let mut faults = Vec::new();
    let mut fault = |wrong: bool, words: &str| {
        if wrong {
            faults.push(words.to_owned());
        }
    };
    fault(length < SHORTEST, "is shorter than 8 characters");
    fault(length > LONGEST, "is longer than 64 characters");
    fault(!has(|c| c.is_ascii_lowercase()), "has no small letter");
    fault(!has(|c| c.is_ascii_uppercase()), "has no capital letter");
    fault(!has(|c| c.is_ascii_digit()), "has no digit");
    fault(
        has(|c| !c.is_ascii_graphic()),
        "has spaces or letters beyond a-z",
    );
    fault(repeats(password), "has one character three times in a row");
    for word in WORDS.iter().filter(|word| lower.contains(*word)) {
        fault(true, &format!("contains \"{word}\""));
    }
    fault(
        contains_words(&lower, &meeting.title),
        "contains the meeting's title",
    );
    let host = meeting.host.as_ref().map(|host| host.as_str());
    let account = host
        .and_then(|host| host.split('@').next())
        .unwrap_or_default();
    fault(contains_words(&lower, account), "contains the host's name");
    faults
}

fn repeats(password: &str) -> bool {
    let characters: Vec<_> = password.chars().collect();
    characters
        .windows(3)
        .any(|three| three[0] == three[1] && three[1] == three[2])
}

/// Short words occur in anything by chance.
fn contains_words(lower: &str, words: &str) -> bool {
    const SHORTEST_WORDS: usize = 4;
    let plain: String = words
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    plain.chars().count() >= SHORTEST_WORDS && lower.contains(&plain)
}
