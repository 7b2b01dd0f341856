//! Webex follows a slip, and what it says of that.

use jiff::tz::TimeZone;
use showcaller_engine::{Error, Followed, NotFollowed};
use showcaller_event::markdown::plain;

use crate::environment;
use crate::exit::Result;
use crate::session::{EventArgs, Live, Session, WebexArgs};
use crate::terminal::say;

/// Webex's own times follow, where this process may change them.
pub(super) async fn follow(event: &EventArgs, webex: &WebexArgs) -> Result<()> {
    let (followed, zone) = if event.simulate {
        let session = Session::open(event, webex).await?;
        let followed = session.engine.follow_slips().await;
        let zone = session.event.zone();
        session.close().await?;
        (followed, zone)
    } else if environment::get(environment::BOT_TOKEN).is_some() {
        // The slip is in force already, whatever stands against this.
        let live = match Live::open(event, webex.now()).await {
            Ok(live) => live,
            Err(failure) => {
                failure.show();
                return Ok(());
            }
        };
        let followed = live.engine.follow_slips().await;
        live.ledger.close().await;
        (followed, live.in_force.event.zone())
    } else {
        say::paragraph("Webex's own times follow where `showcaller serve` runs.");
        return Ok(());
    };
    match followed {
        Ok(followed) => {
            say_followed(&followed, &zone);
            if let Some(error) = &followed.trouble {
                not_followed(error);
            }
        }
        Err(error) => not_followed(&error),
    }
    Ok(())
}

fn say_followed(followed: &Followed, zone: &TimeZone) {
    if !followed.moved.is_empty() {
        say::paragraph(&format!(
            "On Webex, {} moved, too.",
            count(followed.moved.len())
        ));
    }
    if !followed.link_changes.is_empty() {
        let keys = followed.link_changes.iter().map(|it| it.meeting.as_str());
        say::paragraph(&format!(
            "Webex changed the link of {}: whoever was given the old one needs the new one.",
            keys.collect::<Vec<_>>().join(", ")
        ));
    }
    let in_use = |why: &NotFollowed| *why == NotFollowed::InUse;
    let waiting = followed.waiting.iter();
    let (used, others): (Vec<_>, Vec<_>) = waiting.partition(|(_, why)| in_use(why));
    if !used.is_empty() {
        say::paragraph(&format!(
            "Webex changes no meeting that people are in: {} will be tried again until it begins; then \
             it stays there where it is.",
            count(used.len())
        ));
    }
    for (meeting, why) in others.iter().take(3) {
        let why = match why {
            NotFollowed::InUse => "people are in it".to_owned(),
            NotFollowed::NoToken(host) => format!("there is no token here for its host {host}"),
            NotFollowed::Busy => "another process is applying".to_owned(),
            NotFollowed::Refused(why) => plain(why),
            NotFollowed::BeginsLater(at) => format!(
                "there it begins at {}, and people may not be let in before",
                at.to_zoned(zone.clone()).strftime("%H:%M")
            ),
        };
        say::paragraph(&format!(
            "{meeting} is still at its old time on Webex: {why}"
        ));
    }
    if others.len() > 3 {
        say::paragraph(&format!("… and {} more.", others.len() - 3));
    }
}

/// The slip is in force whatever Webex says.
fn not_followed(error: &Error) {
    let error = plain(&error.to_string());
    say::remark(&format!("Webex's own times do not follow yet: {error}"));
}

fn count(number: usize) -> String {
    match number {
        1 => "1 meeting".to_owned(),
        _ => format!("{number} meetings"),
    }
}
