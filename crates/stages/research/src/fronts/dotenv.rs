//! `.env` files: named values that workloads and programs take in. The name is the file's path.

use super::said::Said;
use super::{Front, Reads, SourceText, name_of};
use crate::observation::{FileFacts, Observation, Value};
use crate::placeholder::shell;

pub const FRONT: Front = Front {
    id: "dotenv",
    takes: |path| {
        let name = name_of(path);
        name == ".env" || name.starts_with(".env.") || name.ends_with(".env")
    },
    reads: Reads::Format(read),
};

fn read(source: SourceText) -> FileFacts {
    let mut said = Said::new(FRONT.id);
    let mut entries: Vec<(String, Value)> = Vec::new();
    let mut lines = source.text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let line_number = index as u32 + 1;
        let line = line.trim_start_matches('\u{feff}').trim();
        let line = line.strip_prefix("export ").unwrap_or(line).trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((name, written)) = line.split_once('=').or_else(|| line.split_once(':')) else {
            said.fault(line_number, "no `NAME=value`");
            continue;
        };
        let name = name.trim();
        let plain = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
        if name.is_empty() || !name.chars().all(plain) {
            said.fault(line_number, "the name is none of a variable");
            continue;
        }
        let mut written = written.trim().to_string();
        let quote = written.chars().next().filter(|c| *c == '"' || *c == '\'');
        if let Some(quote) = quote {
            // A quoted value may go on over lines (keys, certificates).
            while !written[1..].contains(quote) {
                let Some((_, more)) = lines.next() else {
                    said.fault(line_number, "a quoted value does not end");
                    break;
                };
                written.push('\n');
                written.push_str(more);
            }
            let inner = written[1..].split(quote).next().unwrap_or("");
            written = inner.to_string();
        } else if let Some(comment) = written.find(" #") {
            written.truncate(comment);
        }
        let value = if quote == Some('\'') {
            Value::text(written)
        } else {
            shell(written.trim_end())
        };
        let value = said.safe(name, value, line_number);
        entries.push((name.to_string(), value));
    }
    let (name, secret) = (source.path.to_string(), false);
    said.say(
        1,
        Observation::Values {
            name,
            entries,
            secret,
        },
    );
    said.done()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_lines() {
        let text = "# c\nexport A=1 # one\nB=\"x # y\"\nC='$no'\nD=http://${A}:80\n\nPASSWORD=hunter2-y\nKEY=\"a\nb\"\nbroken\nE=\n";
        let facts = read(SourceText {
            path: "web/.env",
            text,
        });
        let Observation::Values { name, entries, .. } = &facts.seen.last().unwrap().what else {
            panic!()
        };
        assert_eq!(name, "web/.env");
        let known: Vec<_> = entries
            .iter()
            .map(|(k, v)| (k.as_str(), v.known()))
            .collect();
        assert_eq!(
            known,
            [
                ("A", Some("1")),
                ("B", Some("x # y")),
                ("C", Some("$no")),
                ("D", None),
                ("PASSWORD", None),
                ("KEY", Some("a\nb")),
                ("E", Some("")),
            ]
        );
        assert_eq!(facts.faults, [(10, "no `NAME=value`".to_string())]);
        assert!(!format!("{facts:?}").contains("hunter2"));
    }
}
