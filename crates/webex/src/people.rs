//! People and bots (messaging §2).

use serde::Deserialize;

use crate::call::Call;
use crate::client::Webex;
use crate::error::Error;
use crate::ids::{OrganizationId, PersonId};
use crate::tolerant;

/// A person or a bot.
#[serde_with::apply(Option => #[serde(default, deserialize_with = "tolerant::option")])]
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Person {
    /// The id, for a bot the one that its events carry.
    pub id: PersonId,
    /// The addresses, the main one first.
    #[serde(default, deserialize_with = "tolerant::list")]
    pub emails: Vec<String>,
    /// The name that others see.
    pub display_name: Option<String>,
    /// The organisation.
    pub org_id: Option<OrganizationId>,
    /// Person or bot.
    #[serde(rename = "type")]
    pub kind: Option<PersonKind>,
    /// The person's own time zone, an IANA name.
    pub timezone: Option<String>,
    /// The meeting sites of the person; `#attendee` at the end of one means: no host there.
    #[serde(default, deserialize_with = "tolerant::list")]
    pub site_urls: Vec<String>,
    /// `pending` for an address that was invited and has no account yet, where the owner may see that.
    pub status: Option<String>,
}

/// What an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PersonKind {
    /// A human being.
    Person,
    /// A bot: it can message, but not meet (messaging §11).
    Bot,
    /// An app's own account.
    AppUser,
    /// Something newer.
    #[serde(other)]
    Other,
}

impl Person {
    /// Whether this is an address that was invited and has no account yet, as far as is known.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        self.status.as_deref() == Some("pending")
    }

    /// Whether `email` is one of the person's addresses; case does not count.
    #[must_use]
    pub fn has_email(&self, email: &str) -> bool {
        self.emails
            .iter()
            .any(|own| own.eq_ignore_ascii_case(email))
    }
}

impl Webex {
    /// Who the owner is.
    ///
    /// # Errors
    ///
    /// Refused with 401 when the token is no longer good.
    pub async fn me(&self) -> Result<Person, Error> {
        self.object(Call::get("people/me")).await
    }

    /// One person.
    ///
    /// # Errors
    ///
    /// Refused with 404 when the owner may not see them.
    pub async fn get_person(&self, id: &PersonId) -> Result<Person, Error> {
        self.object(Call::get("people").at(id.as_str())).await
    }

    /// The person with the address `email`. `None` also means: not of the owner's organisation
    /// (messaging §2).
    ///
    /// # Errors
    ///
    /// Any [`Error`].
    pub async fn person_by_email(&self, email: &str) -> Result<Option<Person>, Error> {
        let call = Call::get("people").query("email", email);
        let people: Vec<Person> = self.list(call).await?;
        Ok(people.into_iter().find(|person| person.has_email(email)))
    }
}
