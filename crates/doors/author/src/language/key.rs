//! A key that no output shows.

use std::fmt;

/// Shorter ones are placeholders of local servers, and words of answers.
const SHORTEST_SECRET: usize = 8;

#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// # Errors
    /// What is wrong with it, as a clause that does not show it.
    pub fn new(text: &str) -> Result<Key, String> {
        match text.chars().all(|c| c.is_ascii_graphic()) && !text.is_empty() {
            true => Ok(Key(text.to_string())),
            false => Err("holds characters that no key has; copy it again".into()),
        }
    }

    /// For the header of a request.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }

    /// The text without the key, should a server repeat it.
    pub fn hidden_in(&self, text: &str) -> String {
        match self.0.len() >= SHORTEST_SECRET {
            true => text.replace(&self.0, "[key]"),
            false => text.to_string(),
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[key]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_not_shown() {
        let key = Key::new("sk-0123456789").expect("a key");
        assert_eq!(format!("{key:?}"), "[key]");
        assert_eq!(key.hidden_in("bad key sk-0123456789!"), "bad key [key]!");
        let placeholder = Key::new("none").expect("a key");
        assert_eq!(placeholder.hidden_in("none of it"), "none of it");
        for bad in ["", "a b", "a\nb", "\u{e9}"] {
            assert!(Key::new(bad).is_err());
        }
    }
}
