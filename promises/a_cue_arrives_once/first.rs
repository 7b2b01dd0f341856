//! No call of an answer begins while a cue waits in the same process.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use jiff::SignedDuration;
use showcaller_webex::{Transport, TransportError};

use super::{BotStage, TEAMS, key};
use crate::bot_stage::{Database, reference};

/// Notes each call when it leaves.
struct Recorder {
    inner: Arc<dyn Transport>,
    calls: Mutex<Vec<String>>,
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recorder")
    }
}

const CUE: &str = "a cue";

#[async_trait]
impl Transport for Recorder {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let body = String::from_utf8_lossy(request.body()).into_owned();
        // What needs an operator goes on the same lane.
        let is_cue = body.contains("Good night") || body.contains("good-night/day-1");
        let call = match is_cue {
            true => CUE.to_owned(),
            false => format!("{} {}", request.method(), request.uri().path()),
        };
        let calls = || self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls().push(call);
        self.inner.send(request).await
    }
}

#[tokio::test]
async fn before_answers_that_wait_already() {
    for questions_first in [true, false] {
        let files = reference();
        let bot = BotStage::with(Database::File, &files, |config| {
            config.latency = Some(SignedDuration::from_millis(700));
        });
        let mut bot: BotStage = bot.await.expect("a folder");
        let recorder = Arc::new(Recorder {
            inner: Arc::clone(&bot.stage.transport),
            calls: Mutex::default(),
        });
        bot.stage.transport = Arc::clone(&recorder) as Arc<dyn Transport>;
        bot.stage.in_flight = 2;
        let replica = bot.serves().await;
        bot.passes(6).await;
        let cue = key("good-night", "day-1");
        if !questions_first {
            bot.goes(&cue).await;
        }
        for team in 1..=TEAMS {
            let title = format!("Team {team}");
            let people = bot.event.people.iter();
            let mut own = people.filter(|it| {
                it.teams
                    .iter()
                    .any(|own| own.as_str() == format!("team-{team}"))
            });
            let asker = own.next().expect("a member").email.to_string();
            bot.asks(&asker, &title, "agenda all").await;
        }
        if questions_first {
            bot.goes(&cue).await;
        }
        bot.passes(60).await;
        assert_eq!(bot.heard("Good night"), (TEAMS, TEAMS));
        let calls = recorder
            .calls
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let first = calls.iter().position(|call| call == CUE).expect("a cue");
        let last = calls.iter().rposition(|call| call == CUE).expect("a cue");
        let between: Vec<&String> = calls[first..=last]
            .iter()
            .filter(|call| *call != CUE)
            .collect();
        assert!(
            between.is_empty(),
            "questions first: {questions_first}: {between:?}"
        );
        let answers = calls[last..].iter().filter(|call| call.starts_with("POST"));
        assert!(
            answers.count() >= TEAMS,
            "answers waited: {:?}",
            &calls[last..]
        );
        replica.stops().await;
        bot.ends().await;
    }
}
