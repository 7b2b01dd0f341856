//! The referee looks at each call and each answer.

use showcaller_referee::{Answer, Referee, Request};
use url::form_urlencoded;

use super::call::Call;
use super::page::CURSOR;
use super::reply::Reply;

/// What is wrong with a call, and with its answer unless it was spoiled on purpose; each is logged
/// as well.
pub(super) fn findings(
    referee: Option<&Referee>,
    call: &Call,
    reply: &Reply,
    tracking_id: &str,
    spoiled: bool,
) -> Vec<String> {
    let Some(referee) = referee else {
        return Vec::new();
    };
    let target = target(call);
    let asked = Request {
        method: &call.method,
        target: &target,
        headers: &call.headers,
        body: &call.body,
    };
    let headers = reply.headers(tracking_id);
    let body = reply.bytes();
    let status = http::StatusCode::from_u16(reply.status).unwrap_or_default();
    let given = Answer {
        status,
        headers: &headers,
        body: &body,
    };
    let of_request = referee
        .judge_request(&asked)
        .into_iter()
        .map(|finding| format!("request: {finding}"));
    // With 501 the simulator speaks of itself, which Webex never does.
    let judged = if spoiled || reply.status == 501 {
        Vec::new()
    } else {
        referee.judge_answer(&call.method, &target, &given)
    };
    let of_answer = judged
        .into_iter()
        .map(|finding| format!("answer: {finding}"));
    let findings: Vec<String> = of_request.chain(of_answer).collect();
    for finding in &findings {
        tracing::warn!(finding, "the referee objects");
    }
    findings
}

/// Path and query, but for the cursor: that one is ours, and opaque to documents and clients.
fn target(call: &Call) -> String {
    if call.query.get(CURSOR).is_none() {
        return match call.query.text() {
            "" => call.path.clone(),
            query => format!("{}?{query}", call.path),
        };
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(call.query.pairs().iter().filter(|(name, _)| name != CURSOR));
    format!("{}?{}", call.path, query.finish())
}
