//! How fast one owner may call, as a person writes it.

use std::fmt;
use std::str::FromStr;

use crate::config::ConfigError;

/// A limit on calls per owner: a bucket that holds `burst` calls and is refilled evenly.
///
/// Reads as `300/min`, or as `300/min burst 50` where the bucket holds something else than a
/// minute's worth. Webex publishes "about 300 per minute", shared by everything that one owner
/// runs, and says nothing of the bucket (messaging §1.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Calls per minute in the long run.
    pub per_minute: u32,
    /// Calls at once after a rest.
    pub burst: u32,
}

impl Default for Rate {
    fn default() -> Self {
        Self {
            per_minute: 300,
            burst: 300,
        }
    }
}

impl Rate {
    /// Reads a rate, or `off` for no limit.
    ///
    /// # Errors
    ///
    /// Says what a rate looks like when the text is neither.
    pub fn parse(text: &str) -> Result<Option<Self>, ConfigError> {
        if text.trim() == "off" {
            return Ok(None);
        }
        text.parse().map(Some)
    }

    pub(crate) fn is_zero(self) -> bool {
        self.per_minute == 0 || self.burst == 0
    }
}

impl FromStr for Rate {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        let read = || {
            let (number, rest) = text.split_once("/min")?;
            let per_minute = number.trim().parse().ok()?;
            let burst = match rest.trim() {
                "" => per_minute,
                rest => rest.strip_prefix("burst ")?.trim().parse().ok()?,
            };
            Some(Self { per_minute, burst })
        };
        read()
            .filter(|rate| !rate.is_zero())
            .ok_or_else(|| ConfigError::Rate(text.to_owned()))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/min", self.per_minute)?;
        if self.burst == self.per_minute {
            return Ok(());
        }
        write!(f, " burst {}", self.burst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_reads_as_it_is_written() {
        for (text, per_minute, burst) in [
            ("600/min", 600, 600),
            ("60/min burst 10", 60, 10),
            ("60/min burst 300", 60, 300),
        ] {
            let rate: Rate = text.parse().unwrap();
            assert_eq!((rate.per_minute, rate.burst), (per_minute, burst));
            assert_eq!(rate.to_string(), text);
        }
        let plain = "60/min burst 60".parse::<Rate>().unwrap();
        assert_eq!(plain.to_string(), "60/min");
        assert_eq!(Rate::parse("off").unwrap(), None);
    }

    #[test]
    fn what_is_no_rate_is_told_what_one_looks_like() {
        for text in [
            "",
            "300",
            "0/min",
            "fast",
            "300/s",
            "-1/min",
            "60/min burst",
            "60/min burst 0",
            "60/min 10",
        ] {
            let error = Rate::parse(text).unwrap_err().to_string();
            assert!(error.contains("`300/min burst 50`"), "{error}");
        }
    }
}
