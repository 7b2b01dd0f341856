//! Clients that send too little, too much, or for a foreign web page.

use axum::body::Body;
use http::Request;
use showcaller_simulator::Simulator;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::client::{HOST, Webex};
use crate::sockets::on_a_port;

fn place(base: &str) -> &str {
    let place = base
        .strip_prefix("http://")
        .and_then(|it| it.strip_suffix("/v1"));
    place.unwrap()
}

/// What a socket answers to exactly these bytes, until it closes.
async fn said(base: &str, request: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(place(base)).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[tokio::test]
async fn half_a_request_does_not_keep_a_closed_port_from_opening_again() {
    let faults = ["refused on GET /rooms call 1 for 1ms"];
    on_a_port(&faults, async |simulator: &Simulator, base: String| {
        let mut half_heads = Vec::new();
        for sent in [
            "",
            "GET /v1/rooms HT",
            "POST /v1/rooms HTTP/1.1\r\ncontent-length: 9\r\n\r\n{",
        ] {
            let mut stream = TcpStream::connect(place(&base)).await.unwrap();
            stream.write_all(sent.as_bytes()).await.unwrap();
            half_heads.push(stream);
        }
        let token = simulator.token_for(HOST);
        let ask = format!(
            "GET /v1/rooms HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\
             connection: close\r\n\r\n"
        );
        let answered = |answer: &std::io::Result<String>| {
            let answer = answer.as_deref().unwrap_or_default();
            answer.starts_with("HTTP/1.1 200")
        };
        assert!(answered(&said(&base, &ask).await));
        // Now the port is closed, for a moment.
        while !answered(&said(&base, &ask).await) {
            tokio::task::yield_now().await;
        }
        drop(half_heads);
    })
    .await;
}

#[tokio::test]
async fn a_web_page_of_another_origin_gets_no_token_and_changes_no_limit() {
    on_a_port(&[], async |_: &Simulator, base: String| {
        for (request, headers, code) in [
            (
                "GET /_simulator/token?email=a@example.com",
                "host: evil.example.com",
                403,
            ),
            (
                "GET /_simulator/token?email=a@example.com",
                "host: localhost:1",
                200,
            ),
            (
                "POST /_simulator/rate?rate=1/min",
                "host: localhost:1\r\norigin: http://evil.example.com",
                403,
            ),
            (
                "POST /_simulator/rate?rate=1/min",
                "host: localhost:1\r\nsec-fetch-site: cross-site",
                403,
            ),
            ("GET /_simulator/rate", "host: localhost:1", 200),
            // What asks for a token is for every program, by whatever name it knows this machine.
            ("GET /v1/people/me", "host: webex.test", 401),
        ] {
            let lines = format!("{request} HTTP/1.1\r\n{headers}\r\nconnection: close\r\n\r\n");
            let answer = said(&base, &lines).await.unwrap();
            let status = format!("HTTP/1.1 {code}");
            assert!(answer.starts_with(&status), "{request} {headers}: {answer}");
            assert!(!answer.contains("1/min"), "{answer}");
        }
    })
    .await;
}

#[test]
fn a_body_beyond_the_limit_is_413() {
    let webex = Webex::new();
    let large = Body::from("x".repeat(5 * 1024 * 1024));
    let request = Request::post("/v1/rooms").body(large).unwrap();
    assert_eq!(webex.send(request).status, 413);
}

#[tokio::test]
async fn a_body_that_is_said_to_be_too_long_is_not_waited_for() {
    on_a_port(&[], async |_: &Simulator, base: String| {
        let head = "POST /v1/rooms HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5000000\r\n\r\n";
        let answer = said(&base, head).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    })
    .await;
}
