//! Answers into the text of a brief. Comments, order and spacing of everything else stay.

use crate::asked::{Asked, show};
use model::quantity::Rate;
use serde_json::{Value, json};
use syntax::edit;

/// What an answer writes: model paths with their values, in order.
pub(crate) fn sets(asked: &Asked, value: &Value) -> Vec<(String, Value)> {
    let mut written = value.clone();
    if let (Some(each), Value::Array(names)) = (&asked.keyed, value) {
        let entry = |name: &Value| Some((name.as_str()?.to_string(), each.clone()));
        written = Value::Object(names.iter().filter_map(entry).collect());
    }
    let rate = value.as_str().and_then(|text| text.parse::<Rate>().ok());
    if let (Some(parts), Some(rate)) = (asked.spread, rate) {
        written = json!(Rate(rate.0 / parts.max(1) as f64));
    }
    let also = asked.also.iter().map(|also| {
        let value = also.value.clone().unwrap_or_else(|| written.clone());
        (also.sets.clone(), value)
    });
    std::iter::once((asked.sets.clone(), written.clone()))
        .chain(also)
        .collect()
}

/// The brief with the answer in its place. An assumption of the same question goes: it is known now.
///
/// # Errors
/// Where the value does not answer the question, or the text cannot be edited there.
pub fn answer(text: &str, asked: &Asked, value: &Value) -> Result<String, String> {
    asked
        .accepts(value)
        .map_err(|reason| format!("{}: {reason}", asked.id))?;
    let text = written(text, asked, value)?;
    let root = syntax::tree::parse(0, &text).root;
    let assumed = root
        .as_ref()
        .and_then(|root| root.get("assumptions")?.get(&asked.id));
    if assumed.is_none() {
        return Ok(text);
    }
    let path = syntax::path::join("assumptions", &asked.id);
    edit::remove(&text, &path).map_err(|e| e.to_string())
}

fn written(text: &str, asked: &Asked, value: &Value) -> Result<String, String> {
    let mut text = text.to_string();
    for (path, value) in sets(asked, value) {
        text = edit::set(&text, &path, &value).map_err(|e| format!("{}: {e}", asked.id))?;
    }
    Ok(text)
}

/// The brief with every default set and listed under `assumptions`, in the order of `asked`.
/// Questions without a default stay open.
///
/// # Errors
/// Where the text cannot be edited at one of the places; nothing is changed then.
pub fn assume(text: &str, asked: &[Asked]) -> Result<String, String> {
    let mut text = text.to_string();
    for one in asked.iter().filter(|one| !one.default.is_null()) {
        text = written(&text, one, &one.default)?;
        let path = syntax::path::join("assumptions", &one.id);
        let assumption = json!({
            "text": one.assumption.replace("{value}", &show(&one.default)),
            "sets": one.sets,
            "because": one.because,
            "decides": one.decides,
        });
        text = edit::set(&text, &path, &assumption).map_err(|e| format!("{}: {e}", one.id))?;
    }
    Ok(text)
}
