//! The words of a fault, one after the other.

use jiff::SignedDuration;

use super::kind::RetryAfter;
use super::when::Moment;

/// A word that cannot be where it is.
pub(super) struct Wrong {
    pub(super) at: usize,
    pub(super) problem: String,
}

pub(super) type Read<T> = Result<T, Wrong>;

pub(super) fn wrong(at: usize, problem: impl Into<String>) -> Wrong {
    Wrong {
        at,
        problem: problem.into(),
    }
}

/// The words of a line, with the bytes at which they begin.
pub(super) struct Words<'a> {
    pub(super) line: &'a str,
    left: std::iter::Peekable<std::vec::IntoIter<(usize, &'a str)>>,
}

impl<'a> Words<'a> {
    pub(super) fn of(line: &'a str) -> Self {
        let words: Vec<(usize, &str)> = line
            .split_whitespace()
            .map(|word| (word.as_ptr().addr() - line.as_ptr().addr(), word))
            .collect();
        Self {
            line,
            left: words.into_iter().peekable(),
        }
    }

    pub(super) fn next(&mut self) -> Option<(usize, &'a str)> {
        self.left.next()
    }

    pub(super) fn peek(&mut self) -> Option<&'a str> {
        self.left.peek().map(|(_, word)| *word)
    }

    /// Where the next word begins.
    pub(super) fn at(&mut self) -> usize {
        self.left.peek().map_or(self.line.len(), |(at, _)| *at)
    }

    pub(super) fn expect(&mut self, what: &str) -> Read<(usize, &'a str)> {
        let end = self.line.len();
        self.next()
            .ok_or_else(|| wrong(end, format!("{what} is missing")))
    }

    pub(super) fn number(&mut self) -> Read<u64> {
        let (at, word) = self.expect("a whole number")?;
        let number = word.parse().ok().filter(|number| *number > 0);
        number.ok_or_else(|| wrong(at, format!("`{word}` is no whole number above zero")))
    }

    /// Whether `5 calls` comes next, rather than a time.
    pub(super) fn counts_calls(&self) -> bool {
        let mut ahead = self.left.clone();
        let number = ahead
            .next()
            .is_some_and(|(_, word)| word.parse::<u64>().is_ok());
        number
            && ahead
                .next()
                .is_some_and(|(_, word)| matches!(word, "call" | "calls"))
    }

    pub(super) fn calls(&mut self, before: &str) -> Read<()> {
        let (at, word) = self.expect("`calls`")?;
        match word {
            "call" | "calls" => Ok(()),
            _ => Err(wrong(
                at,
                format!("`{before} N` is followed by `calls`, not `{word}`"),
            )),
        }
    }

    pub(super) fn duration(&mut self) -> Read<SignedDuration> {
        let (at, word) = self.expect("a time such as 90s")?;
        read_duration(word)
            .ok_or_else(|| wrong(at, format!("`{word}` is no time such as 90s or 10m")))
    }

    pub(super) fn moment(&mut self) -> Read<Moment> {
        let (at, word) = self.expect("a time")?;
        let instant = word.parse().ok().map(Moment::At);
        let since = || read_duration(word).map(Moment::In);
        instant.or_else(since).ok_or_else(|| {
            let problem =
                format!("`{word}` is neither a time since the start, such as 10m, nor an instant");
            wrong(at, problem)
        })
    }

    pub(super) fn retry_after(&mut self) -> Read<RetryAfter> {
        let seconds = |at: usize, word: &str| {
            let whole = read_duration(word).and_then(|time| u32::try_from(time.as_secs()).ok());
            whole.ok_or_else(|| wrong(at, format!("`{word}` is no number of seconds")))
        };
        match self.expect("a number of seconds")? {
            (_, "none") => Ok(RetryAfter::Missing),
            (_, "date") => {
                let (at, word) = self.expect("a number of seconds")?;
                seconds(at, word).map(RetryAfter::Date)
            }
            (at, word) => seconds(at, word).map(RetryAfter::Seconds),
        }
    }
}

/// `90s`, `10m`, `-1h30m`, `250ms`; a bare number is seconds. At most a year.
fn read_duration(word: &str) -> Option<SignedDuration> {
    let read = match word.parse::<i64>() {
        Ok(seconds) => SignedDuration::from_secs(seconds),
        Err(_) => word.parse().ok()?,
    };
    (read.abs() <= SignedDuration::from_hours(24 * 366)).then_some(read)
}
