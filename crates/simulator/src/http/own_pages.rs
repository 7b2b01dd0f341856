//! Who may ask for the simulator's own pages: they give out tokens, and ask for none.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::uri::Authority;
use http::{HeaderMap, StatusCode};

/// A browser can be led to any port that it reaches (DNS rebinding, cross-origin requests); it says then for
/// whom it asks.
pub(super) async fn refuse_foreign(
    State(on_loopback): State<bool>,
    request: Request,
    next: Next,
) -> Response {
    let is_own_page = request.uri().path().starts_with("/_simulator");
    if is_own_page && is_foreign(request.headers(), on_loopback) {
        let text = "The simulator's own pages are not for web pages of other origins.\n";
        return (StatusCode::FORBIDDEN, text).into_response();
    }
    next.run(request).await
}

fn is_foreign(headers: &HeaderMap, on_loopback: bool) -> bool {
    let text = |name: &str| headers.get(name).map(|it| it.to_str().unwrap_or_default());
    let host = text("host");
    // No host at all is no browser's.
    let foreign_host = on_loopback && host.is_some_and(|host| !is_loopback(host));
    let origin = text("origin").map(|origin| origin.split_once("://"));
    let foreign_origin = origin.is_some_and(|origin| origin.map(|(_, host)| host) != host);
    let site = text("sec-fetch-site");
    let foreign_site = site.is_some_and(|site| site != "same-origin" && site != "none");
    foreign_host || foreign_origin || foreign_site
}

fn is_loopback(host: &str) -> bool {
    host.parse::<Authority>().is_ok_and(|authority| {
        let host = authority.host().trim_matches(['[', ']']);
        let ip = host.parse::<IpAddr>();
        host.eq_ignore_ascii_case("localhost") || ip.is_ok_and(|ip| ip.is_loopback())
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderName;

    use super::*;

    #[test]
    fn only_pages_of_its_own_may_ask_on_loopback_only_under_a_name_of_this_machine() {
        let cross = ("sec-fetch-site", "cross-site");
        for (headers, on_loopback, elsewhere) in [
            (vec![], false, false),
            (vec![("host", "127.0.0.1:8080")], false, false),
            (vec![("host", "[::1]:8080")], false, false),
            (vec![("host", "LocalHost:8080")], false, false),
            (vec![("host", "evil.example.com")], true, false),
            (vec![("host", "127.0.0.1.evil.example.com")], true, false),
            (vec![("host", "127.0.0.1@evil.example.com")], true, false),
            (vec![("host", "a b")], true, false),
            (
                vec![("host", "localhost:80"), ("origin", "http://localhost:80")],
                false,
                false,
            ),
            (
                vec![("host", "localhost:80"), ("origin", "http://localhost:81")],
                true,
                true,
            ),
            (
                vec![
                    ("host", "localhost:80"),
                    ("origin", "https://evil.example.com"),
                ],
                true,
                true,
            ),
            (
                vec![("host", "localhost:80"), ("origin", "null")],
                true,
                true,
            ),
            (vec![("origin", "http://localhost:80")], true, true),
            (vec![("host", "localhost:80"), cross], true, true),
            (
                vec![("host", "localhost:80"), ("sec-fetch-site", "same-site")],
                true,
                true,
            ),
            (
                vec![("host", "localhost:80"), ("sec-fetch-site", "none")],
                false,
                false,
            ),
        ] {
            let map: HeaderMap = headers
                .iter()
                .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
                .collect();
            assert_eq!(is_foreign(&map, true), on_loopback, "{headers:?}");
            assert_eq!(is_foreign(&map, false), elsewhere, "{headers:?}");
        }
    }
}
