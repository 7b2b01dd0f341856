//! What clients meet that come through a socket.

use std::io::Read as _;

use flate2::read::GzDecoder;
use serde_json::Value;
use showcaller_simulator::{Config, Simulator, serve};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::client::{HOST, text};

/// A simulator on a port of its own, and what `ask` makes of it.
pub(crate) async fn on_a_port<T>(
    faults: &[&str],
    ask: impl AsyncFnOnce(&Simulator, String) -> T,
) -> T {
    let simulator = Simulator::new(Config {
        faults: faults.iter().map(|line| line.parse().unwrap()).collect(),
        ..Config::default()
    })
    .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/v1", listener.local_addr().unwrap());
    let (stop, stopped) = oneshot::channel::<()>();
    let served = tokio::spawn(serve(simulator.clone(), listener, async move {
        let _ = stopped.await;
    }));
    let seen = ask(&simulator, base).await;
    drop(stop);
    served.await.unwrap().unwrap();
    seen
}

async fn me(
    simulator: &Simulator,
    base: &str,
    encoding: &str,
) -> reqwest::Result<reqwest::Response> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = client
        .get(format!("{base}/people/me"))
        .header("accept-encoding", encoding)
        .bearer_auth(simulator.token_for(HOST));
    request.send().await
}

#[tokio::test]
async fn an_answer_is_packed_for_those_who_say_that_they_can_unpack_it() {
    on_a_port(&[], async |simulator: &Simulator, base: String| {
        for (encoding, packed) in [
            ("gzip, deflate, br", true),
            ("gzip;q=0", false),
            ("identity", false),
        ] {
            let answer = me(simulator, &base, encoding).await.unwrap();
            let header = answer.headers().get("content-encoding").cloned();
            assert_eq!(
                header.is_some_and(|own| own == "gzip"),
                packed,
                "{encoding}"
            );
            let bytes = answer.bytes().await.unwrap();
            let mut body = Vec::new();
            match packed {
                true => drop(GzDecoder::new(&bytes[..]).read_to_end(&mut body).unwrap()),
                false => body.extend_from_slice(&bytes),
            }
            let person: Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(text(&person["emails"][0]), HOST);
        }
    })
    .await;
}

#[tokio::test]
async fn a_packed_answer_is_cut_short_as_any_other() {
    on_a_port(
        &["cut-short"],
        async |simulator: &Simulator, base: String| {
            let answer = me(simulator, &base, "gzip").await.unwrap();
            assert_eq!(answer.headers()["content-encoding"], "gzip");
            assert!(answer.bytes().await.is_err());
        },
    )
    .await;
}
