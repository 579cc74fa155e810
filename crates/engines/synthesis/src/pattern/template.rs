//! Texts with holes: `{name}` is a variable, `[[ ... ]]` is left out when a variable in it has no
//! value here. Outside of such brackets a missing value leaves out the whole text, because a
//! sentence with a gap is worse than none.

/// What a variable has to say.
#[derive(Debug, Clone, PartialEq)]
pub enum Filling {
    Text(String),
    /// Known, and without a value at this place.
    Missing,
    /// Not in the vocabulary.
    Unknown,
}

/// Fills a text. `None` where a value is missing outside of brackets.
///
/// # Errors
/// The name of a variable that is not in the vocabulary, or a bracket that does not close.
pub fn fill(text: &str, value: &dyn Fn(&str) -> Filling) -> Result<Option<String>, String> {
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some(at) = rest.find("[[") {
        let Some(end) = rest[at..].find("]]").map(|e| at + e) else {
            return Err(format!("`[[` without `]]` in `{text}`"));
        };
        match simple(&rest[..at], value)? {
            Some(part) => out.push_str(&part),
            None => return Ok(None),
        }
        if let Some(part) = simple(&rest[at + 2..end], value)? {
            out.push_str(&part);
        }
        rest = &rest[end + 2..];
    }
    Ok(simple(rest, value)?.map(|part| {
        out.push_str(&part);
        out
    }))
}

fn simple(text: &str, value: &dyn Fn(&str) -> Filling) -> Result<Option<String>, String> {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    let mut missing = false;
    while let Some(at) = rest.find('{') {
        let Some(end) = rest[at..].find('}').map(|e| at + e) else {
            return Err(format!("`{{` without `}}` in `{text}`"));
        };
        out.push_str(&rest[..at]);
        let name = &rest[at + 1..end];
        match value(name) {
            Filling::Text(filled) => out.push_str(&filled),
            Filling::Missing => missing = true,
            Filling::Unknown => return Err(format!("there is no variable `{{{name}}}`")),
        }
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    Ok((!missing).then_some(out))
}

/// Fills every string and every key of a fragment. A string that lacks a value is left out with
/// its key; so is a list element.
///
/// # Errors
/// As [`fill`].
pub fn fill_tree(
    tree: &toml::Value,
    value: &dyn Fn(&str) -> Filling,
) -> Result<Option<serde_json::Value>, String> {
    use serde_json::Value as Json;
    Ok(match tree {
        toml::Value::String(text) => fill(text, value)?.map(Json::String),
        toml::Value::Integer(n) => Some(Json::from(*n)),
        toml::Value::Float(n) => Some(Json::from(*n)),
        toml::Value::Boolean(b) => Some(Json::Bool(*b)),
        toml::Value::Datetime(d) => Some(Json::String(d.to_string())),
        toml::Value::Array(items) => {
            let mut list = Vec::with_capacity(items.len());
            for item in items {
                list.extend(fill_tree(item, value)?);
            }
            Some(Json::Array(list))
        }
        toml::Value::Table(table) => {
            let mut map = serde_json::Map::new();
            for (key, item) in table {
                let Some(key) = fill(key, value)? else {
                    continue;
                };
                if let Some(item) = fill_tree(item, value)? {
                    map.insert(key, item);
                }
            }
            Some(Json::Object(map))
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(name: &str) -> Filling {
        match name {
            "rate" => Filling::Text("40/s".into()),
            "peak" => Filling::Missing,
            _ => Filling::Unknown,
        }
    }

    #[test]
    fn fills_and_leaves_out() {
        let filled = |text: &str| fill(text, &value);
        assert_eq!(filled("at {rate}."), Ok(Some("at 40/s.".into())));
        assert_eq!(
            filled("at {rate}[[, {peak} at most]]."),
            Ok(Some("at 40/s.".into()))
        );
        assert_eq!(filled("at {peak}"), Ok(None));
        assert!(filled("{colour}").is_err());
        assert!(filled("[[ {rate}").is_err());
    }
}
