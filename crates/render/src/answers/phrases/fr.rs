use jiff::civil::Date;
use showcaller_event::{Language, phrases};

use super::sentences::{self, Changes, Help, Here, Phrases, Words};

pub(super) const FRENCH: Phrases = Phrases {
    today: "Aujourd’hui",
    next_day: "Le prochain jour de l’événement",
    agenda: "Agenda",
    whole_agenda: "L’agenda complet",
    now: "En ce moment",
    where_now: "Où aller maintenant",
    next_is: |when, titles| format!("{when}\u{a0}: {titles}"),
    next: |when| format!("Ensuite, {when}"),
    where_next: |when| format!("Où aller ensuite, {when}"),
    fitting: |count| format!("{count} réunions correspondent à ce nom"),
    reminder: "Ça commence bientôt",
    details: "Détails, réservés aux organisateurs",
    part: |part, of| format!("partie {part} sur {of}"),

    date,
    weekday,
    in_minutes: |minutes| match (minutes / 60, minutes % 60) {
        (0, 1) => "dans 1 minute".to_owned(),
        (0, minutes) => format!("dans {minutes} minutes"),
        (1, 0) => "dans 1 heure".to_owned(),
        (hours, 0) => format!("dans {hours} heures"),
        (hours, minutes) => format!("dans {hours} h {minutes} min"),
    },
    tomorrow_at: |time| format!("demain à {time}"),
    on_date_at: |day, time| format!("{} à {time}", the_date(day)),
    times_in: |zone| format!("Heures\u{a0}: {zone}"),
    times_in_both: |zone, other| format!("Heures\u{a0}: {zone}, entre parenthèses {other}"),

    running: "en cours",
    ended: "terminé",
    cohost: "vous êtes co-hôte",
    join: phrases::join(Language::French),
    link_follows: "le lien suit",
    number: "Numéro",
    password: phrases::password(Language::French),
    host_key: "Clé d’hôte",
    no_host_key: "La clé d’hôte n’est pas encore connue.",

    nothing_that_day: Here {
        room: "Rien n’est prévu ici ce jour-là.",
        private: "Rien n’est prévu pour vous ce jour-là.",
    },
    no_day: |day| format!("Il n’y a pas d’événement {}.", the_date(day)),
    over: "L’événement est terminé\u{a0}: la dernière réunion est finie. Merci d’avoir été là\u{a0}!",
    nothing_now: "Rien n’est en cours en ce moment.",
    nothing_ahead: Here {
        room: "Plus rien n’est prévu ici.",
        private: "Plus rien n’est prévu pour vous.",
    },
    no_such_meeting: Here {
        room: |asked| format!("Je ne connais ici aucune réunion nommée «\u{a0}{asked}\u{a0}»."),
        private: |asked| format!("Je ne vous connais aucune réunion nommée «\u{a0}{asked}\u{a0}»."),
    },

    no_team: "Je ne connais aucune équipe à vous nommer.",
    empty_team: "Il n’y a encore personne.",
    organisers_only: "Ces détails sont réservés aux organisateurs.",
    ask_in_private: "D’autres personnes lisent ici. Demandez-moi les détails en privé, s’il vous plaît.",
    which_meeting: "De quelle réunion\u{a0}? Écrivez par exemple\u{a0}:",
    no_meetings: "Il n’y a aucune réunion.",
    remind: |day, time| {
        format!(
            "Je vous enverrai un rappel en privé {} à {time}.",
            the_date(day)
        )
    },
    nothing_to_remind: "Plus rien n’est prévu pour vous\u{a0}: je n’ai rien à vous rappeler.",
    check_in: |time| format!("Êtes-vous là pour {time}\u{a0}?"),
    press_here: "Appuyez sur le bouton pour que les organisateurs le sachent.",
    here: "Je suis là",
    checked_in: "Merci. Les organisateurs savent que vous êtes là.",
    called: "J’ai alerté les organisateurs et leur ai transmis votre message. Ils vont vous aider.",
    cannot_call: "Je ne peux pas joindre les organisateurs d’ici. Adressez-vous directement à l’un d’eux.",
    hello: |name| match name {
        Some(name) => format!("Bonjour {name}\u{a0}! Je vous montre le chemin de vos réunions."),
        None => "Bonjour\u{a0}! Je vous montre le chemin de vos réunions.".to_owned(),
    },
    thanks: "Avec plaisir\u{a0}! Bon événement.",
    custom_follows: "Ce n’est pas encore là. Redemandez-moi un peu plus tard.",
    not_understood: "Désolé, je n’ai pas compris.",
    stranger: |event| {
        format!(
            "Bonjour\u{a0}! J’aide les participants de l’événement {event}, et vous n’êtes pas sur ma liste. Si vous \
             devriez y être, adressez-vous aux organisateurs."
        )
    },
    help: Help {
        title: "Ce que vous pouvez me demander",
        agenda: "le programme d’aujourd’hui\u{a0}; ou nommez un jour, ou *tout*",
        now: "ce qui est en cours, avec le lien",
        next: "ce qui commence ensuite",
        whereabouts: "la réunion qui vous attend",
        meeting: "une réunion par son nom\u{a0}: heure, lien, mot de passe",
        who: "qui est dans votre équipe, et qui l’accompagne",
        remind: "un message privé avant votre prochaine réunion",
        sos: "un humain\u{a0}: appelle les organisateurs, si quelque chose ne marche pas",
        details: "numéro, mot de passe et clé d’hôte d’une réunion, par son nom",
        custom: "ce que les organisateurs ont préparé pour vous",
        how: "Dans un espace, mentionnez-moi d’abord. En privé, écrivez simplement.",
    },

    ask_me: |words| format!("Demandez-moi\u{a0}: {words}"),
    a_human: "un humain\u{a0}: sos",
    words: Words {
        agenda: "agenda",
        now: "maintenant",
        next: "suivant",
        whereabouts: "où",
        meeting: "réunion",
        who: "mon équipe",
        remind: "rappel",
        help: "aide",
        sos: "sos",
        details: "détails",
    },

    apology: "Désolé pour cette réponse tardive.",
    see_above: |words| {
        format!(
            "Beaucoup de questions arrivent\u{a0}: voyez la réponse à «\u{a0}{words}\u{a0}» plus haut."
        )
    },
    one_after_the_other: "Une question à la fois, s’il vous plaît\u{a0}: je réponds encore aux précédentes.",

    ticket_in_room: |who, room| format!("**{who}** a besoin d’aide, dans *{room}*\u{a0}:"),
    ticket_in_private: |who| format!("**{who}** a besoin d’aide et m’a écrit en privé\u{a0}:"),
    removed: |room| {
        format!(
            "J’ai été retiré de *{room}* et ne peux plus y répondre. Pour me faire revenir, \
             ajoutez-moi de nouveau à cet espace."
        )
    },
    no_moderator: |room| {
        format!(
            "Je ne suis plus modérateur de *{room}*. J’y réponds encore, mais je ne peux plus \
             ajouter ni retirer de personnes."
        )
    },

    changes: Changes {
        new: |title, when| format!("Nouveau\u{a0}: **{title}**, {when}"),
        renamed: |from, to| format!("**{from}** s’appelle désormais **{to}**."),
        moved: |title, from, to| format!("**{title}**\u{a0}: déplacé de {from} à {to}."),
        moved_until: |title, from, to, end| {
            format!("**{title}**\u{a0}: déplacé de {from} à {to}, fin à {end}.")
        },
        ends: |title, end, ended| format!("**{title}**\u{a0}: fin à {end}, et non à {ended}."),
        link: |title| format!("**{title}** a un nouveau lien\u{a0}:"),
        cancelled: |title, at| format!("**{title}**, {at}\u{a0}: annulé."),
        not_for_room: |title, at| format!("**{title}**, {at}\u{a0}: plus pour cet espace."),
        more: |count| format!("Et {count} de plus\u{a0}: demandez-moi l’*agenda*."),
    },
};

fn date(date: Date) -> String {
    let months = [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ];
    let day = match date.day() {
        1 => "1er".to_owned(),
        day => day.to_string(),
    };
    format!(
        "{} {day} {}",
        weekday(date),
        sentences::month(date, &months)
    )
}

/// `le mercredi 6 octobre`
fn the_date(day: Date) -> String {
    format!("le {}", date(day))
}

fn weekday(date: Date) -> &'static str {
    phrases::weekday(date, Language::French)
}
