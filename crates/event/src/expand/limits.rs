//! How much is made of one file at most: a pattern over many teams and days can ask for millions.

use std::ops::Range;

use crate::diagnostics::Diagnostics;

/// Something of which there may be too much.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    Rooms,
    Memberships,
    Meetings,
    Invitations,
    Messages,
}

impl Kind {
    /// Enough for as many people as a roster may have, each in a room of their own, five times over.
    const fn most(self) -> usize {
        match self {
            Self::Rooms | Self::Meetings => 100_000,
            Self::Messages | Self::Memberships | Self::Invitations => 500_000,
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Rooms => "rooms",
            Self::Memberships => "people in rooms",
            Self::Meetings => "meetings",
            Self::Invitations => "invitations",
            Self::Messages => "messages",
        }
    }
}

/// Counts what is made.
pub(super) struct Limit {
    kind: Kind,
    made: usize,
    over: bool,
}

impl Limit {
    pub(super) const fn new(kind: Kind) -> Self {
        Self {
            kind,
            made: 0,
            over: false,
        }
    }

    /// Whether so many more may be made; the first time that they may not, says so.
    pub(super) fn allows(
        &mut self,
        more: usize,
        span: &Range<usize>,
        diagnostics: &mut Diagnostics,
    ) -> bool {
        let total = self.made.saturating_add(more);
        if !self.over && total <= self.kind.most() {
            self.made = total;
            return true;
        }
        if !self.over {
            self.over = true;
            let (words, most) = (self.kind.words(), self.kind.most());
            let message = format!("with this, the event has more than {most} {words}");
            diagnostics
                .error("event/size", span.clone(), message)
                .hint("events of this size are not supported: make several of it");
        }
        false
    }
}
