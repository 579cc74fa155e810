//! What tells formats apart that share a file ending: the keys at the top of a YAML or JSON text.

use super::SourceText;

/// How much of a text is looked at.
const LOOKED_AT: usize = 256 << 10;

/// A file, and the names at its top level.
#[derive(Debug)]
pub struct Head<'t> {
    pub path: &'t str,
    pub text: &'t str,
    /// Keys in the first column of YAML (of every document), or at the first level of a JSON object.
    pub keys: Vec<&'t str>,
}

impl<'t> Head<'t> {
    pub fn of(source: SourceText<'t>) -> Self {
        let mut end = source.text.len().min(LOOKED_AT);
        while !source.text.is_char_boundary(end) {
            end -= 1;
        }
        let text = &source.text[..end];
        let body = text.trim_start_matches('\u{feff}').trim_start();
        let keys = if body.starts_with('{') && !body.starts_with("{{") {
            json_keys(body)
        } else {
            yaml_keys(text)
        };
        let (path, text) = (source.path, source.text);
        Head { path, text, keys }
    }

    pub fn has(&self, key: &str) -> bool {
        self.keys.contains(&key)
    }

    pub fn has_all(&self, keys: &[&str]) -> bool {
        keys.iter().all(|key| self.has(key))
    }

    pub fn has_any(&self, keys: &[&str]) -> bool {
        keys.iter().any(|key| self.has(key))
    }
}

fn yaml_keys(text: &str) -> Vec<&str> {
    let mut keys = Vec::new();
    for line in text.trim_start_matches('\u{feff}').lines() {
        // A list at the top has the keys of its items (`- databaseChangeLog:` does not occur, playbooks do).
        let quoted = line.starts_with(['"', '\'']);
        if !quoted && !line.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '$') {
            continue;
        }
        let Some(colon) = line.find(':') else {
            continue;
        };
        let after = line.as_bytes().get(colon + 1);
        if after.is_some_and(|byte| !byte.is_ascii_whitespace()) {
            continue;
        }
        let key = line[..colon].trim().trim_matches(['"', '\'']);
        if !keys.contains(&key) && keys.len() < 1000 {
            keys.push(key);
        }
    }
    keys
}

fn json_keys(body: &str) -> Vec<&str> {
    let bytes = body.as_bytes();
    let mut keys = Vec::new();
    let mut depth = 0u32;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                let start = at + 1;
                at = start;
                while at < bytes.len() && bytes[at] != b'"' {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
                let end = at.min(bytes.len());
                let rest = body.get(end + 1..).unwrap_or("").trim_start();
                if depth == 1
                    && rest.starts_with(':')
                    && let Some(key) = body.get(start..end)
                    && keys.len() < 1000
                {
                    keys.push(key);
                }
            }
            b'/' if bytes.get(at + 1) == Some(&b'/') => {
                while at < bytes.len() && bytes[at] != b'\n' {
                    at += 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<&str> {
        let path = "x.yaml";
        Head::of(SourceText { path, text }).keys
    }

    #[test]
    fn keys_of_yaml_and_json() {
        let yaml =
            "# kind: x\n\"apiVersion\": v1\nkind: Pod\nspec:\n  services:\nurl:x\n---\nkind: Job\n";
        assert_eq!(keys(yaml), ["apiVersion", "kind", "spec"]);
        let json = "{ // \"no\": 1\n\"openapi\": \"3\", \"x\": {\"kind\": \"a\\\"}\"}, \"é\": [{\"y\": 1}]}";
        assert_eq!(keys(json), ["openapi", "x", "é"]);
        assert_eq!(keys("{\"a"), Vec::<&str>::new());
        assert_eq!(keys("{{- if x }}\nkind: Pod\n"), ["kind"]);
    }
}
