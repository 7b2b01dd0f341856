//! Whether a delivery is Webex's own (messaging §9.3).

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use showcaller_secret::Secret;

/// The header that carries the signature.
pub const SIGNATURE_HEADER: &str = "x-spark-signature";

/// The length of an HMAC-SHA1, in bytes.
const LENGTH: usize = 20;

/// Whether `signature`, the value of [`SIGNATURE_HEADER`], is the hexadecimal HMAC-SHA1 of `body` under
/// `secret`. `body` is what was received, byte by byte. The time that a refusal takes says nothing
/// about the right signature.
#[must_use]
pub fn is_signed(secret: &Secret, body: &[u8], signature: &[u8]) -> bool {
    let Some(signature) = from_hex(signature) else {
        return false;
    };
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret.expose().as_bytes()) else {
        return false;
    };
    mac.update(body);
    mac.verify_slice(&signature).is_ok()
}

fn from_hex(text: &[u8]) -> Option<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    if text.len() != 2 * LENGTH {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        let digit = |at: usize| char::from(pair[at]).to_digit(16);
        *byte = u8::try_from(digit(0)? * 16 + digit(1)?).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Computed with Python's `hmac` and with `openssl dgst -sha1 -hmac`; the first is case 2 of
    /// RFC 2202.
    const SIGNED: [(&str, &[u8], &str); 4] = [
        (
            "Jefe",
            b"what do ya want for nothing?",
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
        ),
        ("s3cret", b"", "3e48575537919d9187078407ecb88e44b1d674e4"),
        (
            "s3cret",
            br#"{"resource":"messages","event":"created","data":{"id":"M"}}"#,
            "d65df66d1012c1d4179251ab5f9aa2ee5f476cb3",
        ),
        (
            "s3cret",
            b"\xff\x00\xfe",
            "a75d6ec305c73aa75f9800793e0fc0a5a703ba0a",
        ),
    ];

    #[test]
    fn what_webex_signs_is_believed_in_either_case() {
        for (secret, body, signature) in SIGNED {
            let secret = Secret::new(secret);
            assert!(is_signed(&secret, body, signature.as_bytes()), "{body:?}");
            let upper = signature.to_uppercase();
            assert!(is_signed(&secret, body, upper.as_bytes()), "{body:?}");
        }
    }

    #[test]
    fn no_other_signature_is_believed() {
        let (secret, body, right) = SIGNED[0];
        let secret = Secret::new(secret);
        for wrong in [
            "",
            "0",
            &right[1..],
            &right[..39],
            &format!("{right}0"),
            &format!("sha1={right}"),
            &format!(" {right}"),
            &right.replace('e', "g"),
            &right.replace('e', "é"),
            &"0".repeat(40),
        ] {
            assert!(!is_signed(&secret, body, wrong.as_bytes()), "{wrong}");
        }
        assert!(!is_signed(&Secret::new("jefe"), body, right.as_bytes()));
        assert!(!is_signed(&secret, &body[1..], right.as_bytes()));
    }

    proptest! {
        #[test]
        fn one_bit_more_or_less_is_a_forgery(bit in 0..160_usize) {
            let (secret, body, right) = SIGNED[0];
            let mut bytes = from_hex(right.as_bytes()).expect("hexadecimal");
            bytes[bit / 8] ^= 1 << (bit % 8);
            let forged: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            prop_assert!(!is_signed(&Secret::new(secret), body, forged.as_bytes()));
        }
    }
}
