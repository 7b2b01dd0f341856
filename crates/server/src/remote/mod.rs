//! The remote control: cues are read, and called, by programs that hold a token.
//!
//! A command is judged as in a terminal, and written into the show log; the cue runner acts on it.

mod call;
mod context;
mod events;
mod guard;
mod openapi;
mod problem;
mod standing;
mod token;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::middleware::from_fn_with_state;
use axum::response::sse::Sse;
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Json, Router};
use http::{HeaderMap, StatusCode, Uri};
use serde::Deserialize;
use showcaller_engine::cues::Show;
use showcaller_show::Board;

use self::call::{Action, Call};
pub(crate) use self::context::Remote;
use self::context::{STREAMS, find};
use self::guard::{CONFIRM_EARLY, Caller, guard};
use self::problem::Problem;
use self::standing::{CueStanding, Standing};
pub use self::token::{Scope, new_token, token_hash};

/// The router of the remote control.
pub(crate) fn router<S: Clone + Send + Sync + 'static>(remote: Remote) -> Router<S> {
    let remote = Arc::new(remote);
    let routes = routes().into_iter();
    let router = routes.fold(Router::new(), |router, route| {
        let handler = match route.needs {
            Some(scope) => {
                let guard = from_fn_with_state((Arc::clone(&remote), scope), guard);
                route.handler.route_layer(guard)
            }
            None => route.handler,
        };
        router.route(&route.path, handler)
    });
    router.with_state(remote)
}

/// One way to ask.
struct Route {
    path: String,
    /// What a token must be good for. What needs [`Scope::Cues`] is a POST, everything else a GET.
    needs: Option<Scope>,
    handler: MethodRouter<Arc<Remote>>,
}

/// Under which a cue is found: today's, or another day's.
const CUE: [&str; 2] = ["/control/cues/{cue}", "/control/cues/{cue}/{day}"];

/// Every way to ask; the OpenAPI document has each of them.
fn routes() -> Vec<Route> {
    let read = |path: &str, handler| Route {
        path: path.to_owned(),
        needs: Some(Scope::Read),
        handler,
    };
    let mut routes = vec![
        read("/control/cues", get(cues)),
        read("/control/events", get(events)),
        Route {
            needs: None,
            ..read("/control/openapi.json", get(openapi_json))
        },
    ];
    for path in CUE {
        routes.push(read(path, get(cue)));
        routes.extend(Action::ALL.map(|action| Route {
            path: format!("{path}/{}", action.as_str()),
            needs: Some(Scope::Cues),
            handler: post(
                move |remote: State<Arc<Remote>>, caller, named, uri: Uri, headers: HeaderMap| {
                    called(action, remote, caller, named, uri, headers)
                },
            ),
        }));
    }
    routes
}

/// A cue, in the path of a request.
#[derive(Debug, Deserialize)]
struct Named {
    cue: String,
    #[serde(default)]
    day: Option<String>,
}

impl Named {
    /// As an operator writes it.
    fn name(self) -> String {
        match self.day {
            Some(day) => format!("{}/{day}", self.cue),
            None => self.cue,
        }
    }
}

async fn cues(State(remote): State<Arc<Remote>>) -> Result<Json<Standing>, Problem> {
    remote.standing().await.map(Json)
}

async fn cue(
    State(remote): State<Arc<Remote>>,
    Path(named): Path<Named>,
) -> Result<Json<CueStanding>, Problem> {
    let (name, now) = (named.name(), remote.clock.now());
    let look = |show: &Show, board: &Board<'_>| {
        find(show, board, &name).map(|status| CueStanding::one(board, status, now))
    };
    let found = remote.show.look(now, look).await;
    found
        .map_err(|error| Problem::unavailable(&error))?
        .map(Json)
}

async fn events(
    State(remote): State<Arc<Remote>>,
    Extension(caller): Extension<Caller>,
) -> Result<Response, Problem> {
    let place = Arc::clone(&remote.streams).try_acquire_owned();
    let place = place.map_err(|_| {
        let detail =
            format!("{STREAMS} streams are open already; close one, or ask /control/cues.");
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, "streams", detail)
    })?;
    let first = remote.standing().await?;
    Ok(Sse::new(events::feed(remote, caller, first, place)).into_response())
}

async fn called(
    action: Action,
    State(remote): State<Arc<Remote>>,
    Extension(caller): Extension<Caller>,
    Path(named): Path<Named>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let call = Call {
        name: named.name(),
        action,
        early: uri.query() == Some(CONFIRM_EARLY),
    };
    remote.call(&caller, &call, &headers).await
}

async fn openapi_json() -> Json<serde_json::Value> {
    Json(openapi::document())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;
    use showcaller_show::CueState;

    use super::*;

    #[test]
    fn the_document_has_every_route_and_no_other_and_says_what_needs_a_token() {
        let document = openapi::document();
        let served: BTreeSet<(String, &str, bool)> = routes()
            .into_iter()
            .map(|route| {
                let changes = route.needs == Some(Scope::Cues);
                let method = if changes { "post" } else { "get" };
                (route.path, method, route.needs.is_some())
            })
            .collect();
        let paths = document["paths"].as_object().into_iter().flatten();
        let described: BTreeSet<(String, &str, bool)> = paths
            .flat_map(|(path, operations)| {
                let operations = operations.as_object().into_iter().flatten();
                operations.map(|(method, operation)| {
                    (
                        path.clone(),
                        method.as_str(),
                        operation["security"].is_null(),
                    )
                })
            })
            .collect();
        assert_eq!(served, described);
        assert_eq!(served.len(), 11);
    }

    #[test]
    fn the_document_has_every_state_of_a_cue_and_no_other() {
        let document = openapi::document();
        let cue = &document["components"]["schemas"]["Cue"]["properties"];
        let states: Vec<&str> = CueState::ALL.iter().map(|it| it.as_str()).collect();
        assert_eq!(cue["state"]["enum"], json!(states));
        let mut counts = [&["all", "unclear"], &states[..]].concat();
        counts.sort_unstable();
        let counted = cue["recipients"]["properties"].as_object();
        let counted: BTreeSet<&String> = counted.into_iter().flat_map(|it| it.keys()).collect();
        assert_eq!(json!(counted), json!(counts));
        let required = cue["recipients"]["required"].as_array();
        let required: BTreeSet<&str> = required
            .into_iter()
            .flatten()
            .filter_map(|it| it.as_str())
            .collect();
        assert_eq!(json!(required), json!(counts));
    }
}
