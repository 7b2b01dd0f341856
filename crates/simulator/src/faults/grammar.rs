//! How a fault is written: one line of words.

use std::str::FromStr;

use jiff::SignedDuration;

use super::Fault;
use super::kind::{Kind, PageTrick, RetryAfter, Throttle};
use super::target::{Methods, Target};
use super::when::{Chance, When};
use super::words::{Read, Words, wrong};
use crate::rate::Rate;
use crate::switches::Switches;
use crate::world::fields::is_address;

/// Why a line is no fault, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{line}` is not a fault: {problem} at column {column}; docs/simulator.md lists them all")]
pub struct FaultError {
    /// What was written.
    pub line: String,
    /// Where the word begins that cannot be, counted in characters from 1; just past the end if a
    /// word is missing.
    pub column: usize,
    /// What is wrong there.
    pub problem: String,
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(line: &str) -> Result<Self, FaultError> {
        let mut words = Words::of(line);
        fault(&mut words).map_err(|wrong| FaultError {
            line: line.to_owned(),
            column: line[..wrong.at].chars().count() + 1,
            problem: wrong.problem,
        })
    }
}

fn fault(words: &mut Words<'_>) -> Read<Fault> {
    let text = words.line.split_whitespace().collect::<Vec<_>>().join(" ");
    let begin = words.at();
    let mut kind = kind(words)?;
    let mut fault = Fault {
        text,
        kind: Kind::Malformed,
        target: Target::default(),
        when: When::default(),
        seed: None,
    };
    if let Kind::TokenDies = kind {
        let (at, word) = words.expect("an e-mail address")?;
        if !is_address(word) {
            return Err(wrong(at, format!("`{word}` is no e-mail address")));
        }
        fault.target.owner = Some(word.to_lowercase());
    }
    while let Some((at, word)) = words.next() {
        clause(words, at, word, &mut kind, &mut fault)?;
    }
    check(begin, &kind, &fault)?;
    fault.kind = kind;
    Ok(fault)
}

/// What the line begins with.
fn kind(words: &mut Words<'_>) -> Read<Kind> {
    let (at, word) = words.expect("what goes wrong, such as 503")?;
    let plain = Throttle {
        retry_after: RetryAfter::Missing,
        html: false,
    };
    let (base, after_effect) = match word.strip_suffix("-after-effect") {
        Some(base) => (base, true),
        None => (word, false),
    };
    Ok(match (base, after_effect) {
        ("429", false) => Kind::Throttle(Throttle {
            retry_after: RetryAfter::Seconds(1),
            ..plain
        }),
        ("500" | "502" | "503" | "504", after_effect) => {
            let status = base.parse().unwrap_or(500);
            Kind::Fail {
                status,
                after_effect,
                how: plain,
            }
        }
        ("refused", false) => Kind::Refused(SignedDuration::from_secs(1)),
        ("reset", after_effect) => Kind::Reset { after_effect },
        ("stall", after_effect) => Kind::Stall { after_effect },
        ("time-out", after_effect) => Kind::Late {
            after_effect,
            over: SignedDuration::from_mins(2),
        },
        ("drip", false) => Kind::Drip(SignedDuration::from_secs(10)),
        ("malformed", false) => Kind::Malformed,
        ("truncated", false) => Kind::Truncated,
        ("cut-short", false) => Kind::CutShort,
        ("extra-fields", false) => Kind::ExtraFields,
        ("missing-fields", false) => Kind::MissingFields,
        ("page-twice", false) => Kind::Page(PageTrick::Twice),
        ("same-next", false) => Kind::Page(PageTrick::SameNext),
        ("empty-page", false) => Kind::Page(PageTrick::Empty),
        ("invisible", false) => Kind::Invisible {
            lasting: SignedDuration::from_secs(90),
            by_id: false,
        },
        ("token-dies", false) => Kind::TokenDies,
        ("clock-skew", false) => Kind::ClockSkew(words.duration()?),
        ("switch", false) => switch(words)?,
        ("rate", false) => rate(words)?,
        ("delivery-lost", false) => Kind::DeliveryLost,
        ("delivery-delayed", false) => Kind::DeliveryDelayed(SignedDuration::from_secs(30)),
        ("delivery-reordered", false) => Kind::DeliveryReordered(SignedDuration::from_secs(5)),
        ("delivery-duplicated", false) => Kind::DeliveryDuplicated(SignedDuration::ZERO),
        ("delivery-early", false) => Kind::DeliveryEarly(SignedDuration::from_secs(10)),
        ("rough", false) => Kind::Rough,
        _ => return Err(wrong(at, format!("there is no `{word}`"))),
    })
}

fn switch(words: &mut Words<'_>) -> Read<Kind> {
    let (at, setting) = words.expect("NAME=VALUE")?;
    Switches::with([setting]).map_err(|error| wrong(at, error.to_string()))?;
    let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
    Ok(Kind::Switch {
        name: name.to_owned(),
        value: value.to_owned(),
    })
}

fn rate(words: &mut Words<'_>) -> Read<Kind> {
    let (at, first) = words.expect("a rate such as 60/min")?;
    let mut text = first.to_owned();
    if words.peek() == Some("burst") {
        words.next();
        let (_, burst) = words.expect("the size of the bucket")?;
        text = format!("{text} burst {burst}");
    }
    let rate = Rate::parse(&text).map_err(|error| wrong(at, error.to_string()))?;
    Ok(Kind::Rate(rate))
}

/// Everything that may follow, in any order.
fn clause(
    words: &mut Words<'_>,
    at: usize,
    word: &str,
    kind: &mut Kind,
    fault: &mut Fault,
) -> Read<()> {
    let when = &mut fault.when;
    match word {
        "on" => {
            let (at, word) = words.expect("a method or a path")?;
            return place(words, at, word, &mut fault.target);
        }
        "by" => {
            let (at, word) = words.expect("an e-mail address")?;
            if !is_address(word) || matches!(kind, Kind::TokenDies) {
                return Err(wrong(
                    at,
                    format!("`{word}` cannot be whose calls they are"),
                ));
            }
            fault.target.owner = Some(word.to_lowercase());
        }
        "at" if words.peek() == Some("call") => {}
        "call" => when.nth = Some(words.number()?),
        "after" => {
            when.after = words.number()?;
            words.calls("after")?;
        }
        "for" if words.counts_calls() => {
            when.first = Some(words.number()?);
            words.calls("for")?;
        }
        "for" => {
            let time = words.duration()?;
            match kind {
                Kind::Refused(lasting)
                | Kind::Invisible { lasting, .. }
                | Kind::DeliveryEarly(lasting) => *lasting = time,
                _ => when.lasting = Some(time),
            }
        }
        "over" => match kind {
            Kind::Late { over, .. }
            | Kind::Drip(over)
            | Kind::DeliveryDelayed(over)
            | Kind::DeliveryReordered(over)
            | Kind::DeliveryDuplicated(over) => *over = words.duration()?,
            _ => return Err(wrong(at, "this fault does not take `over`")),
        },
        "from" => when.from = Some(words.moment()?),
        "until" => when.until = Some(words.moment()?),
        "by-id" => match kind {
            Kind::Invisible { by_id, .. } => *by_id = true,
            _ => return Err(wrong(at, "only `invisible` takes `by-id`")),
        },
        "html" | "retry-after" => {
            let how = match kind {
                Kind::Throttle(how) | Kind::Fail { how, .. } => how,
                _ => return Err(wrong(at, format!("only a 429 and a 5xx take `{word}`"))),
            };
            match word {
                "html" => how.html = true,
                _ => how.retry_after = words.retry_after()?,
            }
        }
        "seed" => fault.seed = Some(words.number()?),
        percent if percent.ends_with('%') => when.chance = Some(chance(at, percent)?),
        word => return place(words, at, word, &mut fault.target),
    }
    Ok(())
}

/// `POST /rooms`, `/rooms`, `writes *`, or `*`.
fn place(words: &mut Words<'_>, at: usize, word: &str, target: &mut Target) -> Read<()> {
    let (at, path) = match Methods::read(word) {
        Some(methods) => {
            target.methods = methods;
            match words.peek() {
                Some(next) if is_path(next) => words.expect("a path")?,
                _ => return Ok(()),
            }
        }
        None => (at, word),
    };
    if !is_path(path) {
        let hint =
            if path.eq_ignore_ascii_case("get") || path.chars().all(|c| c.is_ascii_uppercase()) {
                "a method is GET, POST, PUT, PATCH, DELETE, reads or writes"
            } else {
                "a path begins with / or *"
            };
        return Err(wrong(at, format!("`{path}` says nothing here ({hint})")));
    }
    target.path = path.to_owned();
    Ok(())
}

fn is_path(word: &str) -> bool {
    word.starts_with('/') || word.starts_with('*')
}

fn chance(at: usize, word: &str) -> Read<Chance> {
    let percent: Option<f64> = word.trim_end_matches('%').parse().ok();
    let percent = percent.filter(|percent| *percent > 0.0 && *percent <= 100.0);
    percent
        // At most a million, and never below zero.
        .map(|percent| Chance((percent * 10_000.0).round() as u32))
        .ok_or_else(|| wrong(at, format!("`{word}` is no chance above 0% and up to 100%")))
}

/// What cannot be said together.
fn check(begin: usize, kind: &Kind, fault: &Fault) -> Read<()> {
    let when = &fault.when;
    if matches!(kind, Kind::ClockSkew(_)) {
        let plain = !when.counts() && when.lasting.is_none() && fault.target == Target::default();
        if !plain || when.has_window() {
            return Err(wrong(begin, "a `clock-skew` is always and for everybody"));
        }
    }
    if matches!(kind, Kind::Rough) {
        let target = Target {
            owner: fault.target.owner.clone(),
            ..Target::default()
        };
        if when.counts() || when.lasting.is_some() || fault.target != target {
            return Err(wrong(
                begin,
                "`rough` takes `by`, `from`, `until` and `seed`",
            ));
        }
    }
    if kind.is_of_deliveries() && fault.target.methods != Methods::All {
        return Err(wrong(
            begin,
            "a delivery has no method: write it `on /messages/created`",
        ));
    }
    if matches!(kind, Kind::Refused(_)) && when.has_window() && when.counts() {
        return Err(wrong(
            begin,
            "a port is closed either after calls or between times",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("429 on POST /memberships for 5 calls retry-after 30")]
    #[case("429 retry-after 3600")]
    #[case("429 retry-after none html on /meetings* 5%")]
    #[case("429 retry-after date 30 call 2")]
    #[case("503 on * 10%")]
    #[case("502-after-effect on writes call 7 by events@example.com")]
    #[case("refused call 12 for 20s")]
    #[case("refused from 10m until 12m")]
    #[case("reset on GET")]
    #[case("reset-after-effect on POST /meetings call 3")]
    #[case("stall-after-effect on POST /rooms call 1")]
    #[case("time-out on POST /rooms call 1 over 90s")]
    #[case("drip on reads over 30s")]
    #[case("cut-short 0.5% seed 42")]
    #[case("page-twice on GET /memberships")]
    #[case("invisible POST /rooms for 90s")]
    #[case("invisible POST /rooms for 90s by-id")]
    #[case("token-dies events@example.com after 40 calls")]
    #[case("token-dies events@example.com after 40 calls for 10m")]
    #[case("clock-skew -90s")]
    #[case("switch bulk-conflict=partial at call 20")]
    #[case("rate 60/min burst 10 after 100 calls")]
    #[case("delivery-lost on /messages/* 10% by showcaller@webex.bot")]
    #[case("delivery-delayed on /memberships/created call 2 over 1m")]
    #[case("delivery-reordered over 20s")]
    #[case("delivery-duplicated for 3 calls over 90s seed 7")]
    #[case("delivery-early on /meetings/started for 10m")]
    #[case("rough by showcaller@webex.bot from 10m until 2h seed 7")]
    #[case("500 from 2027-10-01T08:00:00Z until 2027-10-01T09:00:00Z")]
    fn a_fault_reads_as_it_is_written(#[case] line: &str) {
        let fault: Fault = line.parse().unwrap();
        assert_eq!(fault.to_string(), line);
        let spaced = format!("  {}  ", line.replace(' ', "   "));
        assert_eq!(spaced.parse::<Fault>().unwrap(), fault);
    }

    #[test]
    fn a_bad_day_is_all_its_parts_each_with_a_seed_of_its_own() {
        let lines =
            |faults: &[Fault]| -> Vec<String> { faults.iter().map(ToString::to_string).collect() };
        assert_eq!(lines(&Fault::rough()), super::super::kind::ROUGH);
        let fault: Fault = "rough by ben@example.com until 1h seed 7".parse().unwrap();
        let parts = fault.parts();
        assert_eq!(lines(&parts), lines(&Fault::rough()));
        let seeds: std::collections::BTreeSet<_> = parts.iter().map(|part| part.seed).collect();
        assert_eq!(seeds.len(), parts.len());
        for part in &parts {
            assert_eq!(part.target.owner.as_deref(), Some("ben@example.com"));
            assert!(part.when.until.is_some() && part.when.chance.is_some());
        }
    }

    #[test]
    fn the_words_of_a_fault_mean_what_they_say() {
        let fault: Fault =
            "503 on POST /meetings after 2 calls for 5 calls 10% retry-after 30 seed 7"
                .parse()
                .unwrap();
        let how = Throttle {
            retry_after: RetryAfter::Seconds(30),
            html: false,
        };
        assert_eq!(
            fault.kind,
            Kind::Fail {
                status: 503,
                after_effect: false,
                how
            }
        );
        assert_eq!(fault.target.path, "/meetings");
        assert_eq!((fault.when.after, fault.when.first), (2, Some(5)));
        assert_eq!(fault.when.chance, Some(Chance(100_000)));
        assert_eq!(fault.seed, Some(7));
    }

    #[rstest]
    #[case("", 1, "what goes wrong, such as 503 is missing")]
    #[case("404 on *", 1, "there is no `404`")]
    #[case("refused-after-effect", 1, "there is no")]
    #[case("503 on PSOT /rooms", 8, "a method is GET")]
    #[case("503 on rooms", 8, "a path begins with /")]
    #[case("503 on POST /rooms sometimes", 20, "`sometimes` says nothing here")]
    #[case("503 120%", 5, "no chance")]
    #[case("503 call 0", 10, "no whole number above zero")]
    #[case("503 after 5", 12, "`calls` is missing")]
    #[case("503 for soon", 9, "no time such as 90s")]
    #[case("drip retry-after 5", 6, "only a 429 and a 5xx take `retry-after`")]
    #[case("503 over 5s", 5, "does not take `over`")]
    #[case("delivery-lost on POST /messages", 1, "a delivery has no method")]
    #[case("token-dies after 4 calls", 12, "no e-mail address")]
    #[case("switch bulk=yes call 1", 8, "no switch `bulk`")]
    #[case("switch bulk-conflict=some", 8, "takes none or partial")]
    #[case("clock-skew 5s call 3", 1, "always and for everybody")]
    #[case("clock-skew", 11, "a time such as 90s is missing")]
    #[case("rough 5%", 1, "`rough` takes `by`, `from`")]
    #[case("rough on /rooms", 1, "`rough` takes `by`, `from`")]
    #[case("rate fast", 6, "not a rate")]
    #[case("  503 from Ostern", 12, "neither a time since the start")]
    #[case("503 on /grüße köln", 15, "`köln` says nothing here")]
    fn what_is_no_fault_is_told_where_and_why(
        #[case] line: &str,
        #[case] column: usize,
        #[case] problem: &str,
    ) {
        let error = line.parse::<Fault>().unwrap_err();
        assert!(error.problem.contains(problem), "{error}");
        assert_eq!(error.column, column, "{error}");
    }
}
