//! What the faults that struck a call do to it and to its answer.

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde_json::Value;

use super::call::Call;
use super::mishap::Mishap;
use super::reply::{Reply, ReplyBody};
use super::spoil;
use crate::faults::{Faults, Kind, PageTrick, RetryAfter, Struck, Throttle};
use crate::refusal::Refusal;

/// The words that go with a failure.
const THROTTLED: &str = "Too many requests have been sent in a given amount of time.";
const FAILED: &str = "Something went wrong on the server.";

/// The faults of one call, sorted by when they matter.
#[derive(Debug, Default)]
pub(super) struct Strike {
    /// In the words of their scripts.
    pub(super) names: Vec<String>,
    /// Refuses the call before anything is done.
    before: Option<Refusal>,
    /// Takes the answer's place after all is done.
    after: Option<Refusal>,
    /// Nothing is done, and nothing is answered.
    unheard: Option<Mishap>,
    /// What happens to the answer on its way.
    mishap: Option<Mishap>,
    pub(super) token_is_dead: bool,
    pub(super) page: Option<PageTrick>,
    spoils: Vec<Kind>,
}

impl Strike {
    pub(super) fn of(struck: Struck, now: Timestamp) -> Self {
        let mut strike = Self {
            names: struck.names,
            ..Self::default()
        };
        for kind in struck.kinds {
            strike.add(kind, now);
        }
        strike
    }

    /// Where two faults would do the same, the first one does.
    fn add(&mut self, kind: Kind, now: Timestamp) {
        match kind {
            Kind::Throttle(how) => {
                let refusal = asked_to_wait(429, THROTTLED, how, now);
                self.before.get_or_insert(refusal);
            }
            Kind::Fail {
                status,
                after_effect,
                how,
            } => {
                let refusal = asked_to_wait(status, FAILED, how, now);
                let place = if after_effect {
                    &mut self.after
                } else {
                    &mut self.before
                };
                place.get_or_insert(refusal);
            }
            Kind::Reset {
                after_effect: false,
            } => {
                self.unheard
                    .get_or_insert(Mishap::Reset { in_answer: false });
            }
            Kind::Reset { after_effect: true } => {
                self.mishap.get_or_insert(Mishap::Reset { in_answer: true });
            }
            Kind::Stall {
                after_effect: false,
            } => {
                self.unheard.get_or_insert(Mishap::Stalled);
            }
            Kind::Stall { after_effect: true } => {
                self.mishap.get_or_insert(Mishap::Stalled);
            }
            Kind::Late { after_effect, over } => {
                if !after_effect {
                    self.before.get_or_insert(Refusal::new(504, FAILED));
                }
                self.mishap.get_or_insert(Mishap::Late(over));
            }
            Kind::Drip(over) => {
                self.mishap.get_or_insert(Mishap::Dripping(over));
            }
            Kind::CutShort => {
                self.mishap.get_or_insert(Mishap::CutShort);
            }
            Kind::Page(trick) => {
                self.page.get_or_insert(trick);
            }
            Kind::TokenDies => self.token_is_dead = true,
            spoil => self.spoils.push(spoil),
        }
    }

    /// Whether what is answered is no longer what Webex would answer.
    pub(super) fn spoils_answer(&self) -> bool {
        !self.names.is_empty()
    }

    /// Nothing is done, and this is what becomes of the call.
    pub(super) fn unheard(&self) -> Option<Mishap> {
        self.unheard
    }

    /// The refusal that stands before everything else.
    pub(super) fn before(&self) -> Option<&Refusal> {
        self.before.as_ref()
    }

    /// The refusal that hides what was done.
    pub(super) fn after(&self) -> Option<&Refusal> {
        self.after.as_ref()
    }

    pub(super) fn mishap(&self) -> Option<Mishap> {
        self.mishap
    }

    /// What stays behind although the call is over: things out of sight, a closed port.
    pub(super) fn leave(&self, faults: &mut Faults, call: &Call, reply: &Reply, now: Timestamp) {
        for spoil in &self.spoils {
            match spoil {
                Kind::Invisible { lasting, by_id } if call.method == http::Method::POST => {
                    for id in created(reply) {
                        faults.hide(id, *lasting, *by_id, now);
                    }
                }
                Kind::Refused(lasting) => faults.close(*lasting, now),
                _ => {}
            }
        }
    }

    /// Spoils the body of the answer.
    pub(super) fn spoil(&self, mut reply: Reply) -> Reply {
        for kind in &self.spoils {
            reply.body = match kind {
                Kind::ExtraFields => spoil::extra_fields(reply.body),
                Kind::MissingFields => spoil::missing_fields(reply.body),
                Kind::Malformed => spoil::malformed(&reply),
                Kind::Truncated => spoil::truncated(&reply),
                _ => reply.body,
            };
        }
        reply
    }
}

/// The ids of what a successful call created.
fn created(reply: &Reply) -> Vec<&str> {
    let ReplyBody::Json(body) = &reply.body else {
        return Vec::new();
    };
    if reply.status != 200 {
        return Vec::new();
    }
    let items = body["items"].as_array().into_iter().flatten();
    std::iter::once(body)
        .chain(items)
        .filter_map(|thing| thing["id"].as_str())
        .collect()
}

fn asked_to_wait(status: u16, words: &str, how: Throttle, now: Timestamp) -> Refusal {
    let mut refusal = Refusal::new(status, words);
    match how.retry_after {
        RetryAfter::Missing => {}
        RetryAfter::Seconds(seconds) => refusal.retry_after_seconds = Some(u64::from(seconds)),
        RetryAfter::Date(seconds) => {
            let then = now + jiff::SignedDuration::from_secs(i64::from(seconds));
            refusal.retry_after_date = http_date(then);
        }
    }
    refusal.html = how.html;
    refusal
}

/// `Wed, 06 Oct 2027 08:00:30 GMT`; nothing for a time that cannot be written so.
pub(super) fn http_date(instant: Timestamp) -> Option<String> {
    let printer = rfc2822::DateTimePrinter::new();
    printer.timestamp_to_rfc9110_string(&instant).ok()
}

/// Whether an answer shows the thing of an id that cannot be read yet.
pub(super) fn reads_what_is_hidden(faults: &Faults, call: &Call, now: Timestamp) -> bool {
    faults.hides_something()
        && call.method == http::Method::GET
        && call
            .segments()
            .last()
            .is_some_and(|id| faults.is_unreadable(id, now))
}

/// Whether a list lacks an item: because of its own id, or as an occurrence of a series.
pub(super) fn is_out_of_sight(faults: &Faults, item: &Value, now: Timestamp) -> bool {
    ["id", "meetingSeriesId"]
        .iter()
        .filter_map(|name| item[*name].as_str())
        .any(|id| faults.lists_lack(id, now))
}
