//! Texts with placeholders, as Spring, compose and others write them: `http://${HOST:orders}:8080`.

use super::values::join;
use crate::observation::Value;

/// `${X}`, `${X:default}`, `${X:-default}`, `$X` is left alone. A name in capitals is an environment
/// variable, any other a configuration key. `#{...}` is computed at run time.
pub fn value_of(text: &str) -> Value {
    read(text, 0)
}

fn read(text: &str, depth: u8) -> Value {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        let Some(end) = closing(&rest[at + 2..]).filter(|_| depth < 8) else {
            break;
        };
        if at > 0 {
            pieces.push(Value::text(&rest[..at]));
        }
        pieces.push(placeholder(&rest[at + 2..at + 2 + end], depth));
        rest = &rest[at + 2 + end + 1..];
    }
    if rest.starts_with("#{") && rest.ends_with('}') {
        pieces.push(Value::Hole);
    } else if !rest.is_empty() || pieces.is_empty() {
        pieces.push(Value::text(rest));
    }
    join(pieces)
}

fn placeholder(inner: &str, depth: u8) -> Value {
    let (name, default) = match inner.split_once(':') {
        Some((name, default)) => (name, Some(default.strip_prefix('-').unwrap_or(default))),
        None => (inner, None),
    };
    let default = default.map(|text| Box::new(read(text, depth + 1)));
    let name = name.trim().to_owned();
    let capitals = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    if capitals {
        Value::Env { name, default }
    } else {
        Value::Config { key: name, default }
    }
}

/// Offset of the brace that closes, nested ones counted.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::value_of;
    use crate::observation::Value;

    #[test]
    fn placeholders_nest_and_keep_their_defaults() {
        let env = |name: &str, default: Option<Value>| Value::Env {
            name: name.into(),
            default: default.map(Box::new),
        };
        assert_eq!(value_of("plain"), Value::text("plain"));
        assert_eq!(value_of("${HOST}"), env("HOST", None));
        assert_eq!(
            value_of("http://${HOST:${orders.host:localhost}}:80"),
            Value::Concat(vec![
                Value::text("http://"),
                env(
                    "HOST",
                    Some(Value::Config {
                        key: "orders.host".into(),
                        default: Some(Box::new(Value::text("localhost"))),
                    })
                ),
                Value::text(":80"),
            ])
        );
        assert_eq!(value_of("a ${open"), Value::text("a ${open"));
        assert_eq!(
            value_of("${URL:http://x:80/}"),
            env("URL", Some(Value::text("http://x:80/")))
        );
    }
}
