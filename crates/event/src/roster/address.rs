//! E-mail addresses: what people paste, and what can be one.

use std::borrow::Cow;

use crate::controls::replaced;
use crate::hint::Hint;
use crate::model::Email;

/// What is wrong with a text, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) message: String,
    pub(crate) hint: Option<Hint>,
}

impl Fault {
    pub(super) fn new(message: impl Into<String>, hint: Option<Hint>) -> Self {
        Self {
            message: message.into(),
            hint,
        }
    }
}

/// Lengths that mail itself allows (RFC 5321 §4.5.3.1).
const LONGEST_ADDRESS: usize = 254;
const LONGEST_LOCAL_PART: usize = 64;

/// The address in a text, in lower case: Webex compares without case (messaging §5). Stricter
/// than RFC 5322, which knows addresses that nobody has; a `/` would tear our own resource names.
pub(crate) fn address(text: &str) -> Result<Email, Fault> {
    let text = text.trim();
    let lower = text.to_lowercase();
    if shape(&lower) {
        return Ok(Email::new(lower));
    }
    Err(Fault::new(
        format!("`{}` is not an e-mail address", visible(text)),
        hint(text, &lower),
    ))
}

fn shape(address: &str) -> bool {
    let Some((local, domain)) = address.split_once('@') else {
        return false;
    };
    address.len() <= LONGEST_ADDRESS && local_part(local) && host(domain)
}

fn local_part(local: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-=?^_`{|}~.".contains(c);
    !local.is_empty()
        && local.len() <= LONGEST_LOCAL_PART
        && local.chars().all(allowed)
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
}

fn host(domain: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = domain.rsplit('.').next().unwrap_or_default();
    domain.contains('.')
        && domain.split('.').all(label)
        && last.len() >= 2
        && last.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// The first explanation that fits.
fn hint(text: &str, lower: &str) -> Option<Hint> {
    if text.is_empty() {
        return Some("write the address of the person's Webex account".into());
    }
    let inner = inside_brackets(lower).or_else(|| lower.strip_prefix("mailto:"));
    if let Some(inner) = inner.filter(|inner| shape(inner)) {
        let sentence = format!("write the address alone: {inner}");
        return Some(Hint::instead(sentence, inner));
    }
    let bare = lower.trim_matches(|c: char| c.is_whitespace() || ".,;:<>\"'()".contains(c));
    if bare != lower && shape(bare) {
        let sentence = format!("there are stray characters around {bare}");
        return Some(Hint::instead(sentence, bare));
    }
    if let Some(strange) = text.chars().find(|c| is_invisible(*c)) {
        let code = u32::from(strange);
        return Some(
            format!("there is an invisible character in it (U+{code:04X}): type it anew").into(),
        );
    }
    if text.matches('@').count() > 1 {
        return Some("one address only; a second person is a second line".into());
    }
    if !text.contains('@') {
        return Some("there is no `@` in it".into());
    }
    if text.contains(char::is_whitespace) {
        return Some("there is a space in it".into());
    }
    if let Some(letter) = text.chars().find(|c| !c.is_ascii()) {
        return Some(
            format!("`{letter}` does not occur in addresses: was it meant to be a plain letter?")
                .into(),
        );
    }
    domain_hint(lower)
}

fn domain_hint(lower: &str) -> Option<Hint> {
    let (local, domain) = lower.split_once('@')?;
    if !local_part(local) {
        return Some(format!("the part before the `@` cannot be `{local}`").into());
    }
    if domain.contains(',') {
        let sentence = "there is a comma in it where a dot should be";
        let mended = lower.replace(',', ".");
        let mended = shape(&mended).then(|| Hint::instead(sentence, mended));
        return Some(mended.unwrap_or_else(|| sentence.into()));
    }
    if !domain.contains('.') {
        return Some(format!("`{domain}` is no full domain, such as example.com").into());
    }
    Some(format!("`{domain}` cannot be a domain").into())
}

fn inside_brackets(text: &str) -> Option<&str> {
    let (_, rest) = text.split_once('<')?;
    rest.split_once('>').map(|(inner, _)| inner.trim())
}

/// A text as it can be shown, with a stand-in for what is invisible or steers a terminal.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    replaced(text, is_invisible)
}

/// Characters that come with pasted text and that nobody sees.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{a0}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}' | '\u{feff}')
}
