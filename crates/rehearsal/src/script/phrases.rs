//! What people write, as they write it: `{}` stands for a day, a meeting or a thing.

use jiff::civil::Weekday;
use showcaller_event::Language;

/// What is asked for, without saying which day, meeting or thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    Agenda,
    Day,
    Now,
    Next,
    Meeting,
    Link,
    Help,
    Human,
    Nothing,
}

/// The phrases of a language that ask for this.
pub(super) fn phrases(subject: Subject, language: Language) -> &'static [&'static str] {
    match language {
        Language::English => english(subject),
        Language::Dutch => dutch(subject),
        Language::French => french(subject),
    }
}

fn english(subject: Subject) -> &'static [&'static str] {
    match subject {
        Subject::Agenda => &[
            "agenda",
            "schedule for today??",
            "what's the programme today?",
            "can I see the schedule please",
            "could you show me today's agenda",
        ],
        Subject::Day => &[
            "agenda {}",
            "what is planned on {}?",
            "schedule for {} please",
            "what do we have on {}",
        ],
        Subject::Now => &[
            "link??",
            "what's on now",
            "where do I have to be right now?",
            "hi, which meeting should I be in now?",
            "which session is running",
            "what is happening at the moment?",
            "can you send me the link of the current session please",
            "I'm lost, where should I go",
        ],
        Subject::Next => &[
            "what's next",
            "next meeting please",
            "and after this?",
            "when does the next meeting start?",
            "which session comes next?",
            "when do we start again",
        ],
        Subject::Meeting => &[
            "{} link?",
            "when does the {} start?",
            "can I have the link of the {} please",
            "how do I get into the {}",
            "where is the {}",
        ],
        Subject::Link => &[
            "{}?",
            "where is our {}",
            "link to the {} please",
            "can you give me the {} link",
        ],
        Subject::Help => &[
            "help",
            "what can you do?",
            "what can I ask you",
            "how does this bot work",
        ],
        Subject::Human => &[
            "I need help from a person",
            "can I talk to a human please",
            "please call an organiser",
            "can somebody help us? the sound does not work",
        ],
        Subject::Nothing => &[
            "thanks!",
            "good morning",
            "hello bot",
            "haha",
            "nice weather for pancakes",
        ],
    }
}

fn dutch(subject: Subject) -> &'static [&'static str] {
    match subject {
        Subject::Agenda => &[
            "agenda",
            "het programma van vandaag??",
            "wat staat er vandaag op het programma?",
            "kan ik de planning zien aub",
        ],
        Subject::Day => &[
            "agenda {}",
            "wat is er gepland op {}?",
            "het programma voor {} graag",
            "planning {}",
        ],
        Subject::Now => &[
            "link??",
            "waar moet ik nu zijn",
            "welke sessie is er nu bezig?",
            "ik ben verdwaald, waar moet ik heen",
            "wat is er nu aan de gang",
            "mag ik de link van de huidige meeting aub",
        ],
        Subject::Next => &[
            "wat is het volgende?",
            "wanneer begint de volgende meeting",
            "en daarna?",
            "welke sessie komt hierna",
            "wanneer gaan we verder",
        ],
        Subject::Meeting => &[
            "{} link?",
            "wanneer begint de {}?",
            "mag ik de link van de {} aub",
            "hoe geraak ik in de {}",
            "waar is de {}",
        ],
        Subject::Link => &[
            "{}?",
            "waar is ons {}",
            "link naar het {} graag",
            "ik zoek de link van het {}",
        ],
        Subject::Help => &[
            "help",
            "wat kan je allemaal?",
            "welke vragen kan ik stellen",
            "hoe werkt deze bot",
        ],
        Subject::Human => &[
            "ik wil met een mens spreken",
            "kan er iemand van de organisatie komen?",
            "roep een organisator aub",
            "kan iemand ons helpen? het geluid werkt niet",
        ],
        Subject::Nothing => &[
            "bedankt!",
            "goedemorgen allemaal",
            "hallo",
            "hihi",
            "lekker weer om te fietsen",
        ],
    }
}

fn french(subject: Subject) -> &'static [&'static str] {
    match subject {
        Subject::Agenda => &[
            "agenda",
            "le programme du jour svp",
            "c'est quoi le programme aujourd'hui ?",
            "je peux voir le planning",
        ],
        Subject::Day => &[
            "agenda {}",
            "qu'est-ce qui est prévu {} ?",
            "le programme pour {} svp",
            "planning de {}",
        ],
        Subject::Now => &[
            "le lien ??",
            "c'est où la réunion",
            "je dois être où maintenant",
            "quelle session est en cours ?",
            "je suis perdu, je vais où",
            "il se passe quoi en ce moment",
        ],
        Subject::Next => &[
            "c'est quoi la suite ?",
            "à quelle heure commence la prochaine réunion",
            "et après ?",
            "c'est quand la prochaine session",
            "on reprend quand ?",
        ],
        Subject::Meeting => &[
            "{} le lien ?",
            "c'est quand {} ?",
            "le lien de {} svp",
            "comment j'accède à {}",
            "c'est où {}",
        ],
        Subject::Link => &[
            "{} ?",
            "il est où notre {}",
            "le lien du {} svp",
            "je cherche le lien du {}",
        ],
        Subject::Help => &[
            "aide",
            "tu sais faire quoi ?",
            "quelles questions je peux poser",
            "comment marche ce bot",
        ],
        Subject::Human => &[
            "je veux parler à un humain",
            "quelqu'un de l'organisation peut venir ?",
            "appelle un organisateur svp",
            "quelqu'un peut nous aider ? le son ne marche pas",
        ],
        Subject::Nothing => &[
            "merci !",
            "bonjour à tous",
            "coucou",
            "mdr",
            "il fait beau pour une glace",
        ],
    }
}

/// The name of a weekday.
pub(super) fn weekday(language: Language, day: Weekday) -> &'static str {
    let names = match language {
        Language::English => [
            "Monday",
            "Tuesday",
            "Wednesday",
            "Thursday",
            "Friday",
            "Saturday",
            "Sunday",
        ],
        Language::Dutch => [
            "maandag",
            "dinsdag",
            "woensdag",
            "donderdag",
            "vrijdag",
            "zaterdag",
            "zondag",
        ],
        Language::French => [
            "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche",
        ],
    };
    let place = usize::try_from(day.to_monday_zero_offset()).unwrap_or(0);
    names[place % names.len()]
}
