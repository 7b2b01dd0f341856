//! What a simulator is told on the command line.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use showcaller_event::Event;
use showcaller_simulator::{Config, Fault, Rate, Switches};

use crate::exit::{Failure, Result};
use crate::output_file::OutputFile;
use crate::session::instant;

/// Be Webex, for rehearsals and for trying out bots
///
/// Listens until Ctrl-C. When it listens, it prints what a program needs in its environment to talk
/// to it instead of Webex. It begins with one organisation, a bot, and a host events@example.com.
/// Everybody else with an address there gets an account on first sight.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub(super) listen: String,

    /// Also write what is printed to this file, once it listens
    #[arg(long, value_name = "FILE")]
    pub(super) env_file: Option<PathBuf>,

    /// Keep the world in this file, and begin with what is in it
    #[arg(long, value_name = "FILE")]
    pub(super) state: Option<PathBuf>,

    /// Begin with the accounts of this event's hosts and staff
    #[arg(long, value_name = "EVENT")]
    pub(super) event: Option<PathBuf>,

    /// Begin at this time instead of now, as in 2027-09-20T09:00:00Z
    #[arg(long, value_name = "TIME", value_parser = instant)]
    pub(super) now: Option<Timestamp>,

    /// Same seed and same calls, same ids and same faults
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,

    /// How fast one account may call, as in `60/min burst 10`; `off` is as fast as it likes
    #[arg(
        long,
        value_name = "RATE",
        default_value = "300/min",
        value_parser = rate,
        help_heading = "Limits"
    )]
    rate: Limit<Rate>,

    /// How many calls at once after a rest [default: a minute's worth]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = "Limits")]
    burst: Option<u32>,

    /// Meetings that one host may create in 24 hours, or `off`
    #[arg(
        long,
        value_name = "N",
        default_value = "100",
        value_parser = quota,
        help_heading = "Limits"
    )]
    meeting_quota: Limit<u32>,

    /// How long each answer takes, as in 150ms
    #[arg(long, value_name = "TIME", value_parser = latency, help_heading = "Limits")]
    latency: Option<SignedDuration>,

    /// Let something go wrong, as in `503 on * 10%`; may be repeated
    ///
    /// docs/simulator.md says what there is.
    #[arg(long = "fault", value_name = "SCRIPT", help_heading = "Faults")]
    faults: Vec<Fault>,

    /// Judge each call by Webex's OpenAPI documents
    #[arg(long, help_heading = "Watching")]
    strict: bool,

    /// Add one JSON line per call to this file
    #[arg(long, value_name = "FILE", help_heading = "Watching")]
    record: Option<PathBuf>,

    /// Decide something that is not known about Webex; may be repeated
    #[arg(long = "set", value_name = "NAME=VALUE", help_heading = "Unknowns")]
    settings: Vec<String>,

    /// List everything that --set decides, and end
    #[arg(long, help_heading = "Unknowns")]
    switches: bool,
}

/// A limit, or none: `off`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Limit<T>(Option<T>);

fn rate(text: &str) -> Result<Limit<Rate>, String> {
    Rate::parse(text)
        .map(Limit)
        .map_err(|_| "write it like 300/min or 300/min burst 50, or `off`".to_owned())
}

fn quota(text: &str) -> Result<Limit<u32>, String> {
    if text == "off" {
        return Ok(Limit(None));
    }
    let number = text.parse().ok().filter(|number| *number > 0);
    number
        .map(|number| Limit(Some(number)))
        .ok_or_else(|| "it is a number from 1 on, or `off`".to_owned())
}

fn latency(text: &str) -> Result<SignedDuration, String> {
    let read = text.trim().parse::<SignedDuration>().ok();
    let most = SignedDuration::from_mins(10);
    read.filter(|latency| !latency.is_negative() && *latency <= most)
        .ok_or_else(|| "write it like 150ms or 1.5s, at most 10 min".to_owned())
}

impl Args {
    pub(super) fn wants_switches(&self) -> bool {
        self.switches || self.settings.iter().any(|setting| setting == "help")
    }

    /// How the simulator is set up, but for its clock and its public address.
    pub(super) fn config(&self, event: Option<&Event>) -> Result<Config> {
        let standard = Config::default();
        Ok(Config {
            seed: self.seed,
            switches: self.unknowns()?,
            rate: self.limit()?,
            meeting_quota: self.meeting_quota.0,
            latency: self.latency,
            faults: self.faults.clone(),
            strict: self.strict,
            network: true,
            record: self.recorder()?,
            accounts: event.map_or(standard.accounts, showcaller_rehearsal::accounts),
            ..Config::default()
        })
    }

    fn unknowns(&self) -> Result<Switches> {
        Switches::with(self.settings.iter().map(String::as_str)).map_err(|error| {
            Failure::usage(format!("--set: {error}"))
                .hint("`showcaller simulator --switches` lists them all")
        })
    }

    fn limit(&self) -> Result<Option<Rate>> {
        match (self.rate.0, self.burst) {
            (None, Some(_)) => Err(Failure::usage("--burst says nothing where --rate is off")
                .hint("leave one of them out")),
            (Some(rate), Some(burst)) => Ok(Some(Rate { burst, ..rate })),
            (rate, None) => Ok(rate),
        }
    }

    fn recorder(&self) -> Result<Option<Box<dyn std::io::Write + Send>>> {
        let Some(path) = &self.record else {
            return Ok(None);
        };
        let file = OutputFile::Record.append(path)?;
        Ok(Some(Box::new(file)))
    }
}
