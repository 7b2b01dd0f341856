//! From a reply to the page that says it.

use jiff::Zoned;
use showcaller_event::Language;
use showcaller_event::markdown::code;
use showcaller_secret::Secret;
use showcaller_show::{
    Agenda, Ahead, Body, Custom, DayAgenda, DetailsFor, Intent, Listing, Member, Reply, Running,
    Span, TeamList,
};

use super::inert::Inert;
use super::listing::Listings;
use super::page::{Block, Page};
use super::phrases::{self, Phrases};
use super::times;
use super::words::{capitalised, word};

/// The most characters of a title, a name, and of what was asked.
const TITLE: usize = 128;
const ASKED: usize = 80;
/// The most answers of the file that are named in one line.
const CUSTOM: usize = 8;
/// The most meetings that are named as examples.
const EXAMPLES: usize = 10;

/// What a reply becomes.
pub(super) enum Composed {
    /// Sentences of ours, and meetings.
    Page(Page),
    /// The organisers' own Markdown, as it is.
    Texts(Vec<String>),
}

pub(super) fn compose(reply: &Reply) -> Composed {
    let language = reply.language;
    let phrases = phrases::of(language);
    let sentence = |sentence: &str| Page::sentence(language, sentence);
    Composed::Page(match &reply.body {
        Body::Custom(answers) => return Composed::Texts(custom(answers, phrases)),
        Body::Agenda(agenda) => self::agenda(reply, agenda),
        Body::Now(running) => now(reply, running),
        Body::Next(ahead) => next(reply, ahead),
        Body::Meeting(listings) => meetings(reply, listings),
        Body::Reminder(listings) => {
            let title = phrases.reminder.to_owned();
            with_meetings(
                reply,
                title,
                Listings::of(reply, listings),
                &[Intent::Agenda],
            )
        }
        Body::CheckIn { at, of } => check_in(reply, at, of),
        Body::NoSuchMeeting { asked } => {
            let asked = Inert::new(asked, ASKED);
            let page = sentence(&phrases.no_such_meeting.at(reply)(&asked));
            asking(page, &[Intent::Agenda], &[])
        }
        Body::Who(teams) => who(language, teams),
        Body::Details(details) => self::details(reply, details),
        Body::Remind { at: Some(at), of } => {
            let time = times::moment(at, &reply.zones, phrases);
            let mut page = sentence(&(phrases.remind)(at.date(), &time));
            page.blocks
                .extend(Listings::of(reply, of).links_only().blocks_under(at.date()));
            page.zone = Some(times::zone(&reply.zones, phrases));
            page
        }
        Body::Remind { at: None, .. } => sentence(phrases.nothing_to_remind),
        Body::Help { custom, organiser } => help(language, custom, *organiser),
        Body::Sos { called: true } => sentence(phrases.called),
        Body::Sos { called: false } => sentence(phrases.cannot_call),
        Body::Hello { name } => {
            let name = name.as_deref().map(|name| Inert::new(name, TITLE));
            let page = sentence(&(phrases.hello)(name.as_ref()));
            asking(page, &[Intent::Agenda, Intent::Now, Intent::Next], &[])
        }
        Body::Thanks => sentence(phrases.thanks),
        Body::NotUnderstood { custom } => {
            let asks = [Intent::Agenda, Intent::Now, Intent::Next];
            let mut page = asking(sentence(phrases.not_understood), &asks, custom);
            let words = page
                .words
                .map(|words| format!("{words} · {}", phrases.a_human));
            page.words = words;
            page
        }
        Body::Stranger { event } => sentence(&(phrases.stranger)(&Inert::new(event, TITLE))),
    })
}

/// The answers of the file, one for each room, in the organisers' own Markdown.
fn custom(answers: &[Custom], phrases: &Phrases) -> Vec<String> {
    let text = |answer: &Custom| {
        let markdown = answer.markdown.as_ref().map(Secret::expose);
        let said = markdown
            .filter(|text| !text.trim().is_empty())
            .unwrap_or(phrases.custom_follows);
        match &answer.room {
            Some(room) => format!("**{}**\n\n{said}", Inert::new(room, TITLE)),
            None => said.to_owned(),
        }
    };
    answers.iter().map(text).collect()
}

/// Says which words ask for more; help is always one of them.
fn asking(mut page: Page, asks: &[Intent], custom: &[String]) -> Page {
    let phrases = page.phrases();
    let built_in = asks.iter().filter_map(|intent| word(intent, phrases));
    let words: Vec<String> = built_in
        .map(str::to_owned)
        .chain(inert(custom).into_iter().take(CUSTOM))
        .chain([phrases.words.help.to_owned()])
        .collect();
    page.words = Some((phrases.ask_me)(&words.join(", ")));
    page
}

/// A card with meetings, if there are any.
fn with_meetings(reply: &Reply, title: String, listings: Listings, asks: &[Intent]) -> Page {
    let mut page = Page::titled(reply.language, listings.entitle(title));
    page.blocks = listings.blocks();
    finish(reply, page, asks)
}

/// Without passwords: a card shows not every one, and the button is on it.
fn check_in(reply: &Reply, at: &Zoned, of: &[Listing]) -> Page {
    let phrases = phrases::of(reply.language);
    let time = times::moment(at, &reply.zones, phrases);
    let mut page = Page::titled(reply.language, (phrases.check_in)(&time));
    let rows = Listings::of(reply, of).links_only().blocks_under(at.date());
    page.blocks = rows.into_iter().map(Block::without_access).collect();
    page.blocks.push(Block::Line(phrases.press_here.to_owned()));
    page.zone = Some(times::zone(&reply.zones, phrases));
    page.card = true;
    page
}

fn finish(reply: &Reply, mut page: Page, asks: &[Intent]) -> Page {
    if page.rows().next().is_some() {
        page.zone = Some(times::zone(&reply.zones, page.phrases()));
        page.asks = asks.to_vec();
        page.card = true;
    }
    asking(page, asks, &[])
}

fn agenda(reply: &Reply, agenda: &Agenda) -> Page {
    let phrases = phrases::of(reply.language);
    let asks = [Intent::Now, Intent::Next];
    let title = match agenda.span {
        Span::Today => phrases.today,
        Span::NextDay => phrases.next_day,
        Span::Named => phrases.agenda,
        Span::All => phrases.whole_agenda,
        Span::NoDay(date) => {
            let sentence = capitalised(&(phrases.no_day)(date));
            return asking(
                Page::sentence(reply.language, sentence),
                &[Intent::Agenda],
                &[],
            );
        }
        Span::Over => return Page::sentence(reply.language, phrases.over),
    };
    let meetings = agenda.days.iter().flat_map(|day| &day.meetings);
    let listings = Listings::of(reply, meetings);
    let mut page = Page::titled(reply.language, listings.entitle(title.to_owned()));
    for day in &agenda.days {
        page.blocks.push(Block::Heading(heading(day, phrases)));
        if day.meetings.is_empty() {
            page.blocks
                .push(Block::Line(phrases.nothing_that_day.at(reply).to_owned()));
        }
        let blocks = day.meetings.iter();
        page.blocks
            .extend(blocks.map(|meeting| listings.block(meeting, day.date)));
    }
    page.blocks.extend(after_today(&agenda.next, phrases));
    finish(reply, page, &asks)
}

/// What begins next, in one line.
fn after_today(next: &Ahead, phrases: &Phrases) -> Option<Block> {
    let first = next.meetings.first()?;
    let when = times::ahead(&first.start, next, phrases);
    let titles = next.meetings.iter().take(EXAMPLES);
    let titles: Vec<_> = titles
        .map(|meeting| Inert::new(&meeting.title, TITLE).to_string())
        .collect();
    let line = (phrases.next_is)(&(phrases.next)(&when), &titles.join(", "));
    Some(Block::Line(line))
}

fn heading(day: &DayAgenda, phrases: &Phrases) -> String {
    let title = Inert::new(&day.title, TITLE);
    format!("{title}, {}", (phrases.date)(day.date))
}

fn now(reply: &Reply, running: &Running) -> Page {
    let phrases = phrases::of(reply.language);
    if running.meetings.is_empty() {
        let mut page = next(reply, &running.next);
        if running.next.meetings.is_empty() {
            page.blocks
                .insert(0, Block::Line(phrases.nothing_now.to_owned()));
        } else {
            // Said first, so that what comes is not taken for what is on.
            let title = page.title.replace(phrases.nothing_now.to_owned());
            page.blocks.splice(0..0, title.map(Block::Heading));
        }
        return page;
    }
    let title = match reply.intent {
        Intent::Where => phrases.where_now,
        _ => phrases.now,
    };
    let listings = Listings::of(reply, &running.meetings).all_running();
    with_meetings(
        reply,
        title.to_owned(),
        listings,
        &[Intent::Next, Intent::Agenda],
    )
}

fn next(reply: &Reply, ahead: &Ahead) -> Page {
    let phrases = phrases::of(reply.language);
    let Some(first) = ahead.meetings.first() else {
        let page = Page::sentence(reply.language, phrases.nothing_ahead.at(reply));
        return asking(page, &[Intent::Agenda], &[]);
    };
    let when = times::ahead(&first.start, ahead, phrases);
    let title = match reply.intent {
        Intent::Where => (phrases.where_next)(&when),
        _ => (phrases.next)(&when),
    };
    let listings = Listings::of(reply, &ahead.meetings);
    with_meetings(reply, title, listings, &[Intent::Agenda, Intent::Remind])
}

fn meetings(reply: &Reply, listings: &[Listing]) -> Page {
    let phrases = phrases::of(reply.language);
    let drawn = Listings::of(reply, listings);
    let date = |listing: &Listing| capitalised(&(phrases.date)(listing.start.date()));
    let title = match listings {
        [only] => date(only),
        several => (phrases.fitting)(several.len()),
    };
    let mut page = Page::titled(reply.language, drawn.entitle(title));
    for of_one_date in listings.chunk_by(|one, next| one.start.date() == next.start.date()) {
        let heading = of_one_date.first().filter(|_| listings.len() > 1).map(date);
        page.blocks.extend(heading.map(Block::Heading));
        let blocks = of_one_date.iter();
        page.blocks
            .extend(blocks.map(|meeting| drawn.block(meeting, meeting.start.date())));
    }
    finish(reply, page, &[Intent::Agenda])
}

fn details(reply: &Reply, details: &DetailsFor) -> Page {
    let language = reply.language;
    let phrases = phrases::of(language);
    match details {
        DetailsFor::Organisers => Page::sentence(language, phrases.organisers_only),
        DetailsFor::Private => Page::sentence(language, phrases.ask_in_private),
        DetailsFor::Which(titles) if titles.is_empty() => {
            Page::sentence(language, phrases.no_meetings)
        }
        DetailsFor::Which(titles) => {
            let mut page = Page::sentence(language, phrases.which_meeting);
            let example = |title: &String| {
                Block::Item(format!(
                    "{} {}",
                    phrases.words.details,
                    Inert::new(title, TITLE)
                ))
            };
            page.blocks
                .extend(titles.iter().take(EXAMPLES).map(example));
            page
        }
        DetailsFor::One { listing, host_key } => {
            let listings = Listings::of(reply, [&**listing]).links_only();
            let mut page = Page::titled(language, phrases.details);
            let date = (phrases.date)(listing.start.date());
            page.blocks.push(Block::Heading(capitalised(&date)));
            page.blocks.extend(listings.blocks());
            page.blocks.push(Block::Line(match host_key {
                Some(key) => format!("{}: {}", phrases.host_key, code(key.expose())),
                None => phrases.no_host_key.to_owned(),
            }));
            page.zone = Some(times::zone(&reply.zones, phrases));
            page
        }
    }
}

fn who(language: Language, teams: &[TeamList]) -> Page {
    let phrases = phrases::of(language);
    let mut page = Page::new(language);
    if teams.is_empty() {
        return Page::sentence(language, phrases.no_team);
    }
    for team in teams {
        let title = Inert::new(&team.title, TITLE);
        page.blocks.push(Block::Heading(title.to_string()));
        let people = team.staff.iter().chain(&team.members);
        page.blocks
            .extend(people.map(|person| Block::Item(self::person(person))));
        if team.staff.is_empty() && team.members.is_empty() {
            page.blocks.push(Block::Line(phrases.empty_team.to_owned()));
        }
    }
    page
}

fn person(person: &Member) -> String {
    let name = Inert::new(&person.name, TITLE);
    if person.roles.is_empty() {
        name.to_string()
    } else {
        format!("{name} · {}", inert(&person.roles).join(", "))
    }
}

fn help(language: Language, custom: &[String], organiser: bool) -> Page {
    let phrases = phrases::of(language);
    let (words, help) = (&phrases.words, &phrases.help);
    let mut page = Page::titled(language, help.title);
    let mut say = |word: &str, text: &str| {
        page.blocks
            .push(Block::Item(format!("**{word}** – {text}")));
    };
    say(words.agenda, help.agenda);
    say(words.now, help.now);
    say(words.next, help.next);
    say(words.whereabouts, help.whereabouts);
    say(words.meeting, help.meeting);
    say(words.who, help.who);
    say(words.remind, help.remind);
    for custom in inert(custom).chunks(CUSTOM) {
        say(&custom.join("**, **"), help.custom);
    }
    if organiser {
        say(words.details, help.details);
    }
    say(words.sos, help.sos);
    page.asks = vec![Intent::Agenda, Intent::Now, Intent::Next, Intent::Remind];
    page.words = Some(help.how.to_owned());
    page.card = true;
    page
}

fn inert(texts: &[String]) -> Vec<String> {
    let inert = |text: &String| Inert::new(text, TITLE).to_string();
    texts.iter().map(inert).collect()
}
