//! `showcaller token EVENT …`

use clap::{Subcommand, ValueEnum};
use jiff::{Span, Timestamp, ToSpan as _, Zoned};
use showcaller_event::Event;
use showcaller_ledger::{ControlToken, Ledger, NewControlToken};
use showcaller_server::{Scope, new_token, token_hash};

use crate::exit::{Code, Failure, Result};
use crate::session::{EventArgs, Past, instant};
use crate::terminal::say;

/// The longest name of a token, in characters.
const LONGEST_NAME: usize = 60;

/// Hand out tokens for the remote control of the cues
///
/// A Stream Deck, Bitfocus Companion or a program of yours calls cues through `serve --control`, with a
/// token. It is shown once and kept nowhere: the ledger has its SHA-256. docs/remote-control.md shows how.
#[derive(Debug, clap::Args)]
#[command(
    mut_arg("simulate", |simulate| simulate.hide(true).global(true)),
    mut_arg("ledger", |ledger| ledger.global(true)),
    subcommand_help_heading = "What to do"
)]
pub(crate) struct Args {
    #[command(flatten)]
    event: EventArgs,

    /// The time in a simulated Webex, as in 2027-09-20T09:00:00Z
    #[arg(long, value_name = "TIME", value_parser = instant, global = true)]
    now: Option<Timestamp>,

    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Make a token, and show it once
    Create(Create),
    /// Show every token that was handed out, without the tokens themselves
    List,
    /// Make a token good for nothing, at once and for ever
    Revoke {
        /// Which, by its name
        name: String,
    },
}

#[derive(Debug, clap::Args)]
struct Create {
    /// What it is good for
    #[arg(long = "for", value_name = "WHAT")]
    scope: For,

    /// What it is called in the show's log, as the one who says go
    #[arg(long, default_value = "remote control")]
    name: String,

    /// How long it is good, as in 7d or 12h
    ///
    /// Without it, until two days after the event, and at least 7 days.
    #[arg(long, value_name = "TIME")]
    expires: Option<Span>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum For {
    /// Go, hold and skip, and to read how the cues stand
    Cues,
    /// To read how the cues stand
    Read,
}

impl From<For> for Scope {
    fn from(it: For) -> Self {
        match it {
            For::Cues => Self::Cues,
            For::Read => Self::Read,
        }
    }
}

pub(crate) async fn run(args: &Args) -> Result<Code> {
    let past = Past::read(&args.event).await?;
    let now = match args.now {
        Some(now) => now,
        None => past.now(&args.event)?,
    };
    let event = &past.in_force.event;
    let done = match past.ledger() {
        None => Err(not_applied(args)),
        Some(ledger) => match &args.what {
            What::Create(create) => make(create, event, ledger, now).await,
            What::List => list(event, ledger, now).await,
            What::Revoke { name } => revoke(name, args, ledger, now).await,
        },
    };
    past.close().await;
    done.map(|()| Code::Done)
}

fn not_applied(args: &Args) -> Failure {
    let (event, again) = (args.event.event.display(), args.event.again());
    Failure::usage(format!(
        "{event} was not applied yet, so there is no cue to call"
    ))
    .hint(format!("set it up with `showcaller apply {event}{again}`"))
}

async fn make(create: &Create, event: &Event, ledger: &Ledger, now: Timestamp) -> Result<()> {
    let name = create.name.trim();
    let length = name.chars().count();
    if length == 0 || length > LONGEST_NAME || name.chars().any(char::is_control) {
        let sentence = format!("--name has 1 to {LONGEST_NAME} characters, on one line");
        return Err(Failure::usage(sentence));
    }
    if let Some(known) = valid(ledger, name, now).await?.first() {
        let sentence = format!("there is a token «{}» already", known.token.name);
        return Err(Failure::usage(sentence)
            .hint("give this one another --name: it says in the show's log who said go"));
    }
    let scope = Scope::from(create.scope);
    let expires = expiry(create.expires, event, now)?;
    let token = new_token();
    let new = NewControlToken {
        name: name.to_owned(),
        scope: scope.to_string(),
        hash: token_hash(&token),
        expires_at: Some(expires.timestamp()),
    };
    ledger.add_control_token(&new, now).await?;
    let until = time(&expires);
    say::note(&format!(
        "«{name}» may {}, until {until}.\nThis is its token. It is not shown again:",
        may(scope)
    ));
    say::line(token.expose());
    Ok(())
}

/// What the bearer of a token may do.
fn may(scope: Scope) -> &'static str {
    match scope {
        Scope::Cues => "say go, hold and skip",
        Scope::Read => "read how the cues stand",
    }
}

/// Until when a token is good: a deck that is set up weeks before must not fail on the day.
fn expiry(asked: Option<Span>, event: &Event, now: Timestamp) -> Result<Zoned> {
    let zone = event.zone();
    let now = now.to_zoned(zone.clone());
    let after = |span: Span| {
        let until = now.checked_add(span).ok();
        until.filter(|until| *until > now)
    };
    if let Some(asked) = asked {
        return after(asked).ok_or_else(|| {
            let sentence = format!("--expires {asked:#} is not in the future, or too far");
            Failure::usage(sentence).hint("write it like 7d or 12h")
        });
    }
    let last = event.days.iter().map(|day| day.date).max();
    let last = last.and_then(|date| date.checked_add(3.days()).ok()?.to_zoned(zone).ok());
    let week = after(7.days());
    let latest = last.into_iter().chain(week).max();
    latest.ok_or_else(|| Failure::failed("the calendar ends before this token would"))
}

async fn list(event: &Event, ledger: &Ledger, now: Timestamp) -> Result<()> {
    let tokens = ledger.control_tokens().await?;
    if tokens.is_empty() {
        say::line("No token was handed out.");
        return Ok(());
    }
    let zone = event.zone();
    let rows: Vec<[String; 4]> = tokens
        .iter()
        .map(|known| {
            let local = |at: Timestamp| time(&at.to_zoned(zone.clone()));
            [
                known.token.name.clone(),
                known.token.scope.clone(),
                standing(known, now, local),
                match known.last_used_at {
                    Some(at) => local(at),
                    None => "never".to_owned(),
                },
            ]
        })
        .collect();
    let head = ["Name", "For", "Good", "Last used"].map(str::to_owned);
    let rows: Vec<[String; 4]> = [head].into_iter().chain(rows).collect();
    let width = |column: usize| {
        let widths = rows.iter().map(|row| row[column].chars().count());
        widths.max().unwrap_or_default()
    };
    let widths = [0, 1, 2].map(width);
    let lines = rows.iter().map(|[name, scope, good, used]| {
        let [first, second, third] = widths;
        format!("{name:first$}  {scope:second$}  {good:third$}  {used}")
    });
    lines.for_each(|line| say::line(&line));
    Ok(())
}

fn standing(known: &ControlToken, now: Timestamp, local: impl Fn(Timestamp) -> String) -> String {
    match (known.revoked_at, known.token.expires_at) {
        (Some(at), _) => format!("revoked {}", local(at)),
        (None, Some(until)) if until <= now => format!("expired {}", local(until)),
        (None, Some(until)) => format!("until {}", local(until)),
        (None, None) => "without end".to_owned(),
    }
}

async fn revoke(name: &str, args: &Args, ledger: &Ledger, now: Timestamp) -> Result<()> {
    let name = name.trim();
    let known = valid(ledger, name, now).await?;
    if known.is_empty() {
        let (event, again) = (args.event.event.display(), args.event.again());
        return Err(
            Failure::usage(format!("there is no token «{name}» that is good"))
                .hint(format!("`showcaller token {event} list{again}` shows them")),
        );
    }
    for token in known {
        ledger.revoke_control_token(token.id, now).await?;
    }
    say::line(&format!("«{name}» is good for nothing any more."));
    Ok(())
}

/// The tokens of this name that are good.
async fn valid(ledger: &Ledger, name: &str, now: Timestamp) -> Result<Vec<ControlToken>> {
    let mut tokens = ledger.control_tokens().await?;
    tokens.retain(|it| it.token.name == name && it.is_valid(now));
    Ok(tokens)
}

/// `Sat 9 Oct 2027, 00:00`
fn time(at: &Zoned) -> String {
    at.strftime("%a %-d %b %Y, %H:%M").to_string()
}
