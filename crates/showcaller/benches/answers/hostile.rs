//! Bodies that are no deliveries.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha1::Sha1;

use crate::{Failure, http};

const FORGED: &str = "0000000000000000000000000000000000000000";

/// Sends so many to an event's webhooks, always the same: random ones, huge ones, deeply nested ones,
/// truncated ones, ones of wrong types, and a good one that is forged. All the others are signed.
pub(crate) async fn bodies(address: &str, secret: &str, number: u64) -> Result<(), Failure> {
    let mut random = Random(number);
    let good = json!({
        "id": "1", "resource": "messages", "event": "created", "actorId": "2",
        "data": {"id": "3", "roomId": "4", "roomType": "direct", "personId": "5"},
    });
    let good = good.to_string().into_bytes();
    for number in 0..number {
        let (body, expected) = match number % 6 {
            0 => (random.bytes(4_096), 204),
            1 => (vec![b'x'; 70_000 + random.below(200_000)], 413),
            2 => (vec![b'['; random.below(60_000)], 204),
            3 => (good[..random.below(good.len())].to_vec(), 204),
            4 => (
                br#"{"resource": 7, "event": [], "data": {"id": {}}}"#.to_vec(),
                204,
            ),
            _ => (good.clone(), 403),
        };
        let signature = match expected {
            403 => FORGED.to_owned(),
            _ => signature(secret, &body),
        };
        let sent = http::send(http::Request {
            address,
            what: "POST /hooks/innovation-challenge",
            headers: &[("X-Spark-Signature", &signature)],
            body: &body,
        })
        .await;
        match sent {
            Ok((status, _)) if status == expected => {}
            // It is refused before it is sent.
            Err(_) if expected == 413 => {}
            other => return Err(format!("hostile body {number} got {other:?}").into()),
        }
    }
    Ok(())
}

fn signature(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).expect("any key will do");
    mac.update(body);
    let bytes = mac.finalize().into_bytes();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, most: usize) -> usize {
        (self.next() % most as u64) as usize
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        let length = self.below(most);
        (0..length).map(|_| self.next() as u8).collect()
    }
}
