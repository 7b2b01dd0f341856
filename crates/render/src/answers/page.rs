//! What an answer says, in order, before it is drawn: Markdown and card are drawn from the same page,
//! so they say the same.

use showcaller_event::Language;
use showcaller_secret::Secret;
use showcaller_show::Intent;

use super::inert::Inert;
use super::phrases::{self, Phrases};

/// One message.
#[derive(Clone)]
pub(super) struct Page {
    pub(super) language: Language,
    pub(super) title: Option<String>,
    pub(super) blocks: Vec<Block>,
    /// The zone of the times; said quietly at the end.
    pub(super) zone: Option<String>,
    /// What can be asked in words; said quietly after it.
    pub(super) words: Option<String>,
    /// What can be asked for by a button, most useful first; as many are shown as fit.
    pub(super) asks: Vec<Intent>,
    /// Whether it is drawn as a card, too.
    pub(super) card: bool,
}

#[derive(Clone)]
pub(super) enum Block {
    /// A day, or a team.
    Heading(String),
    Line(String),
    Item(String),
    Meeting(Row),
}

/// A meeting.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) time: String,
    /// The same on the second clock.
    pub(super) beside: Option<String>,
    pub(super) title: Inert,
    /// Whether it runs, for whom it is, in words.
    pub(super) notes: Vec<String>,
    pub(super) entry: Entry,
    pub(super) number: Option<String>,
    pub(super) password: Option<Secret>,
}

/// The way into a meeting.
#[derive(Clone)]
pub(super) enum Entry {
    /// A button of the card; in Markdown a link.
    Button(Secret),
    Link(Secret),
    /// There is no link yet.
    Follows,
    /// There is no link that may be clicked on.
    None,
}

impl Page {
    pub(super) fn new(language: Language) -> Self {
        Self {
            language,
            title: None,
            blocks: Vec::new(),
            zone: None,
            words: None,
            asks: Vec::new(),
            card: false,
        }
    }

    pub(super) fn titled(language: Language, title: impl Into<String>) -> Self {
        Self {
            title: Some(title.into()),
            ..Self::new(language)
        }
    }

    pub(super) fn sentence(language: Language, sentence: impl Into<String>) -> Self {
        let mut page = Self::new(language);
        page.blocks.push(Block::Line(sentence.into()));
        page
    }

    pub(super) fn phrases(&self) -> &'static Phrases {
        phrases::of(self.language)
    }

    /// The quiet lines at the end.
    pub(super) fn quiet(&self) -> Vec<&str> {
        let lines = [&self.zone, &self.words];
        lines.into_iter().flatten().map(String::as_str).collect()
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = &Row> {
        self.blocks.iter().filter_map(Block::row)
    }
}

impl Block {
    /// The same without number and password.
    pub(super) fn without_access(self) -> Self {
        match self {
            Self::Meeting(row) => Self::Meeting(Row {
                number: None,
                password: None,
                ..row
            }),
            other => other,
        }
    }

    pub(super) fn row(&self) -> Option<&Row> {
        match self {
            Self::Meeting(row) => Some(row),
            Self::Heading(_) | Self::Line(_) | Self::Item(_) => None,
        }
    }
}
