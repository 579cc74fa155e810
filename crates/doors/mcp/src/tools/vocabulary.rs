//! `vocabulary`: how to write the files.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Tool;
use crate::desk::Call;
use crate::short::Refusal;

pub struct Vocabulary;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Places of a file's model, all that you need at once: `brief` (with a whole small brief), `brief.domain.operations.*`, `architecture.mechanisms.*`, `waivers`; or `expressions`, `quantities`, `insight`.
    paths: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
pub struct Output {
    places: Vec<Place>,
    /// Places that there are not, with what is there instead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unknown: Vec<String>,
    /// Left out to keep the answer short; ask for them next.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rest: Vec<String>,
}

#[derive(Serialize, JsonSchema)]
struct Place {
    path: String,
    /// What stands there.
    is: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    about: String,
    /// One line for each key: name (`!` where it must be there), what stands there, what it means.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    keys: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    words: Vec<String>,
    /// A piece of a design that passes every check, as YAML.
    #[serde(skip_serializing_if = "Option::is_none")]
    example: Option<String>,
}

/// Bytes of an answer, about 4,000 tokens.
const MOST: usize = 16_000;

impl Tool for Vocabulary {
    const NAME: &'static str = "vocabulary";
    const ABOUT: &'static str = "How to write brief.yaml and architecture.yaml: the keys, units and words of any place of the model, with an example that passes every check. Use it before you write an element of a kind that you have not written yet.";
    type Input = Input;
    type Output = Output;

    fn run(_: &Call<'_>, input: Input) -> Result<Output, Refusal> {
        let mut output = Output {
            places: Vec::new(),
            unknown: Vec::new(),
            rest: Vec::new(),
        };
        let mut bytes = 0;
        for path in input.paths {
            if bytes > MOST {
                output.rest.push(path);
                continue;
            }
            match place(&path) {
                Ok(place) => {
                    bytes += serde_json::to_string(&place).map_or(0, |t| t.len());
                    output.places.push(place);
                }
                Err(keys) => {
                    let keys: Vec<String> = keys.into_iter().take(40).collect();
                    let there = keys.join(", ");
                    output.unknown.push(format!("`{path}`; there is {there}"));
                }
            }
        }
        match output.places.is_empty() {
            true if output.unknown.is_empty() => {
                Err(Refusal::new("no place is named").next("Begin with `brief` or `architecture`."))
            }
            true => Err(Refusal::new(format!(
                "there is no {}",
                output.unknown.join("; no ")
            ))),
            false => Ok(output),
        }
    }
}

fn place(path: &str) -> Result<Place, Vec<String>> {
    if let Some(text) = pipeline::vocabulary::topic(path) {
        return Ok(Place {
            path: path.to_string(),
            is: "a topic".into(),
            about: text.to_string(),
            keys: Vec::new(),
            words: Vec::new(),
            example: None,
        });
    }
    let word = pipeline::vocabulary::word(path)?;
    let line = |name: &str, is: &str, about: &str| match (is, about) {
        ("", "") => name.to_string(),
        ("", about) => format!("{name}: {about}"),
        (is, "") => format!("{name}: {is}"),
        (is, about) => format!("{name}: {is}. {about}"),
    };
    let keys = word.keys.iter().map(|k| {
        let mark = if k.required { "!" } else { "" };
        line(&format!("{}{mark}", k.key), &k.is, &k.about)
    });
    Ok(Place {
        keys: keys.collect(),
        words: word
            .words
            .iter()
            .map(|(w, about)| line(w, "", about))
            .collect(),
        path: word.path,
        is: word.is,
        about: word.about,
        example: word.example,
    })
}
