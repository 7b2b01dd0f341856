//! The event's wishes in the words in which Webex answers.

use showcaller_event::model::{
    EventKey, JoinBeforeHost, Meeting, MeetingPassword, Room, Uninvited,
};

use crate::fields::{Field, Fields, Value};
use crate::names::tag_of;

/// A room's settings, without the announcement mode, which comes last.
pub(super) fn room(room: &Room, asked: Option<&Fields>) -> Fields {
    let mut fields = Fields::from([
        (Field::Title, Value::Text(room.title.clone())),
        (Field::Locked, Value::Flag(room.settings.locked)),
    ]);
    if room.settings.public {
        fields.insert(Field::Public, Value::Flag(true));
    }
    optional_text(
        &mut fields,
        Field::Description,
        room.settings.description.as_deref(),
        asked,
    );
    fields
}

/// A meeting's settings.
pub(super) fn meeting(event: &EventKey, meeting: &Meeting, asked: Option<&Fields>) -> Fields {
    let options = &meeting.options;
    let mut fields = Fields::from([
        (Field::Title, Value::Text(meeting.title.clone())),
        (Field::Start, Value::Time(meeting.start.timestamp())),
        (Field::End, Value::Time(meeting.end.timestamp())),
        (Field::AutoRecord, Value::Flag(options.auto_record)),
        (Field::AnyUserCohost, Value::Flag(options.any_user_cohost)),
        (
            Field::JoinBeforeHost,
            Value::Number(minutes(options.join_before_host)),
        ),
        (
            Field::Uninvited,
            Value::Text(uninvited(options.uninvited).to_owned()),
        ),
        (Field::MuteOnEntry, Value::Flag(options.mute_on_entry)),
        (Field::Tag, Value::Text(tag_of(event, &meeting.key))),
    ]);
    optional_text(&mut fields, Field::Agenda, meeting.agenda.as_deref(), asked);
    if let MeetingPassword::Given(password) = &meeting.password {
        fields.insert(Field::Password, Value::Hidden(password.clone()));
    }
    fields
}

/// A text that the file may leave out. What it never named is nobody's business; what it named
/// before and names no longer is taken away.
fn optional_text(fields: &mut Fields, field: Field, text: Option<&str>, asked: Option<&Fields>) {
    let asked_before = asked.is_some_and(|asked| asked.contains_key(&field));
    match text {
        Some(text) => drop(fields.insert(field, Value::Text(text.to_owned()))),
        None if asked_before => drop(fields.insert(field, Value::Text(String::new()))),
        None => {}
    }
}

fn minutes(join: JoinBeforeHost) -> i64 {
    match join {
        JoinBeforeHost::No => -1,
        JoinBeforeHost::Minutes(minutes) => i64::from(minutes),
    }
}

fn uninvited(uninvited: Uninvited) -> &'static str {
    match uninvited {
        Uninvited::Join => "join",
        Uninvited::Lobby => "lobby",
        Uninvited::Refused => "refused",
    }
}
