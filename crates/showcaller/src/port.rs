//! Ports to listen on.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use tokio::net::TcpListener;

use crate::disk;
use crate::exit::{Failure, Result};

/// Has `what` listen on the address that was given with `flag`. Port 0 takes a free one.
pub(crate) async fn open(what: &str, flag: &str, given: &str) -> Result<(TcpListener, SocketAddr)> {
    let opened = async {
        let listener = TcpListener::bind(given).await?;
        let address = listener.local_addr()?;
        Ok((listener, address))
    };
    opened
        .await
        .map_err(|error| cannot(what, flag, given, &error))
}

fn cannot(what: &str, flag: &str, given: &str, error: &std::io::Error) -> Failure {
    let reason = disk::reason(error);
    let failure = Failure::failed(format!("{what} cannot listen on {given}: {reason}"));
    match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            failure.hint(format!("{flag} 127.0.0.1:0 takes a port that is free"))
        }
        std::io::ErrorKind::InvalidInput => {
            failure.hint(format!("write it like {flag} 127.0.0.1:8080"))
        }
        _ => failure,
    }
}

/// The address for clients on this machine.
pub(crate) fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
