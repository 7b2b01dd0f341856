//! The transport for the real network, against a socket.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use rstest::rstest;
use showcaller_webex::{HttpTransport, TimeOuts, Transport, TransportError, travels_in_the_clear};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

const ROOM: &str = "HTTP/1.1 200 OK\r\nTrackingID: T\r\nContent-Length: 11\r\n\r\n{\"id\":\"R1\"}";

/// Answers every request on every connection with the same bytes, and hangs up after
/// `per_connection` of them.
struct Server {
    address: String,
    connections: Arc<AtomicUsize>,
}

impl Server {
    async fn start(answer: &'static str, per_connection: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("bound"));
        let connections = Arc::new(AtomicUsize::new(0));
        let count = connections.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, SeqCst);
                tokio::spawn(serve(stream, answer, per_connection));
            }
        });
        Self {
            address,
            connections,
        }
    }
}

async fn serve(mut stream: TcpStream, answer: &str, requests: usize) {
    for _ in 0..requests {
        if read_head(&mut stream).await.is_none() {
            return;
        }
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// Reads up to the blank line; these requests have no body.
async fn read_head(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    String::from_utf8(head).ok()
}

async fn get(transport: &HttpTransport, address: &str) -> Result<Response<Bytes>, TransportError> {
    let request = Request::get(format!("{address}/v1/rooms/R1"))
        .body(Bytes::new())
        .expect("a request");
    transport.send(request).await
}

fn transport() -> HttpTransport {
    HttpTransport::new().expect("a transport")
}

#[tokio::test]
async fn an_answer_comes_back_whole() {
    let server = Server::start(ROOM, usize::MAX).await;
    let answer = get(&transport(), &server.address).await.expect("an answer");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["trackingid"], "T");
    assert_eq!(answer.body().as_ref(), br#"{"id":"R1"}"#);
}

#[tokio::test]
async fn a_connection_serves_more_than_one_request() {
    let server = Server::start(ROOM, usize::MAX).await;
    let transport = transport();
    for _ in 0..20 {
        get(&transport, &server.address).await.expect("an answer");
        // The connection goes back to the pool in a task of its own.
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
    }
    assert!(server.connections.load(SeqCst) < 10);
}

#[tokio::test]
async fn a_request_says_who_sends_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("bound"));
    let server = async {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let head = read_head(&mut stream).await.expect("a request");
        stream.write_all(ROOM.as_bytes()).await.expect("written");
        head
    };
    let transport = transport();
    let (head, answer) = tokio::join!(server, get(&transport, &address));
    answer.expect("an answer");
    let agent = concat!("user-agent: showcaller/", env!("CARGO_PKG_VERSION"));
    assert!(head.to_lowercase().contains(agent), "{head}");
}

#[tokio::test]
async fn a_redirect_comes_back_as_it_is() {
    let moved = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n";
    let server = Server::start(moved, usize::MAX).await;
    let answer = get(&transport(), &server.address).await.expect("an answer");
    assert_eq!(answer.status(), 302);
}

#[rstest]
#[case::this_machine("http://127.0.0.1:8080/v1", false)]
#[case::all_of_its_loopback("http://127.9.9.9/v1", false)]
#[case::by_the_newer_protocol("http://[::1]:8080/v1", false)]
#[case::by_its_name("http://LocalHost:8080/v1", false)]
#[case::encrypted("https://webexapis.com/v1", false)]
#[case::encrypted_to_a_neighbour("https://192.0.2.7/v1", false)]
#[case::a_neighbour("http://192.0.2.7/v1", true)]
#[case::every_address("http://0.0.0.0:8080/v1", true)]
#[case::a_name("http://webexapis.com/v1", true)]
#[case::a_name_that_begins_alike("http://localhost.example.com/v1", true)]
#[case::a_name_below("http://webex.localhost/v1", true)]
#[case::a_user_in_front("http://127.0.0.1@example.com/v1", true)]
#[case::another_scheme("ws://example.com/v1", true)]
#[tokio::test]
async fn a_token_does_not_travel_in_the_clear(#[case] address: &str, #[case] clear: bool) {
    let url = address.parse().expect("an address");
    assert_eq!(travels_in_the_clear(&url), clear);
    if !clear {
        return;
    }
    let request = Request::get(address)
        .header("authorization", "Bearer planted")
        .body(Bytes::new())
        .expect("a request");
    let error = transport().send(request).await.expect_err("not sent");
    assert!(matches!(error, TransportError::NotSent(_)), "{error}");
    assert!(
        error.to_string().contains("could read the token"),
        "{error}"
    );
}

#[rstest]
#[case::before_the_answer("")]
#[case::in_the_head("HTTP/1.1 200 OK\r\nContent-")]
#[case::in_the_body("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"id\":")]
#[case::in_a_chunk("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{\"id\":")]
#[case::not_http("Welcome to the hotel\r\n\r\n")]
#[tokio::test]
async fn an_answer_that_breaks_off_is_lost(#[case] answer: &'static str) {
    let server = Server::start(answer, 1).await;
    let error = get(&transport(), &server.address)
        .await
        .expect_err("no answer");
    assert!(matches!(error, TransportError::Lost(_)), "{error}");
    // Whoever wrote the request may have been heard: it was sent once.
    assert_eq!(server.connections.load(SeqCst), 1);
}

#[tokio::test]
async fn a_refused_connection_is_not_sent() {
    // Bound, so that nobody else gets the port, but not listening.
    let socket = TcpSocket::new_v4().expect("a socket");
    socket
        .bind("127.0.0.1:0".parse().expect("an address"))
        .expect("bound");
    let address = format!("http://{}", socket.local_addr().expect("bound"));
    let error = get(&transport(), &address).await.expect_err("nobody there");
    assert!(matches!(error, TransportError::NotSent(_)), "{error}");
}

#[tokio::test]
async fn a_server_that_keeps_silent_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("bound"));
    let time_outs = TimeOuts {
        total: Duration::from_millis(50),
        ..TimeOuts::default()
    };
    let transport = HttpTransport::with_time_outs(time_outs).expect("a transport");
    let error = get(&transport, &address).await.expect_err("no answer");
    assert!(matches!(error, TransportError::Lost(_)), "{error}");
}

#[tokio::test]
async fn what_went_wrong_is_told_without_the_address() {
    let server = Server::start("", 1).await;
    let request = Request::get(format!(
        "{}/v1/people?email=ann%40example.com",
        server.address
    ))
    .body(Bytes::new())
    .expect("a request");
    let error = transport().send(request).await.expect_err("no answer");
    assert!(!format!("{error} {error:?}").contains("ann"), "{error}");
}
