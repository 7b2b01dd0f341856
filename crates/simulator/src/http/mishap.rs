//! Answers that do not arrive as answers do.

use jiff::SignedDuration;

/// What happens to an answer on its way, beyond what stands in it.
///
/// [`serve`](crate::serve) makes it real: connections close, bytes come late. Whoever calls the
/// [router](crate::Simulator::router) without a socket finds it among the response's extensions
/// and has to do the same; the response itself is then as it would have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mishap {
    /// Nothing listens: the request was not taken.
    Refused,
    /// The connection was closed before an answer, or in the middle of it.
    Reset {
        /// Whether the answer had begun.
        in_answer: bool,
    },
    /// There is no answer, ever.
    Stalled,
    /// The answer comes after so long.
    Late(SignedDuration),
    /// The answer comes in small pieces over so long.
    Dripping(SignedDuration),
    /// The answer ends before the length that it promised.
    CutShort,
}
