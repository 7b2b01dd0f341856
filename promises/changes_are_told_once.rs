//! Changes are told once: what a later file changes of the programme, each room hears of its own meetings,
//! whichever process dies between the file and the message.

use showcaller_engine::{Announcement, InForce};
use showcaller_event::model::MeetingKey;
use showcaller_show::{By, Via};
use uuid::Uuid;

use crate::bot_stage::{BotStage, reference};
use crate::files::Files;
use crate::one_schedule_is_in_force::apply;

/// The rooms of the transcript.
const ROOMS: [&str; 4] = ["Team 1", "Jury", "Coaches", "Master of Ceremonies"];

/// On the third day of the reference event the closing is later, the jury's meeting has another name and
/// one more room, and the coaches are not briefed, but look back.
fn changed() -> Files {
    reference()
        .edited("16:30-17:30", "16:45-17:45")
        .edited("title: Jury deliberation", "title: The jury decides")
        .edited(
            "15:20-16:20\", rooms: [jury]",
            "15:20-16:20\", rooms: [jury, mc]",
        )
        .edited("days: [day-1, day-2, day-3]", "days: [day-1, day-2]")
        .edited(
            "days: [warm-up, day-1, day-2]",
            "days: [warm-up, day-1, day-2, day-3]",
        )
}

async fn opens(bot: &BotStage) -> Announcement {
    let announcement = Announcement::open(&bot.stage.ledger, bot.stage.now()).await;
    let announcement = announcement.expect("a ledger");
    announcement.expect("something was applied")
}

async fn unsent(bot: &BotStage) -> Option<Uuid> {
    let unsent = Announcement::unsent(&bot.stage.ledger, bot.stage.now()).await;
    unsent.expect("a ledger")
}

async fn writes(bot: &BotStage, announcement: &Announcement) -> Option<Uuid> {
    let by = By {
        name: "ann@laptop".to_owned(),
        account: None,
        via: Via::Terminal,
    };
    let (ledger, now) = (&bot.stage.ledger, bot.stage.now());
    announcement.write(ledger, by, now).await.expect("a ledger")
}

/// What the rooms have, without links and passwords.
fn transcript(bot: &BotStage) -> String {
    let rooms = ROOMS.iter().map(|room| {
        let texts = bot.texts_in(&bot.room(room));
        let texts = texts.iter().map(|text| veiled(text));
        format!("{room}:\n{}", texts.collect::<Vec<_>>().join("\n---\n"))
    });
    rooms.collect::<Vec<_>>().join("\n\n")
}

fn veiled(text: &str) -> String {
    let mut parts = text.split("](");
    let mut veiled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (_, rest) = part.split_once(')').expect("a link");
        let rest = rest.split('`').step_by(2).collect::<Vec<_>>().join("…");
        veiled.push_str(&format!("](link){rest}"));
    }
    veiled
}

#[tokio::test]
async fn whichever_process_dies_and_however_often_it_is_repeated() {
    let bot = BotStage::new().await;
    bot.is("2027-10-08T08:00:00+02:00");
    let first = opens(&bot).await;
    first.begin(&bot.stage.ledger).await.expect("a ledger");
    apply(&bot.stage, &changed()).await;
    drop(first);

    // The next process finds what the first one was about to say, and says it; two at once say it once.
    let (second, third) = (opens(&bot).await, opens(&bot).await);
    let id = writes(&bot, &second).await;
    assert!(id.is_some());
    assert_eq!(writes(&bot, &third).await, id);
    assert_eq!(unsent(&bot).await, id);
    let later = opens(&bot).await;
    apply(&bot.stage, &changed()).await;
    assert_eq!(writes(&bot, &later).await, None);
    let entries = bot.stage.ledger.show_log(0).await.expect("a ledger");
    assert_eq!(entries.len(), 1);

    let replica = bot.serves().await;
    bot.passes(10).await;
    assert_eq!(unsent(&bot).await, None);
    let said = transcript(&bot);
    insta::assert_snapshot!(said);
    replica.killed().await;
    let next = bot.serves().await;
    bot.passes(1_200).await;
    assert_eq!(transcript(&bot), said);
    next.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn what_no_process_sent_in_time_is_told_by_the_next_apply() {
    let bot = BotStage::new().await;
    bot.is("2027-10-08T08:00:00+02:00");
    let first = opens(&bot).await;
    first.begin(&bot.stage.ledger).await.expect("a ledger");
    apply(&bot.stage, &changed()).await;
    let lapsed = writes(&bot, &first).await;
    bot.is("2027-10-08T08:15:00+02:00");
    assert_eq!(unsent(&bot).await, None);
    let again = opens(&bot).await;
    let id = writes(&bot, &again).await;
    assert!(id.is_some() && id != lapsed);
    let replica = bot.serves().await;
    bot.passes(10).await;
    let texts = bot.texts_in(&bot.room("Jury"));
    assert_eq!(texts.len(), 1, "{texts:?}");
    replica.stops().await;
    bot.ends().await;
}

#[tokio::test]
async fn what_comes_back_is_new() {
    let bot = BotStage::new().await;
    bot.is("2027-10-08T08:00:00+02:00");
    let without = reference().edited(
        "  jury-deliberation: { day: day-3, title: Jury deliberation, time: \"15:20-16:20\", rooms: [jury] }\n",
        "",
    );
    for files in [&without, &without, &reference()] {
        let announcement = opens(&bot).await;
        apply(&bot.stage, files).await;
        writes(&bot, &announcement).await;
    }
    let replica = bot.serves().await;
    bot.passes(10).await;
    let texts = bot.texts_in(&bot.room("Jury"));
    let texts: Vec<String> = texts.iter().map(|text| veiled(text)).collect();
    insta::assert_snapshot!(texts.join("\n---\n"), @r"
    **Jury deliberation**, 15:20, is cancelled.
    ---
    New: **Jury deliberation**, 15:20–16:20 · [Join](link) · password …
    ");
    // With the link that it has now, and nobody else's.
    let in_force = InForce::read(&bot.stage.ledger).await.expect("a ledger");
    let in_force = in_force.expect("something was applied");
    let facts = in_force.facts(&MeetingKey::new("jury-deliberation"));
    let link = facts.and_then(|facts| facts.link.as_ref()).expect("a link");
    let said = bot.said();
    let given = said.iter().filter(|it| it.to_string().contains("](http"));
    let given: Vec<String> = given.map(|it| it["markdown"].to_string()).collect();
    assert_eq!(given.len(), 1);
    assert!(given[0].contains(link.expose()));
    replica.stops().await;
    bot.ends().await;
}
