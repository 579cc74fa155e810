//! Credentials: which names hold them, and which values are more than a word that stands for one.

/// Endings of names, without separators and in lower case, that hold a credential.
const NAMES: [&str; 17] = [
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "secret",
    "secretkey",
    "clientsecret",
    "apikey",
    "apitoken",
    "accesskey",
    "accesstoken",
    "authtoken",
    "privatekey",
    "signingkey",
    "encryptionkey",
    "credential",
    "token",
];

/// Values that everybody writes and that open nothing.
const WORDS: [&str; 15] = [
    "changeme",
    "example",
    "placeholder",
    "your",
    "xxxx",
    "dummy",
    "sample",
    "test",
    "todo",
    "insert",
    "replace",
    "redacted",
    "fake",
    "mock",
    "abcdef",
];

/// Whether a name is that of a credential: `spring.datasource.password`, `paymentApiKey`, `DB_PASSWORD`.
pub fn is_credential(key: &str) -> bool {
    let last = key.rsplit(['.', ':', '/']).next().unwrap_or(key);
    let plain: String = last
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .flat_map(char::to_lowercase)
        .collect();
    NAMES.iter().any(|name| plain.ends_with(name))
}

/// Whether a value may open something: no placeholder, no plain word, no sentence, no path or address.
pub fn looks_secret(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let long = value.len() >= 6 && value.len() <= 4096;
    let mixed = value.chars().any(|c| c.is_ascii_digit())
        || (value.chars().any(|c| c.is_ascii_uppercase())
            && value.chars().any(|c| c.is_ascii_lowercase()))
        || value.chars().any(|c| "!@#$%^&*+=".contains(c));
    let open = value.contains("${")
        || value.contains("{{")
        || value.contains("#{")
        || value.starts_with(['<', '$', '%', '/', '.', '{', '(', '@'])
        || value.contains("://");
    let words = WORDS.iter().any(|word| lower.contains(word));
    // `secret123`, `Password!`: the word itself, dressed up.
    let core: String = lower.chars().filter(char::is_ascii_alphabetic).collect();
    let dressed = NAMES.contains(&core.as_str()) || core == "pass";
    // `token_%s_`, `Bearer {}`: made into something else before it is used.
    let pattern = ["%s", "%d", "%v", "{}", "{0"]
        .iter()
        .any(|mark| value.contains(mark));
    // A text that somebody encoded is what it says.
    if decoded(value).is_some_and(|plain| {
        let plain = plain.to_ascii_lowercase();
        WORDS.iter().any(|word| plain.contains(word)) || plain.contains("changed")
    }) {
        return false;
    }
    // `grant_type=password`, `user.password.label`, `PasswordResetToken`: names, not values.
    let name = value.contains(char::is_whitespace)
        || value.contains('.') && !value.chars().any(|c| c.is_ascii_digit())
        || is_credential(value)
        || (value
            .chars()
            .all(|c| c.is_ascii_alphabetic() || c == '_' || c == '-')
            && !irregular(value));
    long && mixed && value.is_ascii() && !open && !words && !dressed && !pattern && !name
}

/// The text that a base64 text stands for, where it stands for a readable one.
pub fn decoded(value: &str) -> Option<String> {
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0u32, 0u32);
    let body = value.trim().trim_end_matches('=');
    if !value.len().is_multiple_of(4) || body.len() + 2 < value.trim().len() {
        return None;
    }
    for c in body.bytes() {
        let six = match c {
            b'A'..=b'Z' => c - b'A',
            b'a'..=b'z' => c - b'a' + 26,
            b'0'..=b'9' => c - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        held = (held << 6 | u32::from(six)) & 0xffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xff) as u8);
        }
    }
    let text = String::from_utf8(bytes).ok()?;
    let text = text.trim_end_matches('\n').to_owned();
    let readable = text.chars().all(|c| c.is_ascii_graphic() || c == ' ');
    (readable && !text.is_empty()).then_some(text)
}

/// Letters whose case changes as no name's does: `aXbQzP`.
fn irregular(value: &str) -> bool {
    let turns = value
        .as_bytes()
        .windows(2)
        .filter(|pair| pair[0].is_ascii_uppercase() != pair[1].is_ascii_uppercase())
        .count();
    value.len() >= 16 && turns * 3 > value.len()
}

/// What may be shown of a secret: its length.
pub fn masked(value: &str) -> String {
    format!("{} characters", value.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_credentials() {
        for key in [
            "spring.datasource.password",
            "paymentApiKey",
            "DB_PASSWORD",
            "client-secret",
            "jwt.secret",
        ] {
            assert!(is_credential(key), "{key}");
        }
        for key in [
            "tokenUrl",
            "passwordEncoder",
            "secretName",
            "keyboard",
            "spring.datasource.url",
        ] {
            assert!(!is_credential(key), "{key}");
        }
    }

    #[test]
    fn encoded_texts() {
        assert_eq!(decoded("aHVudGVyMjI="), Some("hunter22".to_owned()));
        assert_eq!(decoded("aHVudGVyMjIK"), Some("hunter22".to_owned()));
        for value in ["hunter22!", "/////w==", "aHVudGVyMjI", ""] {
            assert_eq!(decoded(value), None, "{value}");
        }
    }

    #[test]
    fn values_that_open_something() {
        for value in [
            "sk_live_9aX27fQp03",
            "Pa$$w0rd!",
            "hunter22",
            "c2tfbGl2ZV85YVgyN2ZRcDAz",
        ] {
            assert!(looks_secret(value), "{value}");
        }
        for value in [
            "password",
            "${DB_PASSWORD}",
            "changeme123",
            "your-api-key-1",
            "{{ .Values.x1 }}",
            "user.password.label",
            "PasswordResetToken",
            "short",
            "https://x/1Y",
            "Wrong password, try 1 more",
            "secret123",
            "Password!",
            "session_%s_1",
            "Contraseña1",
            "bXktZXhhbXBsZS1rZXktMQ==",
        ] {
            assert!(!looks_secret(value), "{value}");
        }
    }
}
