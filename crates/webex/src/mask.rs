//! Takes secrets out of texts that end up in error messages.

/// Members of answers whose values let their bearer into a meeting or an account, or that people
/// wrote: links to join come with the password in them.
const SECRET: [&str; 19] = [
    "password",
    "phoneAndVideoSystemPassword",
    "panelistPassword",
    "phoneAndVideoSystemPanelistPassword",
    "hostKey",
    "webLink",
    "joinLink",
    "startLink",
    "registerLink",
    "accessCode",
    "secret",
    "access_token",
    "refresh_token",
    "authorization",
    "contentUrl",
    "text",
    "markdown",
    "html",
    "agenda",
];

/// Longest excerpt, in characters.
const LONGEST: usize = 300;

/// What must not show of one call: its token, and the passwords that its body sets. Webex may
/// repeat either in its answer.
#[derive(Default)]
pub(crate) struct Secrets<'a> {
    token: &'a str,
    passwords: Vec<String>,
}

impl<'a> Secrets<'a> {
    /// Those of a call with this token and this body.
    pub(crate) fn of(token: &'a str, body: &[u8]) -> Self {
        let mut passwords = Vec::new();
        if let Ok(body) = serde_json::from_slice(body) {
            collect_passwords(&body, &mut passwords);
        }
        Self { token, passwords }
    }

    /// `text` with `…` in place of each of them.
    pub(crate) fn hide(&self, text: &str) -> String {
        let all = self.passwords.iter().map(String::as_str);
        std::iter::once(self.token)
            .chain(all)
            .filter(|secret| !secret.is_empty())
            .fold(text.to_owned(), |text, secret| text.replace(secret, "…"))
    }
}

fn collect_passwords(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(members) => {
            for (name, member) in members {
                match member.as_str() {
                    Some(text) if name.to_lowercase().ends_with("password") => {
                        found.push(text.to_owned());
                    }
                    _ => collect_passwords(member, found),
                }
            }
        }
        serde_json::Value::Array(items) => {
            for item in items {
                collect_passwords(item, found);
            }
        }
        _ => {}
    }
}

/// The beginning of `body` in one line, fit for an error message: the values of secret members
/// and every occurrence of a secret of the call are replaced by `…`.
pub(crate) fn excerpt(body: &[u8], secrets: &Secrets<'_>) -> String {
    // Far more than is shown, so that masking works on a small piece of a large body.
    let head = &body[..body.len().min(16 * LONGEST)];
    let line = String::from_utf8_lossy(head)
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    let masked = secrets.hide(&mask_members(&line));
    match masked.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &masked[..end]),
        None => masked,
    }
}

/// `text` with `…` in place of all that stands between the first and the last double quote: for
/// serde's messages, which quote the value they found but put names in back-ticks.
pub(crate) fn without_quoted(text: &str) -> String {
    match (text.find('"'), text.rfind('"')) {
        (Some(first), Some(last)) if first < last => {
            format!("{}…{}", &text[..=first], &text[last..])
        }
        _ => text.to_owned(),
    }
}

/// Works on text rather than on parsed JSON, since it is also needed for what does not parse.
fn mask_members(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(quote) = rest.find('"') {
        let end = quote + 1 + quoted_length(&rest[quote + 1..]);
        let name = rest[quote + 1..end].to_owned();
        let after = rest[end..].strip_prefix('"').unwrap_or("");
        masked.push_str(&rest[..rest.len() - after.len()]);
        rest = after;
        let Some(value) = rest.trim_start().strip_prefix(':').map(str::trim_start) else {
            continue;
        };
        if SECRET
            .iter()
            .any(|secret| secret.eq_ignore_ascii_case(&name))
        {
            masked.push_str(": \"…\"");
            rest = &value[value_length(value)..];
        }
    }
    masked.push_str(rest);
    masked
}

/// Length of a JSON scalar at the start of `text`; everything that follows if it is cut short or
/// no scalar.
fn value_length(text: &str) -> usize {
    match text.strip_prefix('"') {
        Some(inner) => (quoted_length(inner) + 2).min(text.len()),
        None if text.starts_with(['{', '[']) => text.len(),
        None => text.find([',', '}', ']']).unwrap_or(text.len()),
    }
}

/// Length of the text up to its closing quote, or to its end if there is none.
fn quoted_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(token: &str) -> Secrets<'_> {
        Secrets::of(token, b"")
    }

    #[test]
    fn secret_members_are_masked_wherever_they_stand() {
        let body = br#"{"title":"Jury","password" : "a\"b,}","hostKey":123456,
            "telephony":{"accessCode":"99"},"id":"M"}"#;
        insta::assert_snapshot!(
            excerpt(body, &token("tok")),
            @r#"{"title":"Jury","password": "…","hostKey": "…", "telephony":{"accessCode": "…"},"id":"M"}"#
        );
    }

    #[test]
    fn a_secret_cut_short_is_masked_as_well() {
        assert_eq!(
            excerpt(br#"{"password":"half a pass"#, &token("tok")),
            r#"{"password": "…""#
        );
        assert_eq!(
            excerpt(br#"{"password":"half\"#, &token("tok")),
            r#"{"password": "…""#
        );
        assert_eq!(
            excerpt(br#"{"hostKey":12"#, &token("tok")),
            r#"{"hostKey": "…""#
        );
    }

    #[test]
    fn a_secret_that_is_no_scalar_is_masked_with_all_that_follows() {
        let body = br#"{"id":"W","secret":["marked",{"a":"marked"}],"b":"marked"}"#;
        assert_eq!(excerpt(body, &token("tok")), r#"{"id":"W","secret": "…""#);
    }

    #[test]
    fn no_password_shows_wherever_the_body_is_cut() {
        let mut endings = vec![String::new()];
        for _ in 0..3 {
            let longer = endings.iter().flat_map(|text| {
                ['"', '\\', ',', '}', ':', ' ', 'é'].map(|character| format!("{text}{character}"))
            });
            endings = longer.collect();
            for ending in &endings {
                let password = format!("marked{ending}marked");
                let body = serde_json::json!({"id": "M", "password": password, "title": "Jury"});
                let body = body.to_string();
                for cut in 0..=body.len() {
                    let shown = excerpt(&body.as_bytes()[..cut], &token("tok"));
                    assert!(!shown.contains("marked"), "{shown} of {body}");
                }
            }
        }
    }

    #[test]
    fn the_token_never_shows() {
        assert_eq!(
            excerpt(b"Bearer tok-1 was refused", &token("tok-1")),
            "Bearer … was refused"
        );
    }

    #[test]
    fn long_bodies_are_cut_between_characters() {
        let text = excerpt("é".repeat(10_000).as_bytes(), &token("tok"));
        assert_eq!(text.chars().count(), LONGEST + 1);
    }

    #[test]
    fn values_quoted_by_serde_do_not_show() {
        let error = serde_json::from_str::<u32>("\"p\\\"w\"").expect_err("not a number");
        assert!(without_quoted(&error.to_string()).starts_with("invalid type: string \"…\", "));
    }

    #[test]
    fn a_password_that_was_sent_does_not_come_back_in_an_answer() {
        let sent =
            br#"{"title":"Jury","password":"Marked-1","registration":[{"Password":"Marked-2"}]}"#;
        let secrets = Secrets::of("tok", sent);
        assert_eq!(
            secrets.hide("Marked-1 is too weak for Jury, Marked-2 too; tok"),
            "… is too weak for Jury, … too; …"
        );
    }
}
