//! Commands about one cue: judged by the board, agreed to, written into the show log, carried out.

use showcaller_engine::cues::{NewEntry, Show, log};
use showcaller_event::Event;
use showcaller_event::model::{Cue, CueKey};
use showcaller_ledger::Logging;
use showcaller_render::calling::{self, Advice};
use showcaller_show::{By, Command, Entry, Fact, Follow, Judged, NotFound};
use uuid::Uuid;

use super::consent::{Consent, agree};
use super::{follow, list};
use crate::exit::{Code, Failure, Result};
use crate::session::{Calling, EventArgs};
use crate::terminal::say;

#[derive(Debug, clap::Args)]
pub(super) struct CallArgs {
    /// Which cue, as in opening, or opening/day-2
    pub(super) name: String,

    #[command(flatten)]
    pub(super) consent: Consent,
}

/// An operator in a terminal.
pub(crate) struct Caller<'a> {
    pub(crate) calling: &'a Calling,
    pub(crate) event: &'a EventArgs,
    pub(crate) by: By,
}

/// What was judged of a command.
pub(super) struct Case {
    pub(super) cue: CueKey,
    /// What goes to whom: `6 team rooms`.
    pub(super) audience: String,
    pub(super) judged: Judged,
    /// What is to be known, in sentences.
    pub(super) facts: Vec<String>,
}

impl Caller<'_> {
    pub(super) async fn call(&self, args: &CallArgs, command: &Command) -> Result<Code> {
        let case = self.judge(&args.name, command).await?;
        let sends = matches!(command, Command::Go | Command::Retry);
        let (entries, facts) = match &case.judged {
            Judged::Follow(how) if sends => return self.follows(&case, *how, &args.consent).await,
            Judged::Follow(how) => return self.done(&calling::follow(*how, &case.cue).sentence),
            Judged::Append { entries, facts } => (entries, facts),
        };
        if sends {
            self.can_send().await?;
        }
        say::line(&format!("{}, {}", case.cue, case.audience));
        self.tell(&case.facts);
        self.agrees(args, facts, &question(command, &case))?;
        self.log(entries).await?;
        match command {
            Command::Hold => self.done(&format!("{} is held until a go.", case.cue)),
            Command::Skip => self.done(&format!("{} is skipped, unless there is a go.", case.cue)),
            _ => follow::cue(self, &case.cue).await,
        }
    }

    fn done(&self, sentence: &str) -> Result<Code> {
        say::line(sentence);
        Ok(Code::Done)
    }

    /// The cue of this name.
    pub(super) fn cue<'s>(&self, show: &'s Show, name: &str) -> Result<&'s Cue> {
        let event = &show.in_force.event;
        let key = show.board(self.calling.clock.now(), true, |board| {
            board.find(name).map(|status| status.cue.key.clone())
        });
        let key = key.map_err(|error| not_found(&error, name, event))?;
        let mut cues = event.cues.iter();
        let cue = cues.find(|cue| cue.key == key);
        cue.ok_or_else(|| Failure::usage(format!("the event has no cue {name}")))
    }

    /// What comes of a command about the cue of this name.
    pub(super) async fn judge(&self, name: &str, command: &Command) -> Result<Case> {
        let show = self.calling.show().await?;
        let event = &show.in_force.event;
        show.board(self.calling.clock.now(), true, |board| {
            let status = board.find(name);
            let status = status.map_err(|error| not_found(&error, name, event))?;
            let cue = status.cue.key.clone();
            let judged = board.judge(status, command, &self.by);
            let judged = judged.map_err(|error| self.refused(calling::refusal(error, &cue)))?;
            let facts = match &judged {
                Judged::Follow(_) => Vec::new(),
                Judged::Append { facts, .. } => facts
                    .iter()
                    .map(|fact| calling::fact(fact, event))
                    .collect(),
            };
            let to: Vec<_> = status.cue.to.iter().map(|to| &to.recipient).collect();
            Ok(Case {
                cue,
                audience: calling::audience(event, &to),
                judged,
                facts,
            })
        })
    }

    fn refused(&self, advice: Advice) -> Failure {
        let failure = Failure::usage(advice.sentence);
        match advice.next {
            Some(next) => failure.hint(self.command(&next)),
            None => failure,
        }
    }

    /// What an operator types for these words.
    pub(super) fn command(&self, words: &str) -> String {
        let event = self.event.event.display();
        format!("showcaller cue {event} {words}{}", self.event.again())
    }

    /// Nothing new is to be written. What no process sends goes from here, after consent.
    async fn follows(&self, case: &Case, how: Follow, consent: &Consent) -> Result<Code> {
        let cue = &case.cue;
        if how == Follow::UnderWay && !self.is_led().await? {
            self.can_send().await?;
            say::line(&format!("{cue}, {}", case.audience));
            self.tell(&["It is due, and goes to all who have not got it.".to_owned()]);
            consent.to(&question(&Command::Go, case))?;
        } else {
            say::line(&calling::follow(how, cue).sentence);
        }
        self.followed(cue, how).await
    }

    /// Follows what is being sent until it is, and says how the command ends.
    pub(super) async fn followed(&self, cue: &CueKey, how: Follow) -> Result<Code> {
        match how {
            Follow::UnderWay => follow::cue(self, cue).await,
            Follow::WaitsForSecond => Ok(Code::Pending),
            Follow::Sent | Follow::Held | Follow::Skipped | Follow::Recalled => Ok(Code::Done),
        }
    }

    pub(super) fn tell(&self, sentences: &[String]) {
        for sentence in sentences {
            say::indented(sentence, 2);
        }
    }

    /// Asks what is to be asked. A cue of another day is asked about once more, unless its day is named.
    fn agrees(&self, args: &CallArgs, facts: &[Fact], question: &str) -> Result<()> {
        args.consent.to(question)?;
        let mut facts = facts.iter();
        let other = facts.find_map(|fact| match fact {
            Fact::OtherDay { day } => Some(day),
            _ => None,
        });
        match other {
            Some(day) if !args.name.contains('/') => {
                let question = format!("Really that of {day}?");
                let hint = format!("name the day: {}/{day}", args.name);
                agree(&question, &hint)
            }
            _ => Ok(()),
        }
    }

    /// Whether a process runs the show.
    pub(super) async fn is_led(&self) -> Result<bool> {
        Ok(list::leader(self.calling).await?.is_there())
    }

    /// Refuses what nothing would send: no process runs the show, and there is no token here.
    pub(crate) async fn can_send(&self) -> Result<()> {
        if self.calling.engine.is_some() || self.is_led().await? {
            return Ok(());
        }
        let sentence =
            "nothing would send it: no process runs the show, and WEBEX_BOT_TOKEN is not set";
        let event = self.event.event.display();
        let again = self.event.again();
        Err(Failure::usage(sentence).hint(format!(
            "run `showcaller serve {event}{again}`, or set the token"
        )))
    }

    /// Writes entries into the show log, and returns their numbers.
    pub(super) async fn log(&self, entries: &[Entry]) -> Result<Vec<i64>> {
        let key = format!("terminal/{}", Uuid::new_v4());
        let entries = NewEntry::numbered(&key, &self.by, entries);
        let at = self.calling.clock.now();
        let logged = log(&self.calling.ledger, &entries, None, at).await;
        match logged.map_err(Failure::failed)? {
            Logging::Written(numbers) => Ok(numbers),
            Logging::Outdated { .. } => Ok(Vec::new()),
        }
    }
}

fn not_found(error: &NotFound, name: &str, event: &Event) -> Failure {
    let (sentence, hint) = calling::not_found(error, name, event);
    Failure::usage(sentence).hint(hint)
}

pub(super) fn question(command: &Command, case: &Case) -> String {
    calling::question(command, &case.cue, &case.audience)
}
