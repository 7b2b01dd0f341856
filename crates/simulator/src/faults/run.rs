//! The faults of a simulator while it runs.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::Fault;
use super::kind::Kind;
use super::target::Asked;
use super::when::Met;

/// All faults, what they have met so far, and what they have left behind.
#[derive(Debug, Clone)]
pub(crate) struct Faults {
    scripts: Arc<Vec<Fault>>,
    met: Vec<Met>,
    seed: u64,
    start: Timestamp,
    /// Until when the port is closed.
    closed_until: Option<Timestamp>,
    /// What was created out of sight: until when, and whether it can be read by its id.
    hidden: HashMap<String, Hidden>,
}

#[derive(Debug, Clone, Copy)]
struct Hidden {
    until: Timestamp,
    by_id: bool,
}

/// What happens to one call: the kinds of the faults that struck it, in the order of the scripts.
#[derive(Debug, Default)]
pub(crate) struct Struck {
    pub(crate) kinds: Vec<Kind>,
    pub(crate) names: Vec<String>,
}

impl Faults {
    pub(crate) fn new(scripts: Vec<Fault>, seed: u64, start: Timestamp) -> Self {
        let scripts: Vec<Fault> = scripts.into_iter().flat_map(Fault::parts).collect();
        Self {
            met: vec![Met::default(); scripts.len()],
            scripts: Arc::new(scripts),
            seed,
            start,
            closed_until: None,
            hidden: HashMap::new(),
        }
    }

    /// Every script, and how often it has struck.
    pub(crate) fn table(&self) -> Vec<(String, u64)> {
        let both = self.scripts.iter().zip(&self.met);
        both.map(|(fault, met)| (fault.to_string(), met.fired))
            .collect()
    }

    /// How far the server's clock is ahead.
    pub(crate) fn skew(&self) -> SignedDuration {
        self.scripts
            .iter()
            .filter_map(|fault| match fault.kind {
                Kind::ClockSkew(skew) => Some(skew),
                _ => None,
            })
            .fold(SignedDuration::ZERO, SignedDuration::saturating_add)
    }

    /// Until when nobody can connect, if that is so now.
    pub(crate) fn closed(&self, now: Timestamp) -> Option<Timestamp> {
        let windows = self.scripts.iter().filter_map(|fault| {
            let closed = matches!(fault.kind, Kind::Refused(_))
                && fault.when.has_window()
                && fault.when.in_window(now, self.start);
            let until = || fault.when.until.map(|until| until.instant(self.start));
            closed.then(|| until().unwrap_or(Timestamp::MAX))
        });
        windows
            .chain(self.closed_until)
            .filter(|until| now < *until)
            .max()
    }

    /// When the port closes next by the clock, if it does.
    pub(crate) fn closes_at(&self, now: Timestamp) -> Option<Timestamp> {
        let windows = self.scripts.iter().filter_map(|fault| {
            let from = fault.when.from?.instant(self.start);
            (matches!(fault.kind, Kind::Refused(_)) && from > now).then_some(from)
        });
        windows.min()
    }

    /// Closes the port for so long.
    pub(crate) fn close(&mut self, lasting: SignedDuration, now: Timestamp) {
        let until = now.checked_add(lasting).unwrap_or(Timestamp::MAX);
        self.closed_until = self.closed_until.max(Some(until));
    }

    /// Which faults strike a call, or a delivery, that comes now.
    pub(crate) fn strike(&mut self, asked: &Asked<'_>, now: Timestamp) -> Struck {
        let mut struck = Struck::default();
        for (place, fault) in self.scripts.iter().enumerate() {
            let by_the_clock = match fault.kind {
                Kind::ClockSkew(_) => true,
                Kind::Refused(_) => fault.when.has_window(),
                _ => false,
            };
            let delivers = fault.kind.is_of_deliveries() == asked.method.is_none();
            if by_the_clock || !delivers || !fault.target.fits(asked) {
                continue;
            }
            // Neighbouring scripts must not be lucky together.
            let own = u64::try_from(place).unwrap_or(0);
            let seed = fault
                .seed
                .unwrap_or_else(|| self.seed.wrapping_add(own << 32));
            if fault
                .when
                .strikes(&mut self.met[place], seed, now, self.start)
            {
                struck.kinds.push(fault.kind.clone());
                struck.names.push(fault.to_string());
            }
        }
        struck
    }

    /// Keeps what was created under this id out of lists.
    pub(crate) fn hide(&mut self, id: &str, lasting: SignedDuration, by_id: bool, now: Timestamp) {
        let until = now.checked_add(lasting).unwrap_or(Timestamp::MAX);
        self.hidden.insert(id.to_owned(), Hidden { until, by_id });
    }

    /// Whether anything is out of sight at all.
    pub(crate) fn hides_something(&self) -> bool {
        !self.hidden.is_empty()
    }

    /// Whether lists lack the thing of this id.
    pub(crate) fn lists_lack(&self, id: &str, now: Timestamp) -> bool {
        self.hidden.get(id).is_some_and(|hidden| now < hidden.until)
    }

    /// Whether it cannot even be read by its id.
    pub(crate) fn is_unreadable(&self, id: &str, now: Timestamp) -> bool {
        let hidden = self.hidden.get(id);
        hidden.is_some_and(|hidden| hidden.by_id && now < hidden.until)
    }

    /// Takes away the faults that make tokens of this person die; whether there were any.
    pub(crate) fn revive(&mut self, email: &str) -> bool {
        let email = email.to_lowercase();
        let before = self.scripts.len();
        let dead = |fault: &Fault| {
            fault.kind == Kind::TokenDies && fault.target.owner.as_deref() == Some(&email)
        };
        let both = self.scripts.iter().cloned().zip(self.met.drain(..));
        let (scripts, met): (Vec<Fault>, Vec<Met>) = both.filter(|(fault, _)| !dead(fault)).unzip();
        self.scripts = Arc::new(scripts);
        self.met = met;
        self.scripts.len() < before
    }
}
