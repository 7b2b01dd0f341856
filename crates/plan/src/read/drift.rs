//! What somebody changed on Webex, and what is kept so.

use std::collections::{BTreeMap, BTreeSet};

use showcaller_event::model::Address;

use super::groups::setting;
use super::zone::Zone;
use crate::drift::{Moved, Mover};
use crate::fields::{Field, Value};
use crate::plan::Plan;

/// A heading's first line, and what stands below it.
pub(super) struct Told {
    pub(super) summary: String,
    pub(super) lines: Vec<String>,
}

/// What a person changed on Webex since the last apply: first what is put right and can be kept, then the
/// rest, which waits.
pub(super) fn by_hand(plan: &Plan, zone: &Zone) -> Vec<Told> {
    let moved = plan.moved.iter().filter(|moved| moved.by != Mover::File);
    let moved: Vec<&Moved> = moved.collect();
    let steps: BTreeSet<&Address> = plan.steps.iter().map(|step| &step.address).collect();
    let cannot: BTreeSet<&Address> = plan.cannot.iter().map(|cannot| &cannot.address).collect();
    let keepable = moved.iter().filter(|moved| moved.can_be_kept());
    let keepable: BTreeSet<&Address> = keepable.map(|moved| &moved.address).collect();
    let (repaired, rest): (Vec<&Moved>, Vec<&Moved>) = moved.into_iter().partition(|moved| {
        let address = &moved.address;
        keepable.contains(address) && (steps.contains(address) || !cannot.contains(address))
    });
    let repairs: BTreeSet<&Address> = repaired.iter().map(|moved| &moved.address).collect();
    let summary = match repairs.len() {
        1 => "1 change repairs what was changed on Webex by hand; --keep ADDRESS leaves it:".into(),
        many => format!(
            "{many} changes repair what was changed on Webex by hand; --keep ADDRESS leaves one:"
        ),
    };
    let others = match repairs.is_empty() {
        true => "Somebody changed this on Webex:".to_owned(),
        false => "Somebody changed this on Webex as well:".to_owned(),
    };
    let repaired = told(summary, &repaired, |moved| of_moved(moved, zone));
    let rest = told(others, &rest, |moved| of_moved(moved, zone));
    repaired.into_iter().chain(rest).collect()
}

/// What differs and is left alone.
pub(super) fn kept(plan: &Plan, zone: &Zone) -> Vec<Told> {
    let kept: Vec<&Moved> = plan.kept.iter().collect();
    let things: BTreeSet<&Address> = kept.iter().map(|kept| &kept.address).collect();
    let summary = match things.len() {
        1 => "1 difference is left alone; --repair ADDRESS ends that".to_owned(),
        many => format!("{many} differences are left alone; --repair ADDRESS ends that"),
    };
    let kept = told(summary, &kept, |kept| of_kept(kept, zone));
    kept.into_iter().collect()
}

fn told(summary: String, moved: &[&Moved], parts: impl Fn(&[&Moved]) -> String) -> Option<Told> {
    let mut things: BTreeMap<&Address, Vec<&Moved>> = BTreeMap::new();
    for moved in moved {
        things.entry(&moved.address).or_default().push(moved);
    }
    let lines = things.into_iter().map(|(address, moved)| {
        let what = &moved[0].what;
        format!("{what}: {} ({address})", parts(&moved))
    });
    (!moved.is_empty()).then(|| Told {
        summary,
        lines: lines.collect(),
    })
}

/// Who moved these settings of a thing, in words; nothing where only the file did.
pub(super) fn mark(plan: &Plan, address: &Address, fields: &[Field]) -> &'static str {
    let text = address.as_str();
    let room = text.strip_prefix("room-mode/");
    let room = room.map(|key| format!("room/{key}"));
    let text = room.as_deref().unwrap_or(text);
    let of_these = |moved: &&Moved| {
        let field = moved.field.is_some_and(|field| fields.contains(&field));
        field && moved.address.as_str() == text
    };
    let movers: BTreeSet<Mover> = plan.moved.iter().filter(of_these).map(|m| m.by).collect();
    let on_webex = movers.contains(&Mover::Webex);
    if movers.contains(&Mover::Both) || on_webex && movers.contains(&Mover::File) {
        " (changed in the file and on Webex)"
    } else if on_webex {
        " (changed on Webex)"
    } else {
        ""
    }
}

fn of_moved(moved: &[&Moved], zone: &Zone) -> String {
    let parts = settings(
        moved,
        |field, value| {
            let last = value(&|moved: &Moved| moved.last.clone());
            let now = value(&|moved: &Moved| moved.webex.clone());
            let file = value(&|moved: &Moved| moved.file.clone());
            let mut part = format!("{field} was {last}, is {now}");
            if file != last {
                part.push_str(&format!(", and {file} in the file"));
            }
            part
        },
        zone,
    );
    parts.unwrap_or_else(|| "taken away".to_owned())
}

fn of_kept(kept: &[&Moved], zone: &Zone) -> String {
    let parts = settings(
        kept,
        |field, value| {
            let now = value(&|moved: &Moved| moved.webex.clone());
            let file = value(&|moved: &Moved| moved.file.clone());
            format!("{field} is {now}, and {file} in the file")
        },
        zone,
    );
    parts.unwrap_or_else(|| "not there".to_owned())
}

/// One of a setting's values: as last applied, in the file, on Webex.
type Pick<'a> = &'a dyn Fn(&Moved) -> Option<Value>;

/// A line about some settings of one thing, start and end being one; `None` where it is the thing
/// itself that moved.
fn settings(
    moved: &[&Moved],
    part: impl Fn(&str, &dyn Fn(Pick<'_>) -> String) -> String,
    zone: &Zone,
) -> Option<String> {
    let of = |field| moved.iter().find(move |moved| moved.field == Some(field));
    let times = of(Field::Start).zip(of(Field::End));
    let mut parts = Vec::new();
    if let Some((start, end)) = times {
        parts.push(part(
            "time",
            &|pick: Pick<'_>| match (pick(start), pick(end)) {
                (Some(Value::Time(start)), Some(Value::Time(end))) => zone.span(start, end),
                _ => zone.value(None),
            },
        ));
    }
    for moved in moved {
        let field = moved.field?;
        if times.is_some() && matches!(field, Field::Start | Field::End) {
            continue;
        }
        let value = |pick: Pick<'_>| match (field, pick(moved)) {
            // Minutes are said with their unit, and texts so that they end somewhere.
            (_, Some(Value::Text(text))) if !text.is_empty() => format!("«{text}»"),
            (field, value) => setting(field, value.as_ref(), zone),
        };
        parts.push(part(&field.to_string(), &value));
    }
    Some(parts.join("; "))
}
