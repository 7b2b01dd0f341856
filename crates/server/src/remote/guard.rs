//! Who may ask what.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use showcaller_ledger::ControlToken;
use showcaller_secret::Secret;

use super::context::Remote;
use super::problem::Problem;
use super::token::{Scope, token_hash};

/// The only query that is taken.
pub(super) const CONFIRM_EARLY: &str = "confirm=early";

/// How exactly the ledger knows when a token was used last: not each request is to be a write.
const TOUCHED_EACH: SignedDuration = SignedDuration::from_mins(1);

/// The bearer of a token that was good when the request came in.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    pub(super) token: i64,
    pub(super) name: String,
    hash: [u8; 32],
}

/// Lets the bearer of a token pass that is good for this.
pub(super) async fn guard(
    State((remote, needs)): State<(Arc<Remote>, Scope)>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    if !matches!(request.uri().query(), None | Some("" | CONFIRM_EARLY)) {
        let detail = "The only query is ?confirm=early. A token goes into the header \
                      `Authorization: Bearer …`: addresses end in logs.";
        return Err(Problem::new(StatusCode::BAD_REQUEST, "query", detail));
    }
    let caller = remote.bearer(&token(request.headers())?, needs).await?;
    request.extensions_mut().insert(caller);
    Ok(next.run(request).await)
}

fn token(headers: &HeaderMap) -> Result<Secret, Problem> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return Err(refused("A token is needed, as `Authorization: Bearer …`."));
    };
    let value = value.to_str().ok().and_then(|it| it.split_once(' '));
    match value {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(token.trim().into()),
        _ => Err(refused(
            "The token is to be written as `Authorization: Bearer …`.",
        )),
    }
}

fn refused(detail: impl Into<String>) -> Problem {
    let next = "showcaller token EVENT create --for cues".to_owned();
    Problem::new(StatusCode::UNAUTHORIZED, "token", detail).next(next)
}

impl Remote {
    async fn bearer(&self, token: &Secret, needs: Scope) -> Result<Caller, Problem> {
        let hash = token_hash(token);
        let now = self.clock.now();
        let known = self.valid(&hash, needs, now).await?;
        let used = known.last_used_at;
        if used.is_none_or(|at| now.duration_since(at) >= TOUCHED_EACH)
            && let Err(error) = self.ledger.touch_control_token(known.id, now).await
        {
            tracing::warn!(%error, "it is not noted that a token was used");
        }
        Ok(Caller {
            token: known.id,
            name: known.token.name,
            hash,
        })
    }

    /// Whether a caller who came in before may still read.
    pub(super) async fn still_reads(&self, caller: &Caller) -> bool {
        let valid = self
            .valid(&caller.hash, Scope::Read, self.clock.now())
            .await;
        // A ledger that cannot be asked says nothing against the token.
        valid.is_ok() || valid.is_err_and(|problem| problem.code == "unavailable")
    }

    async fn valid(
        &self,
        hash: &[u8; 32],
        needs: Scope,
        now: Timestamp,
    ) -> Result<ControlToken, Problem> {
        let known = self.ledger.control_token(hash).await;
        let known = known.map_err(|error| Problem::unavailable(&error))?;
        let known = known.ok_or_else(|| refused("This token is not known here."))?;
        let name = &known.token.name;
        if known.revoked_at.is_some() {
            return Err(refused(format!("The token «{name}» was revoked.")));
        }
        if !known.is_valid(now) {
            return Err(refused(format!("The token «{name}» has expired.")));
        }
        let scope = known.token.scope.parse::<Scope>();
        if !scope.is_ok_and(|scope| scope.includes(needs)) {
            let scope = &known.token.scope;
            let detail =
                format!("The token «{name}» is for `{scope}`, and this needs one for `{needs}`.");
            return Err(Problem::new(StatusCode::FORBIDDEN, "scope", detail));
        }
        Ok(known)
    }
}
