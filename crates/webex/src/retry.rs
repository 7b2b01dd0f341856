//! Whether a request may be sent again, and when. Decisions only: nothing here waits or sends.

use http::{HeaderMap, Method, StatusCode};
use jiff::{SignedDuration, Timestamp};

use crate::retry_after;
use crate::transport::TransportError;

/// Times a request is sent that keeps failing in a way that may pass.
const TRIES: u32 = 4;

/// The first back-off; each further one is twice as long.
const FIRST_BACK_OFF: SignedDuration = SignedDuration::from_secs(1);

/// What a request that was sent led to.
pub(crate) enum Came<'a> {
    /// An answer, of whatever status.
    Answer(StatusCode, &'a HeaderMap),
    /// None.
    Nothing(&'a TransportError),
}

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// The answer is a success.
    Accept,
    /// The call has failed.
    GiveUp,
    /// All calls of the owner wait this long, then the call is repeated: 429.
    Pause(SignedDuration),
    /// This call waits this long, as Webex asked, and is repeated.
    Wait(SignedDuration),
    /// This call waits this long, of our own accord, and is repeated.
    BackOff(SignedDuration),
}

/// What is known about a call half way through it.
#[derive(Debug)]
pub(crate) struct Course {
    method: Method,
    /// Spreads the back-offs of different calls, the same way in each run.
    seed: u64,
    /// Requests sent.
    pub(crate) sent: u32,
    /// Of these, failed in a way that may pass.
    failed: u32,
    /// Whether one of them may have been acted upon without our knowing.
    pub(crate) doubtful: bool,
    /// How long the call has waited because Webex asked it to.
    pub(crate) waited: SignedDuration,
}

impl Course {
    pub(crate) fn new(method: &Method, path: &str) -> Self {
        Self {
            method: method.clone(),
            seed: fingerprint(path),
            sent: 0,
            failed: 0,
            doubtful: false,
            waited: SignedDuration::ZERO,
        }
    }

    /// Takes note of what came of a request and says what to do.
    ///
    /// A 429 or 423 was not acted upon, so it is repeated whatever the method. A request that
    /// never left is, too. After a 5xx or a lost answer Webex may have acted: what does the same
    /// when done twice is repeated, a POST never (messaging §1.4).
    pub(crate) fn decide(&mut self, came: Came<'_>, now: Timestamp) -> Next {
        let idempotent = self.method != Method::POST;
        match came {
            Came::Answer(status, _) if status.is_success() => Next::Accept,
            Came::Answer(StatusCode::TOO_MANY_REQUESTS, headers) => {
                Next::Pause(retry_after::wait(headers, now))
            }
            Came::Answer(StatusCode::LOCKED, headers) => {
                Next::Wait(retry_after::wait(headers, now))
            }
            Came::Answer(status, headers) if may_pass(status) => {
                self.doubtful = true;
                self.again(idempotent, retry_after::named(headers, now))
            }
            Came::Answer(status, _) => {
                // A 4xx says that nothing was done; anything else (a redirect, say) does not.
                self.doubtful |= !status.is_client_error();
                Next::GiveUp
            }
            Came::Nothing(TransportError::NotSent(_)) => self.again(true, None),
            Came::Nothing(TransportError::Lost(_)) => {
                self.doubtful = true;
                self.again(idempotent, None)
            }
        }
    }

    fn again(&mut self, harmless: bool, asked: Option<SignedDuration>) -> Next {
        self.failed += 1;
        if !harmless || self.failed >= TRIES {
            return Next::GiveUp;
        }
        let own = self.back_off();
        match asked {
            Some(asked) if asked > own => Next::Wait(asked),
            _ => Next::BackOff(own),
        }
    }

    /// 1, 2, 4 s, each up to a quarter longer.
    fn back_off(&self) -> SignedDuration {
        let base = FIRST_BACK_OFF * (1 << (self.failed - 1));
        let quarter_millis = base.as_millis() as u64 / 4;
        let jitter = mixed(self.seed.wrapping_add(u64::from(self.failed))) % (quarter_millis + 1);
        base + SignedDuration::from_millis(jitter as i64)
    }
}

/// The failures that messaging §1.4 calls transient.
fn may_pass(status: StatusCode) -> bool {
    matches!(status.as_u16(), 500 | 502 | 503 | 504)
}

/// FNV-1a: not for secrets, only the same on every machine and in every run.
fn fingerprint(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// Neighbouring numbers end far apart (the finaliser of SplitMix64).
fn mixed(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost() -> TransportError {
        TransportError::Lost("reset".into())
    }

    fn waits(path: &str) -> Vec<SignedDuration> {
        let mut course = Course::new(&Method::GET, path);
        let mut waits = Vec::new();
        while let Next::BackOff(wait) = course.decide(Came::Nothing(&lost()), Timestamp::UNIX_EPOCH)
        {
            waits.push(wait);
        }
        waits
    }

    #[test]
    fn back_off_doubles_with_a_jitter_of_at_most_a_quarter() {
        for path in ["/rooms", "/people/me", "/meetings/1", "/meetings/2"] {
            let waits = waits(path);
            assert_eq!(waits.len(), 3);
            for (wait, base) in waits.into_iter().zip([1000, 2000, 4000]) {
                let millis = wait.as_millis();
                assert!(
                    (base..=base + base / 4).contains(&millis),
                    "{path}: {millis}"
                );
            }
        }
    }

    #[test]
    fn back_off_is_the_same_in_each_run_and_differs_between_calls() {
        assert_eq!(waits("/rooms/1"), waits("/rooms/1"));
        assert_ne!(waits("/rooms/1"), waits("/rooms/2"));
    }
}
