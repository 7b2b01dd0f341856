//! What sentences of the people of an event ask for, where it is easy to take them for something else.

use std::path::Path;

use showcaller_event::language::{Concept, Vocabulary};
use showcaller_event::{Event, Input, Language, Schedule, check};
use showcaller_show::{EventWords, Intent, Place, Question, Scene, Understood, answer, understand};

fn event() -> Event {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/innovation-challenge");
    let bytes = std::fs::read(folder.join("event.yaml")).unwrap();
    let load = |path: &str| std::fs::read(folder.join(path)).map_err(|error| error.to_string());
    check(&Input {
        name: "event.yaml",
        bytes: &bytes,
        load: &load,
        now: None,
    })
    .event
    .unwrap()
}

/// Understands each text, on the event's third day.
fn all<'t>(texts: impl IntoIterator<Item = &'t str>) -> Vec<Understood> {
    let event = event();
    let schedule = Schedule::planned(&event);
    let words = EventWords::default();
    let scene = scene(&event, &schedule, &words);
    let texts = texts.into_iter();
    texts
        .map(|text| understand(&scene, &question(text)))
        .collect()
}

fn scene<'a>(event: &'a Event, schedule: &'a Schedule, words: &'a EventWords) -> Scene<'a> {
    Scene {
        words,
        event,
        schedule,
        facts: &|_| None,
        organisers_only: false,
        now: "2027-10-06T10:30:00Z".parse().unwrap(),
    }
}

fn question(text: &str) -> Question<'_> {
    Question {
        text,
        place: Place::Private,
        asker: None,
        fallback: None,
    }
}

/// Each text asks for the intent (or one of those, with `/` between) that stands before it.
fn assert_each(table: &[(&str, &[&str])]) {
    let texts = table.iter().flat_map(|(_, texts)| texts.iter().copied());
    let mut understood = all(texts).into_iter();
    let mut wrong = Vec::new();
    for (wanted, texts) in table {
        for text in *texts {
            let got = understood.next().unwrap().intent.to_string();
            if !wanted.split('/').any(|wanted| wanted == got) {
                wrong.push(format!("{text:?} asks for {wanted}, not {got}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_reminder_that_is_not_wanted_is_not_set() {
    assert_each(&[
        (
            "none",
            &[
                "don't remind me",
                "please don't remind me of this",
                "cancel the reminder",
                "cancel reminder",
                "stop the reminders",
                "stop reminding me",
                "forget the reminder",
                "no reminder please",
                "never remind me",
                "herinner me niet",
                "geen herinnering",
                "stuur geen herinnering aub",
                "annuleer de herinnering",
                "stop de herinneringen",
                "vergeet de herinnering",
                "annule le rappel",
                "ne me rappelle pas",
                "pas de rappel",
                "oublie le rappel",
                "arrête les rappels",
            ],
        ),
        (
            "remind",
            &[
                "don't forget to remind me",
                "don't let me forget",
                "remind me so i don't forget",
                "please send me a reminder, i can't miss it",
                "i don't want to be late, remind me",
                "vergeet me niet te herinneren",
                "laat me niet vergeten",
                "n'oublie pas de me rappeler",
            ],
        ),
    ]);
}

#[test]
fn a_possessive_or_a_please_changes_nothing() {
    assert_each(&[(
        "agenda",
        &[
            "my agenda",
            "show my agenda",
            "my agenda for tomorrow",
            "mijn agenda",
            "toon mijn agenda",
            "mijn agenda voor morgen",
            "mon agenda",
            "mon programme",
            "mon planning",
            "montre mon agenda",
            "mon agenda pour demain",
        ],
    )]);
    let said = all(["my agenda", "mijn agenda", "mon agenda", "mon programme"]);
    for understood in said {
        assert_eq!(understood.key(), "agenda");
    }
}

#[test]
fn who_organises_is_no_alarm() {
    assert_each(&[
        (
            "who",
            &[
                "who are the organisers",
                "who is the organiser?",
                "wie zijn de organisatoren?",
                "wie is de organisator",
                "qui sont les organisateurs ?",
                "qui est l'organisateur",
            ],
        ),
        (
            "none/where/now/who/help/board/canvas",
            &[
                "can someone help us with the canvas?",
                "sorry wrong link",
                "sorry, verkeerde link",
                "désolé, mauvais lien",
            ],
        ),
        (
            "now/where",
            &[
                "i can't find the link",
                "i don't see the link",
                "ik vind de link niet",
                "ik zie de link niet",
                "we vinden de link niet",
                "je ne trouve pas le lien",
                "je ne vois pas le lien",
                "can you help me find my meeting",
                "help me find the link",
                "help me de link te vinden",
                "aide-moi à trouver le lien",
            ],
        ),
        (
            "sos",
            &[
                "the link does not work",
                "de link werkt niet",
                "le lien ne marche pas",
                "i need an organiser",
                "call an organiser",
                "ik heb een organisator nodig",
                "j'ai besoin d'un organisateur",
                "nobody can hear us",
                "can someone help us?",
                "kan iemand ons helpen?",
                "quelqu'un peut nous aider ?",
            ],
        ),
    ]);
}

#[test]
fn the_end_is_asked_of_what_runs() {
    assert_each(&[
        (
            "now",
            &[
                "when do we finish",
                "what time does it end",
                "when does this end?",
                "until when does this last?",
                "what time are we done?",
                "hoe laat is het gedaan",
                "wanneer eindigt dit?",
                "tot hoe laat duurt het?",
                "hoe laat zijn we klaar?",
                "à quelle heure on finit",
                "ça finit à quelle heure ?",
                "quand est-ce que ça se termine ?",
                "jusqu'à quelle heure ça dure ?",
            ],
        ),
        (
            "next",
            &[
                "when do we start",
                "what time does our team start",
                "what time does it begin",
                "hoe laat begint het",
                "à quelle heure on commence",
            ],
        ),
    ]);
}

#[test]
fn words_on_cards_and_of_days_gone_are_understood() {
    assert_each(&[
        (
            "now",
            &["join", "Join", "deelnemen", "rejoindre", "link", "lien"],
        ),
        ("who", &["who", "wie", "qui", "who?"]),
        (
            "agenda",
            &[
                "agenda yesterday",
                "agenda gisteren",
                "agenda hier",
                "all links",
                "alle links",
                "tous les liens",
            ],
        ),
        (
            "meeting",
            &[
                "meeting learn to pitch",
                "meeting opening",
                "closing yesterday",
                "link of the closing",
            ],
        ),
    ]);
}

/// The words of one intent that the bot names on its cards or in its help, and every single word that an
/// event's own answers may not have.
#[test]
fn every_word_of_the_bot_s_own_asks_for_its_intent() {
    let mut wrong = Vec::new();
    for language in Language::ALL {
        let vocabulary = Vocabulary::of(language);
        let single: Vec<(&str, &str)> = vocabulary
            .words()
            .filter_map(|word| {
                let entries = vocabulary.starting_with(word).iter();
                let concept = entries
                    .into_iter()
                    .find(|entry| entry.words.len() == 1)?
                    .concept;
                Some((word, concept.alone()?))
            })
            .collect();
        let (own, please): (&[&str], &str) = match language {
            Language::English => (&["my"], "please"),
            Language::Dutch => (&["mijn"], "alsjeblieft"),
            Language::French => (&["mon", "ma"], "s'il te plaît"),
        };
        let advertised = [
            "agenda", "now", "next", "where", "who", "remind", "help", "link",
        ];
        let mut texts: Vec<(String, &str)> = Vec::new();
        for (word, intent) in &single {
            texts.push(((*word).to_owned(), intent));
            if advertised.contains(word) {
                texts.push((format!("{word} {please}"), intent));
                texts.extend(own.iter().map(|own| (format!("{own} {word}"), *intent)));
            }
        }
        let understood = all(texts.iter().map(|(text, _)| text.as_str()));
        for ((text, wanted), understood) in texts.iter().zip(understood) {
            let got = understood.intent.to_string();
            let elsewhere = asks_for_elsewhere(language, text);
            if got != *wanted && !elsewhere.contains(&got.as_str()) {
                wrong.push(format!("{language}: {text:?} asks for {wanted}, not {got}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// What the word alone asks for in other languages: "crew" is a team and an organiser.
fn asks_for_elsewhere(language: Language, word: &str) -> Vec<&'static str> {
    let others = Language::ALL.into_iter().filter(|other| *other != language);
    others
        .flat_map(|other| Vocabulary::of(other).starting_with(word))
        .filter(|entry| entry.words.len() == 1)
        .filter_map(|entry| entry.concept.alone())
        .collect()
}

#[test]
fn no_short_name_of_a_day_is_a_small_word_of_another_language() {
    for language in Language::ALL {
        for word in Vocabulary::of(language).words() {
            let concepts: Vec<Concept> = Language::ALL
                .into_iter()
                .flat_map(|language| Vocabulary::of(language).starting_with(word))
                .filter(|entry| entry.words.len() == 1)
                .map(|entry| entry.concept)
                .collect();
            let is_day =
                |concept: &Concept| matches!(concept, Concept::Weekday(_) | Concept::Month(_));
            let small =
                |concept: &Concept| matches!(concept, Concept::Own | Concept::Filler | Concept::Be);
            let both = concepts.iter().any(is_day) && concepts.iter().any(small);
            assert!(!both, "{word}: {concepts:?}");
        }
    }
}

#[test]
fn a_word_that_the_usual_language_does_not_have_tells_the_language() {
    for (text, wanted) in [
        // Said in Flanders, too.
        ("salut", Language::Dutch),
        ("coucou", Language::French),
        ("bonjour", Language::English),
        ("tableau", Language::French),
        ("bord", Language::Dutch),
        ("canvas", Language::English),
        ("mijn board", Language::Dutch),
        ("agenda", Language::English),
        ("uurrooster", Language::Dutch),
        ("rejoindre", Language::French),
    ] {
        assert_eq!(all([text])[0].language, wanted, "{text}");
    }
}

#[test]
fn slips_of_the_finger_are_forgiven() {
    assert_each(&[
        ("agenda", &["plannng", "what is plannng on friday?"]),
        (
            "now",
            &[
                "which sssion is on?",
                "welke sessie is er thans bezig?",
                "wat is er thans?",
            ],
        ),
        ("thanks", &["thans!", "thans", "thnaks"]),
    ]);
}

#[test]
fn sos_calls_whatever_else_is_said() {
    for text in [
        "sos: the <b>link</b> is broken",
        "help! our projector is broken, sos",
        "SOS een leerling is ziek",
        "sos la machine à café fume",
    ] {
        assert_eq!(all([text])[0].intent, Intent::Sos, "{text}");
    }
}

#[test]
fn thanks_that_come_with_a_question_are_for_its_answer() {
    assert_each(&[
        (
            "next",
            &[
                "what is next? Thanks!",
                "what's next, thanks",
                "Merci ! c'est quoi après ?",
            ],
        ),
        (
            "agenda",
            &[
                "agenda, thanks!",
                "agenda 7/10. Bedankt!",
                "Thank you. Agenda for tomorrow",
            ],
        ),
        ("help", &["help, merci"]),
        (
            "thanks",
            &[
                "Great, thanks!",
                "Thanks a lot, team!",
                "Merci, l'équipe !",
                "All good now, thanks!",
                "Bedankt, we gaan",
                "Merci, j'y vais",
                "Merci, lien reçu",
                "Thanks, no help needed",
                "Bedankt, geen hulp nodig",
                "Until tomorrow, thanks!",
                "Merci, à la prochaine",
                "Thanks, all",
                "thanks a lot, bye",
                "Thanks for the agenda",
                "ok, merci !",
            ],
        ),
    ]);
}

#[test]
fn no_phrase_goes_beyond_the_end_of_a_sentence() {
    for (one, other) in [
        ("hi! Team 2 - Breakout link?", "Team 2 - Breakout link?"),
        ("Bonjour ! équipe 2, le lien ?", "équipe 2, le lien ?"),
    ] {
        let keys: Vec<_> = all([one, other]).iter().map(Understood::key).collect();
        assert_eq!(keys[0], keys[1], "{one}");
    }
}

/// "the day" is today, and "hello" no day: not before the number of a day.
#[test]
fn a_day_that_is_named_goes_before_words_beside_it() {
    let event = event();
    let schedule = Schedule::planned(&event);
    let words = EventWords::default();
    let scene = scene(&event, &schedule, &words);
    for (text, day) in [
        ("when is the Day 2 opening?", "2027-10-07"),
        ("how do I get into the Day 2 - Opening", "2027-10-07"),
        ("hello bot, 7/10 agenda please", "2027-10-07"),
        ("hi! 7.10.2027?", "2027-10-07"),
        ("bonsoir ! 7.10.2027 ?", "2027-10-07"),
        ("dag 2?", "2027-10-07"),
        ("dag twee?", "2027-10-07"),
        ("wat doen we de tweede dag?", "2027-10-07"),
        ("dag 7/10?", "2027-10-07"),
        ("day 7 October", "2027-10-07"),
        ("the schedule of the day", "2027-10-06"),
        ("hello, the schedule of the day 2 please", "2027-10-07"),
    ] {
        let asker = event.people[0].email.clone();
        let reply = answer(
            &scene,
            &Question {
                asker: Some(&asker),
                ..question(text)
            },
        );
        let listings = reply.listings();
        let days = listings.iter().map(|it| it.start.date().to_string());
        let days: Vec<String> = days.collect();
        assert!(
            days.iter().any(|it| it == day) && days.iter().all(|it| it == day),
            "{text}: {days:?}"
        );
    }
}
