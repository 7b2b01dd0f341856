//! Who has no Webex account yet: Webex would write them a mail instead of showing them a message.

use std::collections::BTreeMap;

use futures::StreamExt as _;
use showcaller_ledger::{MessageKey, NewMessage, Recipient};
use showcaller_webex::{PersonId, Webex};
use uuid::Uuid;

/// How many are asked for at once.
const AT_ONCE: usize = 8;

/// Whether people have an account, of those who were asked for.
#[derive(Default)]
pub(super) struct Accounts(BTreeMap<Uuid, bool>);

impl Accounts {
    /// Asks Webex for the people to whom these messages go. Who cannot be asked for counts as having an
    /// account, and is asked for again the next time.
    pub(super) async fn look(&mut self, webex: &Webex, messages: &[NewMessage]) {
        let people = messages.iter().filter_map(|message| person(&message.key));
        let people: Vec<Uuid> = people.filter(|id| !self.0.contains_key(id)).collect();
        let asked = people.into_iter().map(|id| async move {
            let person = webex.get_person(&PersonId::from(id.to_string())).await;
            (id, person)
        });
        let answers: Vec<_> = futures::stream::iter(asked)
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        for (id, answer) in answers {
            match answer {
                Ok(person) => {
                    self.0.insert(id, !person.is_pending());
                }
                Err(error) => {
                    tracing::info!(%error, "whether a person has an account is not known")
                }
            }
        }
    }

    /// Whether a message goes to a person who certainly has no account.
    pub(super) fn lacks(&self, message: &NewMessage) -> bool {
        person(&message.key).is_some_and(|id| self.0.get(&id) == Some(&false))
    }
}

fn person(key: &MessageKey) -> Option<Uuid> {
    let recipient = match key.as_delivery() {
        Some(key) => key.recipient,
        None => key.as_say()?.1,
    };
    match recipient {
        Recipient::Person(id) => Some(id),
        Recipient::Room(_) => None,
    }
}
