//! Functions of Helm's templates, as far as charts use them. One that is not here gives what is unknown.

use super::data::{Data, laid_over};
use super::evaluate::Machine;
use crate::placeholder::UNKNOWN;
use crate::yaml;
use indexmap::IndexMap;

/// Longest text that a function makes.
const MAX_TEXT: usize = 1 << 20;

pub fn call(name: &str, mut args: Vec<Data>, machine: &mut Machine<'_>, line: u32) -> Data {
    let last = args.len().checked_sub(1);
    match (name, &args[..]) {
        ("include", [Data::Text(template), dot, ..]) => {
            let (template, dot) = (template.clone(), dot.clone());
            return machine.include(&template, &dot, line);
        }
        ("tpl", [Data::Text(text), dot, ..]) => {
            let (text, dot) = (text.clone(), dot.clone());
            return machine.text(&text, &dot);
        }
        ("fail", _) => {
            machine.guessed = true;
            return Data::text("");
        }
        // Logic comes before what is unknown: `default "x" unknown` may still be one of two.
        ("and", args) => {
            let first = args.iter().find(|value| !value.holds());
            return first.or(args.last()).cloned().unwrap_or(Data::Null);
        }
        ("or", args) => {
            let known = args
                .iter()
                .find(|value| **value != Data::Unknown && value.holds());
            let found = known.or(args.iter().find(|value| value.holds()));
            return found.or(args.last()).cloned().unwrap_or(Data::Null);
        }
        ("not", [value, ..]) => {
            // Whether it holds cannot be told: what it guards is shown, as with any other.
            return match value {
                Data::Unknown => Data::Unknown,
                value => Data::Bool(!value.holds()),
            };
        }
        ("default", [fallback, value]) => {
            let given = value.holds() && *value != Data::Unknown;
            return if given {
                value.clone()
            } else {
                fallback.clone()
            };
        }
        ("coalesce", args) => {
            let found = args
                .iter()
                .find(|value| value.holds() && **value != Data::Unknown);
            return found.cloned().unwrap_or(Data::Null);
        }
        ("ternary", [yes, no, condition]) => {
            let value = if condition.holds() { yes } else { no };
            return value.clone();
        }
        ("required", [_, value]) => return value.clone(),
        ("empty", [value]) if *value != Data::Unknown => return Data::Bool(!value.holds()),
        ("list" | "tuple", _) => return Data::list(args),
        ("dict", _) => return dict(args),
        ("printf", _) => return printf(args),
        ("print" | "cat" | "println", args) => {
            let texts: Vec<String> = args.iter().map(Data::print).collect();
            return Data::Text(texts.join(if name == "cat" { " " } else { "" }));
        }
        ("merge" | "mustMerge", _) => {
            args.reverse();
            return overlaid(args);
        }
        ("mergeOverwrite" | "mustMergeOverwrite", _) => return overlaid(args),
        (
            "deepCopy" | "mustDeepCopy" | "toString" | "toStrings" | "int" | "int64" | "float64",
            [value],
        ) if matches!(value, Data::Map(_) | Data::List(_)) => {
            return value.clone();
        }
        ("lookup", _) => return Data::map(IndexMap::new()),
        _ => {}
    }
    // Of anything unknown nothing more is known; texts keep their mark.
    let unknown = last.is_some_and(|last| args[last] == Data::Unknown);
    if unknown {
        // A block of unknown lines says nothing; a mark in its place would be no YAML.
        return match name {
            "nindent" => Data::text("\n"),
            "indent" => Data::text(""),
            _ => Data::Unknown,
        };
    }
    texts(name, &args)
        .or_else(|| lists(name, &args))
        .or_else(|| compared(name, &args))
        .unwrap_or(Data::Unknown)
}

fn dict(args: Vec<Data>) -> Data {
    let mut map = IndexMap::new();
    let mut args = args.into_iter();
    while let (Some(key), Some(value)) = (args.next(), args.next()) {
        map.insert(key.print(), value);
    }
    Data::map(map)
}

fn overlaid(args: Vec<Data>) -> Data {
    let known = args
        .into_iter()
        .filter(|value| matches!(value, Data::Map(_)));
    known
        .reduce(|base, over| laid_over(&base, &over))
        .unwrap_or(Data::Null)
}

fn printf(args: Vec<Data>) -> Data {
    let mut args = args.into_iter();
    let Some(Data::Text(format)) = args.next() else {
        return Data::Unknown;
    };
    let mut out = String::new();
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        while chars
            .next_if(|c| c.is_ascii_digit() || "+-# .0".contains(*c))
            .is_some()
        {}
        match chars.next() {
            Some('%') => out.push('%'),
            Some('q') => out.push_str(&format!(
                "\"{}\"",
                args.next().unwrap_or(Data::Unknown).print()
            )),
            Some(_) => out.push_str(&args.next().unwrap_or(Data::Unknown).print()),
            None => {}
        }
    }
    Data::Text(out)
}

fn number(data: &Data) -> Option<f64> {
    match data {
        Data::Number(number) => Some(*number),
        Data::Text(text) => text.parse().ok(),
        Data::Bool(holds) => Some(f64::from(u8::from(*holds))),
        _ => None,
    }
}

fn count(data: &Data) -> Option<usize> {
    number(data)
        .filter(|n| *n >= 0.0 && *n < 1e6)
        .map(|n| n as usize)
}

fn texts(name: &str, args: &[Data]) -> Option<Data> {
    let text = |index: usize| args.get(index).map(Data::print);
    let last = text(args.len().checked_sub(1)?)?;
    let null = args.last() == Some(&Data::Null);
    let out = match name {
        "quote" | "squote" => {
            // Nothing quoted prints nothing; a mark stays within the quotes.
            let all: Vec<String> = args
                .iter()
                .filter(|arg| **arg != Data::Null)
                .map(|arg| {
                    format!(
                        "\"{}\"",
                        arg.print().replace('\\', "\\\\").replace('"', "\\\"")
                    )
                })
                .collect();
            if all.is_empty() {
                format!("\"{UNKNOWN}\"")
            } else {
                all.join(" ")
            }
        }
        "toString" | "toStrings" | "tpl" | "toRawJson" | "trimAll" if args.len() == 1 => last,
        "upper" => last.to_uppercase(),
        "lower" => last.to_lowercase(),
        "trim" => last.trim().to_string(),
        "nospace" => last.replace(' ', ""),
        "kebabcase" => last.replace('_', "-").to_lowercase(),
        "snakecase" => last.replace('-', "_").to_lowercase(),
        "trimSuffix" => {
            let suffix = text(0)?;
            last.strip_suffix(&suffix).unwrap_or(&last).to_string()
        }
        "trimPrefix" => {
            let prefix = text(0)?;
            last.strip_prefix(&prefix).unwrap_or(&last).to_string()
        }
        "trimAll" => {
            let set: Vec<char> = text(0)?.chars().collect();
            last.trim_matches(&set[..]).to_string()
        }
        "trunc" => {
            let length = number(&args[0])?;
            if length >= 0.0 {
                last.chars().take(length as usize).collect()
            } else {
                let skip = last.chars().count().saturating_sub(-length as usize);
                last.chars().skip(skip).collect()
            }
        }
        "replace" if args.len() == 3 => last.replace(&text(0)?, &text(1)?),
        "repeat" => last.repeat(count(&args[0])?.min(1000)),
        "indent" | "nindent" => {
            let pad = " ".repeat(count(&args[0])?.min(200));
            let body = if null { String::new() } else { last };
            let lines: Vec<String> = body
                .split('\n')
                .map(|line| format!("{pad}{line}"))
                .collect();
            let start = if name == "nindent" { "\n" } else { "" };
            format!("{start}{}", lines.join("\n"))
        }
        "toYaml" | "toYamlPretty" | "mustToYaml" => args.last()?.to_yaml(0),
        "toJson" | "toPrettyJson" | "mustToJson" => json(args.last()?),
        "fromYaml" | "fromJson" | "fromYamlArray" => {
            let tree = yaml::read(&last);
            return Some(tree.documents.first().map_or(Data::Null, Data::of));
        }
        "join" => match args.last()? {
            Data::List(items) => items
                .iter()
                .map(Data::print)
                .collect::<Vec<_>>()
                .join(&text(0)?),
            _ => last,
        },
        "hasPrefix" => return Some(Data::Bool(last.starts_with(&text(0)?))),
        "hasSuffix" => return Some(Data::Bool(last.ends_with(&text(0)?))),
        "contains" => return Some(Data::Bool(last.contains(&text(0)?))),
        "splitList" | "regexSplit" | "split" => {
            let parts: Vec<Data> = last.split(&text(0)?).map(Data::text).collect();
            return Some(match name {
                "split" => {
                    let numbered = parts.into_iter().enumerate();
                    Data::map(
                        numbered
                            .map(|(index, part)| (format!("_{index}"), part))
                            .collect(),
                    )
                }
                _ => Data::list(parts),
            });
        }
        "int" | "int64" | "float64" | "atoi" => {
            let number = number(args.last()?)?;
            return Some(Data::Number(if name == "float64" {
                number
            } else {
                number.trunc()
            }));
        }
        _ => return None,
    };
    (out.len() <= MAX_TEXT).then_some(Data::Text(out))
}

fn json(data: &Data) -> String {
    match data {
        Data::Map(map) => {
            let pairs: Vec<String> = map
                .iter()
                .map(|(key, value)| format!("{}:{}", json(&Data::text(key.as_str())), json(value)))
                .collect();
            format!("{{{}}}", pairs.join(","))
        }
        Data::List(items) => {
            let items: Vec<String> = items.iter().map(json).collect();
            format!("[{}]", items.join(","))
        }
        Data::Text(text) => {
            let escaped = text
                .replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('\n', "\\n");
            format!("\"{escaped}\"")
        }
        Data::Null => "null".to_string(),
        other => other.print(),
    }
}

fn lists(name: &str, args: &[Data]) -> Option<Data> {
    let key = |index: usize| args.get(index).map(Data::print);
    Some(match (name, args) {
        ("get", [map, _]) => map.field(&key(1)?),
        ("hasKey", [Data::Map(map), _]) => Data::Bool(map.contains_key(&key(1)?)),
        ("hasKey", [_, _]) => Data::Bool(false),
        ("set", [Data::Map(map), _, value]) => {
            let mut map = IndexMap::clone(map);
            map.insert(key(1)?, value.clone());
            Data::map(map)
        }
        ("unset", [Data::Map(map), _]) => {
            let mut map = IndexMap::clone(map);
            map.shift_remove(&key(1)?);
            Data::map(map)
        }
        ("omit" | "pick", [Data::Map(map), names @ ..]) => {
            let names: Vec<String> = names.iter().map(Data::print).collect();
            let kept = map
                .iter()
                .filter(|(key, _)| names.contains(key) == (name == "pick"));
            Data::map(
                kept.map(|(key, value)| (key.clone(), value.clone()))
                    .collect(),
            )
        }
        ("keys", [Data::Map(map)]) => Data::list(map.keys().map(Data::text).collect()),
        ("values", [Data::Map(map)]) => Data::list(map.values().cloned().collect()),
        ("dig", [path @ .., fallback, map]) => {
            let found = path
                .iter()
                .fold(map.clone(), |at, key| at.field(&key.print()));
            if found == Data::Null {
                fallback.clone()
            } else {
                found
            }
        }
        ("index", [of, path @ ..]) => {
            path.iter()
                .fold(of.clone(), |at, key| match (&at, count(key)) {
                    (Data::List(items), Some(index)) => {
                        items.get(index).cloned().unwrap_or(Data::Null)
                    }
                    _ => at.field(&key.print()),
                })
        }
        ("first", [Data::List(items)]) => items.first().cloned().unwrap_or(Data::Null),
        ("last", [Data::List(items)]) => items.last().cloned().unwrap_or(Data::Null),
        ("rest", [Data::List(items)]) => Data::list(items.iter().skip(1).cloned().collect()),
        ("initial", [Data::List(items)]) => {
            Data::list(items[..items.len().saturating_sub(1)].to_vec())
        }
        ("append", [Data::List(items), value]) => {
            Data::list([&items[..], std::slice::from_ref(value)].concat())
        }
        ("prepend", [Data::List(items), value]) => {
            Data::list([std::slice::from_ref(value), &items[..]].concat())
        }
        ("concat", _) => Data::list(
            args.iter()
                .flat_map(|list| match list {
                    Data::List(items) => items.to_vec(),
                    _ => Vec::new(),
                })
                .collect(),
        ),
        ("has", [value, Data::List(items)]) => Data::Bool(items.contains(value)),
        ("without", [Data::List(items), out @ ..]) => Data::list(
            items
                .iter()
                .filter(|item| !out.contains(item))
                .cloned()
                .collect(),
        ),
        ("uniq" | "sortAlpha" | "compact", [Data::List(items)]) => {
            let mut kept: Vec<Data> = Vec::new();
            for item in items.iter() {
                let dropped = (name == "compact" && !item.holds())
                    || (name != "sortAlpha" && kept.contains(item));
                if !dropped {
                    kept.push(item.clone());
                }
            }
            if name == "sortAlpha" {
                kept.sort_by_key(Data::print);
            }
            Data::list(kept)
        }
        ("reverse", [Data::List(items)]) => Data::list(items.iter().rev().cloned().collect()),
        ("len", [value]) => Data::Number(match value {
            Data::List(items) => items.len(),
            Data::Map(map) => map.len(),
            Data::Text(text) => text.len(),
            _ => 0,
        } as f64),
        ("until", [to]) => {
            let to = count(to)?.min(1000);
            Data::list((0..to).map(|n| Data::Number(n as f64)).collect())
        }
        ("kindIs" | "typeIs", [kind, value]) => {
            let kind = kind.print();
            let actual: &[&str] = match value {
                Data::Map(_) => &["map", "map[string]interface {}"],
                Data::List(_) => &["slice", "[]interface {}"],
                Data::Text(_) => &["string"],
                Data::Bool(_) => &["bool"],
                Data::Number(_) => &["float64", "int", "int64"],
                _ => &["invalid", "nil"],
            };
            Data::Bool(actual.contains(&kind.as_str()))
        }
        _ => return None,
    })
}

fn compared(name: &str, args: &[Data]) -> Option<Data> {
    if args.contains(&Data::Unknown) {
        return Some(Data::Unknown);
    }
    let (a, b) = (args.first()?, args.get(1));
    let order = || -> Option<std::cmp::Ordering> {
        match (number(a), number(b?)) {
            (Some(a), Some(b)) => a.partial_cmp(&b),
            _ => Some(a.print().cmp(&b?.print())),
        }
    };
    let all = || args.iter().map(number).collect::<Option<Vec<f64>>>();
    Some(match name {
        "eq" => Data::Bool(args[1..].iter().any(|b| a.print() == b.print())),
        "ne" => Data::Bool(a.print() != b?.print()),
        "lt" => Data::Bool(order()?.is_lt()),
        "le" => Data::Bool(order()?.is_le()),
        "gt" => Data::Bool(order()?.is_gt()),
        "ge" => Data::Bool(order()?.is_ge()),
        "add" => Data::Number(all()?.iter().sum()),
        "add1" => Data::Number(number(a)? + 1.0),
        "sub" => Data::Number(number(a)? - number(b?)?),
        "mul" => Data::Number(all()?.iter().product()),
        "div" => Data::Number((number(a)? / number(b?).filter(|b| *b != 0.0)?).trunc()),
        "max" => Data::Number(all()?.into_iter().fold(f64::MIN, f64::max)),
        "min" => Data::Number(all()?.into_iter().fold(f64::MAX, f64::min)),
        _ => return None,
    })
}
