//! What people call rooms and meetings.

use std::collections::BTreeMap;

use showcaller_event::model::Address;

use crate::plan::Plan;

/// The titles that the plan knows. What it knows none of goes by its key.
pub(super) struct Titles<'p> {
    titles: &'p BTreeMap<Address, String>,
    /// How many of a kind have the same title.
    alike: BTreeMap<(&'p str, &'p str), usize>,
}

impl<'p> Titles<'p> {
    pub(super) fn of(plan: &'p Plan) -> Self {
        let mut alike = BTreeMap::new();
        for (address, title) in &plan.titles {
            *alike.entry((address.kind(), title.as_str())).or_default() += 1;
        }
        Self {
            titles: &plan.titles,
            alike,
        }
    }

    pub(super) fn room(&self, key: &str) -> String {
        self.called("room", key)
    }

    pub(super) fn meeting(&self, key: &str) -> String {
        self.called("meeting", key)
    }

    /// The title, and the key beside it where several have the same.
    fn called(&self, kind: &str, key: &str) -> String {
        match self.titles.get(&Address::new(format!("{kind}/{key}"))) {
            None => key.to_owned(),
            Some(title) if self.alike[&(kind, title.as_str())] > 1 => format!("{title} ({key})"),
            Some(title) => title.clone(),
        }
    }
}
