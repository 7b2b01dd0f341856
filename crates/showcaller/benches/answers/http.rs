//! One request on a connection of its own.

use std::fmt::Write as _;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::Failure;

/// A request to a server on this machine.
pub(crate) struct Request<'a> {
    pub(crate) address: &'a str,
    /// Method and path.
    pub(crate) what: &'a str,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: &'a [u8],
}

/// Status and body of the answer.
pub(crate) async fn send(request: Request<'_>) -> Result<(u16, String), Failure> {
    let Request { address, what, .. } = request;
    let mut head = format!("{what} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    for (name, value) in request.headers {
        write!(head, "{name}: {value}\r\n")?;
    }
    let length = request.body.len();
    write!(
        head,
        "Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    )?;
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    stream
        .write_all(&[head.as_bytes(), request.body].concat())
        .await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("no head")?;
    let status = head.get(9..12).ok_or("no status")?.parse()?;
    Ok((status, body.to_owned()))
}

/// What a GET is answered.
pub(crate) async fn get(address: &str, path: &str) -> Result<(u16, String), Failure> {
    let what = format!("GET {path}");
    send(Request {
        address,
        what: &what,
        headers: &[],
        body: b"",
    })
    .await
}
