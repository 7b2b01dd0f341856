//! Plans are values: the same file, ledger and Webex always lead to the same one, in whatever order
//! Webex lists things. How the file is ordered decides in which order its lists stand, no more.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::Value;
use showcaller_event::Event;
use showcaller_plan::Wishes;
use showcaller_webex::{Transport, TransportError};

use crate::after_apply_a_apply_b::stage_for;
use crate::random::{Order, Story, check, stories};
use crate::stage::{Stage, every_flag};

/// Webex in a mood: every list comes in another order.
struct Unsorted {
    inner: Arc<dyn Transport>,
    mood: u64,
}

#[async_trait]
impl Transport for Unsorted {
    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let lists = request.method() == Method::GET;
        let answer = self.inner.send(request).await?;
        let (head, body) = answer.into_parts();
        let mut read: Value = serde_json::from_slice(&body).unwrap_or_default();
        let body = match read["items"].as_array_mut() {
            Some(items) if lists => {
                Order::number(self.mood).shuffle(items);
                Bytes::from(read.to_string())
            }
            _ => body,
        };
        Ok(Response::from_parts(head, body))
    }
}

async fn plan(stage: &Stage, event: &Event, wishes: &Wishes) -> String {
    let plan = stage.look(event, wishes).await.plan;
    serde_json::to_string_pretty(&plan).expect("a plan is plain data")
}

/// The same value whatever the order of its lists.
fn unordered(value: Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<_> = items.into_iter().map(unordered).collect();
            items.sort_by_cached_key(Value::to_string);
            Value::Array(items)
        }
        Value::Object(entries) => {
            let inner = entries
                .into_iter()
                .map(|(key, value)| (key, unordered(value)));
            Value::Object(inner.collect())
        }
        // A sentence names the first few of the file; titles have no such quotation marks.
        Value::String(text) if text.contains("» and ") => {
            let parts = text.split('«').map(|part| part.rsplit('»').next());
            Value::String(parts.flatten().collect())
        }
        other => other,
    }
}

/// A plan without the order of its lists, which is the file's.
fn content(plan: &str) -> String {
    let plan = serde_json::from_str(plan).expect("a plan is JSON");
    format!("{:#}", unordered(plan))
}

async fn trouble(story: &Story) -> Result<(), String> {
    let (before, after) = (story.before.event(0)?, story.after.event(0)?);
    let shuffled = [story.after.event(11)?, story.after.event(12)?];
    let read = |event| unordered(serde_json::to_value(event).expect("an event is plain data"));
    if shuffled.iter().any(|event| read(event) != read(&after)) {
        return Err("the event depends on the file's order".to_owned());
    }
    let mut stage = stage_for(&before, &after, |_| {}).await;
    let first = plan(&stage, &after, &every_flag()).await;
    for event in &shuffled {
        let other = plan(&stage, event, &every_flag()).await;
        same(&content(&first), &content(&other))?;
    }
    stage.apply(&before, &every_flag()).await;
    for wishes in [Wishes::default(), every_flag()] {
        let told = plan(&stage, &after, &wishes).await;
        let other = plan(&stage, &shuffled[0], &wishes).await;
        same(&content(&told), &content(&other))?;
        let listed = Arc::clone(&stage.transport);
        for mood in [3, 4] {
            let inner = Arc::clone(&listed);
            stage.transport = Arc::new(Unsorted { inner, mood });
            same(&told, &plan(&stage, &after, &wishes).await)?;
        }
        stage.transport = listed;
    }
    Ok(())
}

/// Where two plans part.
fn same(one: &str, other: &str) -> Result<(), String> {
    let mut lines = one.lines().zip(other.lines()).enumerate();
    match lines.find(|(_, (one, other))| one != other) {
        Some((number, (one, other))) => Err(format!("line {number}: {one} or {other}?")),
        None if one.len() != other.len() => Err("one plan is longer".to_owned()),
        None => Ok(()),
    }
}

#[test]
fn of_the_file_or_of_webex_lists() {
    check(24, stories(), async |story: Story| trouble(&story).await);
}
