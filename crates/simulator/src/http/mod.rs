//! The way in: requests become questions to the world, its answers become responses.

mod call;
mod control;
mod deliver;
mod judge;
mod meetings;
mod messaging;
mod methods;
mod mishap;
mod own_pages;
pub(crate) mod pace;
mod page;
mod record;
mod reply;
mod respond;
mod serve;
mod spoil;
mod strike;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use http::{StatusCode, header};

use crate::simulator::Simulator;
use call::Call;
pub use mishap::Mishap;
pub(crate) use respond::again;
pub use serve::serve;

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
        .route(
            "/_simulator/faults",
            get(control::faults).delete(control::lift_faults),
        )
        .route("/_simulator/revive", post(control::revive))
        .route("/_simulator/deliveries", get(control::deliveries))
        .route("/_simulator/press", post(control::press))
        .route("/_simulator/join", post(control::join))
        .route("/_simulator/start", post(control::join))
        .route("/_simulator/leave", post(control::leave))
        .route("/_simulator/end", post(control::end))
        .fallback(answer)
        .with_state(simulator)
}

/// One call to Webex.
async fn answer(State(simulator): State<Simulator>, request: Request) -> Response {
    let settings = &simulator.inner.settings;
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return too_large();
    };
    if let Some(latency) = settings.latency {
        settings.clock.sleep(latency).await;
    }
    let Some(call) = Call::new(&parts, body) else {
        return outside_v1();
    };
    respond::respond(&simulator, &call)
}

fn outside_v1() -> Response {
    let text = "The simulated Webex is below /v1, the simulator's own pages below /_simulator.\n";
    (StatusCode::NOT_FOUND, text).into_response()
}

/// What is left of the request is not read, so that the connection ends.
fn too_large() -> Response {
    let close = [(header::CONNECTION, "close")];
    (StatusCode::PAYLOAD_TOO_LARGE, close).into_response()
}
