//! What goes wrong in one walk, thrown from its seed.

use showcaller_rehearsal::BOT;
use showcaller_simulator::Switches;

/// Numbers that are always the same for the same seed (SplitMix64).
#[derive(Debug, Clone)]
pub(crate) struct Luck(u64);

impl Luck {
    pub(crate) fn of(seed: u64) -> Self {
        Self(seed.wrapping_mul(0xd134_2543_de82_ef95).wrapping_add(1))
    }

    /// One of `0..sides`.
    pub(crate) fn throw(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }

    /// True in so many cases of a hundred.
    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.throw(100) < percent
    }

    pub(crate) fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        let place = usize::try_from(self.throw(from.len() as u64)).unwrap_or(0);
        from[place].clone()
    }
}

/// What one walk meets.
#[derive(Debug, Clone)]
pub(crate) struct Schedule {
    /// Unknowns that stand otherwise from the beginning.
    pub(crate) settings: Vec<String>,
    pub(crate) faults: Vec<String>,
    /// Whether the first `apply` goes undisturbed, so that there is something to lose.
    pub(crate) calm_at_first: bool,
    pub(crate) in_flight: usize,
    pub(crate) judged: bool,
    /// For how many seconds, at most, something that was made stays out of lists.
    pub(crate) late: u64,
}

/// What is longer than the settle window of 60 s.
const BEYOND: [u64; 3] = [75, 120, 600];
const WITHIN: [u64; 4] = [3, 20, 45, 55];

/// Unknowns under which everything can still be made, and where they may stand. The others have a
/// promise of their own, `the_reference_event_under_each_unknown`.
const UNKNOWNS: [(&str, &[&str]); 31] = [
    ("duplicate-team-membership", &["200"]),
    ("team-refusal-code", &["404", "400"]),
    ("last-moderator-code", &["400"]),
    ("team-delete", &["deletes"]),
    ("general-room-title", &["general"]),
    ("team-id-in-rooms", &["room"]),
    ("team-rooms-listed", &["all"]),
    ("archived-room", &["listed"]),
    ("room-put-omitted", &["reset"]),
    ("locked-room-refusal-code", &["404", "400"]),
    ("guest-moderator", &["ordinary", "refused"]),
    ("memberships-without-room", &["all"]),
    ("wrong-content-type-code", &["415"]),
    ("rate-limit-scope", &["owner-and-family"]),
    ("rate-limit-body", &["html"]),
    ("empty-page", &["no"]),
    ("create-visibility-delay", &["5", "55"]),
    ("tag-delay", &["5", "55"]),
    ("meeting-quota-code", &["403", "400"]),
    ("quota-counts-updates", &["yes"]),
    ("quota-counts-failed", &["all"]),
    ("wrong-offset", &["timezone"]),
    ("dst-gap", &["refused"]),
    ("dst-fold", &["later"]),
    ("link-on-move", &["change"]),
    ("put-omitted", &["reset"]),
    ("in-progress-code", &["403", "409"]),
    ("meeting-password-code", &["404"]),
    ("invitee-sees-hostkey", &["yes"]),
    ("invitee-sees-password", &["no"]),
    ("bulk-conflict", &["partial"]),
];

const TARGETS: [&str; 22] = [
    "",
    "",
    "on reads",
    "on writes",
    "on writes",
    "on POST",
    "on PUT",
    "on PATCH",
    "on DELETE",
    "on POST /teams",
    "on POST /team/memberships",
    "on POST /rooms",
    "on PUT /rooms/*",
    "on POST /memberships",
    "on POST /room/tabs",
    "on POST /meetings",
    "on PATCH /meetings/*",
    "on /meetingInvitees*",
    "on /meetings*",
    "on GET /rooms",
    "on GET /memberships",
    "on GET /meetings*",
];

impl Schedule {
    pub(crate) fn of(seed: u64, host: &str) -> Self {
        let mut luck = Luck::of(seed);
        let mut schedule = Self {
            settings: Vec::new(),
            faults: Vec::new(),
            calm_at_first: luck.chance(50),
            in_flight: luck.pick(&[1, 4, 8]),
            judged: luck.chance(6),
            late: 0,
        };
        for _ in 0..luck.throw(3) {
            let setting = unknown(&mut luck);
            schedule.settings.push(setting);
        }
        for _ in 0..=luck.throw(4) {
            let fault = schedule.fault(&mut luck, host);
            schedule.faults.push(fault);
        }
        Switches::with(schedule.settings.iter().map(String::as_str)).expect("known switches");
        schedule
    }

    /// Whether what is made can be looked for in vain when the settle window is over.
    pub(crate) fn is_beyond(&self) -> bool {
        self.late > 60
    }

    fn fault(&mut self, luck: &mut Luck, host: &str) -> String {
        match luck.throw(40) {
            0..=3 => format!("429 {} {} {}", wait(luck), target(luck), when(luck)),
            4..=7 => {
                let code = luck.pick(&["500", "502", "503", "504"]);
                let after = luck.pick(&["", "-after-effect"]);
                let how = luck.pick(&["", "html", "retry-after 20"]);
                format!("{code}{after} {how} {} {}", target(luck), when(luck))
            }
            8 | 9 => {
                let lasting = luck.pick(&[2, 9, 40, 100]);
                format!("refused call {} for {lasting}s", 1 + luck.throw(40))
            }
            10..=19 => {
                let kind = luck.pick(&["reset", "stall", "time-out"]);
                let after = luck.pick(&["", "-after-effect"]);
                format!("{kind}{after} {} {}", target(luck), when(luck))
            }
            20 => format!(
                "drip over {}s {} {}",
                luck.pick(&[5, 90]),
                target(luck),
                when(luck)
            ),
            21..=26 => {
                let kind = luck.pick(&["malformed", "truncated", "cut-short"]);
                format!("{kind} {} {}", target(luck), when(luck))
            }
            27 | 28 => {
                let kind = luck.pick(&["extra-fields", "missing-fields"]);
                format!("{kind} {} {}", target(luck), when(luck))
            }
            29..=31 => {
                let kind = luck.pick(&["page-twice", "same-next", "empty-page"]);
                format!("{kind} on reads {}", when(luck))
            }
            32 | 33 => {
                let late = if luck.chance(25) {
                    luck.pick(&BEYOND)
                } else {
                    luck.pick(&WITHIN)
                };
                self.late = self.late.max(late);
                let by_id = luck.pick(&["", "by-id"]);
                let target = luck.pick(&["", "/rooms", "/memberships", "/meetings", "/room/tabs"]);
                format!("invisible on POST {target} for {late}s {by_id}")
            }
            34 | 35 => {
                let who = luck.pick(&[BOT, host]);
                let revived = luck.pick(&["", "for 2m"]);
                format!(
                    "token-dies {who} after {} calls {revived}",
                    1 + luck.throw(60)
                )
            }
            36 => format!(
                "clock-skew {}",
                luck.pick(&["-300s", "-20s", "20s", "300s"])
            ),
            37 | 38 => format!("switch {} at call {}", unknown(luck), 1 + luck.throw(60)),
            _ => {
                let rate = luck.pick(&["60/min burst 1", "300/min burst 5", "30/min"]);
                format!("rate {rate} at call {}", 1 + luck.throw(30))
            }
        }
    }
}

fn unknown(luck: &mut Luck) -> String {
    let (name, positions) = luck.pick(&UNKNOWNS);
    format!("{name}={}", luck.pick(positions))
}

fn target(luck: &mut Luck) -> String {
    luck.pick(&TARGETS).to_owned()
}

fn wait(luck: &mut Luck) -> &'static str {
    luck.pick(&[
        "retry-after 1",
        "retry-after 30",
        "retry-after 3600",
        "retry-after none",
        "retry-after none html",
        "retry-after date 20",
    ])
}

fn when(luck: &mut Luck) -> String {
    match luck.throw(6) {
        0 | 1 => format!("call {}", 1 + luck.throw(12)),
        2 => format!("for {} calls", 1 + luck.throw(6)),
        3 => format!(
            "after {} calls for {}s",
            luck.throw(20) + 1,
            luck.pick(&[1, 10, 90])
        ),
        4 => format!("{}%", luck.pick(&[3, 10, 30])),
        _ => format!("after {} calls", 1 + luck.throw(40)),
    }
}
