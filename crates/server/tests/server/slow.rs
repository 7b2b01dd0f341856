//! Clients that are slow, many or gone, on real sockets.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use showcaller_ledger::{Error, Incoming};
use showcaller_server::{Inbox, Limits, listen};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

use crate::inbox::{HOOKS, SECRET, Stage, delivery, signature};

/// The public router on a port.
struct Listening {
    address: SocketAddr,
    end: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Listening {
    async fn begin(stage: &Stage, limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let (end, ended) = oneshot::channel();
        let router = stage.router.clone();
        let task = tokio::spawn(listen(router, listener, limits, async {
            let _ = ended.await;
        }));
        Self { address, end, task }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("it listens")
    }

    /// Sends these bytes; everything that comes back until the connection is closed.
    async fn say(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect().await;
        stream.write_all(bytes).await.expect("sent");
        heard(&mut stream).await
    }

    async fn ends(self) {
        drop(self.end);
        self.task.await.expect("it ends");
    }
}

async fn heard(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset is an end, too.
    let _ = stream.read_to_end(&mut bytes).await;
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A delivery that Webex has signed, as bytes on the wire.
fn signed(id: &str) -> Vec<u8> {
    let body = delivery("messages", "created", id).to_string();
    let signature = signature(SECRET, body.as_bytes());
    let head = format!(
        "POST {HOOKS} HTTP/1.1\r\nHost: bot.example.com\r\nX-Spark-Signature: {signature}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    [head.into_bytes(), body.into_bytes()].concat()
}

#[tokio::test]
async fn slow_clients_keep_nobody_out_however_many_they_are() {
    let stage = Stage::new();
    let limits = Limits {
        connections: 20,
        ..Limits::default()
    };
    let listening = Listening::begin(&stage, limits).await;
    let mut slow = Vec::new();
    for number in 0..100 {
        let mut stream = listening.connect().await;
        // Half of them are slow with their heads, half with their bodies.
        let begun = if number % 2 == 0 {
            1
        } else {
            signed("SLOW").len() - 1
        };
        let _ = stream.write_all(&signed("SLOW")[..begun]).await;
        slow.push(stream);
        if number % 10 == 0 {
            let answer = listening.say(&signed(&format!("M{number}"))).await;
            assert!(answer.starts_with("HTTP/1.1 204"), "{number}: {answer}");
        }
    }
    assert_eq!(stage.kept().await, 10);
    listening.task.abort();
}

#[tokio::test]
async fn a_head_or_body_that_never_ends_is_not_waited_for() {
    let stage = Stage::new();
    let limits = Limits {
        head: Duration::from_millis(20),
        body: Duration::from_millis(20),
        ..Limits::default()
    };
    let listening = Listening::begin(&stage, limits).await;
    let whole = signed("M");
    assert_eq!(listening.say(b"").await, "");
    let head = listening.say(&whole[..30]).await;
    assert!(
        head.is_empty() || head.starts_with("HTTP/1.1 408"),
        "{head}"
    );
    let body = listening.say(&whole[..whole.len() - 1]).await;
    assert!(body.starts_with("HTTP/1.1 408"), "{body}");
    assert_eq!(stage.kept().await, 0);
    listening.ends().await;
}

#[tokio::test]
async fn heads_and_bodies_that_are_too_large_are_not_read() {
    let stage = Stage::new();
    let listening = Listening::begin(&stage, Limits::default()).await;
    let head = format!(
        "GET /healthz HTTP/1.1\r\nA: {}\r\n\r\n",
        "a".repeat(100_000)
    );
    let answer = listening.say(head.as_bytes()).await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 431"),
        "{answer}"
    );
    let body = format!("POST {HOOKS} HTTP/1.1\r\nContent-Length: 1000000000\r\n\r\n{{");
    let answer = listening.say(body.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    let chunks = "10000\r\n".to_owned() + &"x".repeat(0x1_0000) + "\r\n";
    let body =
        format!("POST {HOOKS} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}1\r\nx\r\n");
    let answer = listening.say(body.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    let answer = listening
        .say(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        .await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 400"),
        "{answer}"
    );
    listening.ends().await;
}

/// Takes its time.
#[derive(Default)]
struct Slow {
    began: Notify,
    go_on: Notify,
}

#[async_trait]
impl Inbox for Slow {
    async fn take_in(&self, _: Incoming) -> Result<(), Error> {
        self.began.notify_one();
        self.go_on.notified().await;
        Ok(())
    }
}

#[tokio::test]
async fn what_is_under_way_when_it_ends_is_answered_and_nothing_new_begins() {
    let slow = Arc::new(Slow::default());
    let stage = Stage::over(Arc::clone(&slow) as Arc<dyn Inbox>);
    let listening = Listening::begin(&stage, Limits::default()).await;
    let mut under_way = listening.connect().await;
    under_way.write_all(&signed("M")).await.expect("sent");
    slow.began.notified().await;
    let Listening { address, end, task } = listening;
    drop(end);
    // The port is closed before what is under way has ended.
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!task.is_finished());
    slow.go_on.notify_one();
    let answer = heard(&mut under_way).await;
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    task.await.expect("it ends");
}

#[tokio::test]
async fn a_client_that_never_finishes_does_not_hold_up_the_end() {
    let stage = Stage::new();
    let limits = Limits {
        end: Duration::from_millis(20),
        ..Limits::default()
    };
    let listening = Listening::begin(&stage, limits).await;
    let mut idle = listening.connect().await;
    idle.write_all(b"POST /hooks").await.expect("sent");
    // So that its connection was accepted.
    assert!(
        listening
            .say(&signed("M"))
            .await
            .starts_with("HTTP/1.1 204")
    );
    listening.ends().await;
    assert_eq!(heard(&mut idle).await, "");
}
