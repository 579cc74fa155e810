//! What format fronts share: collecting observations without ever keeping a credential, and paths.

use crate::observation::{FileFacts, Observation, Observed, Value};
use crate::{placeholder, secret};
use model::finding::Certainty;

/// The facts of one file while they are read.
#[derive(Debug)]
pub struct Said {
    pub facts: FileFacts,
    /// Of what is said from here on.
    pub certainty: Certainty,
}

impl Said {
    pub fn new(front: &str) -> Self {
        Said {
            facts: FileFacts {
                front: front.to_string(),
                ..FileFacts::default()
            },
            certainty: Certainty::Resolved,
        }
    }

    pub fn say(&mut self, line: u32, what: Observation) {
        let certainty = self.certainty;
        self.observe(line, certainty, what);
    }

    pub fn observe(&mut self, line: u32, certainty: Certainty, what: Observation) {
        self.facts.seen.push(Observed {
            line,
            certainty,
            within: String::new(),
            what,
        });
    }

    pub fn fault(&mut self, line: u32, reason: impl Into<String>) {
        self.facts.faults.push((line, reason.into()));
    }

    /// The value without credentials: a literal under a credential's name becomes a hole and is observed as
    /// a secret, an address loses the password in it.
    pub fn safe(&mut self, key: &str, value: Value, line: u32) -> Value {
        match value {
            Value::Text(text) => {
                if let Some((what, certainty)) = secret::seen(key, &text) {
                    self.observe(line, certainty, what);
                    return Value::Hole;
                }
                Value::Text(self.clean(key, text, line))
            }
            Value::Concat(pieces) => {
                // A credential in an address may stand between placeholders; the pieces are struck as one
                // text would be, each on its own.
                Value::Concat(
                    pieces
                        .into_iter()
                        .map(|p| self.safe(key, p, line))
                        .collect(),
                )
            }
            Value::Env { name, default } => Value::Env {
                default: default.map(|d| Box::new(self.safe_default(key, &name, *d, line))),
                name,
            },
            Value::Config { key: of, default } => Value::Config {
                default: default.map(|d| Box::new(self.safe_default(key, &of, *d, line))),
                key: of,
            },
            Value::Either(all) => {
                Value::Either(all.into_iter().map(|v| self.safe(key, v, line)).collect())
            }
            other => other,
        }
    }

    /// A default is a credential's where the key or the variable that it stands in for is named like one.
    fn safe_default(&mut self, key: &str, name: &str, default: Value, line: u32) -> Value {
        let named = if secret::is_credential(name) {
            name
        } else {
            key
        };
        let before = self.facts.seen.len();
        let safe = self.safe(named, default, line);
        // It counts only where nothing sets the variable: a deployment may.
        for seen in &mut self.facts.seen[before..] {
            seen.certainty = Certainty::Inferred;
        }
        safe
    }

    fn clean(&mut self, key: &str, text: String, line: u32) -> String {
        let (clean, found) = secret::struck(&text);
        if let Some(literal) = found {
            let certainty = secret::certainty(&literal);
            let key = key.to_string();
            let value = secret::masked(&literal);
            self.observe(line, certainty, Observation::Secret { key, value });
        }
        clean
    }

    /// A text without credentials, where no placeholder is looked for.
    pub fn safe_text(&mut self, key: &str, text: &str, line: u32) -> String {
        match self.safe(key, Value::text(text), line) {
            Value::Text(text) => text,
            _ => "***".to_string(),
        }
    }

    pub fn done(self) -> FileFacts {
        self.facts
    }
}

/// The folder of a path, empty at the root.
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A path as a file in `folder` writes it, relative to the tree's root: `.` and `..` undone, none where it
/// leaves the tree or is no plain path.
pub fn resolve(folder: &str, written: &str) -> Option<String> {
    if written.starts_with(['/', '~']) || written.contains("://") || written.contains('$') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in written.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The port in a text that may be `8080`, `8080/tcp`, `${PORT:-8080}` or `0.0.0.0:8080`.
pub fn port_of(text: &str) -> Option<u16> {
    let text = placeholder::settled(&placeholder::shell(text))?;
    let text = text.split('/').next().unwrap_or("");
    let text = text.rsplit(':').next().unwrap_or("");
    text.split('-')
        .next()?
        .trim()
        .parse()
        .ok()
        .filter(|port| *port > 0)
}

/// Splits a command line at blanks outside of quotes.
pub fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut open = None;
    let mut any = false;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (c, open) {
            ('\\', None | Some('"')) => {
                if let Some(next) = chars.next() {
                    word.push(next);
                    any = true;
                }
            }
            (c, Some(quote)) if c == quote => open = None,
            ('"' | '\'', None) => {
                open = Some(c);
                any = true;
            }
            (c, None) if c.is_whitespace() => {
                if any {
                    words.push(std::mem::take(&mut word));
                    any = false;
                }
            }
            (c, _) => {
                word.push(c);
                any = true;
            }
        }
    }
    if any {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_ports_and_words() {
        assert_eq!(resolve("a/b", "../c/./d").as_deref(), Some("a/c/d"));
        assert_eq!(resolve("a", "../../c"), None);
        assert_eq!(resolve("", ".").as_deref(), Some(""));
        assert_eq!(resolve("a", "https://x/y"), None);
        assert_eq!(port_of("127.0.0.1:8080/tcp"), Some(8080));
        assert_eq!(port_of("${P:-99}"), Some(99));
        assert_eq!(port_of("${P}"), None);
        assert_eq!(words(r#"a "b c" d\ e ''"#), ["a", "b c", "d e", ""]);
    }

    #[test]
    fn no_credential_is_kept() {
        let mut said = Said::new("x");
        let values = [
            said.safe("db.password", Value::text("hunter2!"), 1),
            said.safe(
                "db.password",
                placeholder::spring("${DB_PASSWORD:hunter2!}"),
                2,
            ),
            said.safe("x", placeholder::spring("${DB_PASSWORD:hunter2!}"), 3),
            said.safe("db.url", Value::text("postgres://u:hunter2!@db/x"), 4),
        ];
        assert!(!format!("{values:?}{said:?}").contains("hunter2"));
        assert_eq!(said.facts.seen.len(), 4);
        assert_eq!(values[3], Value::text("postgres://u:***@db/x"));
    }
}
