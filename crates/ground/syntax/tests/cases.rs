//! Each folder of `tests/cases` holds an `input.yaml` (and files that it names) and the findings that
//! it gives, followed by what remains of the value. `UPDATE=1` rewrites what is expected.
//! Folders that begin with `brief` or `architecture` are held against the model's own schema.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::path::Path;
use syntax_under_test::diagnostics::{Look, render};
use syntax_under_test::{HookError, Hooks, Schema, load_value_with};

use groundplan_syntax as syntax_under_test;

/// A small model with every shape that the loader must understand.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Toy {
    /// What the system is called.
    name: String,
    #[serde(default)]
    #[schemars(extend("x-ids" = "components"))]
    components: indexmap::IndexMap<String, Component>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "entities"))]
    entities: indexmap::IndexMap<String, Entity>,
    #[serde(default)]
    relations: Vec<Relation>,
    #[serde(default)]
    settings: Settings,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Component {
    kind: Kind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    timeout: Option<Quantity>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    instances: Option<u8>,
    #[serde(default)]
    public: bool,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(flatten)]
    notes: Notes,
}

#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
struct Notes {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Service,
    Store,
    EventBroker,
}

#[derive(Debug, Serialize, Deserialize)]
struct Quantity(String);

impl JsonSchema for Quantity {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Quantity".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "x-quantity": "duration" })
    }
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Entity {
    #[schemars(extend("x-ids" = "fields"))]
    fields: indexmap::IndexMap<String, Field>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = "fields"))]
    key: Option<String>,
    #[serde(default)]
    effects: Vec<Effect>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
enum Field {
    Short(FieldType),
    Long {
        #[serde(rename = "type")]
        of: FieldType,
        #[serde(default)]
        required: bool,
    },
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum FieldType {
    Text,
    Integer,
    Timestamp,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Effect {
    Create {
        #[schemars(extend("x-ref" = "entities"))]
        entity: String,
    },
    Guard {
        #[schemars(extend("x-expr" = true))]
        when: String,
    },
    Audit,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Relation {
    #[schemars(extend("x-ref" = "components"))]
    from: String,
    #[schemars(extend("x-ref" = "components|entities"))]
    to: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    protocol: Option<Protocol>,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Protocol {
    Http {
        #[serde(default)]
        port: Option<u16>,
    },
    Queue {
        topic: String,
    },
}

#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
struct Settings {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    share: Option<f64>,
    #[serde(default)]
    labels: indexmap::IndexMap<String, String>,
}

fn hooks() -> Hooks<'static> {
    Hooks::new(|kind, text| match kind {
        "duration" if text.ends_with(" ms") || text.ends_with(" s") => Ok(()),
        "duration" => Err(HookError::from(format!("`{text}` has no unit of time"))),
        "expr" => match text.find("==") {
            Some(at) => Err(HookError {
                message: "`==` is not an operator".into(),
                remedy: "Write `=`.".into(),
                range: Some(at..at + 2),
            }),
            None => Ok(()),
        },
        other => Err(HookError::from(format!("no such kind: {other}"))),
    })
}

#[test]
fn cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut names: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    names.sort();
    assert!(names.len() >= 10, "only {} cases", names.len());
    let mut differing = Vec::new();
    for case in names {
        let mut read = |name: &str| {
            std::fs::read(case.join(name)).map_err(|_| "there is no such file".to_string())
        };
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        let (findings, sources, rest) = if name.starts_with("brief") {
            let got = groundplan_syntax::load_with::<model::Brief>(
                "input.yaml",
                &mut read,
                &Hooks::model(),
            );
            (got.findings, got.sources, json!(got.value))
        } else if name.starts_with("architecture") {
            let got = groundplan_syntax::load_with::<model::Architecture>(
                "input.yaml",
                &mut read,
                &Hooks::model(),
            );
            (got.findings, got.sources, json!(got.value))
        } else {
            let got = load_value_with(
                &Schema::new(schemars::schema_for!(Toy).to_value()),
                "input.yaml",
                &mut read,
                &hooks(),
            );
            if got.findings.is_empty() {
                let typed = serde_json::from_value::<Toy>(got.value.clone().unwrap());
                assert!(typed.is_ok(), "{name}: {typed:?}");
            }
            (got.findings, got.sources, json!(got.value))
        };
        let mut out = render(&findings, &sources, Look::default());
        out.push_str("\nwhat remains:\n");
        out.push_str(&serde_json::to_string_pretty(&rest).unwrap());
        out.push('\n');
        let expected = case.join("expected.txt");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&expected, &out).unwrap();
        } else if std::fs::read_to_string(&expected).unwrap_or_default() != out {
            differing.push(format!("--- {name}\n{out}"));
        }
    }
    assert!(
        differing.is_empty(),
        "run with UPDATE=1 if these are right:\n{}",
        differing.join("\n")
    );
}
