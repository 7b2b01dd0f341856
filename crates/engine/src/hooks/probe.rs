//! Whether a process answers at a public address, and whose it is.

use jiff::SignedDuration;
use showcaller_clock::Clock;
use showcaller_webex::Webex;
use url::Url;

use super::decide::Rival;
use super::identity::Identity;

/// How long an answer is waited for.
const TIME_OUT: SignedDuration = SignedDuration::from_secs(5);

/// Who answers where deliveries to `target` go; `None` if no Showcaller does.
pub(super) async fn answers_at(webex: &Webex, target: &Url, clock: &dyn Clock) -> Option<Identity> {
    let health = target.join("../healthz").ok()?;
    let answer = tokio::select! {
        biased;
        answer = webex.get_elsewhere(&health) => answer,
        () = clock.sleep(TIME_OUT) => {
            tracing::debug!(%health, "no answer in time");
            return None;
        }
    };
    match answer {
        Ok(answer) if answer.status().is_success() => serde_json::from_slice(answer.body()).ok(),
        Ok(answer) => {
            tracing::debug!(%health, status = answer.status().as_u16(), "not a healthy process");
            None
        }
        Err(error) => {
            tracing::debug!(%health, %error, "no answer");
            None
        }
    }
}

/// Whether the process of another is alive: it answers at one of the addresses of its webhooks.
pub(super) async fn is_alive(webex: &Webex, rival: &Rival, clock: &dyn Clock) -> bool {
    let asked = rival.targets.iter();
    let asked = asked.map(|target| answers_at(webex, target, clock));
    let answers = futures::future::join_all(asked).await;
    let identity = &rival.name.identity;
    answers.iter().flatten().any(|answer| answer == identity)
}
