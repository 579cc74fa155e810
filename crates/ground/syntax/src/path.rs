//! Dotted paths: `components.orders.timeout`, `effects[2].create`, `headers["x.y"]`.

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Key(String),
    Index(usize),
}

/// `path` with `key` appended; keys that are not plain words are written `["..."]`.
pub fn join(path: &str, key: &str) -> String {
    let plain = !key.is_empty()
        && key
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '$' | '/' | '@' | '+'));
    if !plain {
        let quoted = serde_json::Value::String(key.to_string()).to_string();
        format!("{path}[{quoted}]")
    } else if path.is_empty() {
        key.to_string()
    } else {
        // Not by `format!`: this is done for every value of a file.
        let mut joined = String::with_capacity(path.len() + 1 + key.len());
        joined.push_str(path);
        joined.push('.');
        joined.push_str(key);
        joined
    }
}

/// `path` with a list position appended.
pub fn index(path: &str, at: usize) -> String {
    format!("{path}[{at}]")
}

/// The steps of a path, or what is wrong with it.
pub fn parse(path: &str) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    let mut rest = path;
    let mut first = true;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            if inner.starts_with('"') {
                let mut stream = serde_json::Deserializer::from_str(inner).into_iter::<String>();
                let key = match stream.next() {
                    Some(Ok(key)) => key,
                    _ => return Err(format!("the quoted key in `{path}` does not end")),
                };
                rest = inner[stream.byte_offset()..]
                    .strip_prefix(']')
                    .ok_or_else(|| format!("`]` is missing in `{path}`"))?;
                steps.push(Step::Key(key));
            } else {
                let close = inner
                    .find(']')
                    .ok_or_else(|| format!("`]` is missing in `{path}`"))?;
                let number = inner[..close].parse().map_err(|_| {
                    format!("`[{}]` in `{path}` is not a position", &inner[..close])
                })?;
                steps.push(Step::Index(number));
                rest = &inner[close + 1..];
            }
        } else {
            let body = match rest.strip_prefix('.') {
                Some(_) if first => return Err(format!("`{path}` starts with a dot")),
                Some(body) => body,
                None if first => rest,
                None => return Err(format!("a dot is missing in `{path}` before `{rest}`")),
            };
            let end = body.find(['.', '[']).unwrap_or(body.len());
            if end == 0 {
                return Err(format!("`{path}` has an empty step"));
            }
            steps.push(Step::Key(body[..end].to_string()));
            rest = &body[end..];
        }
        first = false;
    }
    Ok(steps)
}

/// The path of these steps.
pub fn show(steps: &[Step]) -> String {
    steps.iter().fold(String::new(), |path, step| match step {
        Step::Key(key) => join(&path, key),
        Step::Index(at) => index(&path, *at),
    })
}

/// The path one step shorter, or `None` at the root.
pub fn parent(path: &str) -> Option<String> {
    let mut steps = parse(path).ok()?;
    steps.pop()?;
    Some(show(&steps))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_round_trip() {
        for path in [
            "",
            "a",
            "a.b[2].c",
            "a[\"x.y\"].z",
            "a[\"q\\\"]\"][0]",
            "x[1][2]",
        ] {
            assert_eq!(show(&parse(path).unwrap()), path);
        }
        for bad in [".a", "a..b", "a[", "a[x]", "a[1]b", "a[\"x", "a."] {
            assert!(parse(bad).is_err(), "{bad}");
        }
        assert_eq!(parent("a.b[2]").as_deref(), Some("a.b"));
        assert_eq!(parent(""), None);
    }
}
