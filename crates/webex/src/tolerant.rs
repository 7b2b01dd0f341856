//! How answers are read: what is missing or of an unexpected kind becomes `None`, never an error.

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;

/// A member that may be missing, null, or of another type than documented (a number that is text,
/// a ciphertext instead of an object).
pub(crate) fn option<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let value = Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).ok())
}

/// A list that may be missing, null or odd; then it is empty. Odd entries are left out.
pub(crate) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    match Value::deserialize(deserializer)? {
        Value::Array(entries) => Ok(entries
            .into_iter()
            .filter_map(|entry| serde_json::from_value(entry).ok())
            .collect()),
        _ => Ok(Vec::new()),
    }
}

/// A whole number, which the documents type as `number` throughout (meetings §16): `5` or `5.0`.
pub(crate) fn whole<'de, D>(deserializer: D) -> Result<Option<u32>, D::Error>
where
    D: Deserializer<'de>,
{
    let value = Value::deserialize(deserializer)?;
    let number = value.as_f64().filter(|number| number.fract() == 0.0);
    Ok(number
        .filter(|number| (0.0..=f64::from(u32::MAX)).contains(number))
        .map(|number| number as u32))
}

/// Whether Webex marked members of the object as unreadable: `errors: {"title": {…}}`
/// (messaging §1.2). The members themselves are gone by then, see [`drop_unreadable`].
pub(crate) fn has_errors<'de, D>(deserializer: D) -> Result<bool, D::Error>
where
    D: Deserializer<'de>,
{
    let value = Value::deserialize(deserializer)?;
    Ok(value.as_object().is_some_and(|errors| !errors.is_empty()))
}

/// Removes the members for which an object carries an entry under `errors`: they may hold a
/// ciphertext, which must not pass for a title (messaging §1.2).
pub(crate) fn drop_unreadable(object: &mut Value) {
    let Some(members) = object.as_object_mut() else {
        return;
    };
    let Some(errors) = members.get("errors").and_then(Value::as_object) else {
        return;
    };
    let unreadable: Vec<String> = errors.keys().cloned().collect();
    for member in unreadable {
        // The id is our only handle, and no key encrypts it.
        if member != "id" && member != "errors" {
            members.remove(&member);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize, PartialEq)]
    struct Thing {
        #[serde(default, deserialize_with = "option")]
        name: Option<String>,
        #[serde(default, deserialize_with = "whole")]
        minutes: Option<u32>,
        #[serde(default, deserialize_with = "list")]
        words: Vec<String>,
    }

    fn read(value: Value) -> Thing {
        serde_json::from_value(value).expect("any object is a thing")
    }

    #[test]
    fn members_of_an_unexpected_kind_are_as_good_as_missing() {
        let nothing = read(json!({}));
        assert_eq!(
            read(json!({"name": 3, "minutes": "x", "words": {}})),
            nothing
        );
        assert_eq!(
            read(json!({"name": null, "minutes": null, "words": null})),
            nothing
        );
        assert_eq!(read(json!({"minutes": -1})), nothing);
        assert_eq!(read(json!({"minutes": 2.5})), nothing);
    }

    #[test]
    fn whole_numbers_are_read_with_and_without_a_fraction_part() {
        assert_eq!(read(json!({"minutes": 15})).minutes, Some(15));
        assert_eq!(read(json!({"minutes": 15.0})).minutes, Some(15));
    }

    #[test]
    fn odd_entries_of_a_list_are_left_out() {
        assert_eq!(read(json!({"words": ["a", 1, "b"]})).words, ["a", "b"]);
    }

    #[test]
    fn a_member_marked_as_unreadable_is_dropped_and_the_id_stays() {
        let mut room = json!({
            "id": "R", "title": "eyJhbGciOi", "errors": {"title": {"code": "kms_failure"}, "id": {}}
        });
        drop_unreadable(&mut room);
        assert_eq!(room["title"], Value::Null);
        assert_eq!(room["id"], "R");
    }
}
