//! What operators read in their room when they call the show from there.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use showcaller_event::Event;
use showcaller_event::markdown::{code, inert};
use showcaller_event::model::{CueKey, RoomKey};
use showcaller_secret::Secret;
use showcaller_show::{ChatCommand, Command, Entry, Fact, Intent, Logged};

use super::judged::Advice;
use super::listing::{ListedCue, Listing};
use crate::answers::{Card, Message};
use crate::count::{clock, span};
use crate::slip;

/// So many lines of one kind are shown; of more, how many there are.
const MOST_LINES: usize = 12;
/// So many cues are listed.
const MOST_CUES: usize = 30;

/// The name of the button that does what was previewed; the other one is *No*.
pub const YES: &str = "yes";

/// What a command would do, before it is carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatPreview {
    /// What was in between, in a sentence, if there is something.
    pub before: Option<String>,
    /// What is asked: `Send opening/day-2 to all 12 rooms now?`
    pub question: String,
    /// What is to be known before, by kind; a kind may have a title. No Markdown.
    pub facts: Vec<(Option<String>, Vec<String>)>,
    /// How many people it reaches, where that must be typed.
    pub audience: Option<usize>,
    /// For how long it may be answered.
    pub holds: SignedDuration,
}

/// A sentence or more, in Webex's Markdown.
#[must_use]
pub fn chat_text(markdown: String) -> Message {
    Message {
        markdown: Secret::new(markdown),
        card: None,
    }
}

/// A preview that is answered by *yes* or *no*: by a word, and by a button where nothing must be typed.
#[must_use]
pub fn chat_preview(preview: &ChatPreview, card_key: &str) -> Message {
    let card = preview.audience.is_none().then(|| Card {
        content: card(preview, card_key),
        keys: [YES, "no"]
            .map(|name| Intent::Custom(name.to_owned()))
            .into(),
    });
    Message {
        markdown: Secret::new(markdown(preview)),
        card,
    }
}

fn markdown(preview: &ChatPreview) -> String {
    let mut text = String::new();
    if let Some(before) = &preview.before {
        text.push_str(&format!("{before}\n\n"));
    }
    text.push_str(&format!("**{}**\n", inert(&preview.question)));
    for (title, lines) in &preview.facts {
        match title {
            Some(title) => text.push_str(&format!("\n{}:\n\n", inert(title))),
            None => text.push('\n'),
        }
        for line in shown(lines) {
            text.push_str(&format!("- {}\n", inert(&line)));
        }
    }
    text.push_str(&format!("\n{}", how(preview)));
    text
}

fn how(preview: &ChatPreview) -> String {
    let within = span(preview.holds);
    match preview.audience {
        None => format!("Say `yes` within {within} to do it, or `no`."),
        Some(people) => format!(
            "Say `yes {people}`, the number of people that it reaches, within {within} to do it, or `no`."
        ),
    }
}

fn card(preview: &ChatPreview, card_key: &str) -> Value {
    let line =
        |text: &str| json!({ "type": "TextBlock", "text": text, "wrap": true, "spacing": "Small" });
    let mut body: Vec<Value> = preview.before.iter().map(|it| line(it)).collect();
    body.push(json!({
        "type": "TextBlock", "text": inert(&preview.question), "size": "Medium",
        "weight": "Bolder", "wrap": true,
    }));
    for (title, lines) in &preview.facts {
        body.extend(title.as_ref().map(|title| {
            json!({
                "type": "TextBlock", "text": inert(title), "weight": "Bolder", "wrap": true,
                "spacing": "Medium",
            })
        }));
        body.extend(shown(lines).map(|it| line(&inert(&it))));
    }
    let within = format!("Or say yes or no, within {}.", span(preview.holds));
    body.push(json!({
        "type": "TextBlock", "text": within, "size": "Small", "isSubtle": true, "wrap": true,
        "spacing": "Medium", "separator": true,
    }));
    let button = |(number, title)| {
        let data = json!({ "key": format!("{card_key}#{number}") });
        json!({ "type": "Action.Submit", "title": title, "data": data })
    };
    let actions: Vec<Value> = [(0, "Yes"), (1, "No")].map(button).into();
    json!({ "type": "AdaptiveCard", "version": "1.3", "body": body, "actions": actions })
}

/// The first lines, and how many others there are.
fn shown(lines: &[String]) -> impl Iterator<Item = String> {
    let more = lines.len().saturating_sub(MOST_LINES);
    let more = (more > 0).then(|| format!("… and {more} more"));
    lines.iter().take(MOST_LINES).cloned().chain(more)
}

/// What is asked before a command about a cue is carried out.
#[must_use]
pub fn question(command: &Command, cue: &CueKey, audience: &str) -> String {
    match command {
        Command::Go => format!("Send {cue} to {audience} now?"),
        Command::Hold => format!("Hold {cue}?"),
        Command::Skip => format!("Leave {cue} out?"),
        Command::Retry => format!("Send {cue} again where it failed?"),
        Command::Again => format!("Send {cue} to {audience} once more?"),
        Command::Recall => format!("Delete {cue} everywhere?"),
        Command::Settle { arrived: true, .. } => format!("Count {cue} as arrived?"),
        Command::Settle { arrived: false, .. } => format!("Send {cue} again where it is unclear?"),
    }
}

/// What is said once a command about a cue is in the log.
#[must_use]
pub fn called(command: &Command, cue: &CueKey, audience: &str, facts: &[Fact]) -> String {
    let cue = format!("**{cue}**");
    let audience = inert(audience);
    let progress = "`cues` shows how far it is.";
    match command {
        Command::Go | Command::Again if facts.contains(&Fact::NeedsSecond) => {
            format!("Your go to {cue} is noted. It is sent when a second person says go, too.")
        }
        Command::Go => format!("{cue} goes to {audience} now. {progress}"),
        Command::Again => format!("{cue} goes to {audience} once more. {progress}"),
        Command::Hold => format!("{cue} is held until a go."),
        Command::Skip => format!("{cue} is left out, unless there is a go."),
        Command::Retry => format!("{cue} is sent again where it failed. {progress}"),
        Command::Recall => format!("{cue} is being deleted everywhere. A go sends it anew."),
        Command::Settle { arrived: true, .. } => format!("{cue} counts as arrived."),
        Command::Settle { arrived: false, .. } => {
            format!("{cue} is sent again where it was unclear. {progress}")
        }
    }
}

/// A sentence about a cue, and what to say next.
#[must_use]
pub fn chat_advice(advice: &Advice, cue: &CueKey) -> String {
    let sentence = advice.sentence.trim_end_matches('.');
    let sentence = match sentence.strip_prefix(&cue.to_string()) {
        Some(rest) => format!("**{cue}**{}", inert(rest)),
        None => capitalised(&inert(sentence)),
    };
    match &advice.next {
        Some(next) => format!("{sentence}. You can say `{next}`."),
        None => format!("{sentence}."),
    }
}

/// Why something cannot be done, and a hint.
#[must_use]
pub fn chat_refusal(sentence: &str, hint: Option<&str>) -> String {
    let text = |text: &str| inert(&text.replace('`', ""));
    let sentence = capitalised(&text(sentence.trim_end_matches('.')));
    match hint {
        Some(hint) if hint.ends_with('?') => format!("{sentence}: {}", text(hint)),
        Some(hint) => format!("{sentence}: {}.", text(hint.trim_end_matches('.'))),
        None => format!("{sentence}."),
    }
}

/// The sections of a slip's proposal.
#[must_use]
pub fn slip_facts(reading: slip::Reading) -> Vec<(Option<String>, Vec<String>)> {
    let sections = reading.sections.into_iter().map(|section| {
        let lines = section.lines.into_iter();
        let lines = lines.map(|(when, what)| match when.is_empty() {
            true => what,
            false => format!("{when} {what}"),
        });
        (Some(section.title.to_owned()), lines.collect())
    });
    let warnings = reading.warnings;
    let warnings = (!warnings.is_empty()).then(|| (Some("Mind".to_owned()), warnings));
    sections.chain(warnings).collect()
}

/// The cues of the first day of a listing and where they stand; of the other days, those that wait for an
/// operator. `waiting` says how many do.
#[must_use]
pub fn chat_listing(listing: &Listing, waiting: Option<String>) -> String {
    let now = clock(&listing.now);
    let waiting = waiting.unwrap_or_else(|| "no cue waits for you".to_owned());
    let check_ins = listing
        .check_ins
        .iter()
        .map(|line| format!("- {}\n", inert(line)));
    let check_ins: String = check_ins.collect();
    let check_ins = match check_ins.is_empty() {
        true => check_ins,
        false => format!("**Check-ins**\n\n{check_ins}\n"),
    };
    let Some((day, others)) = listing.days.split_first() else {
        return format!("{check_ins}It is {now}, and the event has no cues.");
    };
    let title = inert(&day.title);
    let mut text = format!("It is {now}: {waiting}.\n\n{check_ins}**{title}**\n\n");
    text.push_str(&cue_lines(day.cues.iter()));
    let others = others.iter().flat_map(|day| &day.cues);
    let others: Vec<&ListedCue> = others.filter(|cue| !cue.next.is_empty()).collect();
    if !others.is_empty() {
        text.push_str("\n**Other days**\n\n");
        text.push_str(&cue_lines(others.into_iter()));
    }
    text.push_str(
        "\nSay `go`, `hold`, `skip`, `retry`, `recall` and a cue; `slip 15m`; `undo`; \
         `say team rooms: …`.",
    );
    text
}

fn cue_lines<'c>(cues: impl ExactSizeIterator<Item = &'c ListedCue>) -> String {
    let more = cues.len().saturating_sub(MOST_CUES);
    let line = |cue: &ListedCue| {
        let at = cue.at.as_ref().map_or_else(|| "–".to_owned(), clock);
        let was = cue.was.as_ref().map(clock);
        let was = was.map_or_else(String::new, |was| format!(" (was {was})"));
        let next = cue.next.first();
        let next = next.map_or_else(String::new, |next| format!(" → `{next}`"));
        let (to, words) = (inert(&cue.to), inert(&cue.words));
        format!("- {at}{was} **{}**, {to}: {words}{next}\n", cue.key)
    };
    let mut lines: String = cues.take(MOST_CUES).map(line).collect();
    if more > 0 {
        lines.push_str(&format!("- … and {more} more\n"));
    }
    lines
}

/// What others did in between, after which a preview does not hold any more.
#[must_use]
pub fn meanwhile(logged: &[Logged]) -> String {
    let did: Vec<String> = logged.iter().map(did).collect();
    format!("In between, {}. Nothing was done.", did.join(", and "))
}

fn did(logged: &Logged) -> String {
    let name = inert(&logged.by.name);
    match &logged.entry {
        Entry::Go { .. } => format!("{name} said go"),
        Entry::Hold { .. } => format!("{name} held it"),
        Entry::Skip { .. } => format!("{name} skipped it"),
        Entry::Again { .. } => format!("{name} sent it once more"),
        Entry::Recall { .. } => format!("{name} recalled it"),
        Entry::Retry { .. } => format!("{name} sent it again where it failed"),
        Entry::Settle { .. } => format!("{name} settled it"),
        Entry::Correct { .. } => format!("{name} corrected it"),
        Entry::Slip { slip } => format!("{name} moved {} {}", slip.day, slip::by(slip.minutes)),
        Entry::UndoSlip { number, .. } => format!("{name} undid slip {number}"),
        Entry::EndSlips { .. } => format!("{name} ended slips"),
        Entry::Detach { meeting } => format!("{name} detached {meeting}"),
        Entry::Attach { meeting } => format!("{name} attached {meeting}"),
        Entry::CheckedIn { .. } => format!("{name} checked in"),
        Entry::Say { .. } | Entry::Started { .. } | Entry::Ended { .. } | Entry::Waiting { .. } => {
            format!("{name} wrote into the log")
        }
    }
}

/// What an operator is told in a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note<'a> {
    /// These words may be meant.
    DidYouMean(&'a str),
    /// The show is called in this room.
    Elsewhere(&'a RoomKey),
    /// There is nothing to say yes or no to.
    NothingAsked,
    /// What was asked was answered before.
    Answered,
    /// Another person asked that.
    AskedByAnother(&'a ChatCommand),
    /// It was asked too long ago.
    Expired(&'a ChatCommand),
    /// The preview is not known to be in the room.
    Unseen(&'a ChatCommand),
    /// It is not done.
    Dropped(&'a ChatCommand),
    /// The number of people must be typed.
    TypeAudience(usize),
    /// The command was written too long before it was read.
    ReadLate(&'a ChatCommand),
}

/// What an operator is told in a sentence, in Webex's Markdown.
#[must_use]
pub fn note(note: Note<'_>, event: &Event) -> String {
    let command = |command: &ChatCommand| code(&command.to_string());
    match note {
        Note::DidYouMean(words) => format!("Did you mean {}?", code(words)),
        Note::Elsewhere(room) => {
            let title = event.room(room).map_or("", |room| &room.title);
            format!(
                "The show is called in {}: say it there, where the other organisers see it.",
                inert(title)
            )
        }
        Note::NothingAsked => "Nothing of yours waits for a yes or a no here.".to_owned(),
        Note::Answered => "That was answered before: nothing more was done.".to_owned(),
        Note::AskedByAnother(asked) => {
            format!(
                "Another person asked for that: say {} yourself.",
                command(asked)
            )
        }
        Note::Expired(asked) => format!(
            "That was asked too long ago, so nothing was done. Say {} again.",
            command(asked)
        ),
        Note::Unseen(asked) => format!(
            "Nothing was done: it is not certain that you have seen what {} does. Say it again.",
            command(asked)
        ),
        Note::Dropped(asked) => format!("Nothing was done: {} is dropped.", command(asked)),
        Note::TypeAudience(people) => {
            format!("It reaches {people} people. Say `yes {people}` to do it.")
        }
        Note::ReadLate(asked) => format!(
            "I read {} only now, so nothing was done. Say it again if it is still meant.",
            command(asked)
        ),
    }
}

/// That a yes was read too late to be acted on.
#[must_use]
pub fn late_yes(said: Timestamp, event: &Event) -> String {
    let at = said.in_tz(&event.timezone).map(|at| clock(&at));
    let at = at.map_or_else(|_| String::new(), |at| format!(" of {at}"));
    format!("I read your yes{at} only now, so nothing was done. Is it still meant?")
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
