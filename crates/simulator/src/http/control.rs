//! The simulator's own pages, for whoever plays or tests with it.

use axum::Json;
use axum::extract::{Query, State};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::journal::What;
use crate::keeping::Changing;
use crate::rate::Rate;
use crate::refusal::Refusal;
use crate::simulator::Simulator;
use crate::world::fields::{Fields, is_address};
use crate::world::{Asking, actions, messages, written};

/// An answer, or a sentence that says what is wrong with the question.
type Told = Result<Json<Value>, (StatusCode, Json<Value>)>;

/// `GET /_simulator/world`.
pub(super) async fn world(State(simulator): State<Simulator>) -> Json<Value> {
    Json(simulator.world())
}

#[derive(Deserialize)]
pub(super) struct Who {
    email: String,
    client: Option<String>,
}

/// `GET /_simulator/token?email=…[&client=…]`.
pub(super) async fn token(State(simulator): State<Simulator>, Query(who): Query<Who>) -> Told {
    if !is_address(&who.email) {
        return Err(told(&Refusal::bad(format!(
            "`{}` is no e-mail address",
            who.email
        ))));
    }
    let token = match &who.client {
        Some(client) => simulator.token_through(&who.email, client),
        None => simulator.token_for(&who.email),
    };
    Ok(Json(json!({ "token": token })))
}

/// `GET /_simulator/switches`.
pub(super) async fn switches(State(simulator): State<Simulator>) -> Json<Value> {
    Json(json!({ "switches": simulator.switches() }))
}

/// `GET /_simulator/clock`.
pub(super) async fn clock(State(simulator): State<Simulator>) -> Json<Value> {
    Json(json!({ "now": written(simulator.now()) }))
}

/// `GET /_simulator/calls`: how many there were since the start, by status.
pub(super) async fn calls(State(simulator): State<Simulator>) -> Json<Value> {
    Json(json!(simulator.tally()))
}

/// `GET /_simulator/rate`.
pub(super) async fn rate(State(simulator): State<Simulator>) -> Json<Value> {
    let rate = simulator.rate();
    Json(json!({ "rate": rate.map_or_else(|| "off".to_owned(), |rate| rate.to_string()) }))
}

#[derive(Deserialize)]
pub(super) struct WhichRate {
    rate: String,
}

/// `POST /_simulator/rate?rate=60/min burst 10`: another limit from now on.
pub(super) async fn set_rate(
    State(simulator): State<Simulator>,
    Query(which): Query<WhichRate>,
) -> Told {
    Rate::parse(&which.rate)
        .and_then(|rate| simulator.set_rate(rate))
        .map_err(|error| told(&Refusal::bad(error.to_string())))?;
    Ok(rate(State(simulator)).await)
}

/// `GET /_simulator/faults`: each script, and how often it has struck.
pub(super) async fn faults(State(simulator): State<Simulator>) -> Json<Value> {
    let faults = simulator.faults().into_iter();
    let faults: Vec<Value> = faults
        .map(|(fault, struck)| json!({ "fault": fault, "struck": struck }))
        .collect();
    Json(json!({ "faults": faults }))
}

/// `DELETE /_simulator/faults`: nothing goes wrong any more.
pub(super) async fn lift_faults(State(simulator): State<Simulator>) -> StatusCode {
    simulator.set_faults(Vec::new());
    StatusCode::NO_CONTENT
}

#[derive(Deserialize)]
pub(super) struct Whose {
    email: String,
}

/// `POST /_simulator/revive?email=…`: that person's tokens are good again.
pub(super) async fn revive(State(simulator): State<Simulator>, Query(who): Query<Whose>) -> Told {
    if simulator.revive(&who.email) {
        return Ok(Json(json!({ "revived": who.email })));
    }
    let message = format!("no fault makes tokens of `{}` die", who.email);
    Err(told(&Refusal::bad(message)))
}

#[derive(Deserialize)]
pub(super) struct WhichMeeting {
    meeting: String,
    email: Option<String>,
    #[serde(default)]
    lobby: bool,
}

/// `POST /_simulator/join?meeting=…[&email=…][&lobby=true]`, also `/_simulator/start`: a person, by default
/// the host, joins, or waits in the lobby.
pub(super) async fn join(
    State(simulator): State<Simulator>,
    Query(which): Query<WhichMeeting>,
) -> Told {
    let (meeting, email, lobby) = (which.meeting, which.email, which.lobby);
    attend(
        &simulator,
        &What::Joined {
            meeting,
            email,
            lobby,
        },
    )
}

/// `POST /_simulator/leave?meeting=…[&email=…]`: a person, by default the host, leaves.
pub(super) async fn leave(
    State(simulator): State<Simulator>,
    Query(which): Query<WhichMeeting>,
) -> Told {
    let (meeting, email) = (which.meeting, which.email);
    attend(&simulator, &What::Left { meeting, email })
}

/// `POST /_simulator/end?meeting=…`: everybody leaves.
pub(super) async fn end(
    State(simulator): State<Simulator>,
    Query(which): Query<WhichMeeting>,
) -> Told {
    let meeting = which.meeting;
    attend(&simulator, &What::Ended { meeting })
}

fn attend(simulator: &Simulator, what: &What) -> Told {
    let done = simulator.attend(what);
    done.map(Json).map_err(|refusal| told(&refusal))
}

/// `GET /_simulator/deliveries`: what was delivered to webhooks, in the order of its causes.
pub(super) async fn deliveries(State(simulator): State<Simulator>) -> Json<Value> {
    Json(json!({
        "underWay": simulator.deliveries_under_way(),
        "deliveries": simulator.deliveries(),
    }))
}

#[derive(Deserialize)]
pub(super) struct Press {
    email: String,
    message: String,
    button: String,
}

/// `POST /_simulator/press?email=…&message=…&button=…`, with what is entered as a JSON object: that
/// person presses a button of a card. Answers as `POST /v1/attachment/actions` does.
pub(super) async fn press(
    State(simulator): State<Simulator>,
    Query(press): Query<Press>,
    body: axum::body::Bytes,
) -> Told {
    let entered = match body.is_empty() {
        true => Ok(serde_json::Map::new()),
        false => serde_json::from_slice(&body),
    };
    let entered = entered.map_err(|_| told(&Refusal::bad("what is entered is a JSON object")))?;
    let mut guard = simulator.state();
    let state = &mut *guard;
    let switches = state.switches.clone();
    let asking = Asking {
        person: state.world.key_of(&press.email),
        client: "",
        now: state.time(simulator.inner.settings.clock.now()),
        switches: &switches,
        base: simulator.inner.settings.base(),
    };
    let message = messages::find(&state.world, &asking, &press.message);
    let message = message.map_err(|refusal| told(&refusal))?;
    let inputs = actions::pressed(message, &press.button, &entered).ok_or_else(|| {
        let problem = format!("no card there has a button `{}`", press.button);
        told(&Refusal::bad(problem))
    })?;
    let body = json!({ "type": "submit", "messageId": press.message, "inputs": inputs });
    let what = What::Call {
        method: "POST".to_owned(),
        target: "/attachment/actions".to_owned(),
        content_type: "application/json".to_owned(),
        body: body.to_string(),
    };
    simulator
        .write_down(state, &Changing::by(&asking), &what)
        .map_err(|error| told(&Refusal::new(500, error.to_string())))?;
    let done = Fields::from_value(&body)
        .and_then(|body| actions::create(&mut state.world, &asking, &body));
    simulator.announce(state);
    done.map(Json).map_err(|refusal| told(&refusal))
}

fn told(refusal: &Refusal) -> (StatusCode, Json<Value>) {
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
    let message = refusal.description.as_ref().unwrap_or(&refusal.message);
    (status, Json(json!({ "message": message })))
}
