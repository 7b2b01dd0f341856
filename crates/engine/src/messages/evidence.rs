//! What Webex shows of a message that may have been sent.

use serde_json::{Value, json};
use showcaller_ledger::{Error as LedgerError, IncomingKind};
use showcaller_webex::{Error, Message, MessageFilter, MessageId, PersonId, RoomId, Who};

use super::bot::{Bot, Unavailable};
use super::outgoing::{Outgoing, To};
/// How many of the latest messages are compared.
pub(crate) const LATEST: usize = 50;

/// What is known of a message in doubt.
#[derive(Debug, PartialEq)]
pub(crate) enum Evidence {
    /// It was sent, and this is what Webex would have answered.
    Sent(Value),
    /// It was not.
    NotSent,
    /// Webex shows neither.
    None,
}

/// Looks for a message that may have been sent.
pub(crate) async fn look(bot: Bot<'_>, outgoing: &Outgoing) -> Result<Evidence, Unavailable> {
    match &outgoing.to {
        To::Direct(room) => {
            let filter = MessageFilter {
                room: RoomId::from(&**room),
                mentioning_me: false,
                before: None,
                parent: None,
            };
            let latest = bot.webex.list_messages(&filter, LATEST).await;
            in_private(bot, outgoing, latest, false).await
        }
        To::Person(person) => {
            let with = Who::Id(PersonId::from(&**person));
            let latest = bot.webex.list_direct_messages(&with).await;
            in_private(bot, outgoing, latest, true).await
        }
        To::Room(room) => in_a_room(bot, outgoing, &RoomId::from(&**room)).await,
    }
}

/// In a room of two, the bot sees everything.
async fn in_private(
    bot: Bot<'_>,
    outgoing: &Outgoing,
    latest: Result<Vec<Message>, Error>,
    is_whole: bool,
) -> Result<Evidence, Unavailable> {
    let latest = match latest {
        Ok(latest) => latest,
        // The two never talked.
        Err(error) if is_whole && error.is_not_found() => return Ok(Evidence::NotSent),
        Err(error) => return Err(error.into()),
    };
    for message in &latest {
        if is_it(bot, outgoing, message).await? {
            return Ok(Evidence::Sent(answer(&message.id)));
        }
    }
    let earlier = |it: &Message| it.created.is_some_and(|at| at <= outgoing.after);
    let reaches_back = is_whole || latest.iter().any(earlier);
    // What cannot be compared may be it.
    let unknown = |it: &Message| from_me(bot, it) && it.markdown.is_none() && !earlier(it);
    if reaches_back && !latest.iter().any(unknown) {
        Ok(Evidence::NotSent)
    } else {
        Ok(Evidence::None)
    }
}

/// In a room of many, a bot sees neither its own messages nor others', but when something was written
/// last; and Webex may have delivered an event of the bot's own message.
async fn in_a_room(
    bot: Bot<'_>,
    outgoing: &Outgoing,
    room: &RoomId,
) -> Result<Evidence, Unavailable> {
    if let Some(sent) = echo(bot, outgoing, room).await? {
        return Ok(Evidence::Sent(answer(&sent)));
    }
    let room = bot.webex.get_room(room).await?;
    Ok(match room.last_activity {
        Some(last) if last <= outgoing.after => Evidence::NotSent,
        _ => Evidence::None,
    })
}

/// The message, if Webex delivered its event.
async fn echo(
    bot: Bot<'_>,
    outgoing: &Outgoing,
    room: &RoomId,
) -> Result<Option<MessageId>, Unavailable> {
    let heard = bot
        .ledger
        .heard_since(IncomingKind::Message, outgoing.after)
        .await?;
    for event in heard.iter().map(|entry| &entry.incoming) {
        let here = RoomId::from(&*event.room).uuid() == room.uuid();
        if !here || !bot.is_me(&PersonId::from(&*event.person)) {
            continue;
        }
        let id = MessageId::from(&*event.remote_id);
        match bot.webex.get_message(&id).await {
            Ok(message) if is_it(bot, outgoing, &message).await? => return Ok(Some(id)),
            Ok(_) => {}
            // It was deleted.
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}

pub(crate) fn from_me(bot: Bot<'_>, message: &Message) -> bool {
    let person = message.person_id.as_ref();
    person.is_some_and(|person| bot.is_me(person))
}

/// What the ledger keeps of Webex's answer to a message that was sent.
pub(crate) fn answer(id: &MessageId) -> Value {
    json!({"id": id})
}

/// Whether this is the message, and not another one that says the same.
pub(crate) async fn is_it(
    bot: Bot<'_>,
    outgoing: &Outgoing,
    message: &Message,
) -> Result<bool, LedgerError> {
    let markdown = message.markdown.as_ref();
    let same = markdown.is_some_and(|it| it.expose() == outgoing.markdown.expose());
    let later = message.created.is_none_or(|at| at >= outgoing.after);
    let fits = from_me(bot, message) && same && later;
    Ok(fits && !bot.ledger.is_outcome(&answer(&message.id)).await?)
}
