use jiff::civil::Date;
use showcaller_event::{Language, phrases};

use super::sentences::{self, Changes, Help, Here, Phrases, Words};

pub(super) const DUTCH: Phrases = Phrases {
    today: "Vandaag",
    next_day: "De volgende dag van het evenement",
    agenda: "Agenda",
    whole_agenda: "De volledige agenda",
    now: "Nu bezig",
    where_now: "Waar je nu moet zijn",
    next_is: |when, titles| format!("{when}: {titles}"),
    next: |when| format!("Hierna, {when}"),
    where_next: |when| format!("Waar je hierna moet zijn, {when}"),
    fitting: |count| format!("{count} meetings passen bij die naam"),
    reminder: "Het begint zo",
    details: "Details, alleen voor organisatoren",
    part: |part, of| format!("deel {part} van {of}"),

    date,
    weekday,
    in_minutes: |minutes| match (minutes / 60, minutes % 60) {
        (0, 1) => "over 1 minuut".to_owned(),
        (0, minutes) => format!("over {minutes} minuten"),
        (hours, 0) => format!("over {hours} uur"),
        (hours, minutes) => format!("over {hours} u {minutes} min"),
    },
    tomorrow_at: |time| format!("morgen om {time}"),
    on_date_at: |day, time| format!("op {} om {time}", date(day)),
    times_in: |zone| format!("Tijden in {zone}"),
    times_in_both: |zone, other| format!("Tijden in {zone}, tussen haakjes {other}"),

    running: "nu bezig",
    ended: "afgelopen",
    cohost: "je bent co-host",
    join: phrases::join(Language::Dutch),
    link_follows: "link volgt",
    number: "Nummer",
    password: phrases::password(Language::Dutch),
    host_key: "Hostsleutel",
    no_host_key: "De hostsleutel is nog niet bekend.",

    nothing_that_day: Here {
        room: "Die dag staat hier niets gepland.",
        private: "Die dag staat er voor jou niets gepland.",
    },
    no_day: |day| format!("Op {} is er geen evenement.", date(day)),
    over: "Het evenement is voorbij: de laatste meeting is afgelopen. Bedankt dat je erbij was!",
    nothing_now: "Op dit moment is er niets bezig.",
    nothing_ahead: Here {
        room: "Er staat hier niets meer gepland.",
        private: "Er staat voor jou niets meer gepland.",
    },
    no_such_meeting: Here {
        room: |asked| format!("Ik ken hier geen meeting met de naam “{asked}”."),
        private: |asked| format!("Ik ken geen meeting van jou met de naam “{asked}”."),
    },

    no_team: "Er is geen team dat ik kan noemen.",
    empty_team: "Er zit nog niemand in.",
    organisers_only: "Die details zijn alleen voor de organisatoren.",
    ask_in_private: "Hier lezen anderen mee. Vraag me de details in een privégesprek.",
    which_meeting: "Van welke meeting? Schrijf bijvoorbeeld:",
    no_meetings: "Er zijn geen meetings.",
    remind: |day, time| {
        format!(
            "Ik stuur je op {} om {time} een herinnering in een privégesprek.",
            date(day)
        )
    },
    nothing_to_remind: "Er staat voor jou niets meer gepland, dus ik heb niets om je aan te herinneren.",
    check_in: |time| format!("Ben je er om {time}?"),
    press_here: "Druk op de knop, dan weten de organisatoren het.",
    here: "Ik ben er",
    checked_in: "Dank je. De organisatoren weten dat je er bent.",
    called: "Ik heb de organisatoren gewaarschuwd en doorgegeven wat je schreef. Ze helpen je verder.",
    cannot_call: "Ik kan de organisatoren van hieruit niet bereiken. Spreek een van hen rechtstreeks aan.",
    hello: |name| match name {
        Some(name) => format!("Dag {name}! Ik wijs je de weg naar je meetings."),
        None => "Hallo! Ik wijs je de weg naar je meetings.".to_owned(),
    },
    thanks: "Graag gedaan! Veel plezier op het evenement.",
    custom_follows: "Dat is er nog niet. Vraag het me straks nog eens.",
    not_understood: "Sorry, dat heb ik niet begrepen.",
    stranger: |event| {
        format!(
            "Hallo! Ik help de deelnemers van {event}, en je staat niet op mijn lijst. Hoor je er \
             wel bij, vraag het dan aan de organisatoren."
        )
    },
    help: Help {
        title: "Wat je me kunt vragen",
        agenda: "wat er vandaag op het programma staat; of noem een dag, of *alles*",
        now: "wat er nu bezig is, met de link",
        next: "wat er hierna begint",
        whereabouts: "waar je moet zijn",
        meeting: "één meeting bij naam: tijd, link, wachtwoord",
        who: "wie er in je team zit, en wie het begeleidt",
        remind: "een privébericht vóór je volgende meeting",
        sos: "een mens: roept de organisatoren, als er iets niet werkt",
        details: "nummer, wachtwoord en hostsleutel van een meeting, bij naam",
        custom: "wat de organisatoren voor je klaarzetten",
        how: "In een ruimte vermeld je me eerst. In een privégesprek schrijf je gewoon.",
    },

    ask_me: |words| format!("Vraag me: {words}"),
    a_human: "een mens: sos",
    words: Words {
        agenda: "agenda",
        now: "nu",
        next: "volgende",
        whereabouts: "waar",
        meeting: "meeting",
        who: "mijn team",
        remind: "herinner me",
        help: "help",
        sos: "sos",
        details: "details",
    },

    apology: "Sorry dat dit zo laat komt.",
    see_above: |words| {
        format!("Er komen nu veel vragen binnen: zie het antwoord op “{words}” hierboven.")
    },
    one_after_the_other: "Eén voor één, graag: ik ben nog bezig met wat je eerder vroeg.",

    ticket_in_room: |who, room| format!("**{who}** heeft hulp nodig, in *{room}*:"),
    ticket_in_private: |who| format!("**{who}** heeft hulp nodig, en schreef me privé:"),
    removed: |room| {
        format!(
            "Ik ben uit *{room}* verwijderd en kan daar niet meer antwoorden. Voeg me opnieuw toe \
             aan de ruimte om me terug te halen."
        )
    },
    no_moderator: |room| {
        format!(
            "Ik ben geen moderator meer van *{room}*. Ik antwoord daar nog, maar kan geen mensen \
             toevoegen of verwijderen."
        )
    },

    changes: Changes {
        new: |title, when| format!("Nieuw: **{title}**, {when}"),
        renamed: |from, to| format!("**{from}** heet nu **{to}**."),
        moved: |title, from, to| format!("**{title}** verschuift van {from} naar {to}."),
        moved_until: |title, from, to, end| {
            format!("**{title}** verschuift van {from} naar {to}, en eindigt om {end}.")
        },
        ends: |title, end, ended| format!("**{title}** eindigt om {end}, niet om {ended}."),
        link: |title| format!("**{title}** heeft een nieuwe link:"),
        cancelled: |title, at| format!("**{title}**, {at}, gaat niet door."),
        not_for_room: |title, at| format!("**{title}**, {at}, is niet meer voor deze ruimte."),
        more: |count| format!("En nog {count}: vraag me de *agenda*."),
    },
};

fn date(date: Date) -> String {
    let months = [
        "januari",
        "februari",
        "maart",
        "april",
        "mei",
        "juni",
        "juli",
        "augustus",
        "september",
        "oktober",
        "november",
        "december",
    ];
    format!(
        "{} {} {}",
        weekday(date),
        date.day(),
        sentences::month(date, &months)
    )
}

fn weekday(date: Date) -> &'static str {
    phrases::weekday(date, Language::Dutch)
}
