//! What is done about a cue that was sent: again, recall, correct.

use showcaller_event::model::{Cue, CueKey, CueRecipient};
use showcaller_render::calling::{self, preview};
use showcaller_show::{Command, Entry, Fact, Follow, Judged};

use super::call::{CallArgs, Caller, question};
use super::consent::{Consent, typed};
use super::follow;
use super::words::{self, Whom};
use crate::exit::{Code, Failure, Result};
use crate::terminal::{result, say};

#[derive(Debug, clap::Args)]
pub(super) struct AgainArgs {
    /// Which cue, as in opening, or opening/day-2
    name: String,

    /// How many people it reaches, typed beforehand
    #[arg(long, value_name = "N")]
    audience: Option<usize>,
}

#[derive(Debug, clap::Args)]
pub(super) struct CorrectArgs {
    /// Which cue, as in opening, or opening/day-2
    name: String,

    /// The new words, as under `say:`
    text: String,

    #[command(flatten)]
    consent: Consent,
}

impl Caller<'_> {
    pub(super) async fn again(&self, args: &AgainArgs) -> Result<Code> {
        let case = self.judge(&args.name, &Command::Again).await?;
        let (entries, facts) = match &case.judged {
            Judged::Follow(how) => return self.goes_first(&case.cue, *how).await,
            Judged::Append { entries, facts } => (entries, facts),
        };
        self.can_send().await?;
        say::line(&question(&Command::Again, &case));
        self.tell(&case.facts);
        let mut facts = facts.iter();
        let size = facts.find_map(|fact| match fact {
            Fact::Sends { recipients, people } => Some((*people).max(*recipients)),
            _ => None,
        });
        typed(size.unwrap_or(0), args.audience)?;
        self.log(entries).await?;
        follow::cue(self, &case.cue).await
    }

    /// What is still being sent is not sent once more.
    async fn goes_first(&self, cue: &CueKey, how: Follow) -> Result<Code> {
        if how == Follow::UnderWay && !self.is_led().await? {
            let sentence = format!("{cue} is due, and has not gone to all yet");
            let hint = self.command(&format!("go {cue}"));
            return Err(Failure::usage(sentence).hint(hint));
        }
        say::line(&calling::follow(how, cue).sentence);
        self.followed(cue, how).await
    }

    pub(super) async fn recall(&self, args: &CallArgs) -> Result<Code> {
        let case = self.judge(&args.name, &Command::Recall).await?;
        let entries = match &case.judged {
            Judged::Follow(how) => {
                say::line(&calling::follow(*how, &case.cue).sentence);
                return follow::deletions(self, &case.cue).await;
            }
            Judged::Append { entries, .. } => entries,
        };
        self.can_send().await?;
        say::line(&format!("{}, {}", case.cue, case.audience));
        self.tell(&case.facts);
        args.consent.to(&question(&Command::Recall, &case))?;
        self.log(entries).await?;
        follow::deletions(self, &case.cue).await
    }

    pub(super) async fn correct(&self, args: &CorrectArgs) -> Result<Code> {
        let show = self.calling.show().await?;
        let cue = self.cue(&show, &args.name)?;
        let now = self.calling.clock.now();
        let (generation, sent) = show.board(now, true, |board| {
            board.cue(&cue.key).map_or_else(Default::default, |status| {
                let sent: Vec<CueRecipient> = status.sent_to().cloned().collect();
                (status.generation, sent)
            })
        });
        if sent.is_empty() {
            let failure = Failure::usage(format!("{} was not sent yet", cue.key));
            return Err(failure.hint("change its words in the event file, and apply that"));
        }
        let whom = Whom::of_recipients(sent.iter());
        let read = words::read(self.calling, &whom, cue.key.day.as_ref(), &args.text).await?;
        let corrected = Cue {
            mention_all: cue.mention_all,
            ..read
        };
        let previewed = words::previewed(&show, &corrected);
        let messages = words::said(&previewed)?;
        self.can_send().await?;
        let event = &show.in_force.event;
        result::text(preview(event, &previewed).expose())?;
        say::line("");
        let to = calling::audience(event, &sent.iter().collect::<Vec<_>>());
        let question = format!("Give {} these words, for {to}?", cue.key);
        args.consent.to(&question)?;
        let entry = Entry::Correct {
            cue: cue.key.clone(),
            generation,
            messages,
        };
        let numbers = self.log(&[entry]).await?;
        let number = numbers.first().copied().unwrap_or_default();
        follow::corrections(self, &cue.key, number).await
    }
}
