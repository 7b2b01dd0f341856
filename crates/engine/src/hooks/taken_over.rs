//! Whether the bot is another's by now.

use showcaller_webex::{Error, Webex};

use super::decide;
use super::identity::Identity;
use super::news::Taken;

/// Who has taken the bot's webhooks over; `None` while some are ours, or no Showcaller has any.
pub(crate) async fn taken_over(webex: &Webex, own: &Identity) -> Result<Option<Taken>, Error> {
    Ok(decide::taken_over(&webex.list_webhooks().await?, own))
}
