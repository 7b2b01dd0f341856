use jiff::civil::Date;
use showcaller_event::{Language, phrases};

use super::sentences::{self, Changes, Help, Here, Phrases, Words};

pub(super) const ENGLISH: Phrases = Phrases {
    today: "Today",
    next_day: "The next day of the event",
    agenda: "Agenda",
    whole_agenda: "The whole agenda",
    now: "On now",
    where_now: "Where to be now",
    next_is: |when, titles| format!("{when}: {titles}"),
    next: |when| format!("Next, {when}"),
    where_next: |when| format!("Where to be next, {when}"),
    fitting: |count| format!("{count} meetings fit that name"),
    reminder: "It starts soon",
    details: "Details, for organisers only",
    part: |part, of| format!("part {part} of {of}"),

    date,
    weekday,
    in_minutes: |minutes| match (minutes / 60, minutes % 60) {
        (0, 1) => "in 1 minute".to_owned(),
        (0, minutes) => format!("in {minutes} minutes"),
        (1, 0) => "in 1 hour".to_owned(),
        (hours, 0) => format!("in {hours} hours"),
        (hours, minutes) => format!("in {hours} h {minutes} min"),
    },
    tomorrow_at: |time| format!("tomorrow at {time}"),
    on_date_at: |day, time| format!("on {} at {time}", date(day)),
    times_in: |zone| format!("Times in {zone}"),
    times_in_both: |zone, other| format!("Times in {zone}, in brackets {other}"),

    running: "on now",
    ended: "ended",
    cohost: "you co-host",
    join: phrases::join(Language::English),
    link_follows: "link follows",
    number: "Number",
    password: phrases::password(Language::English),
    host_key: "Host key",
    no_host_key: "The host key is not known yet.",

    nothing_that_day: Here {
        room: "Nothing is planned here that day.",
        private: "Nothing is planned for you that day.",
    },
    no_day: |day| format!("{} is not a day of the event.", date(day)),
    over: "The event is over: the last meeting has ended. Thank you for being there!",
    nothing_now: "Nothing is on right now.",
    nothing_ahead: Here {
        room: "Nothing more is planned here.",
        private: "Nothing more is planned for you.",
    },
    no_such_meeting: Here {
        room: |asked| format!("I know of no meeting here that is called “{asked}”."),
        private: |asked| format!("I know of no meeting of yours that is called “{asked}”."),
    },

    no_team: "There is no team that I could name.",
    empty_team: "Nobody is in it yet.",
    organisers_only: "Those details are for the organisers only.",
    ask_in_private: "Others read along here. Ask me for details in private, please.",
    which_meeting: "Of which meeting? Write for example:",
    no_meetings: "There are no meetings.",
    remind: |day, time| format!("I will remind you in private on {} at {time}.", date(day)),
    nothing_to_remind: "Nothing more is planned for you, so I have nothing to remind you of.",
    check_in: |time| format!("Are you there for {time}?"),
    press_here: "Press the button, so that the organisers know.",
    here: "I’m here",
    checked_in: "Thank you. The organisers know that you are there.",
    called: "I have alerted the organisers and passed on what you wrote. They will help you.",
    cannot_call: "I cannot reach the organisers from here. Please ask one of them directly.",
    hello: |name| match name {
        Some(name) => format!("Hello {name}! I show you the way to your meetings."),
        None => "Hello! I show you the way to your meetings.".to_owned(),
    },
    thanks: "You are welcome! Enjoy the event.",
    custom_follows: "That is not there yet. Ask me again a little later.",
    not_understood: "Sorry, I did not understand that.",
    stranger: |event| {
        format!(
            "Hello! I help the participants of {event}, and you are not on my list. If you should \
             be, please ask the organisers."
        )
    },
    help: Help {
        title: "What you can ask me",
        agenda: "what is on today; or name a day, or *all*",
        now: "what is on right now, with its link",
        next: "what begins next",
        whereabouts: "where you have to be",
        meeting: "one meeting by its name: time, link, password",
        who: "who is in your team, and who coaches it",
        remind: "a message in private before your next meeting",
        sos: "a human: calls the organisers, when something does not work",
        details: "number, password and host key of a meeting, by its name",
        custom: "what the organisers have prepared for you",
        how: "In a room, mention me first. In private, just write.",
    },

    ask_me: |words| format!("Ask me: {words}"),
    a_human: "a human: sos",
    words: Words {
        agenda: "agenda",
        now: "now",
        next: "next",
        whereabouts: "where",
        meeting: "meeting",
        who: "my team",
        remind: "remind me",
        help: "help",
        sos: "sos",
        details: "details",
    },

    apology: "Sorry that this comes late.",
    see_above: |words| {
        format!("Many are asking right now: please see the answer to “{words}” above.")
    },
    one_after_the_other: "One after the other, please: I am still answering what you asked before.",

    ticket_in_room: |who, room| format!("**{who}** needs help, in *{room}*:"),
    ticket_in_private: |who| format!("**{who}** needs help, and wrote to me in private:"),
    removed: |room| {
        format!(
            "I was removed from *{room}* and cannot answer there any more. To bring me back, add \
             me to the room again."
        )
    },
    no_moderator: |room| {
        format!(
            "I am no longer a moderator of *{room}*. I still answer there, but cannot add or \
             remove people."
        )
    },

    changes: Changes {
        new: |title, when| format!("New: **{title}**, {when}"),
        renamed: |from, to| format!("**{from}** is now called **{to}**."),
        moved: |title, from, to| format!("**{title}** moved from {from} to {to}."),
        moved_until: |title, from, to, end| {
            format!("**{title}** moved from {from} to {to}, and ends at {end}.")
        },
        ends: |title, end, ended| format!("**{title}** ends at {end}, not at {ended}."),
        link: |title| format!("**{title}** has a new link:"),
        cancelled: |title, at| format!("**{title}**, {at}, is cancelled."),
        not_for_room: |title, at| format!("**{title}**, {at}, is no longer for this room."),
        more: |count| format!("And {count} more: ask me for the *agenda*."),
    },
};

fn date(date: Date) -> String {
    let months = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    format!(
        "{} {} {}",
        weekday(date),
        date.day(),
        sentences::month(date, &months)
    )
}

fn weekday(date: Date) -> &'static str {
    phrases::weekday(date, Language::English)
}
