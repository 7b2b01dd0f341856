//! What a fault does.

use jiff::SignedDuration;

/// Every kind: how its line begins, and what it does. The order is that of the documentation.
pub(super) const WORDS: [(&str, &str); 30] = [
    (
        "429",
        "The call is refused as too fast. `retry-after 30` (the default is 1), `retry-after none`, `retry-after date 30` (an HTTP date); `html` for a body that is no JSON.",
    ),
    (
        "500`, `502`, `503`, `504",
        "The service fails before it has done anything. Takes `retry-after` and `html` too.",
    ),
    (
        "500-after-effect`, … `504-after-effect",
        "The service does what was asked, and then answers that it failed.",
    ),
    (
        "refused",
        "After the call is answered, the port closes `for` a time (1 s): new connections are refused. With `from` and `until`, it is closed in between.",
    ),
    (
        "reset",
        "The connection is closed without an answer, before anything was done.",
    ),
    (
        "reset-after-effect",
        "What was asked is done; the connection is closed in the middle of the answer.",
    ),
    ("stall", "Nothing is done, and nothing is ever answered."),
    (
        "stall-after-effect",
        "What was asked is done, and nothing is ever answered.",
    ),
    (
        "time-out",
        "Nothing is done; a 504 comes `over` a time (2 min), which is longer than most clients wait.",
    ),
    (
        "time-out-after-effect",
        "What was asked is done; the answer comes `over` a time (2 min).",
    ),
    (
        "drip",
        "The answer comes in small pieces `over` a time (10 s).",
    ),
    ("malformed", "The body of the answer is not JSON."),
    (
        "truncated",
        "The body ends in the middle, and its length says that this is all.",
    ),
    (
        "cut-short",
        "The body ends in the middle, and its length says that there is more.",
    ),
    (
        "extra-fields",
        "Every object of the answer has members that nobody has heard of.",
    ),
    (
        "missing-fields",
        "Members are left out that Webex may leave out.",
    ),
    (
        "page-twice",
        "The next page of a list repeats this one, and then the list goes on.",
    ),
    (
        "same-next",
        "The page of a list names itself as the next one.",
    ),
    (
        "empty-page",
        "The page of a list is empty, and names a next one with what belonged here.",
    ),
    (
        "invisible",
        "What the call creates is missing from lists `for` a time (90 s); with `by-id` it cannot be read by its id either.",
    ),
    (
        "token-dies EMAIL",
        "All tokens of that person are refused with 401; `for` a time, or until the simulator is told to revive them.",
    ),
    (
        "clock-skew TIME",
        "The simulator's clock is ahead by so much, or behind (`-90s`): the `Date` header, `created` stamps, what counts as past.",
    ),
    (
        "switch NAME=VALUE",
        "From that call on, the switch stands there.",
    ),
    (
        "rate RATE",
        "From that call on, one owner may call so fast, as in `rate 60/min`; `off` is no limit.",
    ),
    (
        "delivery-lost",
        "The delivery never comes, and Webex does not know it.",
    ),
    (
        "delivery-delayed",
        "The delivery comes `over` a time (30 s) later, and with it all that follow to that webhook.",
    ),
    (
        "delivery-reordered",
        "The delivery comes `over` a time (5 s) later; what follows does not wait for it.",
    ),
    (
        "delivery-duplicated",
        "The delivery comes twice; the second time at once after the first, or `over` a time later.",
    ),
    (
        "delivery-early",
        "What the delivery is about cannot be read, not even by its id, `for` a time (10 s).",
    ),
    (
        "rough",
        "A bad day: of calls 1 % each `429`, `503` and `reset-after-effect`; of deliveries 5 % each `delivery-delayed over 5s`, `delivery-duplicated over 10s`, `delivery-reordered over 20s` and `delivery-lost`. Takes `by`, `from`, `until` and `seed`.",
    ),
];

/// What `rough` stands for. A delay holds up its whole queue, so it is short.
pub(super) const ROUGH: [&str; 7] = [
    "429 1%",
    "503 1%",
    "reset-after-effect 1%",
    "delivery-delayed 5% over 5s",
    "delivery-duplicated 5% over 10s",
    "delivery-reordered 5% over 20s",
    "delivery-lost 5%",
];

/// What happens to a call.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    /// 429 before the effect.
    Throttle(Throttle),
    /// A 5xx, before the effect or after it.
    Fail {
        status: u16,
        after_effect: bool,
        how: Throttle,
    },
    /// The port closes for so long.
    Refused(SignedDuration),
    /// The connection is closed.
    Reset { after_effect: bool },
    /// No answer, ever.
    Stall { after_effect: bool },
    /// An answer after so long.
    Late {
        after_effect: bool,
        over: SignedDuration,
    },
    /// An answer in small pieces.
    Drip(SignedDuration),
    /// A body that is not JSON.
    Malformed,
    /// Half a body, which calls itself whole.
    Truncated,
    /// Half a body, which promises more.
    CutShort,
    /// Members that nobody knows.
    ExtraFields,
    /// Members that are left out.
    MissingFields,
    /// A page of a list that misleads.
    Page(PageTrick),
    /// What is created stays out of lists.
    Invisible {
        lasting: SignedDuration,
        by_id: bool,
    },
    /// The tokens of a person are refused.
    TokenDies,
    /// The server's clock is ahead by so much.
    ClockSkew(SignedDuration),
    /// A switch is put.
    Switch { name: String, value: String },
    /// The limit changes.
    Rate(Option<crate::rate::Rate>),
    /// A delivery does not arrive.
    DeliveryLost,
    /// A delivery is late, and what is behind it too.
    DeliveryDelayed(SignedDuration),
    /// A delivery is late, and is overtaken.
    DeliveryReordered(SignedDuration),
    /// A delivery comes again after so long.
    DeliveryDuplicated(SignedDuration),
    /// A delivery comes so long before REST shows what it is about.
    DeliveryEarly(SignedDuration),
    /// Stands for several faults.
    Rough,
}

impl Kind {
    /// Whether it happens to deliveries to webhooks, and not to calls.
    pub(super) fn is_of_deliveries(&self) -> bool {
        matches!(
            self,
            Self::DeliveryLost
                | Self::DeliveryDelayed(_)
                | Self::DeliveryReordered(_)
                | Self::DeliveryDuplicated(_)
                | Self::DeliveryEarly(_)
        )
    }
}

/// How a refusal that asks to wait is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Throttle {
    pub(crate) retry_after: RetryAfter,
    pub(crate) html: bool,
}

/// The `Retry-After` header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RetryAfter {
    Missing,
    Seconds(u32),
    /// As an HTTP date so many seconds from now.
    Date(u32),
}

/// How a page of a list misleads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PageTrick {
    /// The next page repeats this one.
    Twice,
    /// The next page is this one.
    SameNext,
    /// This page is empty, the next one has its items.
    Empty,
}
