//! Clients that mean no good.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::Failure;
use crate::load::{answer, request};

/// Clients that send one byte a second, and come again when they are thrown out. They go when this is
/// dropped.
pub(crate) struct SlowClients(JoinSet<()>);

impl SlowClients {
    pub(crate) fn number(&self) -> usize {
        self.0.len()
    }
}

pub(crate) async fn slow_clients(
    address: SocketAddr,
    number: usize,
) -> Result<SlowClients, Failure> {
    let mut clients = JoinSet::new();
    for _ in 0..number {
        let mut stream = TcpStream::connect(address).await?;
        clients.spawn(async move {
            loop {
                for byte in request(&[b' '; 200], Some("0")) {
                    if stream.write_all(&[byte]).await.is_err() {
                        break;
                    }
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
                match TcpStream::connect(address).await {
                    Ok(anew) => stream = anew,
                    Err(_) => return,
                }
            }
        });
    }
    Ok(SlowClients(clients))
}

/// Sends bodies of all sizes that are no deliveries: every other one is forged, the others are signed.
pub(crate) async fn bodies(address: SocketAddr, number: usize) -> Result<(), Failure> {
    let mut stream = TcpStream::connect(address).await?;
    for number in 0..number {
        let length = number * 7_919 % 60_000;
        let opening = [&b"["[..], b"{\"a\":", b"\xff\x00", b"x"][number % 4];
        let body: Vec<u8> = opening.iter().copied().cycle().take(length).collect();
        let (signature, expected) = match number % 2 {
            0 => (Some("0000000000000000000000000000000000000000"), 403),
            _ => (None, 204),
        };
        stream.write_all(&request(&body, signature)).await?;
        let status = answer(&mut stream).await?;
        if status != expected {
            return Err(format!("a hostile body got {status}").into());
        }
    }
    Ok(())
}
