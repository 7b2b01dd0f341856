//! Pinned pages that show a link which has just changed are put right in the same run (promise 3).

use std::collections::BTreeSet;

use showcaller_event::Event;
use showcaller_event::model::{Address, MeetingKey};
use showcaller_plan::observed::Look;
use showcaller_plan::{CannotReason, Field, LookWish, Value, Wishes};

use super::apply::{Assignment, Runner};
use super::observe::Outlook;
use super::report::{Failure, Progress, Undone};
use crate::floor::Stop;

/// A pinned page that leads to a meeting.
struct Page {
    room: Address,
    tab: Address,
    meetings: Vec<Address>,
}

impl Runner<'_> {
    /// Looks at the pages that may lead to an old link, and changes those that do. Where that cannot be
    /// told, something is left to do: the report says so.
    pub(super) async fn follow_links(
        &mut self,
        assignment: &Assignment<'_>,
        progress: &dyn Progress,
        stop: &Stop,
    ) {
        let changed = self.report.link_changes.iter();
        let changed: BTreeSet<&MeetingKey> = changed.map(|change| &change.meeting).collect();
        let mut pages = pages_showing(assignment.event, &changed);
        // What was pinned after the change shows the new link.
        pages.retain(|page| !self.report.done.contains(&page.tab));
        if pages.is_empty() {
            return;
        }
        if stop.asked() || self.report.trouble.is_some() {
            return self.not_tried(pages);
        }
        let wishes = Wishes {
            look: LookWish::Full,
            ..Wishes::default()
        };
        match self.work.engine.look(assignment.event, &wishes).await {
            Ok(mut outlook) => {
                let unread = pages.into_iter().filter_map(|page| {
                    let why = unread(&outlook, &page)?;
                    Some(unfollowed(page, &why))
                });
                self.report.unclear.extend(unread);
                let steps = &mut outlook.plan.steps;
                steps.retain(|step| step.address.kind() == "tab");
                if !steps.is_empty() {
                    self.steps(&outlook.plan, progress, stop).await;
                }
            }
            Err(error) => {
                let unread = pages.into_iter();
                let unread = unread.map(|page| unfollowed(page, &error.to_string()));
                self.report.unclear.extend(unread);
            }
        }
    }

    fn not_tried(&mut self, pages: Vec<Page>) {
        for page in pages {
            let mut told = self.report.undone.iter();
            if !told.any(|(address, _)| *address == page.tab) {
                self.report.undone.push((page.tab, Undone::Stopped));
            }
        }
    }
}

fn pages_showing(event: &Event, meetings: &BTreeSet<&MeetingKey>) -> Vec<Page> {
    let rooms = event.rooms.iter();
    let pages = rooms.flat_map(|room| room.tabs.iter().map(move |tab| (room, tab)));
    pages
        .filter(|(_, tab)| tab.url.meetings().any(|meeting| meetings.contains(meeting)))
        .map(|(room, tab)| Page {
            room: Address::room(&room.key),
            tab: Address::tab(&room.key, &tab.name),
            meetings: tab.url.meetings().map(Address::meeting).collect(),
        })
        .collect()
}

/// Why this look does not tell whether the page is right; nothing if it does.
fn unread(outlook: &Outlook, page: &Page) -> Option<String> {
    let Outlook {
        plan,
        observed,
        memory,
        ..
    } = outlook;
    if plan.steps.iter().any(|step| step.address == page.tab) {
        return None;
    }
    if let Some(sentence) = shut_out(outlook, &page.room) {
        return Some(sentence);
    }
    let id = |address: &Address| {
        let known = memory.known.resources.get(address);
        known.map(|known| known.remote_id.as_str())
    };
    match id(&page.room).and_then(|room| observed.tabs.get(room)) {
        Some(Look::Seen(_)) => {}
        Some(Look::Refused(why)) => return Some(why.clone()),
        Some(Look::NotLooked) | None => {
            return Some(format!("{} was not found.", page.room));
        }
    }
    let seen = |meeting: &Address| {
        let lists = observed.meetings.values().filter_map(Look::seen);
        let mut all = lists.flatten();
        id(meeting).is_some_and(|id| all.any(|seen| seen.id == id))
    };
    let unseen = page.meetings.iter().find(|meeting| !seen(meeting))?;
    let mut cannot = plan.cannot.iter();
    let told = cannot.find(|cannot| cannot.address == *unseen);
    Some(told.map_or_else(
        || format!("{unseen} was not found."),
        |cannot| cannot.sentence.clone(),
    ))
}

/// Where the bot may change nothing in a room, or where it is not known whether it may, because the
/// people of a locked room could not be read, its pages are not even compared.
fn shut_out(outlook: &Outlook, room: &Address) -> Option<String> {
    let plan = &outlook.plan;
    let id = outlook.memory.known.resources.get(room);
    let mut rooms = outlook.observed.rooms.iter();
    let seen = rooms.find(|seen| id.is_some_and(|id| id.remote_id == seen.id));
    let locked = seen.and_then(|seen| seen.fields.get(&Field::Locked)) == Some(&Value::Flag(true));
    if !locked {
        return None;
    }
    let mut cannot = plan.cannot.iter();
    let cannot = cannot.find(|cannot| {
        let reasons = [CannotReason::NotModerator, CannotReason::Unreadable];
        cannot.address == *room && reasons.contains(&cannot.reason)
    })?;
    Some(cannot.sentence.clone())
}

fn unfollowed(page: Page, why: &str) -> Failure {
    Failure {
        address: page.tab,
        sentence: format!(
            "A meeting's link changed, and whether this page still leads to the old one could not \
             be read: {why}"
        ),
        tracking_id: None,
        again_at: None,
    }
}
