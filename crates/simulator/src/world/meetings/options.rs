//! The members of a meeting that are stored and given back: title, agenda, password, options.

use serde_json::{Map, Value, json};

use crate::refusal::{Refusal, Served};
use crate::switches::{PasswordRules, Switches};
use crate::world::fields::Fields;

const FLAGS: &[&str] = &[
    "enabledAutoRecordMeeting",
    "allowAnyUserToBeCoHost",
    "enabledJoinBeforeHost",
    "enableConnectAudioBeforeHost",
    "excludePassword",
    "publicMeeting",
    "enabledWebcastView",
    "enableAutomaticLock",
    "allowFirstUserToBeCoHost",
    "allowAuthenticatedDevices",
    "enabledBreakoutSessions",
    "enabledAudioWatermark",
    "enabledVisualWatermark",
    "requireAttendeeLogin",
    "restrictToInvitees",
    "enabledLiveStream",
];
/// Says whether a number may be so.
type Bounds = fn(f64) -> bool;

const NUMBERS: &[(&str, Bounds)] = &[
    ("joinBeforeHostMinutes", |n| {
        [0.0, 5.0, 10.0, 15.0].contains(&n)
    }),
    ("reminderTime", |n| n >= 0.0),
    ("sessionTypeId", |n| n > 0.0),
    ("automaticLockMinutes", |n| n >= 0.0),
    ("visualWatermarkOpacity", |n| (5.0..=80.0).contains(&n)),
];
const WORDS: &[(&str, &[&str])] = &[(
    "unlockedMeetingJoinSecurity",
    &["allowJoin", "allowJoinWithLobby", "blockFromJoin"],
)];
const OBJECTS: &[&str] = &[
    "meetingOptions",
    "attendeePrivileges",
    "audioConnectionOptions",
    "liveStream",
];
/// What members of those objects may be; all others are flags.
const MEMBER_WORDS: &[(&str, &[&str])] = &[
    ("noteType", &["allowAll", "allowOne"]),
    (
        "audioConnectionType",
        &["webexAudio", "VoIP", "other", "none"],
    ),
    ("entryAndExitTone", &["beep", "announceName", "noTone"]),
];
/// What some sites drop with a warning (meetings §2).
const DROPPED: &[(&str, &[&str])] = &[
    (
        "audioConnectionOptions",
        &["entryAndExitTone", "audioConnectionType"],
    ),
    (
        "meetingOptions",
        &[
            "enabledPolling",
            "enabledNote",
            "noteType",
            "enabledUCFRichMedia",
        ],
    ),
];

/// What a meeting has when nobody asked for anything else.
pub(super) fn defaults() -> Map<String, Value> {
    let defaults = json!({
        "enabledAutoRecordMeeting": false,
        "allowAnyUserToBeCoHost": false,
        "enabledJoinBeforeHost": false,
        "enableConnectAudioBeforeHost": false,
        "joinBeforeHostMinutes": 0,
        "excludePassword": false,
        "publicMeeting": false,
        "reminderTime": 15,
        "unlockedMeetingJoinSecurity": "allowJoin",
        "sessionTypeId": 3,
        "scheduledType": "meeting",
        "enableAutomaticLock": false,
        "automaticLockMinutes": 0,
        "allowFirstUserToBeCoHost": false,
        "allowAuthenticatedDevices": false,
        "meetingOptions": {
            "enabledChat": true,
            "enabledVideo": true,
            "enabledPolling": false,
            "enabledNote": true,
            "noteType": "allowAll",
            "enabledFileTransfer": true,
            "enabledUCFRichMedia": false,
        },
        "attendeePrivileges": {
            "enabledShareContent": true,
            "enabledSaveDocument": false,
            "enabledPrintDocument": false,
            "enabledAnnotate": false,
            "enabledViewParticipantList": true,
            "enabledViewThumbnails": false,
            "enabledRemoteControl": true,
            "enabledViewAnyDocument": false,
            "enabledViewAnyPage": false,
            "enabledContactOperatorPrivately": false,
            "enabledChatHost": true,
            "enabledChatPresenter": true,
            "enabledChatOtherParticipants": true,
        },
        "audioConnectionOptions": {
            "audioConnectionType": "webexAudio",
            "enabledTollFreeCallIn": true,
            "enabledGlobalCallIn": true,
            "enabledAudienceCallBack": false,
            "entryAndExitTone": "noTone",
            "allowHostToUnmuteParticipants": false,
            "allowAttendeeToUnmuteSelf": true,
            "muteAttendeeUponEntry": false,
        },
        "enabledBreakoutSessions": false,
        "enabledAudioWatermark": false,
        "enabledVisualWatermark": false,
        "requireAttendeeLogin": false,
        "restrictToInvitees": false,
        "enabledLiveStream": false,
    });
    match defaults {
        Value::Object(defaults) => defaults,
        _ => Map::new(),
    }
}

/// Puts what a body names into `details`. `null` clears agenda and tracking codes. The answer says
/// whether the site dropped something (switch `drops-options`).
pub(super) fn read(
    body: &Fields,
    details: &mut Map<String, Value>,
    switches: &Switches,
) -> Served<bool> {
    let was = details.clone();
    texts(body, details, switches)?;
    for name in FLAGS {
        if let Some(flag) = body.flag(name)? {
            details.insert((*name).to_owned(), json!(flag));
        }
    }
    for (name, allowed) in NUMBERS {
        if let Some(number) = body.get(name).filter(|value| !value.is_null()) {
            if !number.as_f64().is_some_and(allowed) {
                return Err(Refusal::invalid(format!("'{name}' has no such value.")));
            }
            details.insert((*name).to_owned(), number.clone());
        }
    }
    for (name, words) in WORDS {
        if let Some(word) = body.text(name)? {
            one_of(name, word, words)?;
            details.insert((*name).to_owned(), json!(word));
        }
    }
    for name in OBJECTS {
        object(body, name, details)?;
    }
    tracking_codes(body, details)?;
    join_before_host(body, details)?;
    Ok(switches.drops_options && drop_what_the_site_lacks(&was, details))
}

fn texts(body: &Fields, details: &mut Map<String, Value>, switches: &Switches) -> Served<()> {
    if let Some(title) = body.text("title")? {
        if title.trim().is_empty() || title.chars().count() > 128 {
            return Err(Refusal::invalid("'title' must have 1 to 128 characters."));
        }
        details.insert("title".to_owned(), json!(title));
    }
    if body.is_null("agenda") {
        details.shift_remove("agenda");
    }
    if let Some(agenda) = body.text("agenda")? {
        if agenda.chars().count() > 1300 {
            return Err(Refusal::invalid(
                "'agenda' must have at most 1300 characters.",
            ));
        }
        details.insert("agenda".to_owned(), json!(agenda));
    }
    if let Some(password) = body.filled("password")? {
        check_password(password, switches)?;
        details.insert("password".to_owned(), json!(password));
    }
    if let Some(password) = body.filled("panelistPassword")? {
        details.insert("panelistPassword".to_owned(), json!(password));
    }
    Ok(())
}

/// The rules that sites usually have; the text is the one of meetings §11.
fn check_password(password: &str, switches: &Switches) -> Served<()> {
    let has = |test: fn(char) -> bool| password.chars().any(test);
    let cause = if password.chars().count() < 8 {
        "At least 8 characters are required."
    } else if !has(char::is_uppercase) || !has(char::is_lowercase) {
        "A mix of uppercase and lowercase letters is required."
    } else if !has(|c| c.is_ascii_digit()) {
        "A number is required."
    } else if !has(|c| !c.is_alphanumeric()) {
        "A special character is required."
    } else {
        return Ok(());
    };
    if switches.password_rules == PasswordRules::None {
        return Ok(());
    }
    Err(Refusal {
        description: Some(format!("Meeting password validation failed. {cause}")),
        ..Refusal::bad("The input parameters contain invalid items.")
    })
}

fn one_of(name: &str, word: &str, words: &[&str]) -> Served<()> {
    if words.contains(&word) {
        Ok(())
    } else {
        Err(Refusal::invalid(format!(
            "'{name}' must be one of: {}.",
            words.join(", ")
        )))
    }
}

/// Members that are not named keep what they were.
fn object(body: &Fields, name: &str, details: &mut Map<String, Value>) -> Served<()> {
    let Some(Value::Object(members)) = body.get(name).filter(|value| !value.is_null()) else {
        return match body.get(name) {
            None | Some(Value::Null) => Ok(()),
            Some(_) => Err(Refusal::invalid(format!("'{name}' must be an object."))),
        };
    };
    let mut merged = match details.get(name) {
        Some(Value::Object(was)) => was.clone(),
        _ => Map::new(),
    };
    for (member, value) in members {
        let words = MEMBER_WORDS.iter().find(|(word, _)| word == member);
        let text_allowed = name == "liveStream";
        match (words, value) {
            (Some((_, words)), Value::String(word)) => one_of(member, word, words)?,
            (None, Value::Bool(_)) => {}
            (None, Value::String(_)) if text_allowed => {}
            _ => {
                return Err(Refusal::invalid(format!(
                    "'{name}.{member}' has no such value."
                )));
            }
        }
        merged.insert(member.clone(), value.clone());
    }
    details.insert(name.to_owned(), Value::Object(merged));
    Ok(())
}

fn tracking_codes(body: &Fields, details: &mut Map<String, Value>) -> Served<()> {
    if body.is_null("trackingCodes") {
        details.shift_remove("trackingCodes");
    }
    let Some(codes) = body.list("trackingCodes")? else {
        return Ok(());
    };
    for code in codes {
        let code = Fields::from_value(code)?;
        for part in ["name", "value"] {
            let text = code.text(part)?.unwrap_or_default();
            if text.is_empty() || text.chars().count() > 120 {
                return Err(Refusal::invalid(
                    "A tracking code has a name and a value of 1 to 120 characters.",
                ));
            }
        }
    }
    details.insert("trackingCodes".to_owned(), json!(codes));
    Ok(())
}

/// Minutes and audio before the host only make sense when people may join before the host.
fn join_before_host(body: &Fields, details: &mut Map<String, Value>) -> Served<()> {
    if details.get("enabledJoinBeforeHost") == Some(&json!(true)) {
        return Ok(());
    }
    let minutes = body
        .get("joinBeforeHostMinutes")
        .and_then(Value::as_f64)
        .unwrap_or(0.0);
    if minutes > 0.0 || body.flag("enableConnectAudioBeforeHost")? == Some(true) {
        return Err(Refusal::invalid(
            "'joinBeforeHostMinutes' and 'enableConnectAudioBeforeHost' need 'enabledJoinBeforeHost'.",
        ));
    }
    details.insert("joinBeforeHostMinutes".to_owned(), json!(0));
    details.insert("enableConnectAudioBeforeHost".to_owned(), json!(false));
    Ok(())
}

fn drop_what_the_site_lacks(was: &Map<String, Value>, details: &mut Map<String, Value>) -> bool {
    let now = details.clone();
    if let Some(public) = was.get("publicMeeting") {
        details.insert("publicMeeting".to_owned(), public.clone());
    }
    for (object, members) in DROPPED {
        if let (Some(Value::Object(before)), Some(Value::Object(after))) =
            (was.get(*object), details.get_mut(*object))
        {
            for member in *members {
                match before.get(*member) {
                    Some(value) => after.insert((*member).to_owned(), value.clone()),
                    None => after.shift_remove(*member),
                };
            }
        }
    }
    now != *details
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn reading(body: Value, settings: &[&str]) -> Served<(Map<String, Value>, bool)> {
        let switches = Switches::with(settings.iter().copied()).unwrap();
        let mut details = defaults();
        let body = Fields::from_value(&body).unwrap();
        let dropped = read(&body, &mut details, &switches)?;
        Ok((details, dropped))
    }

    #[rstest]
    #[case(json!({"title": "x".repeat(129)}))]
    #[case(json!({"title": " "}))]
    #[case(json!({"agenda": "x".repeat(1301)}))]
    #[case(json!({"enabledAutoRecordMeeting": "yes"}))]
    #[case(json!({"joinBeforeHostMinutes": 7, "enabledJoinBeforeHost": true}))]
    #[case(json!({"joinBeforeHostMinutes": 5}))]
    #[case(json!({"enableConnectAudioBeforeHost": true}))]
    #[case(json!({"unlockedMeetingJoinSecurity": "everybody"}))]
    #[case(json!({"visualWatermarkOpacity": 90}))]
    #[case(json!({"audioConnectionOptions": {"muteAttendeeUponEntry": 1}}))]
    #[case(json!({"audioConnectionOptions": {"entryAndExitTone": "gong"}}))]
    #[case(json!({"meetingOptions": []}))]
    #[case(json!({"trackingCodes": [{"name": "", "value": "x"}]}))]
    fn an_option_out_of_bounds_is_refused(#[case] body: Value) {
        assert_eq!(reading(body, &[]).unwrap_err().status, 400);
    }

    #[rstest]
    #[case("BgJep@43", true)]
    #[case("Bg@43", false)]
    #[case("bgjep@43", false)]
    #[case("BgJepXX@", false)]
    #[case("BgJepX43", false)]
    fn a_password_follows_the_usual_rules(#[case] password: &str, #[case] allowed: bool) {
        assert_eq!(reading(json!({"password": password}), &[]).is_ok(), allowed);
        assert!(reading(json!({"password": password}), &["password-rules=none"]).is_ok());
    }

    #[test]
    fn an_object_keeps_the_members_that_are_not_named() {
        let (details, _) = reading(
            json!({"audioConnectionOptions": {"muteAttendeeUponEntry": true}}),
            &[],
        )
        .unwrap();
        assert_eq!(
            details["audioConnectionOptions"]["muteAttendeeUponEntry"],
            true
        );
        assert_eq!(
            details["audioConnectionOptions"]["allowAttendeeToUnmuteSelf"],
            true
        );
    }

    #[test]
    fn a_site_that_drops_options_says_so_and_keeps_its_own() {
        let body =
            json!({"publicMeeting": true, "audioConnectionOptions": {"entryAndExitTone": "beep"}});
        let (details, dropped) = reading(body.clone(), &["drops-options=yes"]).unwrap();
        assert!(dropped && details["publicMeeting"] == false);
        assert_eq!(
            details["audioConnectionOptions"]["entryAndExitTone"],
            "noTone"
        );
        let (details, dropped) = reading(body, &[]).unwrap();
        assert!(!dropped && details["publicMeeting"] == true);
    }
}
