//! The members of a request's body, read with their types.

use serde_json::{Map, Value};

use crate::refusal::{Refusal, Served};

/// A JSON object that somebody sent. Members that nobody asks for are ignored, as Webex does.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields(Map<String, Value>);

impl Fields {
    /// The body of a request: an object, or it is refused with 400.
    pub(crate) fn read(body: &[u8]) -> Served<Self> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self(members)),
            _ => Err(Refusal::malformed()),
        }
    }

    /// A nested object.
    pub(crate) fn from_value(value: &Value) -> Served<Self> {
        match value {
            Value::Object(members) => Ok(Self(members.clone())),
            _ => Err(Refusal::malformed()),
        }
    }

    /// The member, `null` included.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Whether the member is there and `null`.
    pub(crate) fn is_null(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Value::Null))
    }

    /// A text; absent and `null` are the same.
    pub(crate) fn text(&self, name: &str) -> Served<Option<&str>> {
        match self.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(wrong(name, "a string")),
        }
    }

    /// A text that has something in it besides blanks.
    pub(crate) fn filled(&self, name: &str) -> Served<Option<&str>> {
        Ok(self.text(name)?.filter(|text| !text.trim().is_empty()))
    }

    /// A boolean; absent and `null` are the same.
    pub(crate) fn flag(&self, name: &str) -> Served<Option<bool>> {
        match self.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(wrong(name, "a boolean")),
        }
    }

    /// A list; absent and `null` are the same.
    pub(crate) fn list(&self, name: &str) -> Served<Option<&[Value]>> {
        match self.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Array(items)) => Ok(Some(items)),
            Some(_) => Err(wrong(name, "an array")),
        }
    }

    /// A list of texts; absent and `null` are the same.
    pub(crate) fn texts(&self, name: &str) -> Served<Option<Vec<String>>> {
        let Some(items) = self.list(name)? else {
            return Ok(None);
        };
        let texts: Option<Vec<String>> = items
            .iter()
            .map(|item| item.as_str().map(str::to_owned))
            .collect();
        texts
            .map(Some)
            .ok_or_else(|| wrong(name, "an array of strings"))
    }
}

fn wrong(name: &str, kind: &str) -> Refusal {
    Refusal::invalid(format!("'{name}' must be {kind}."))
}

/// Whether a text can be an e-mail address: one `@` with something on both sides, a dot in the
/// domain, and nothing that an address cannot hold.
pub(crate) fn is_address(text: &str) -> bool {
    let allowed = |c: char| !c.is_whitespace() && !"<>(),;:\"[]\\".contains(c);
    match text.split_once('@') {
        Some((local, domain)) => {
            !local.is_empty()
                && !domain.contains('@')
                && domain.contains('.')
                && domain.split('.').all(|label| !label.is_empty())
                && text.chars().all(allowed)
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_that_is_not_an_object_is_refused() {
        for body in ["", "[]", "1", "{\"title\":", "null"] {
            assert_eq!(
                Fields::read(body.as_bytes()).unwrap_err().status,
                400,
                "{body}"
            );
        }
    }

    #[test]
    fn a_member_of_the_wrong_type_is_refused_and_named() {
        let fields =
            Fields::read(br#"{"title":1,"isLocked":"yes","files":"x","tags":[1]}"#).unwrap();
        let told = |refusal: Refusal| refusal.description.unwrap();
        assert!(told(fields.text("title").unwrap_err()).contains("'title'"));
        assert!(told(fields.flag("isLocked").unwrap_err()).contains("'isLocked'"));
        assert!(told(fields.list("files").unwrap_err()).contains("'files'"));
        assert!(told(fields.texts("tags").unwrap_err()).contains("'tags'"));
    }

    #[test]
    fn addresses_are_told_from_other_texts() {
        for good in [
            "ann@example.com",
            "a.b+c@mail.example.com",
            "showcaller@webex.bot",
        ] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "",
            "ann",
            "ann@",
            "@example.com",
            "ann@example",
            "a b@example.com",
            "a@b@c.d",
            "<a@b.c>",
            "a@b..c",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
