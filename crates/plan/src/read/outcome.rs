//! What is not a step: what is adopted, waits, cannot be, was not looked at; and what all costs.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use super::words::{
    count, duration, grouped, kinds, list, long_duration, place_and_person, some, thousands,
};
use super::zone::Zone;
use crate::plan::{AccountLine, Budget, Held, HeldReason, Plan, Quota};
use crate::step::Owner;
use crate::tally::Tally;

/// Addresses that are named before the rest is only counted.
const FEW: usize = 3;

/// Hosts of which each has a line of its own.
const SOME_HOSTS: usize = 3;

/// Who is behind each token: name, facts and problems. Many hosts that are alike are told together.
pub(super) fn accounts(plan: &Plan) -> Vec<(String, String, &[String])> {
    let alike = |line: &AccountLine| match &line.owner {
        Owner::Host(host) if line.problems.is_empty() && line.email.as_ref() == Some(host) => {
            Some(line.facts.clone())
        }
        _ => None,
    };
    let mut told = Vec::new();
    for (facts, lines) in grouped(plan.accounts.iter().map(|line| (alike(line), line))) {
        match facts {
            Some(facts) if lines.len() > SOME_HOSTS => {
                let owners: Vec<&Owner> = lines.iter().map(|line| &line.owner).collect();
                let facts = format!("{}: {}", facts.join(", "), some(&owners, FEW));
                told.push((format!("{} hosts", lines.len()), facts, &[][..]));
            }
            _ => told.extend(lines.into_iter().map(account)),
        }
    }
    told
}

fn account(line: &AccountLine) -> (String, String, &[String]) {
    let name = line.owner.to_string();
    let email = line.email.as_ref().map(ToString::to_string);
    let email = email.into_iter().filter(|email| *email != name);
    let facts: Vec<String> = email.chain(line.facts.iter().cloned()).collect();
    let facts = match facts.is_empty() {
        true => "not usable".to_owned(),
        false => facts.join(", "),
    };
    (name, facts, &line.problems)
}

/// What waits for one reason.
pub(super) struct Waiting<'a> {
    pub(super) headline: String,
    pub(super) held: Vec<&'a Held>,
}

/// Waiting things of one family before they become one line: a lost world is told in a few lines.
const FAMILY: usize = 4;

impl Waiting<'_> {
    /// What waits, a line each; of a family that waits alike one line, and so of a person who would go,
    /// unless `all` is asked for.
    pub(super) fn lines(&self, all: bool) -> Vec<String> {
        let each = |held: &[&Held]| held.iter().map(|it| Self::line(it)).collect::<Vec<_>>();
        if all {
            return each(&self.held);
        }
        let patterns = grouped(self.held.iter().map(|held| (pattern(held), *held)));
        let (large, small): (Vec<_>, Vec<_>) = patterns
            .into_iter()
            .partition(|(_, held)| held.len() >= FAMILY);
        let rest = small.into_iter().flat_map(|(_, held)| held);
        let rest = grouped(rest.map(|held| (family(held), held)));
        let lines = large.into_iter().chain(rest);
        let lines = lines.flat_map(|(family, held)| {
            let things = kinds(held.iter().map(|it| &it.address));
            match held.as_slice() {
                [first, ..] if held.len() >= FAMILY && is_told_together(first) => {
                    vec![format!("{things}; the first: {}", Self::line(first))]
                }
                [_, _, ..] if family.contains('@') => vec![format!("{family}: {things}")],
                held => each(held),
            }
        });
        lines.collect()
    }

    /// One thing that waits, with its address where the flag wants to be given it.
    pub(super) fn line(held: &Held) -> String {
        match held.reason {
            HeldReason::Recreation | HeldReason::Unclear => {
                format!("{}: --recreate {}", held.what, held.address)
            }
            _ => held.what.clone(),
        }
    }
}

/// Things that wait alike: the meetings of one pattern, or else of one family.
fn pattern(held: &Held) -> &str {
    let address = held.address.as_str();
    if held.address.kind() != "meeting" {
        return family(held);
    }
    let pattern = address.match_indices('/').nth(1);
    pattern.map_or(address, |(end, _)| &address[..end])
}

/// Whose it is, where it is a person's, or else of which kind.
fn family(held: &Held) -> &str {
    match held.address.kind() {
        "team-membership" | "membership" | "invitee" if held.reason == HeldReason::Removal => {
            place_and_person(held.address.as_str()).1
        }
        kind => kind,
    }
}

/// Whether one of a family tells of all. Who and what would go is told one by one.
fn is_told_together(held: &Held) -> bool {
    use HeldReason::{Quota, Recreation, Waiting};
    matches!(held.reason, Recreation | Quota | Waiting)
}

pub(super) fn waiting(plan: &Plan) -> Vec<Waiting<'_>> {
    let mut reasons: BTreeMap<HeldReason, Vec<&Held>> = BTreeMap::new();
    for held in &plan.held {
        reasons.entry(held.reason).or_default().push(held);
    }
    let waiting = reasons.into_iter().map(|(reason, held)| Waiting {
        headline: wait(plan, reason, held.len()),
        held,
    });
    waiting.collect()
}

fn waits(plan: &Plan, number: usize) -> String {
    let total = Tally::planned(plan).total();
    let changes = match total == number {
        true => count(number, "change", "changes"),
        false => format!("{} of {} changes", thousands(number), thousands(total)),
    };
    format!("{changes} {}", if number == 1 { "waits" } else { "wait" })
}

/// The day's meetings are used up: since when there is something to do again, and how to get there.
fn quota_wait(plan: &Plan, waits: &str) -> String {
    match held_until(plan) {
        Some(until) => format!(
            "{waits} until {until}, because the host has used up the day's meetings: apply again \
             then, or let apply --wait do it"
        ),
        None => format!(
            "{waits}, because the host may create no meetings: name another host in the file"
        ),
    }
}

/// Until when the first meeting that a day's quota holds back is held.
pub(super) fn held_until(plan: &Plan) -> Option<String> {
    let quotas = plan.budget.quotas.iter();
    let next = quotas.filter_map(|quota| quota.next).min()?;
    let at = Zone::of(plan).instant(rounded_up(next));
    Some(format!("{at} ({})", from_now(plan, next)))
}

/// The minute shown must not be too early.
fn rounded_up(at: Timestamp) -> Timestamp {
    let minute = SignedDuration::from_secs(59);
    at.checked_add(minute).unwrap_or(at)
}

fn from_now(plan: &Plan, at: Timestamp) -> String {
    format!("in {}", long_duration(at.duration_since(plan.at)))
}

fn wait(plan: &Plan, reason: HeldReason, number: usize) -> String {
    let waits = waits(plan, number);
    match reason {
        HeldReason::Removal => {
            let take = if number == 1 { "it takes" } else { "they take" };
            format!("{waits} for --remove, because {take} something away")
        }
        HeldReason::Recreation => {
            format!("{waits} for --recreate ADDRESS, or all, because Webex can only make it anew")
        }
        HeldReason::Unclear => format!(
            "{waits}, because nobody knows what became of the last try: look on Webex; if it is \
             not there, --recreate ADDRESS"
        ),
        HeldReason::Protected => format!("{waits}: the event file protects what it would touch"),
        HeldReason::Quota => quota_wait(plan, &waits),
        HeldReason::Waiting => format!("{waits} for something that is not there yet"),
    }
}

/// What the plan costs: name and sentence.
pub(super) fn cost(plan: &Plan) -> Vec<(&'static str, String)> {
    let budget = &plan.budget;
    let days = days(plan).into_iter().map(|line| ("meetings", line));
    if plan.is_empty() {
        // It costs nothing; what the day's meetings have to do with that is worth knowing.
        let held = budget.quotas.iter().any(|quota| quota.held > 0);
        return days.filter(|_| held).collect();
    }
    let mut lines = vec![("calls", calls(budget)), ("time", duration(budget.seconds))];
    lines.extend(days);
    lines.push(("mails", mails(budget)));
    lines
}

/// Each host's day: what this plan takes of it, what is left for later, and when that may go on.
pub(super) fn days(plan: &Plan) -> Vec<String> {
    let zone = Zone::of(plan);
    let when = |at| format!("{} ({})", zone.instant(rounded_up(at)), from_now(plan, at));
    let day = |quota: &Quota| {
        let mut line = format!(
            "{} of today's {} for {}, {} used before",
            quota.wanted, quota.limit, quota.host, quota.used
        );
        if quota.spread > 0 {
            let spread = format!("; {} because other hosts have used up theirs", quota.spread);
            line.push_str(&spread);
        }
        if let Some(until) = quota.exhausted_until {
            let told = format!("; Webex makes no more for it until {}", when(until));
            line.push_str(&told);
        }
        let until = match (quota.next, quota.all) {
            (Some(next), Some(all)) if next == all => format!(" until {}", when(next)),
            (Some(next), Some(all)) => {
                let (next, all) = (when(next), when(all));
                format!(", the first until {next}, the last until {all}")
            }
            _ => String::new(),
        };
        if quota.held > 0 {
            line.push_str(&format!("; {} held{until}", quota.held));
        }
        line
    };
    let has_news =
        |quota: &&Quota| quota.spread > 0 || quota.held > 0 || quota.exhausted_until.is_some();
    let (news, plain): (Vec<&Quota>, Vec<&Quota>) = plan.budget.quotas.iter().partition(has_news);
    if plain.len() <= SOME_HOSTS {
        return plan.budget.quotas.iter().map(day).collect();
    }
    let sum = |of: fn(&Quota) -> usize| thousands(plain.iter().map(|quota| of(quota)).sum());
    let together = format!(
        "{} of today's {} for {} hosts, {} each, {} used before",
        sum(|quota| quota.wanted),
        sum(|quota| quota.limit),
        plain.len(),
        each_of(plain.iter().map(|quota| quota.wanted)),
        sum(|quota| quota.used),
    );
    news.into_iter().map(day).chain([together]).collect()
}

/// `152 by the bot and 81 by events@example.com`; many hosts are told together.
#[must_use]
pub fn calls_by_owner(calls: &BTreeMap<Owner, usize>) -> String {
    let calls = calls.iter().filter(|(_, calls)| **calls > 0);
    let (bot, hosts): (Vec<_>, Vec<_>) = calls.partition(|(owner, _)| **owner == Owner::Bot);
    let bot = bot
        .iter()
        .map(|(_, calls)| format!("{} by the bot", thousands(**calls)));
    let each = hosts
        .iter()
        .map(|(host, calls)| format!("{} by {host}", thousands(**calls)));
    if hosts.len() <= SOME_HOSTS {
        return list(&bot.chain(each).collect::<Vec<_>>());
    }
    let of_hosts = hosts.iter().map(|(_, calls)| **calls);
    let sum = thousands(of_hosts.clone().sum());
    let together = format!("{sum} by {} hosts, {} each", hosts.len(), each_of(of_hosts));
    list(&bot.chain([together]).collect::<Vec<_>>())
}

fn calls(budget: &Budget) -> String {
    let by = calls_by_owner(&budget.calls);
    match budget.calls.len() {
        0 | 1 => by,
        _ => format!("{}: {by}", thousands(budget.calls.values().sum())),
    }
}

/// `159 to 161`, or `5` where all have as many.
fn each_of(numbers: impl Iterator<Item = usize> + Clone) -> String {
    let (least, most) = (numbers.clone().min(), numbers.max().unwrap_or(0));
    match least.filter(|least| *least != most) {
        Some(least) => format!("{} to {}", thousands(least), thousands(most)),
        None => thousands(most),
    }
}

fn mails(budget: &Budget) -> String {
    let meetings = match budget.mails.meetings {
        0 => "no meeting mails".to_owned(),
        number => count(number, "meeting mail", "meeting mails"),
    };
    match budget.mails.invitations_at_most {
        0 => meetings,
        number => format!(
            "{meetings}; at most {} that Webex itself writes to addresses it does not know yet",
            count(number, "invitation", "invitations")
        ),
    }
}

/// The sentence for a plan without steps.
pub(super) fn nothing_to_do(plan: &Plan) -> &'static str {
    match (Tally::planned(plan).total(), plan.kept.is_empty()) {
        (0, true) => "Nothing to do: Webex is as the file asks.",
        (0, false) => {
            "Nothing to do: Webex is as the file asks, but for what is kept as it is there."
        }
        _ => "Nothing to do now: what differs is told below.",
    }
}

/// What is not possible, and about what: all that share a reason are told together.
pub(super) fn not_possible(plan: &Plan, all: bool) -> Vec<(String, String)> {
    let cannot = plan.cannot.iter();
    let by_sentence = grouped(cannot.map(|it| (it.sentence.as_str(), &it.address)));
    let told = by_sentence.into_iter().map(|(sentence, about)| {
        let few = if all { about.len() } else { FEW };
        let about = match about.as_slice() {
            [only] => only.to_string(),
            several => format!(
                "{} ({})",
                kinds(several.iter().copied()),
                some(several, few)
            ),
        };
        (about, sentence.to_owned())
    });
    told.collect()
}

/// What was left out of the look.
pub(super) fn unseen(plan: &Plan) -> Vec<String> {
    plan.unseen
        .iter()
        .map(|unseen| format!("{} of {} {}", unseen.count, unseen.of, unseen.what))
        .collect()
}

/// Why, and what to do about it.
pub(super) const ABOUT_UNSEEN: &str =
    "They are taken to be as last recorded. Each look takes a share of them; --full takes all.";

/// Names that change in the ledger, and things that it forgets.
pub(super) fn bookkeeping(plan: &Plan) -> Vec<String> {
    let renamed = plan.adoptions.iter().filter_map(|adoption| {
        let before = adoption.renamed_from.as_ref()?;
        Some(format!("{before} is {} from now on", adoption.address))
    });
    renamed.collect()
}

/// What is taken over as it was found.
pub(super) fn adopted(plan: &Plan) -> Option<String> {
    let found = plan
        .adoptions
        .iter()
        .filter(|adoption| adoption.renamed_from.is_none());
    let told = kinds(found.map(|adoption| &adoption.address));
    (!told.is_empty()).then(|| format!("{told} on Webex already, and taken over"))
}

/// What is gone.
pub(super) fn vanished(plan: &Plan) -> Option<String> {
    let made_again: BTreeSet<_> = plan.steps.iter().map(|step| &step.address).collect();
    let gone = plan.vanished.iter();
    let gone = kinds(gone.filter(|address| !made_again.contains(address)));
    (!gone.is_empty()).then(|| format!("{gone} no longer on Webex, and forgotten"))
}

/// Whether something stands against a token.
pub(super) fn has_problems(plan: &Plan) -> bool {
    plan.accounts.iter().any(|line| !line.problems.is_empty())
}
