//! Which paths and methods there are.

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use rstest::rstest;
use showcaller_referee::Referee;

use crate::client::{HOST, Webex};

#[rstest]
#[case(Method::GET, "/nonsense", 404)]
#[case(Method::PATCH, "/rooms/00000000-0000-4000-8000-000000000000", 405)]
#[case(Method::DELETE, "/people/me", 403)]
#[case(Method::POST, "/meetings/join", 501)]
#[case(Method::GET, "/meetings/templates", 501)]
fn what_does_not_exist_or_is_not_simulated_says_so(
    #[case] method: Method,
    #[case] path: &str,
    #[case] code: u16,
) {
    Webex::new().by(HOST).call(method, path, None).refused(code);
}

#[rstest]
#[case("/rooms", "GET, POST")]
#[case("/rooms/00000000-0000-4000-8000-000000000000", "GET, PUT, DELETE")]
#[case("/messages/direct", "GET")]
#[case("/attachment/actions", "POST")]
#[case("/meetings/1", "GET, PATCH, PUT, DELETE")]
#[case("/meetingInvitees/bulkInsert", "POST")]
fn a_method_that_a_path_does_not_have_is_answered_with_those_that_it_has(
    #[case] path: &str,
    #[case] methods: &str,
) {
    let answer = Webex::new().by(HOST).call(Method::TRACE, path, None);
    assert_eq!(answer.headers["allow"], methods);
    answer.refused(405);
}

#[test]
fn what_the_documents_have_and_the_simulator_has_not_is_501_and_never_404() {
    let webex = Webex::new();
    for path in [
        "/meetingParticipants/callout",
        "/meetingSummaries",
        "/meetingTranscripts/x/snippets",
        "/meetingReports/attendees",
        "/recordings",
        "/contents/x",
    ] {
        webex.by(HOST).get(path).refused(501);
    }
}

/// Each documented path is either answered, with exactly the methods that it has, or said not to be.
#[test]
fn every_documented_path_is_known() {
    let webex = Webex::new();
    let host = webex.by(HOST);
    let mut documented: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for operation in Referee::of_webex().operations() {
        let (method, path) = operation.split_once(' ').unwrap();
        let methods = documented.entry(path.to_owned()).or_default();
        methods.insert(method.to_owned());
    }
    let mut known = 0;
    for (path, methods) in documented {
        let path = path.split('/').map(|part| match part.starts_with('{') {
            true => "00000000-0000-4000-8000-000000000000",
            false => part,
        });
        let path = path.collect::<Vec<_>>().join("/");
        let answer = host.call(Method::TRACE, &path, None);
        if answer.status == 501 {
            continue;
        }
        let allowed = answer.headers["allow"].to_str().unwrap();
        let allowed: BTreeSet<String> = allowed.split(", ").map(str::to_owned).collect();
        assert_eq!(allowed, methods, "{path}");
        known += allowed.len();
    }
    assert!(known > 50, "{known}");
}
