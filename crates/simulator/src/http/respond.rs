//! What happens to one call while the world is locked.

use std::sync::Arc;

use axum::response::Response;
use jiff::Timestamp;

use super::call::Call;
use super::mishap::Mishap;
use super::page::Place;
use super::reply::Reply;
use super::strike::{self, Strike};
use super::{judge, meetings, messaging, record};
use crate::faults::{Asked, Faults, Kind, Struck};
use crate::ids;
use crate::journal::{Entry, What};
use crate::keeping::Changing;
use crate::refusal::{Refusal, Served};
use crate::simulator::{CallNote, Simulator, State};
use crate::switches::{QuotaCountsFailed, RateLimitBody};
use crate::world::{Asking, Token, World, quota};

/// One call at a time.
pub(super) fn respond(simulator: &Simulator, call: &Call) -> Response {
    let settings = &simulator.inner.settings;
    let clock = settings.clock.now();
    let mut guard = simulator.state();
    let state = &mut *guard;
    if state.faults.closed(clock).is_some() {
        return unheard(Mishap::Refused);
    }
    let now = state.time(clock);
    let caller = caller(state, call);
    let owner = caller
        .as_ref()
        .map(|token| state.world.person(token.person).email.clone());
    let strike = struck(state, call, owner.as_deref(), clock);
    let number = state.tally.calls;
    let tracking_id = call.tracking_id(|| ids::mint(settings.seed, "tracking", "", number), now);
    let note = |status| CallNote {
        at: now,
        owner: owner.clone(),
        method: call.method.to_string(),
        path: call.path.clone(),
        query: call.query.text().to_owned(),
        status,
        faults: strike.names.clone(),
    };
    if let Some(mishap) = strike.unheard() {
        state.note(note(0));
        return unheard(mishap);
    }
    let reply = ask(simulator, state, caller.as_ref(), call, &strike);
    simulator.announce(state);
    let reply = reply.unwrap_or_else(|mut refusal| {
        let html = state.switches.rate_limit_body == RateLimitBody::Html;
        refusal.html |= refusal.status == 429 && html;
        Reply::refusing(&refusal, &tracking_id)
    });
    strike.leave(&mut state.faults, call, &reply, clock);
    if state.faults.closed(clock).is_some() {
        simulator.inner.doors.notify_one();
    }
    let reply = strike.spoil(match strike.after() {
        Some(refusal) => Reply::refusing(refusal, &tracking_id),
        None => reply,
    });
    let reply = match strike::http_date(now) {
        Some(date) => reply.with_header("date", &date),
        None => reply,
    };
    let referee = settings.strict.as_ref();
    let findings = judge::findings(referee, call, &reply, &tracking_id, strike.spoils_answer());
    let note = note(reply.status);
    record::write(&simulator.inner.record, &note, call, &reply);
    tracing::debug!(method = %call.method, path = call.path, status = reply.status, "answered");
    state.note(note);
    state.findings.extend(findings.iter().cloned());
    let mut response = reply.into_response(&tracking_id, &findings, &strike.names);
    if let Some(mishap) = strike.mishap() {
        response.extensions_mut().insert(mishap);
    }
    response
}

/// Who meets this gets no answer; the response is for callers without a socket, who should have
/// looked at its extensions.
fn unheard(mishap: Mishap) -> Response {
    let mut response = Response::default();
    *response.status_mut() = http::StatusCode::SERVICE_UNAVAILABLE;
    response.extensions_mut().insert(mishap);
    response
}

/// The faults that strike a call. Those that change the simulator itself do so at once.
fn struck(state: &mut State, call: &Call, owner: Option<&str>, clock: Timestamp) -> Strike {
    let asked = Asked {
        method: Some(&call.method),
        path: &call.path,
        owner,
    };
    let Struck { kinds, names } = state.faults.strike(&asked, clock);
    for kind in &kinds {
        match kind {
            Kind::Switch { name, value } => state.put(name, value),
            Kind::Rate(rate) => state.pace.set(*rate, state.time(clock)),
            _ => {}
        }
    }
    Strike::of(Struck { kinds, names }, state.time(clock))
}

/// Whose token came with the call, if it is one.
fn caller(state: &State, call: &Call) -> Option<Token> {
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
    state: &mut State,
    caller: Option<&Token>,
    call: &Call,
    strike: &Strike,
) -> Served<Reply> {
    let settings = &simulator.inner.settings;
    let clock = settings.clock.now();
    let token = caller
        .filter(|_| !strike.token_is_dead)
        .ok_or_else(Refusal::unauthorized)?;
    let switches = Arc::clone(&state.switches);
    let base = match &settings.public_url {
        Some(base) => base.clone(),
        None => call.base(),
    };
    let asking = Asking {
        base: &base,
        person: token.person,
        client: &token.client,
        now: state.time(clock),
        switches: &switches,
    };
    if let Err(refusal) = admit(state, &asking, call, strike) {
        // The service above never heard of the call, but its quota may.
        let schedules = call.method == http::Method::POST && call.path == "/meetings";
        if schedules && switches.quota_counts_failed == QuotaCountsFailed::All {
            keep(simulator, state, &asking, &What::Counted)?;
            quota::count(&mut state.world, &asking);
        }
        return Err(refusal);
    }
    if strike::reads_what_is_hidden(&state.faults, call, clock) {
        return Err(Refusal::not_found());
    }
    call.check_content_type(&switches)?;
    if call.method != http::Method::GET {
        // Even a refused call may open an account or spend of a quota.
        keep(simulator, state, &asking, &call.written())?;
    }
    let place = Place {
        call,
        asking: &asking,
        trick: strike.page,
        faults: &state.faults,
        clock,
    };
    route(&mut state.world, &place, settings.meeting_quota)
}

fn route(world: &mut World, place: &Place<'_>, quota: Option<u32>) -> Served<Reply> {
    match place.call.segments().first().copied() {
        Some("meetings" | "meetingInvitees" | "meetingParticipants" | "meetingPreferences") => {
            meetings::route(world, place, quota)
        }
        _ => messaging::route(world, place),
    }
}

/// A change is written down before it is made: killed at any time, a simulator that keeps a journal
/// remembers all that it answered.
fn keep(simulator: &Simulator, state: &mut State, asking: &Asking<'_>, what: &What) -> Served<()> {
    let kept = simulator.write_down(state, &Changing::by(asking), what);
    kept.map_err(|error| {
        tracing::error!(%error, "a change could not be written down");
        Refusal::new(500, format!("The simulator cannot keep its world: {error}"))
    })
}

/// Does a call again that a journal tells of; what it answered then nobody asks.
pub(crate) fn again(world: &mut World, asking: &Asking<'_>, quota: Option<u32>, call: &What) {
    let Some((parts, body)) = Entry::request(call) else {
        return;
    };
    let Some(call) = Call::new(&parts, body) else {
        return;
    };
    let faults = Faults::new(Vec::new(), 0, asking.now);
    let place = Place {
        call: &call,
        asking,
        trick: None,
        faults: &faults,
        clock: asking.now,
    };
    // A call that was refused then is refused again, and has the same traces.
    let _ = route(world, &place, quota);
}

/// Lets the call through to the service, unless its owner calls too fast or a fault stands before.
fn admit(state: &mut State, asking: &Asking<'_>, call: &Call, strike: &Strike) -> Served<()> {
    let switches = asking.switches;
    let (owner, now) = (asking.person, asking.now);
    state
        .pace
        .take(owner, call, switches.rate_limit_scope, now)?;
    state
        .pace
        .take_read(owner, call, switches.room_read_burst, now)?;
    match strike.before() {
        Some(refusal) => Err(refusal.clone()),
        None => Ok(()),
    }
}
