//! The cards that `scripts/adaptive-cards` shows to the official parser.

use std::fs;
use std::path::Path;

use serde_json::json;
use showcaller_event::Language;

use super::hostile;
use super::{every_sample, samples};
use crate::answers::messages;

#[test]
#[ignore = "writes files for scripts/adaptive-cards"]
fn write_the_cards() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/cards");
    fs::create_dir_all(&folder).expect("a folder for the cards");
    let spoken = every_sample::all().into_iter().flat_map(|(name, reply)| {
        Language::ALL.map(|language| {
            let name = format!("{language}-{name}");
            (name, samples::in_language(language, reply.clone()))
        })
    });
    let hostile = hostile::REPLIES.iter().enumerate();
    let hostile = hostile.map(|(index, text)| (format!("hostile-{index}"), hostile::reply(text)));
    for (name, reply) in spoken.chain(hostile) {
        for (part, message) in (1..).zip(messages(&reply, "card-7")) {
            let links: Vec<&str> = hostile::links(&reply);
            let file = json!({
                "markdown": message.markdown.expose(),
                "card": message.card.map(|card| card.content),
                // Links that may be there; of an answer of the file all may.
                "links": links,
                "ours": !matches!(reply.body, showcaller_show::Body::Custom(_)),
            });
            fs::write(folder.join(format!("{name}-{part}.json")), file.to_string())
                .expect("a file for the card");
        }
    }
}
