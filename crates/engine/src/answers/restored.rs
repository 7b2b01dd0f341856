//! Questions from a time of which the ledger knows no messages, because it was restored from a backup:
//! they may have been answered.

use std::sync::atomic::Ordering;

use showcaller_webex::MessageFilter;

use super::context::Context;
use super::inbox::later;
use super::read::{Asked, Place};
use crate::messages::Unavailable;
use crate::messages::evidence::{LATEST, from_me};

/// Whether a question counts as answered in such a time: in a room of many it does; in private, if the bot
/// wrote something since.
pub(super) async fn may_be_answered(context: &Context, asked: &Asked) -> Result<bool, Unavailable> {
    let spans = context.ledger.messages_unknown().await?;
    let at = later(asked.at, -context.webex.offset());
    if !spans
        .iter()
        .any(|(from, until)| (*from..=*until).contains(&at))
    {
        return Ok(false);
    }
    let answered = match asked.place {
        Place::Room(_) => true,
        Place::Private => wrote_since(context, asked).await?,
    };
    if answered && !context.restored_said.swap(true, Ordering::Relaxed) {
        tracing::warn!(
            "the ledger was restored: questions of the time that it does not know are skipped, as \
             they may have been answered"
        );
    }
    Ok(answered)
}

async fn wrote_since(context: &Context, asked: &Asked) -> Result<bool, Unavailable> {
    let filter = MessageFilter {
        room: asked.room.clone(),
        mentioning_me: false,
        before: None,
        parent: None,
    };
    let latest = context.webex.list_messages(&filter, LATEST).await?;
    let mut since = latest
        .iter()
        .filter(|message| message.created.is_none_or(|at| at >= asked.at));
    Ok(since.any(|message| from_me(context.bot(), message)))
}
