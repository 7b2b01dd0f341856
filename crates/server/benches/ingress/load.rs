//! Deliveries at a rate, whatever the server does.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinSet;
use tokio::time::Instant;
use uuid::Uuid;

use crate::Failure;
use crate::measure::percentile;
use crate::server::SECRET;

/// What is offered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    pub(crate) per_second: u32,
    pub(crate) span: Duration,
    /// Connections on which it is sent.
    pub(crate) connections: usize,
    /// Whether it is forged: then the ledger has no part in the answers, which are refusals.
    pub(crate) forged: bool,
}

/// What came of it.
pub(crate) struct Outcome {
    /// From when each was to be sent to its answer, in ascending order.
    took: Vec<Duration>,
    /// Answers that are not as they should be.
    pub(crate) refused: u64,
    /// From the first that was to be sent to the last answer.
    span: Duration,
}

impl Load {
    pub(crate) async fn run(&self, address: SocketAddr) -> Result<Outcome, Failure> {
        let (due, queue) = mpsc::unbounded_channel();
        let queue = Arc::new(Mutex::new(queue));
        let mut senders = JoinSet::new();
        for _ in 0..self.connections {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            senders.spawn(send(stream, Arc::clone(&queue), self.forged));
        }
        let began = Instant::now() + Duration::from_millis(100);
        let number = self.span.as_secs() as u32 * self.per_second;
        for number in 0..number {
            let at = began + Duration::from_secs(1) * number / self.per_second;
            tokio::time::sleep_until(at).await;
            due.send(at)?;
        }
        drop(due);
        let mut outcome = Outcome {
            took: Vec::new(),
            refused: 0,
            span: self.span,
        };
        while let Some(sent) = senders.join_next().await {
            let (took, refused) = sent??;
            outcome.took.extend(took);
            outcome.refused += refused;
        }
        outcome.span = began.elapsed();
        outcome.took.sort_unstable();
        Ok(outcome)
    }
}

impl Outcome {
    pub(crate) fn accepted(&self) -> u64 {
        self.took.len() as u64
    }

    pub(crate) fn per_second(&self) -> f64 {
        self.accepted() as f64 / self.span.as_secs_f64()
    }

    pub(crate) fn latency(&self, percent: f64) -> Duration {
        percentile(&mut self.took.clone(), percent)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [p50, p99, most] = [50.0, 99.0, 100.0].map(|percent| self.latency(percent));
        write!(
            f,
            "{:.0}/s, {} not as they should be; p50 {p50:.1?}, p99 {p99:.1?}, longest {most:.1?}",
            self.per_second(),
            self.refused
        )
    }
}

type Queue = Arc<Mutex<mpsc::UnboundedReceiver<Instant>>>;

/// Sends what is due, one after another on one connection. Latencies of right answers, and other answers.
async fn send(
    mut stream: TcpStream,
    queue: Queue,
    forged: bool,
) -> Result<(Vec<Duration>, u64), Failure> {
    let (signature, right) = match forged {
        true => (Some("0000000000000000000000000000000000000000"), 403),
        false => (None, 204),
    };
    let (mut took, mut refused) = (Vec::new(), 0);
    loop {
        let Some(at) = queue.lock().await.recv().await else {
            return Ok((took, refused));
        };
        stream.write_all(&request(&delivery(), signature)).await?;
        match answer(&mut stream).await? == right {
            true => took.push(at.elapsed()),
            false => refused += 1,
        }
    }
}

/// The status of the next answer, which has no body.
pub(crate) async fn answer(stream: &mut TcpStream) -> Result<u16, Failure> {
    let mut head = Vec::with_capacity(256);
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut head).await? == 0 {
            return Err("the connection was closed".into());
        }
    }
    let status = head.get(9..12).ok_or("no status")?;
    Ok(std::str::from_utf8(status)?.parse()?)
}

/// A message that was written, as Webex tells it.
fn delivery() -> Vec<u8> {
    use base64::Engine as _;
    let spell = |kind: &str, id: Uuid| {
        base64::engine::general_purpose::URL_SAFE_NO_PAD
            .encode(format!("ciscospark://us/{kind}/{id}"))
    };
    let (room, person) = (Uuid::from_u128(7), Uuid::from_u128(8));
    serde_json::json!({
        "id": spell("WEBHOOK", room), "name": "showcaller bench", "resource": "messages",
        "event": "created", "targetUrl": "https://bot.example.com/hooks/bench",
        "orgId": spell("ORGANIZATION", room), "createdBy": spell("PEOPLE", room),
        "appId": spell("APPLICATION", room), "ownedBy": "creator", "status": "active",
        "created": "2027-10-06T08:00:00.000Z", "actorId": spell("PEOPLE", person),
        "data": {
            "id": spell("MESSAGE", Uuid::new_v4()), "roomId": spell("ROOM", room),
            "roomType": "group", "personId": spell("PEOPLE", person),
            "personEmail": "ann@example.com", "created": "2027-10-06T08:00:00.000Z",
            "mentionedPeople": [spell("PEOPLE", room)],
        },
    })
    .to_string()
    .into_bytes()
}

/// A request with that body, signed by Webex unless another signature is given.
pub(crate) fn request(body: &[u8], signature: Option<&str>) -> Vec<u8> {
    let signed = || {
        let mut mac = Hmac::<Sha1>::new_from_slice(SECRET.as_bytes()).expect("any key will do");
        mac.update(body);
        let bytes = mac.finalize().into_bytes();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    };
    let signature = signature.map_or_else(signed, str::to_owned);
    let head = format!(
        "POST /hooks/bench HTTP/1.1\r\nHost: bot.example.com\r\nContent-Type: application/json\r\n\
         X-Spark-Signature: {signature}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}
