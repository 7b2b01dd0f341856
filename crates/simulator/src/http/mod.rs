//! The way in: requests become questions to the world, its answers become responses.

mod call;
mod control;
mod judge;
mod meetings;
mod messaging;
pub(crate) mod pace;
mod page;
mod record;
mod reply;

use std::future::Future;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::{get, post};
use tokio::net::TcpListener;

use crate::ids;
use crate::refusal::Refusal;
use crate::simulator::{CallNote, Simulator, State as Everything};
use crate::world::Token;
use call::Call;
use reply::Reply;

/// Larger bodies are refused. A meeting with a thousand invitees is a tenth of it.
const LARGEST_BODY: usize = 4 * 1024 * 1024;

pub(crate) fn router(simulator: Simulator) -> Router {
    Router::new()
        .route("/_simulator/world", get(control::world))
        .route("/_simulator/token", get(control::token))
        .route("/_simulator/switches", get(control::switches))
        .route("/_simulator/clock", get(control::clock))
        .route("/_simulator/calls", get(control::calls))
        .route(
            "/_simulator/rate",
            get(control::rate).post(control::set_rate),
        )
        .route("/_simulator/start", post(control::start))
        .route("/_simulator/end", post(control::end))
        .fallback(answer)
        .with_state(simulator)
}

/// Answers calls that come in through `listener` until `shutdown` is over.
///
/// # Errors
///
/// The listener fails.
pub async fn serve(
    simulator: Simulator,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    axum::serve(listener, simulator.router())
        .with_graceful_shutdown(shutdown)
        .await
}

/// One call to Webex.
async fn answer(State(simulator): State<Simulator>, request: Request) -> Response {
    let settings = &simulator.inner.settings;
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LARGEST_BODY).await;
    if let Some(latency) = settings.latency {
        settings.clock.sleep(latency).await;
    }
    let Some(call) = Call::new(&parts, body.unwrap_or_default()) else {
        return outside_v1();
    };
    respond(&simulator, &call)
}

/// Everything that happens to a call while the world is locked: one call at a time.
fn respond(simulator: &Simulator, call: &Call) -> Response {
    let settings = &simulator.inner.settings;
    let mut state = simulator.state();
    let number = u64::try_from(state.calls.len()).unwrap_or(u64::MAX);
    let tracking_id = call.tracking_id(
        || ids::mint(settings.seed, "tracking", "", number),
        settings.clock.now(),
    );
    let caller = caller(&state, call);
    let reply = match &caller {
        None => Err(Refusal::unauthorized()),
        Some(token) => ask(simulator, &mut state, token, call),
    };
    let reply = reply.unwrap_or_else(|refusal| {
        Reply::refusing(&refusal, &tracking_id, settings.switches.rate_limit_body)
    });
    let owner = caller.map(|token| state.world.person(token.person).email.clone());
    let findings = judge::findings(settings.strict.as_ref(), call, &reply, &tracking_id);
    let note = CallNote {
        at: settings.clock.now(),
        owner,
        method: call.method.to_string(),
        path: call.path.clone(),
        query: call.query.text().to_owned(),
        status: reply.status,
    };
    record::write(&simulator.inner.record, &note, call, &reply);
    tracing::debug!(method = %call.method, path = call.path, status = reply.status, "answered");
    state.tally.count(note.status);
    state.calls.push(note);
    state.findings.extend(findings.iter().cloned());
    reply.into_response(&tracking_id, &findings)
}

/// Whose token came with the call, if it is one.
fn caller(state: &Everything, call: &Call) -> Option<Token> {
    let header = call
        .headers
        .get(http::header::AUTHORIZATION)?
        .to_str()
        .ok()?;
    let (scheme, token) = header.split_once(' ')?;
    let known = state.world.tokens.get(token.trim());
    known
        .filter(|_| scheme.eq_ignore_ascii_case("bearer"))
        .cloned()
}

fn ask(
    simulator: &Simulator,
    state: &mut Everything,
    token: &Token,
    call: &Call,
) -> Result<Reply, Refusal> {
    let settings = &simulator.inner.settings;
    let asking = simulator.asking(token.person, &token.client);
    let scope = asking.switches.rate_limit_scope;
    state.pace.take(token.person, call, scope, asking.now)?;
    call.check_content_type(&settings.switches)?;
    let world = &mut state.world;
    if call.method != http::Method::GET {
        // Even a refused call may have opened an account or spent of a quota.
        world.revision += 1;
    }
    let base = settings.public_url.as_deref();
    let place = page::Place {
        call,
        base,
        asking: &asking,
    };
    match call.segments().first().copied() {
        Some("meetings" | "meetingInvitees" | "meetingPreferences") => {
            meetings::route(world, &place, settings.meeting_quota)
        }
        _ => messaging::route(world, &place),
    }
}

fn outside_v1() -> Response {
    let mut response = Response::new(Body::from(
        "The simulated Webex is below /v1, the simulator's own pages below /_simulator.\n",
    ));
    *response.status_mut() = http::StatusCode::NOT_FOUND;
    response
}
