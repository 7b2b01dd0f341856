//! Answers that say no.

use serde_json::{Value, json};

/// A call that Webex refuses: the status, the sentence, and sometimes a closer one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    pub(crate) message: String,
    pub(crate) description: Option<String>,
    pub(crate) retry_after_seconds: Option<u64>,
    /// The same as an HTTP date.
    pub(crate) retry_after_date: Option<String>,
    /// The methods that the path has, if the one of the call is none of them.
    pub(crate) allow: Option<&'static str>,
    /// Told as a page rather than as JSON.
    pub(crate) html: bool,
}

/// What a call is answered with: what is shown, or why it is refused.
pub(crate) type Served<T = Value> = Result<T, Refusal>;

const MALFORMED: &str =
    "The request could not be understood by the server due to malformed syntax.";
const NOT_FOUND: &str = "The requested resource could not be found.";
const FORBIDDEN: &str = "The server understood the request, but refused to fulfill it because the access token is \
                         missing required scopes or the user is missing required roles or licenses.";

impl Refusal {
    pub(crate) fn new(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            description: None,
            retry_after_seconds: None,
            retry_after_date: None,
            allow: None,
            html: false,
        }
    }

    /// 400 with a text of its own.
    pub(crate) fn bad(message: impl Into<String>) -> Self {
        Self::new(400, message)
    }

    /// 400 in the two-level form of newer services: a general sentence, and the cause below it
    /// (messaging §1.2, meetings §11).
    pub(crate) fn invalid(cause: impl Into<String>) -> Self {
        Self {
            description: Some(cause.into()),
            ..Self::bad(format!("{MALFORMED} See 'errors' for more details."))
        }
    }

    /// 400 for a body that is not what was asked for.
    pub(crate) fn malformed() -> Self {
        Self::bad(MALFORMED)
    }

    /// 400 for an id that cannot be one (messaging §1.3).
    pub(crate) fn malformed_id() -> Self {
        Self::bad("Expect base64 ID or UUID.")
    }

    /// 401, with the text of messaging §1.3.
    pub(crate) fn unauthorized() -> Self {
        Self::new(
            401,
            "The request requires a valid access token set in the Authorization request header.",
        )
    }

    /// 403 in general words, with the cause below.
    pub(crate) fn forbidden(cause: impl Into<String>) -> Self {
        Self {
            description: Some(cause.into()),
            ..Self::new(403, FORBIDDEN)
        }
    }

    /// A refusal whose status is not known and therefore stands in a switch.
    pub(crate) fn coded(status: u16, cause: impl Into<String>) -> Self {
        match status {
            403 => Self::forbidden(cause),
            404 => Self::not_found(),
            400 => Self::invalid(cause),
            _ => Self::new(status, cause),
        }
    }

    /// 404 in general words: absence and lack of access look alike (messaging §1.3).
    pub(crate) fn not_found() -> Self {
        Self::new(404, NOT_FOUND)
    }

    /// 405: a path that exists, with a method that it does not have.
    pub(crate) fn wrong_method(allow: &'static str) -> Self {
        Self {
            allow: Some(allow),
            ..Self::new(405, "The method is not allowed for the requested resource.")
        }
    }

    /// 501: Webex could do this; the simulator says openly that it cannot.
    pub(crate) fn not_simulated(what: &str) -> Self {
        Self::new(501, format!("The simulator does not do {what}."))
    }

    /// The body of the answer (messaging §1.2).
    pub(crate) fn body(&self, tracking_id: &str) -> Value {
        json!({
            "message": self.message,
            "errors": [{ "description": self.description.as_ref().unwrap_or(&self.message) }],
            "trackingId": tracking_id,
        })
    }
}
