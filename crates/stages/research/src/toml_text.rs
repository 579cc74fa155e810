//! TOML read line by line, for build files: what one line breaks costs that line alone.
//!
//! Values are not typed: an entry keeps its text, and the texts in it with their lines. That is enough to
//! read names and versions of dependencies.

/// One `key = value`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Entry {
    /// `[a.b]` as `a.b`; quotes undone; `[[bin]]` is `bin`.
    pub table: String,
    pub key: String,
    /// As written, lines joined, comments left out.
    pub value: String,
    /// Quoted texts of the value in order, each with its line.
    pub texts: Vec<(String, u32)>,
    pub line: u32,
}

impl Entry {
    /// The value as one text.
    pub fn text(&self) -> Option<&str> {
        let whole = self.value.starts_with(['"', '\'']);
        self.texts
            .first()
            .filter(|_| whole)
            .map(|(text, _)| text.as_str())
    }

    /// The text of a field of an inline table: `{ version = "1", path = "x" }`.
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut rest = self.value.strip_prefix('{')?;
        while let Some(at) = rest.find(name) {
            let before = rest[..at].chars().next_back();
            let after = rest[at + name.len()..].trim_start();
            let starts = before.is_none_or(|c| c == ' ' || c == ',' || c == '{');
            if starts && let Some(value) = after.strip_prefix('=') {
                let value = value.trim_start();
                let quote = value.chars().next().filter(|c| *c == '"' || *c == '\'')?;
                return value[1..].split(quote).next();
            }
            rest = &rest[at + name.len()..];
        }
        None
    }
}

/// Every entry in order, and the lines that are none.
pub fn read(text: &str) -> (Vec<Entry>, Vec<(u32, String)>) {
    let mut entries = Vec::new();
    let mut faults = Vec::new();
    let mut table = String::new();
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let number = index as u32 + 1;
        let line = line.trim_start_matches('\u{feff}').trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if line.starts_with('[') {
            let end = line.rfind(']').unwrap_or(line.len());
            table = line[..end]
                .trim_matches(['[', ']', ' '])
                .replace(['"', '\''], "");
            continue;
        }
        let Some((key, written)) = line.split_once('=') else {
            faults.push((number, "no `key = value`".to_string()));
            continue;
        };
        let mut entry = Entry {
            table: table.clone(),
            key: key.trim().replace(['"', '\''], ""),
            line: number,
            ..Entry::default()
        };
        let mut state = State::default();
        scan(written.trim(), number, &mut entry, &mut state);
        // Lists, tables and texts of three quotes go on over lines; the next table ends a broken one.
        while state.depth > 0 || state.long.is_some() {
            let next = lines.clone().next();
            let Some((index, more)) = next else {
                faults.push((number, "a value does not end".to_string()));
                break;
            };
            let header =
                more.starts_with('[') && more.trim_end().ends_with(']') && state.long.is_none();
            if header && !more.contains(',') && !more.contains('"') {
                faults.push((number, "a value does not end".to_string()));
                break;
            }
            lines.next();
            entry.value.push(' ');
            scan(more.trim(), index as u32 + 1, &mut entry, &mut state);
        }
        entries.push(entry);
    }
    (entries, faults)
}

#[derive(Default)]
struct State {
    depth: u32,
    /// Within a text of three quotes of this kind.
    long: Option<char>,
}

fn scan(line: &str, number: u32, entry: &mut Entry, state: &mut State) {
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        if let Some(quote) = state.long {
            let end = rest.find(&String::from(quote).repeat(3));
            entry.value.push_str(&rest[..end.unwrap_or(rest.len())]);
            let Some(end) = end else { return };
            state.long = None;
            rest = &rest[end + 3..];
            continue;
        }
        let length = match c {
            '#' => return,
            '"' | '\'' if rest[1..].starts_with(&String::from(c).repeat(2)) => {
                state.long = Some(c);
                3
            }
            '"' | '\'' => {
                let mut end = None;
                let mut escaped = false;
                for (at, next) in rest.char_indices().skip(1) {
                    match next {
                        '\\' if c == '"' && !escaped => escaped = true,
                        next if next == c && !escaped => {
                            end = Some(at);
                            break;
                        }
                        _ => escaped = false,
                    }
                }
                let end = end.unwrap_or(rest.len());
                entry.texts.push((rest[1..end].to_string(), number));
                (end + 1).min(rest.len())
            }
            '[' | '{' => {
                state.depth += 1;
                1
            }
            ']' | '}' => {
                state.depth = state.depth.saturating_sub(1);
                1
            }
            c => c.len_utf8(),
        };
        entry.value.push_str(&rest[..length]);
        rest = &rest[length..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_lists_and_inline_tables() {
        let text = "a = 1 # c\n[project]\nname = \"x # y\"\ndeps = [\n  \"a>=1\", # one\n  'b[c]~=2',\n]\nbroken\n[tool.\"x\".y]\nz = { version = \"1\", package = \"q\" }\nlong = \"\"\"\nx = 1\n\"\"\"\né = \"ü\\\"\"\n[[bin]]\nopen = [\"a\",\n[next]\nk = 'v'\n";
        let (entries, faults) = read(text);
        let keys: Vec<_> = entries
            .iter()
            .map(|e| (e.table.as_str(), e.key.as_str()))
            .collect();
        assert_eq!(
            keys,
            [
                ("", "a"),
                ("project", "name"),
                ("project", "deps"),
                ("tool.x.y", "z"),
                ("tool.x.y", "long"),
                ("tool.x.y", "é"),
                ("bin", "open"),
                ("next", "k"),
            ]
        );
        assert_eq!(entries[1].text(), Some("x # y"));
        assert_eq!(
            entries[2].texts,
            [("a>=1".to_string(), 5), ("b[c]~=2".to_string(), 6)]
        );
        assert_eq!(entries[3].field("version"), Some("1"));
        assert_eq!(entries[3].field("package"), Some("q"));
        assert_eq!(entries[3].field("pack"), None);
        assert_eq!(faults.len(), 2);
    }
}
