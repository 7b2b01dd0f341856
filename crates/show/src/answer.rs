//! From a question to its answer.

use jiff::Zoned;
use showcaller_event::model::{Day, Email, MeetingKey, Room, TeamId};

use crate::custom::{custom, words_of_answers};
use crate::named::named;
use crate::people::teams;
use crate::question::{Intent, Place, Question};
use crate::reply::{
    Agenda, Ahead, Body, DayAgenda, DetailsFor, Reply, Running, Span, State, Zones,
};
use crate::scene::Scene;
use crate::today::Today;
use crate::understand::{Asked, Understood, understand, without_words};
use crate::view::View;

/// Answers a question.
#[must_use]
pub fn answer(scene: &Scene<'_>, question: &Question<'_>) -> Reply {
    reply(scene, question, understand(scene, question))
}

/// Answers what a button of a card asks for, without words.
#[must_use]
pub fn answer_intent(scene: &Scene<'_>, question: &Question<'_>, intent: Intent) -> Reply {
    reply(scene, question, without_words(scene, question, intent))
}

/// What an asker is reminded of: the next instant after now at which meetings of theirs begin, and what
/// they are sent shortly before it. `None` if nothing follows, or for a stranger.
#[must_use]
pub fn reminder(scene: &Scene<'_>, asker: &Email) -> Option<(Zoned, Reply)> {
    let question = Question {
        text: "",
        place: Place::Private,
        asker: Some(asker),
        fallback: None,
    };
    let view = View::of_person(scene, asker)?;
    let start = view.next_start()?;
    let understood = without_words(scene, &question, Intent::Remind);
    let body = Body::Reminder(view.ahead().meetings);
    Some((start, finished(&view, understood, body)))
}

/// The question whether a person is there who is to run these meetings, and when they begin; `None` for
/// one whom the roster does not have, or if none of the meetings is in the schedule.
#[must_use]
pub fn check_in(scene: &Scene<'_>, person: &Email, meetings: &[MeetingKey]) -> Option<Reply> {
    let question = Question {
        text: "",
        place: Place::Private,
        asker: Some(person),
        fallback: None,
    };
    let view = View::of_person(scene, person)?;
    let of = view.listings(|meeting, _| meetings.contains(&meeting.key));
    let at = of.first()?.start.clone();
    let understood = without_words(scene, &question, Intent::Remind);
    Some(finished(&view, understood, Body::CheckIn { at, of }))
}

fn reply(scene: &Scene<'_>, question: &Question<'_>, understood: Understood) -> Reply {
    match View::of(scene, question) {
        Some(view) => {
            let body = body(&view, question, &understood);
            finished(&view, understood, body)
        }
        None => Reply {
            intent: understood.intent,
            language: understood.language,
            in_private: question.place == Place::Private,
            zones: Zones {
                main: scene.event.zone(),
                beside: None,
            },
            body: stranger(scene),
        },
    }
}

fn finished(view: &View<'_>, understood: Understood, body: Body) -> Reply {
    let zones = Zones {
        main: view.scene.event.zone(),
        beside: None,
    };
    let reply = Reply {
        intent: understood.intent,
        language: understood.language,
        in_private: view.room().is_none(),
        zones,
        body,
    };
    let zones = view.zones(&reply);
    Reply { zones, ..reply }
}

fn stranger(scene: &Scene<'_>) -> Body {
    Body::Stranger {
        event: scene.event.title.clone(),
    }
}

fn body(view: &View<'_>, question: &Question<'_>, understood: &Understood) -> Body {
    if names_nothing(view, understood) {
        return Body::NoSuchMeeting {
            asked: understood.name.written.clone(),
        };
    }
    match &understood.intent {
        Intent::Now | Intent::Next | Intent::Where if Today::of(view.scene) == Today::Over => {
            Body::Agenda(agenda(view, Asked::Nothing))
        }
        Intent::Agenda => Body::Agenda(agenda(view, understood.span)),
        Intent::Now => now(view),
        Intent::Next => Body::Next(view.ahead()),
        Intent::Where if view.running().is_empty() => Body::Next(view.ahead()),
        Intent::Where => now(view),
        Intent::Meeting => meeting(view, understood),
        Intent::Who => Body::Who(teams(view, &understood.name.teams)),
        Intent::Details => details(view, question, understood),
        Intent::Remind => remind(view, question),
        Intent::Help => Body::Help {
            custom: words_of_answers(view),
            organiser: view.room().is_none()
                && question
                    .asker
                    .is_some_and(|asker| view.scene.is_organiser(asker)),
        },
        Intent::Sos => Body::Sos {
            called: view.scene.event.bot.organisers.room.is_some(),
        },
        Intent::Hello => Body::Hello {
            name: view.person.map(|person| person.name.clone()),
        },
        Intent::Thanks => Body::Thanks,
        Intent::Custom(name) => match custom(view, name, understood.language) {
            given if given.is_empty() => not_understood(view),
            given => Body::Custom(given),
        },
        Intent::None => not_understood(view),
    }
}

/// Whether a question that is about a day or a team names one that the event, or those who read the answer,
/// do not have.
fn names_nothing(view: &View<'_>, understood: &Understood) -> bool {
    let name = &understood.name;
    match understood.intent {
        Intent::Help | Intent::Sos | Intent::Hello | Intent::Thanks | Intent::None => false,
        Intent::Remind => false,
        Intent::Who => name.no_team,
        Intent::Meeting | Intent::Details => name.no_team || understood.span == Asked::NoDay,
        _ => name.no_team || understood.span == Asked::NoDay || !is_here(view, &name.teams),
    }
}

/// Whether one of these teams has a meeting of its own or a room that the view tells of, or none is named.
fn is_here(view: &View<'_>, teams: &[usize]) -> bool {
    let event = view.scene.event;
    let is_named = |id: &TeamId| {
        let mut teams = teams.iter().filter_map(|place| event.teams.get(*place));
        teams.any(|team| team.id == *id)
    };
    let of_named = |room: &Room| {
        let mut groups = event.groups.iter();
        let group = groups.find(|group| Some(&group.id) == room.group.as_ref());
        room.team.as_ref().is_some_and(is_named)
            || group.is_some_and(|group| group.teams.iter().any(is_named))
    };
    let mut meetings = view.meetings().into_iter();
    teams.is_empty()
        || meetings.any(|(meeting, _)| meeting.team.as_ref().is_some_and(is_named))
        || view.rooms().into_iter().any(of_named)
}

fn not_understood(view: &View<'_>) -> Body {
    Body::NotUnderstood {
        custom: words_of_answers(view),
    }
}

fn now(view: &View<'_>) -> Body {
    let meetings = view.running();
    let next = if meetings.is_empty() {
        view.ahead()
    } else {
        Default::default()
    };
    Body::Now(Running { meetings, next })
}

fn agenda(view: &View<'_>, span: Asked) -> Agenda {
    let days = &view.scene.event.days;
    let of = |span, days: &[&Day]| Agenda {
        span,
        days: days.iter().map(|day| day_agenda(view, day)).collect(),
        next: Ahead::default(),
    };
    match (span, Today::of(view.scene)) {
        (Asked::All, _) => of(Span::All, &days.iter().collect::<Vec<_>>()),
        (Asked::Day(date), _) => match days.iter().find(|day| day.date == date) {
            Some(day) => of(Span::Named, &[day]),
            None => of(Span::NoDay(date), &[]),
        },
        (_, Today::Is(day)) => {
            let today = of(Span::Today, &[day]);
            let mut meetings = today.days.iter().flat_map(|day| &day.meetings);
            let next = match meetings.all(|listing| listing.state == State::Ended) {
                true => view.ahead(),
                false => Ahead::default(),
            };
            Agenda { next, ..today }
        }
        (_, Today::NextIs(day)) => of(Span::NextDay, &[day]),
        (_, Today::Over) => of(Span::Over, &[]),
    }
}

fn day_agenda(view: &View<'_>, day: &Day) -> DayAgenda {
    DayAgenda {
        id: day.id.clone(),
        title: day.title.clone(),
        date: day.date,
        meetings: view.listings(|_, scheduled| scheduled.day == day.id),
    }
}

fn meeting(view: &View<'_>, understood: &Understood) -> Body {
    if understood.name.is_empty() {
        return Body::Agenda(agenda(view, understood.span));
    }
    match named(view, &understood.name, understood.span) {
        none if none.is_empty() => Body::NoSuchMeeting {
            asked: understood.name.written.clone(),
        },
        found => Body::Meeting(found),
    }
}

/// Host keys are given nowhere else: to an organiser, in private or in the organisers' own room while
/// all its members are organisers.
fn details(view: &View<'_>, question: &Question<'_>, understood: &Understood) -> Body {
    let scene = view.scene;
    if !question
        .asker
        .is_some_and(|asker| scene.is_organiser(asker))
    {
        return Body::Details(DetailsFor::Organisers);
    }
    let theirs = scene.organisers_only && view.room() == scene.event.bot.organisers.room.as_ref();
    if view.room().is_some() && !theirs {
        return Body::Details(DetailsFor::Private);
    }
    let view = view.of_organisers();
    let titles = |listings: Vec<_>| {
        listings
            .into_iter()
            .map(|listing: crate::Listing| listing.title)
            .collect()
    };
    if understood.name.is_empty() {
        let of = |span| {
            let days = agenda(&view, span).days.into_iter();
            days.flat_map(|day| day.meetings).collect::<Vec<_>>()
        };
        let mut meetings = of(understood.span);
        if meetings.is_empty() {
            meetings = of(Asked::All);
        }
        return Body::Details(DetailsFor::Which(titles(meetings)));
    }
    let mut found = named(&view, &understood.name, understood.span);
    match (found.pop(), found.is_empty()) {
        (None, _) => Body::NoSuchMeeting {
            asked: understood.name.written.clone(),
        },
        (Some(listing), true) => {
            let host_key = (scene.facts)(&listing.key).and_then(|facts| facts.host_key);
            Body::Details(DetailsFor::One {
                listing: Box::new(listing),
                host_key,
            })
        }
        (Some(last), false) => {
            found.push(last);
            Body::Details(DetailsFor::Which(titles(found)))
        }
    }
}

/// The reminder is about the asker's own meetings. In a room, where others read along, it tells only of
/// those that the room hears of.
fn remind(view: &View<'_>, question: &Question<'_>) -> Body {
    let scene = view.scene;
    let Some(own) = question
        .asker
        .and_then(|asker| View::of_person(scene, asker))
    else {
        return stranger(scene);
    };
    let Some(start) = own.next_start() else {
        return Body::Remind {
            at: None,
            of: Vec::new(),
        };
    };
    let theirs = own.ahead().meetings;
    let at = start.checked_sub(scene.event.bot.remind).unwrap_or(start);
    let at = at.max(scene.now.to_zoned(scene.event.zone()));
    Body::Remind {
        at: Some(view.local(&at)),
        of: view.listings(|meeting, _| theirs.iter().any(|listing| listing.key == meeting.key)),
    }
}
