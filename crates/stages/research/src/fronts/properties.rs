//! Java `.properties` files: settings, with Spring's profiles by file name and by `#---` documents.

use super::said::Said;
use super::spring_configuration::profile_of;
use super::{Front, Reads, SourceText, ends_in, name_of};
use crate::observation::{FileFacts, Observation};
use crate::placeholder::spring;

pub const FRONT: Front = Front {
    id: "properties",
    takes: |path| {
        let name = name_of(path);
        // What is translated for people is no configuration, and wrappers pin build tools.
        let texts = [
            "messages",
            "Messages",
            "i18n",
            "ValidationMessages",
            "gradle-wrapper",
            "maven-wrapper",
        ];
        ends_in(path, &[".properties"]) && !texts.iter().any(|word| name.starts_with(word))
    },
    reads: Reads::Format(read),
};

const ON_PROFILE: &[&str] = &["spring.config.activate.on-profile", "spring.profiles"];

fn read(source: SourceText) -> FileFacts {
    let mut said = Said::new(FRONT.id);
    let by_name = profile_of(source.path);
    let mut document: Vec<(String, String, u32)> = Vec::new();
    for (key, value, line) in lines(source.text) {
        if key == "#---" {
            settings(std::mem::take(&mut document), by_name.clone(), &mut said);
            continue;
        }
        document.push((key, value, line));
    }
    settings(document, by_name, &mut said);
    said.done()
}

fn settings(document: Vec<(String, String, u32)>, by_name: Option<String>, said: &mut Said) {
    let stated = document
        .iter()
        .find(|(key, ..)| ON_PROFILE.contains(&key.as_str()));
    let profile = stated.map(|(_, value, _)| value.clone()).or(by_name);
    for (key, value, line) in document {
        let value = said.safe(&key, spring(&value), line);
        let profile = profile.clone();
        said.say(
            line,
            Observation::Setting {
                key,
                value,
                profile,
            },
        );
    }
}

/// Keys and values; a line `#---` that parts documents comes as a key without value.
fn lines(text: &str) -> Vec<(String, String, u32)> {
    let mut out = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let number = index as u32 + 1;
        let line = line.trim_start_matches('\u{feff}').trim();
        if line == "#---" || line == "!---" {
            out.push(("#---".to_string(), String::new(), number));
        }
        if line.is_empty() || line.starts_with(['#', '!']) {
            continue;
        }
        let mut whole = line.to_string();
        // An odd number of backslashes at the end goes on in the next line.
        while whole.bytes().rev().take_while(|b| *b == b'\\').count() % 2 == 1 {
            whole.pop();
            match lines.next() {
                Some((_, more)) => whole.push_str(more.trim_start()),
                None => break,
            }
        }
        let end = key_end(&whole);
        let key = unescaped(&whole[..end]);
        let rest = whole[end..].trim_start();
        let rest = rest.strip_prefix(['=', ':']).unwrap_or(rest);
        if !key.is_empty() {
            out.push((key, unescaped(rest.trim()), number));
        }
    }
    out
}

fn key_end(line: &str) -> usize {
    let mut escaped = false;
    for (at, c) in line.char_indices() {
        match c {
            '\\' if !escaped => escaped = true,
            '=' | ':' | ' ' | '\t' if !escaped => return at,
            _ => escaped = false,
        }
    }
    line.len()
}

fn unescaped(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_string();
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('u') => {
                let digits: String = chars.clone().take(4).collect();
                if let Some(c) = u32::from_str_radix(&digits, 16)
                    .ok()
                    .and_then(char::from_u32)
                {
                    out.push(c);
                    chars.nth(3);
                }
            }
            Some(c) => out.push(c),
            None => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observation::Value;

    #[test]
    fn keys_values_and_documents() {
        let text = "a.b = 1\nlist=x,\\\n  y\n# no\nurl: http\\://h/${X:1}\ng\\u00e9=ü\nempty\n#---\nspring.config.activate.on-profile=dev\na.b=2\ndb.password=hunter2-z\n";
        let path = "src/application-test.properties";
        let facts = read(SourceText { path, text });
        let found: Vec<_> = facts
            .seen
            .iter()
            .filter_map(|seen| match &seen.what {
                Observation::Setting {
                    key,
                    value,
                    profile,
                } => Some((seen.line, key.as_str(), value.known(), profile.as_deref())),
                _ => None,
            })
            .collect();
        assert_eq!(
            found,
            [
                (1, "a.b", Some("1"), Some("test")),
                (2, "list", Some("x,y"), Some("test")),
                (5, "url", None, Some("test")),
                (6, "gé", Some("ü"), Some("test")),
                (7, "empty", Some(""), Some("test")),
                (
                    9,
                    "spring.config.activate.on-profile",
                    Some("dev"),
                    Some("dev")
                ),
                (10, "a.b", Some("2"), Some("dev")),
                (11, "db.password", None, Some("dev")),
            ]
        );
        assert!(!format!("{facts:?}").contains("hunter2"));
        let url = facts.seen.iter().find_map(|seen| match &seen.what {
            Observation::Setting { key, value, .. } if key == "url" => Some(value.clone()),
            _ => None,
        });
        assert_eq!(url, Some(spring("http://h/${X:1}")));
        assert!(matches!(url, Some(Value::Concat(_))));
    }
}
