//! The tools, one file each. Few and well-shaped: a list of tools is read by every agent at every turn.

mod check;
mod design;
mod diff;
mod evaluate;
mod explain;
mod history;
mod look;
mod measure;
mod plan;
mod propose;
mod questions;
mod render;
mod research;
mod simulate;
mod vocabulary;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::desk::Call;
use crate::short::Refusal;

/// What a tool is and does.
trait Tool {
    const NAME: &'static str;
    /// One or two sentences: when to use it.
    const ABOUT: &'static str;
    /// Whether it may change files of the folder.
    const WRITES: bool = false;
    type Input: DeserializeOwned + JsonSchema;
    type Output: Serialize + JsonSchema;

    fn run(call: &Call<'_>, input: Self::Input) -> Result<Self::Output, Refusal>;
}

/// A tool as the server lists and calls it.
pub struct Entry {
    pub name: &'static str,
    pub about: &'static str,
    pub writes: bool,
    pub input: fn() -> Map<String, Value>,
    pub output: fn() -> Map<String, Value>,
    pub call: fn(&Call<'_>, Map<String, Value>) -> Result<Value, Refusal>,
}

const fn entry<T: Tool>() -> Entry {
    Entry {
        name: T::NAME,
        about: T::ABOUT,
        writes: T::WRITES,
        input: || schema::<T::Input>(SchemaSettings::draft2020_12()),
        // A field that is left out where it says nothing is not required.
        output: || schema::<T::Output>(SchemaSettings::draft2020_12().for_serialize()),
        call: typed::<T>,
    }
}

/// In the order of their use.
pub const TOOLS: &[Entry] = &[
    entry::<look::Look>(),
    entry::<vocabulary::Vocabulary>(),
    entry::<questions::Questions>(),
    entry::<research::Research>(),
    entry::<plan::Plan>(),
    entry::<design::Design>(),
    entry::<propose::Propose>(),
    entry::<check::Check>(),
    entry::<evaluate::Evaluate>(),
    entry::<simulate::Simulate>(),
    entry::<measure::Measure>(),
    entry::<explain::Explain>(),
    entry::<diff::Diff>(),
    entry::<render::Render>(),
    entry::<history::History>(),
];

/// The schema without what a reader pays for and nobody reads: titles, formats of integers.
fn schema<T: JsonSchema>(mut settings: SchemaSettings) -> Map<String, Value> {
    settings.inline_subschemas = true;
    settings.meta_schema = None;
    let generator = settings.into_generator();
    let mut value = generator.into_root_schema_for::<T>().to_value();
    plain(&mut value);
    value.as_object().cloned().unwrap_or_default()
}

fn plain(value: &mut Value) {
    match value {
        Value::Object(map) => {
            // A key of that name may also be a property.
            if !map.get("title").is_some_and(Value::is_object) {
                map.remove("title");
            }
            if map.get("format").is_some_and(Value::is_string) {
                map.remove("format");
            }
            map.values_mut().for_each(plain);
        }
        Value::Array(items) => items.iter_mut().for_each(plain),
        Value::String(text) if text.contains('\n') => *text = text.replace('\n', " "),
        _ => {}
    }
}

fn typed<T: Tool>(call: &Call<'_>, arguments: Map<String, Value>) -> Result<Value, Refusal> {
    let input: T::Input = serde_json::from_value(Value::Object(arguments)).map_err(|e| {
        Refusal::new(format!("the arguments of `{}` do not fit: {e}", T::NAME))
            .next("Its inputSchema says what it takes.")
    })?;
    if T::WRITES {
        call.going_on()?;
    }
    let output = T::run(call, input)?;
    serde_json::to_value(output).map_err(|e| Refusal::new(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_every_tool_says_what_it_takes_and_gives() {
        let mut names: Vec<&str> = TOOLS.iter().map(|t| t.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), TOOLS.len());
        for tool in TOOLS {
            assert!(tool.about.ends_with('.'), "{}", tool.name);
            for schema in [(tool.input)(), (tool.output)()] {
                assert_eq!(
                    schema.get("type").and_then(Value::as_str),
                    Some("object"),
                    "{}",
                    tool.name
                );
            }
        }
    }

    #[test]
    fn the_list_of_tools_is_cheap_to_read() {
        let list: Vec<Value> = TOOLS
            .iter()
            .map(|t| serde_json::json!({"name": t.name, "description": t.about, "inputSchema": (t.input)()}))
            .collect();
        let cost = crate::tokens::count(&Value::Array(list).to_string());
        assert!(cost < 3500, "the tools cost {cost} tokens");
    }
}
