//! Credentials in files: that one is there is a fact, what it is must never leave the file.
//!
//! Fronts ask [`seen`] for every literal bound to a name, and keep a [`Value::Hole`] in its place where it
//! answers. Addresses are kept with their credentials struck out ([`struck`]).
//!
//! [`Value::Hole`]: crate::observation::Value::Hole

use crate::credential;
pub use crate::credential::masked;
use crate::observation::Observation;
use model::finding::Certainty;

/// Words that a credential's name ends in (or has before a last `value`, `base64`, ...).
const CREDENTIALS: &[&str] = &[
    "password",
    "passwd",
    "passwort",
    "pwd",
    "pass",
    "secret",
    "token",
    "credential",
    "credentials",
    "passphrase",
    "apikey",
    "secretkey",
    "accesskey",
    "privatekey",
    "signingkey",
    "encryptionkey",
    "authkey",
    "masterkey",
    "sharedkey",
    "accountkey",
    "licensekey",
    "pat",
];

/// What may follow without making it something else.
const ENDINGS: &[&str] = &[
    "value", "base64", "default", "string", "key", "plain", "text",
];

/// Words that stand for a credential that is to be filled in.
const PLACEHOLDERS: &[&str] = &[
    "changeme",
    "change-me",
    "change_me",
    "changeit",
    "replaceme",
    "replace",
    "todo",
    "fixme",
    "example",
    "sample",
    "dummy",
    "placeholder",
    "none",
    "null",
    "nil",
    "undefined",
    "empty",
    "insert",
    "your",
    "redacted",
    "hidden",
    "xxx",
    "***",
    "...",
];

/// Whether a name may be that of a credential. Wider than [`credential::is_credential`], which findings are
/// made from: what is hidden for nothing costs little.
pub fn is_credential(key: &str) -> bool {
    if credential::is_credential(key) {
        return true;
    }
    let words = words_of(key);
    let mut words: &[String] = &words;
    while let [rest @ .., last] = words
        && ENDINGS.contains(&last.as_str())
        && !rest.is_empty()
    {
        if two(words).is_some_and(|joined| CREDENTIALS.contains(&joined.as_str())) {
            return true;
        }
        words = rest;
    }
    let last = words.last().map(String::as_str).unwrap_or("");
    CREDENTIALS.contains(&last)
        || two(words).is_some_and(|joined| CREDENTIALS.contains(&joined.as_str()))
        || ["password", "passwd"]
            .iter()
            .any(|word| last.ends_with(word))
}

fn two(words: &[String]) -> Option<String> {
    match words {
        [.., a, b] => Some(format!("{a}{b}")),
        _ => None,
    }
}

/// `spring.clientSecret_X` is `spring client secret x`.
fn words_of(key: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut lower = false;
    for c in key.chars() {
        if !c.is_alphanumeric() {
            words.push(String::new());
            lower = false;
            continue;
        }
        if c.is_uppercase() && lower {
            words.push(String::new());
        }
        lower = c.is_lowercase();
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty() && !word.bytes().all(|b| b.is_ascii_digit()));
    words
}

/// Whether a text is to be filled in, or taken from elsewhere, rather than a credential.
pub fn is_placeholder(value: &str) -> bool {
    let value = value.trim().trim_matches(['"', '\'']);
    let lower = value.to_ascii_lowercase();
    value.is_empty()
        || ["${", "$(", "{{", "#{", "<%", "%(", "@"].iter().any(|mark| value.contains(mark) && !value.contains("://"))
        || value.starts_with('$')
        || (value.starts_with('<') && value.ends_with('>'))
        || (value.starts_with('%') && value.ends_with('%'))
        || (value.starts_with('[') && value.ends_with(']'))
        || ["true", "false", "yes", "no", "on", "off"].contains(&lower.as_str())
        || PLACEHOLDERS
            .iter()
            .any(|word| lower == *word || lower.starts_with(&format!("{word}-")) || lower.starts_with(&format!("{word}_")) || lower.starts_with(&format!("{word} ")))
        || lower.bytes().all(|b| b == b'x' || b == b'*' || b == b'.')
        // A path or an address names where the credential is.
        || value.starts_with('/')
        || value.contains("://")
        || lower.starts_with("arn:")
        || lower.starts_with("vault:")
}

/// The observation for a literal bound to a name, where the name is a credential's and the literal no
/// placeholder. A plain word (`password: admin`) is inferred: it may be a default that nobody uses.
pub fn seen(key: &str, value: &str) -> Option<(Observation, Certainty)> {
    if !is_credential(key) || is_placeholder(value) {
        return None;
    }
    let certainty = certainty(value);
    let (key, value) = (key.to_string(), masked(value));
    Some((Observation::Secret { key, value }, certainty))
}

/// Resolved where a literal may open something, inferred where it is a plain word.
pub fn certainty(literal: &str) -> Certainty {
    match credential::looks_secret(literal) {
        true => Certainty::Resolved,
        false => Certainty::Inferred,
    }
}

/// An address or connection string without its credentials, and the credential where it is a literal:
/// `postgres://user:***@db/x`, `Server=db;Password=***`, `jdbc:mysql://db/x?password=***`.
pub fn struck(text: &str) -> (String, Option<String>) {
    let mut found = None;
    let mut out = text.to_string();
    if let Some(scheme) = out.find("://") {
        let authority = scheme + 3;
        let end = out[authority..]
            .find(['/', '?', '#', ' ', '"'])
            .map_or(out.len(), |end| authority + end);
        if let Some(host) = out[authority..end].rfind('@')
            && let Some(colon) = out[authority..authority + host].find(':')
        {
            let (from, to) = (authority + colon + 1, authority + host);
            let literal = out[from..to].to_string();
            if !is_placeholder(&literal) {
                out.replace_range(from..to, "***");
                found = Some(literal);
            }
        }
    }
    let (out, pair) = struck_pairs(&out);
    (out, found.or(pair))
}

/// `;Password=x;` and `&password=x&` within a connection string.
fn struck_pairs(text: &str) -> (String, Option<String>) {
    let mut out = String::with_capacity(text.len());
    let mut found = None;
    let mut rest = text;
    while let Some(equals) = rest.find('=') {
        let name_from = rest[..equals]
            .rfind([';', '&', '?', ' ', ','])
            .map_or(0, |at| at + 1);
        let name = &rest[name_from..equals];
        out.push_str(&rest[..=equals]);
        rest = &rest[equals + 1..];
        let end = rest.find([';', '&', ' ', ',', '"']).unwrap_or(rest.len());
        if !name.is_empty() && is_credential(name) && !is_placeholder(&rest[..end]) {
            found = Some(rest[..end].to_string());
            out.push_str("***");
            rest = &rest[end..];
        }
    }
    out.push_str(rest);
    (out, found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_credentials() {
        for key in [
            "DB_PASSWORD",
            "spring.datasource.password",
            "clientSecret",
            "api-key",
            "AWS_SECRET_ACCESS_KEY",
            "apiKey",
            "MYSQL_ROOT_PASSWORD",
            "password",
            "jwt.token",
            "GITHUB_TOKEN",
            "private_key",
            "rootpassword",
            "signing-key",
            "secret.key",
            "users[0].password",
        ] {
            assert!(is_credential(key), "{key}");
        }
        for key in [
            "spring.datasource.url",
            "token-uri",
            "PASSWORD_FILE",
            "secretName",
            "token.expiration",
            "access-token-validity",
            "user",
            "compass",
            "password-encoder",
            "tokenUrl",
            "key",
            "cache-key",
            "MYSQL_ALLOW_EMPTY_PASSWORD_CHECK",
        ] {
            assert!(!is_credential(key), "{key}");
        }
    }

    #[test]
    fn placeholders_are_no_credentials() {
        for value in [
            "${X}",
            "<password>",
            "changeme",
            "",
            "xxxx",
            "your-api-key",
            "{{ .Values.x }}",
            "true",
            "/run/secrets/x",
        ] {
            assert!(seen("password", value).is_none(), "{value}");
        }
        let (what, certainty) = seen("password", "s3cr3t-Value").unwrap();
        assert!(!format!("{what:?}").contains("s3cr3t"));
        assert_eq!(certainty, Certainty::Resolved);
        assert_eq!(seen("password", "admin").unwrap().1, Certainty::Inferred);
    }

    #[test]
    fn addresses_without_their_credentials() {
        let cases = [
            (
                "postgres://u:s3cr@db:5432/x?a=b",
                "postgres://u:***@db:5432/x?a=b",
                Some("s3cr"),
            ),
            ("mongodb://u:${P}@db/x", "mongodb://u:${P}@db/x", None),
            (
                "Server=db;User=sa;Password=Yukon900;Db=x",
                "Server=db;User=sa;Password=***;Db=x",
                Some("Yukon900"),
            ),
            (
                "jdbc:mysql://db/x?user=a&password=b1c",
                "jdbc:mysql://db/x?user=a&password=***",
                Some("b1c"),
            ),
            ("http://orders:8080/x?y=z", "http://orders:8080/x?y=z", None),
        ];
        for (text, clean, found) in cases {
            assert_eq!(
                struck(text),
                (clean.to_string(), found.map(str::to_string)),
                "{text}"
            );
        }
    }
}
