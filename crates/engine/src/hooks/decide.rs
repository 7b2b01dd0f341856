//! Which webhooks are to be made, changed and deleted. Pure: a list and a wish go in.

use std::collections::BTreeSet;

use jiff::Timestamp;
use showcaller_secret::Secret;
use showcaller_webex::{Webhook, WebhookId, WebhookStatus};
use url::Url;

use super::identity::{HookName, Identity};
use super::news::Taken;

/// What the bot listens to (messaging §9.2).
pub(super) const OF_BOT: &[(&str, &str)] = &[
    ("messages", "created"),
    ("attachmentActions", "created"),
    ("memberships", "all"),
];

/// What the webhooks of an account shall be.
#[derive(Debug, Clone)]
pub(super) struct Wish {
    /// Resource and event of each.
    pub(super) wanted: &'static [(&'static str, &'static str)],
    pub(super) identity: Identity,
    pub(super) target: Url,
    pub(super) secret: Secret,
}

/// Our webhooks as they are, compared with a wish.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Decision {
    /// Those that are missing.
    pub(super) create: Vec<(&'static str, &'static str)>,
    /// Those whose target or secret is another.
    pub(super) change: Vec<WebhookId>,
    /// Those that Webex has shut off.
    pub(super) inactive: Vec<WebhookId>,
    /// Those that are there twice, or for something else.
    pub(super) delete: Vec<WebhookId>,
    /// Whether one that another process registered is taken over as it is.
    pub(super) adopts: bool,
}

impl Decision {
    /// Whether there is no webhook of ours yet.
    pub(super) fn begins(&self, wish: &Wish) -> bool {
        self.create.len() == wish.wanted.len()
    }
}

/// Compares our webhooks with a wish. `set` are those to which this process gave its secret: where a
/// list shows no secrets, these need not be given it again.
pub(super) fn decide(hooks: &[Webhook], wish: &Wish, set: &BTreeSet<WebhookId>) -> Decision {
    let mut decision = Decision::default();
    let ours = |hook: &&Webhook| name(hook).is_some_and(|name| name.identity == wish.identity);
    let (wanted, other): (Vec<&Webhook>, Vec<&Webhook>) = hooks
        .iter()
        .filter(ours)
        .partition(|hook| wish.wanted.iter().any(|wanted| listens_to(hook, *wanted)));
    decision
        .delete
        .extend(other.iter().map(|hook| hook.id.clone()));
    for &pair in wish.wanted {
        let mut candidates: Vec<&&Webhook> = wanted
            .iter()
            .filter(|hook| listens_to(hook, pair))
            .collect();
        // One that works is kept, and of those the oldest.
        candidates.sort_by_key(|hook| (is_inactive(hook), hook.created, hook.id.clone()));
        let Some((kept, surplus)) = candidates.split_first() else {
            decision.create.push(pair);
            continue;
        };
        decision
            .delete
            .extend(surplus.iter().map(|hook| hook.id.clone()));
        if is_inactive(kept) {
            decision.inactive.push(kept.id.clone());
        } else if !fits(kept, wish, set) {
            decision.change.push(kept.id.clone());
        } else {
            decision.adopts |= !set.contains(&kept.id);
        }
    }
    decision
}

fn name(hook: &Webhook) -> Option<HookName> {
    HookName::read(hook.name.as_deref()?)
}

fn listens_to(hook: &Webhook, (resource, event): (&str, &str)) -> bool {
    hook.resource.as_deref() == Some(resource)
        && hook.event.as_deref() == Some(event)
        && hook.filter.is_none()
}

fn is_inactive(hook: &Webhook) -> bool {
    hook.status == Some(WebhookStatus::Inactive)
}

fn fits(hook: &Webhook, wish: &Wish, set: &BTreeSet<WebhookId>) -> bool {
    let secret_fits = match &hook.secret {
        Some(secret) => *secret == wish.secret,
        None => set.contains(&hook.id),
    };
    secret_fits && hook.target_url.as_deref() == Some(wish.target.as_str())
}

/// Another event or ledger for which the same bot has webhooks.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rival {
    pub(super) name: HookName,
    /// When the first of them was made.
    pub(super) created: Option<Timestamp>,
    pub(super) hooks: Vec<WebhookId>,
    /// Where deliveries go that are still sent.
    pub(super) targets: BTreeSet<Url>,
}

impl Rival {
    pub(super) fn taken(&self) -> Taken {
        Taken {
            identity: self.name.identity.clone(),
            host: self.name.host.clone(),
            created: self.created,
        }
    }
}

/// The others that use the bot, in the order of the list. Webhooks whose names are not ours are none of
/// our business.
pub(super) fn rivals(hooks: &[Webhook], own: &Identity) -> Vec<Rival> {
    let mut rivals: Vec<Rival> = Vec::new();
    for hook in hooks {
        let Some(name) = name(hook).filter(|name| name.identity != *own) else {
            continue;
        };
        let known = rivals
            .iter()
            .position(|rival| rival.name.identity == name.identity);
        let place = known.unwrap_or_else(|| {
            rivals.push(Rival {
                name,
                created: None,
                hooks: Vec::new(),
                targets: BTreeSet::new(),
            });
            rivals.len() - 1
        });
        let rival = &mut rivals[place];
        rival.hooks.push(hook.id.clone());
        rival.created = rival.created.into_iter().chain(hook.created).min();
        if !is_inactive(hook) {
            let target = hook.target_url.as_deref();
            rival
                .targets
                .extend(target.and_then(|target| target.parse().ok()));
        }
    }
    rivals
}

/// Who has webhooks of the bot where none is ours any more.
pub(super) fn taken_over(hooks: &[Webhook], own: &Identity) -> Option<Taken> {
    let ours = |hook: &Webhook| name(hook).is_some_and(|name| name.identity == *own);
    if hooks.iter().any(ours) {
        return None;
    }
    rivals(hooks, own).first().map(Rival::taken)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const LEDGER: &str = "7b3f2f54-1c1b-4f4e-9f4f-0a4d9bb0a001";
    const TARGET: &str = "https://bot.example.com/hooks/sample";

    fn wish() -> Wish {
        Wish {
            wanted: OF_BOT,
            identity: Identity {
                event: "sample".to_owned(),
                ledger: LEDGER.parse().expect("a UUID"),
            },
            target: TARGET.parse().expect("an address"),
            secret: "secret".into(),
        }
    }

    /// A webhook as it is wanted, with these members instead.
    fn hook(id: &str, pair: (&str, &str), change: Value) -> Webhook {
        let mut hook = json!({
            "id": id, "name": format!("showcaller sample {LEDGER} laptop"), "targetUrl": TARGET,
            "resource": pair.0, "event": pair.1, "status": "active", "secret": "secret",
            "created": "2027-10-06T08:00:00Z",
        });
        for (member, value) in change.as_object().expect("an object") {
            hook[member] = value.clone();
        }
        serde_json::from_value(hook).expect("a webhook")
    }

    fn all(change: Value) -> Vec<Webhook> {
        let hook = |(place, pair): (usize, &(&str, &str))| {
            hook(&format!("W{place}"), *pair, change.clone())
        };
        OF_BOT.iter().enumerate().map(hook).collect()
    }

    fn ids(ids: &[&str]) -> Vec<WebhookId> {
        ids.iter().map(|id| WebhookId::from(*id)).collect()
    }

    fn decided(hooks: &[Webhook]) -> Decision {
        decide(hooks, &wish(), &BTreeSet::new())
    }

    #[test]
    fn what_is_missing_is_made_and_what_fits_is_adopted() {
        let begin = decided(&[]);
        assert!(begin.begins(&wish()));
        assert_eq!(begin.create, OF_BOT);
        let adopted = Decision {
            adopts: true,
            ..Decision::default()
        };
        assert_eq!(decided(&all(json!({}))), adopted);
        let one_lost = decided(&all(json!({}))[1..]);
        assert_eq!(one_lost.create, OF_BOT[..1]);
        assert!(!one_lost.begins(&wish()));
    }

    #[test]
    fn another_target_and_a_secret_that_is_not_ours_are_changed() {
        let every = ids(&["W0", "W1", "W2"]);
        for odd in [
            json!({"targetUrl": "https://elsewhere.example.com/hooks/sample"}),
            json!({"secret": "another"}),
            json!({"secret": null}),
        ] {
            assert_eq!(decided(&all(odd.clone())).change, every, "{odd}");
        }
        // Where lists show no secrets, those that were set here need no second change.
        let set = every.iter().cloned().collect();
        let unshown = decide(&all(json!({"secret": null})), &wish(), &set);
        assert_eq!(unshown, Decision::default());
        let another = decide(&all(json!({"secret": "another"})), &wish(), &set);
        assert_eq!(another.change, every);
    }

    #[test]
    fn of_several_for_one_thing_the_oldest_that_works_stays() {
        let messages = OF_BOT[0];
        let mut hooks = all(json!({}));
        hooks.push(hook(
            "OLD",
            messages,
            json!({"created": "2027-10-05T08:00:00Z"}),
        ));
        hooks.push(hook(
            "OFF",
            messages,
            json!({"status": "inactive", "created": null}),
        ));
        hooks.push(hook("ROOMS", ("rooms", "all"), json!({})));
        hooks.push(hook("FILTERED", messages, json!({"filter": "roomId=R"})));
        let decision = decided(&hooks);
        assert_eq!(decision.delete, ids(&["ROOMS", "FILTERED", "W0", "OFF"]));
        assert_eq!((decision.create, decision.inactive), (vec![], vec![]));
    }

    #[test]
    fn one_that_was_shut_off_is_neither_changed_nor_made_anew() {
        let decision = decided(&all(json!({"status": "inactive", "secret": "another"})));
        let inactive = ids(&["W0", "W1", "W2"]);
        assert_eq!(
            decision,
            Decision {
                inactive,
                ..Decision::default()
            }
        );
    }

    #[test]
    fn others_are_told_by_event_and_ledger_and_strangers_are_left_alone() {
        let other = "99999999-1c1b-4f4e-9f4f-0a4d9bb0a001";
        let named = |name: String| all(json!({ "name": name }));
        let mut hooks = all(json!({}));
        hooks.extend(named("My own webhook".to_owned()));
        hooks.extend(named("showcaller sample".to_owned()));
        hooks.extend(named(format!("showcaller sample {LEDGER} laptop and more")));
        assert_eq!(rivals(&hooks, &wish().identity), []);
        hooks.extend(named(format!("showcaller sample {other} server")));
        hooks.extend(all(json!({
            "name": format!("showcaller retreat {LEDGER} laptop"), "status": "inactive",
        })));
        let rivals = rivals(&hooks, &wish().identity);
        let seen: Vec<_> = rivals
            .iter()
            .map(|rival| (&*rival.name.host, rival.hooks.len(), rival.targets.len()))
            .collect();
        assert_eq!(seen, [("server", 3, 1), ("laptop", 3, 0)]);
        // As long as some are ours, the bot is not another's.
        assert_eq!(taken_over(&hooks, &wish().identity), None);
        let taken = taken_over(&hooks[3..], &wish().identity);
        assert_eq!(taken.map(|by| by.host).as_deref(), Some("server"));
        assert_eq!(taken_over(&hooks[3..9], &wish().identity), None);
        let untouched = decided(&hooks);
        assert_eq!(
            untouched,
            Decision {
                adopts: true,
                ..Decision::default()
            }
        );
    }
}
