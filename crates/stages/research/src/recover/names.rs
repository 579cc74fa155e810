//! Ids of the model from names of code.

use std::collections::BTreeSet;

/// A name in kebab-case: `OrderService` is `order-service`, `order_lines` is `order-lines`.
pub fn kebab(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (at, letter) in letters.iter().enumerate() {
        if !letter.is_ascii_alphanumeric() {
            if !out.is_empty() && !out.ends_with('-') {
                out.push('-');
            }
            continue;
        }
        let before = at.checked_sub(1).map(|b| letters[b]);
        let after = letters.get(at + 1);
        let starts = letter.is_ascii_uppercase()
            && before.is_some_and(|b| {
                b.is_ascii_lowercase()
                    || b.is_ascii_digit()
                    || (b.is_ascii_uppercase() && after.is_some_and(char::is_ascii_lowercase))
            });
        if starts && !out.ends_with('-') && !out.is_empty() {
            out.push('-');
        }
        out.push(letter.to_ascii_lowercase());
    }
    let out = out.trim_end_matches('-');
    match out.chars().next() {
        None => "unnamed".to_string(),
        // An id begins with a letter.
        Some(first) if first.is_ascii_digit() => format!("n{out}"),
        Some(_) => out.to_string(),
    }
}

/// Ids that are given out once.
#[derive(Default)]
pub struct Taken(BTreeSet<String>);

impl Taken {
    /// The name in kebab-case, numbered where it is taken.
    pub fn take(&mut self, name: &str) -> String {
        let id = super::free(&kebab(name), |id| self.0.contains(id));
        self.0.insert(id.clone());
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_code_become_ids() {
        for (name, id) in [
            ("OrderService", "order-service"),
            ("order_lines", "order-lines"),
            ("HTTPServer2Go", "http-server2-go"),
            ("/api/v1/{id}", "api-v1-id"),
            ("3scale", "n3scale"),
            ("öl", "l"),
            ("", "unnamed"),
        ] {
            assert_eq!(kebab(name), id, "{name}");
        }
        let mut taken = Taken::default();
        assert_eq!(
            (taken.take("A"), taken.take("a")),
            ("a".into(), "a-2".into())
        );
    }
}
