//! Who takes part in a rehearsal, and when it begins.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use showcaller_event::Event;
use showcaller_event::model::Email;
use showcaller_simulator::Account;

/// The simulated bot's address.
pub const BOT: &str = "showcaller@webex.bot";

/// How long before its first day an event is set up.
const LEAD: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Who has an account in the simulated organisation: staff do, and whoever hosts or co-hosts has a
/// host account; other people are new to Webex, as they most often are.
#[must_use]
pub fn accounts(event: &Event) -> Vec<Account> {
    let hosts: BTreeSet<&Email> = event.webex.hosts.iter().map(|host| &host.email).collect();
    let invitees = event.meetings.iter().flat_map(|meeting| &meeting.invitees);
    let cohosts: BTreeSet<&Email> = invitees.filter(|i| i.cohost).map(|i| &i.email).collect();
    let staff = event.webex.members.iter().map(|member| &member.email);
    let names: BTreeMap<&Email, &str> = event
        .people
        .iter()
        .map(|person| (&person.email, person.name.as_str()))
        .collect();
    let known: BTreeSet<&Email> = staff
        .chain(hosts.iter().copied())
        .chain(cohosts.iter().copied())
        .collect();
    let people = known.into_iter().map(|email| {
        let name = names.get(email).copied().unwrap_or(email.as_str());
        if hosts.contains(email) || cohosts.contains(email) {
            Account::host(email.as_str(), name)
        } else {
            Account::person(email.as_str(), name)
        }
    });
    std::iter::once(Account::bot(BOT, "Showcaller"))
        .chain(people)
        .collect()
}

/// When an event is set up, unless somebody says otherwise: two weeks before its first day, at nine
/// in the morning there.
#[must_use]
pub fn setup_time(event: &Event) -> Timestamp {
    let zone = event.zone();
    let first = event.days.iter().map(|day| day.date).min();
    let nine = first.and_then(|date| date.at(9, 0, 0, 0).to_zoned(zone).ok());
    nine.map_or(Timestamp::UNIX_EPOCH, |nine| nine.timestamp())
        .checked_sub(LEAD)
        .unwrap_or(Timestamp::UNIX_EPOCH)
}
