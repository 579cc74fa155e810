//! Resources: every file of the folder that Groundplan reads or made, the words of the files, and
//! briefs to start from.

use std::path::Path;

use rmcp::ErrorData;
use rmcp::model::{ReadResourceResult, Resource, ResourceContents, ResourceTemplate};

use crate::desk::Desk;
use crate::short::Refusal;

const FOLDER: &str = "groundplan://folder/";
const VOCABULARY: &str = "groundplan://vocabulary/";
const EXAMPLES: &str = "groundplan://examples/";
const EXPLAIN: &str = "groundplan://explain/";

/// Folders of generated files.
const MADE: [&str; 2] = [folder::rendering::OUTPUT, folder::researching::OUTPUT];
/// Files of the user's.
const OWN: [&str; 5] = [
    pipeline::open::BRIEF,
    pipeline::open::ARCHITECTURE,
    pipeline::open::WAIVERS,
    pipeline::open::MEASURED,
    pipeline::drifting::DRIFT,
];

/// The files of a folder that are of interest, relative to it.
pub fn files(root: &Path) -> Result<Vec<String>, Refusal> {
    let mut found = Vec::new();
    for name in OWN {
        if folder::files::read_if_there(&root.join(name))?.is_some() {
            found.push(name.to_string());
        }
    }
    for made in MADE {
        for path in folder::files::below(&root.join(made))? {
            if let Ok(relative) = path.strip_prefix(root) {
                found.push(relative.display().to_string());
            }
        }
    }
    Ok(found)
}

pub fn list(desk: &Desk) -> Result<Vec<Resource>, ErrorData> {
    let found = files(&desk.folder).map_err(|r| ErrorData::internal_error(r.error, None))?;
    let mut list: Vec<Resource> = found
        .into_iter()
        .map(|name| {
            Resource::new(format!("{FOLDER}{name}"), name.clone()).with_mime_type(media(&name))
        })
        .collect();
    for file in pipeline::schemas::NAMES {
        let about = format!("the sections of {file}.yaml, each with what it is about");
        list.push(
            Resource::new(format!("{VOCABULARY}{file}"), format!("vocabulary: {file}"))
                .with_description(about)
                .with_mime_type("text/markdown"),
        );
    }
    for start in pipeline::examples::starts() {
        list.push(
            Resource::new(
                format!("{EXAMPLES}{}/brief", start.name),
                format!("example: {}", start.name),
            )
            .with_description(start.summary())
            .with_mime_type("application/yaml"),
        );
    }
    Ok(list)
}

pub fn templates() -> Vec<ResourceTemplate> {
    let template = |uri: String, name: &str, about: &str| {
        ResourceTemplate::new(uri, name).with_description(about)
    };
    vec![
        template(format!("{FOLDER}{{+path}}"), "file", "a file of the folder"),
        template(
            format!("{VOCABULARY}{{path}}"),
            "vocabulary",
            "what stands at a place of the model, with an example: architecture.components.*",
        ),
        template(
            format!("{EXPLAIN}{{id}}"),
            "explanation",
            "what stands behind a rule, number, finding, decision, pattern or technology",
        ),
    ]
}

pub fn read(desk: &Desk, uri: &str) -> Result<ReadResourceResult, ErrorData> {
    let missing = |why: String| ErrorData::resource_not_found(why, None);
    let (text, media) = if let Some(name) = uri.strip_prefix(FOLDER) {
        let listed = files(&desk.folder).map_err(|r| ErrorData::internal_error(r.error, None))?;
        if !listed.iter().any(|known| known == name) {
            return Err(missing(format!("there is no {name} among the resources")));
        }
        let bytes = folder::files::reader(&desk.folder)(name)
            .map_err(|e| missing(format!("{name}: {e}")))?
            .ok_or_else(|| missing(format!("{name} is gone")))?;
        let text = String::from_utf8(bytes).map_err(|_| missing(format!("{name} is no text")))?;
        (text, media(name))
    } else if let Some(path) = uri.strip_prefix(VOCABULARY) {
        (vocabulary(path).map_err(missing)?, "text/markdown")
    } else if let Some(name) = uri
        .strip_prefix(EXAMPLES)
        .and_then(|r| r.strip_suffix("/brief"))
    {
        let start = pipeline::examples::starts().iter().find(|s| s.name == name);
        let start = start.ok_or_else(|| missing(format!("there is no example {name}")))?;
        (start.brief.to_string(), "application/yaml")
    } else if let Some(id) = uri.strip_prefix(EXPLAIN) {
        let workspace = desk.workspace().map_err(|r| missing(r.error))?;
        let text = pipeline::explain::explain(id, Some(&workspace)).map_err(|nearest| {
            missing(format!(
                "nothing is called {id}; perhaps {}",
                nearest.join(", ")
            ))
        })?;
        (text, "text/markdown")
    } else {
        return Err(missing(format!(
            "{uri} is none of ours; list the resources"
        )));
    };
    let contents = ResourceContents::text(text, uri).with_mime_type(media);
    Ok(ReadResourceResult::new(vec![contents]))
}

/// The sections of a file, or one place.
fn vocabulary(path: &str) -> Result<String, String> {
    if let Some(text) = pipeline::vocabulary::topic(path) {
        return Ok(text.to_string());
    }
    let word = pipeline::vocabulary::word(path)
        .map_err(|keys| format!("there is no place {path}; there is {}", keys.join(", ")))?;
    let mut text = format!("# {}\n\n{} {}\n", word.path, word.is, word.about);
    if pipeline::schemas::NAMES.contains(&path) {
        for (place, about) in pipeline::vocabulary::index(path, 2) {
            text.push_str(&format!("\n- `{place}` {about}"));
        }
        return Ok(text);
    }
    for key in &word.keys {
        let must = if key.required { " (must be there)" } else { "" };
        text.push_str(&format!(
            "\n- `{}`{must}: {}. {}",
            key.key, key.is, key.about
        ));
    }
    for (word, about) in &word.words {
        text.push_str(&format!("\n- `{word}` {about}"));
    }
    if let Some(example) = &word.example {
        text.push_str(&format!("\n\n```yaml\n{example}```\n"));
    }
    Ok(text)
}

fn media(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or("") {
        "yaml" | "yml" => "application/yaml",
        "json" => "application/json",
        "md" => "text/markdown",
        "svg" => "image/svg+xml",
        "sql" => "application/sql",
        _ => "text/plain",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_of_the_vocabulary_can_be_read() {
        for file in pipeline::schemas::NAMES {
            assert!(vocabulary(file).is_ok(), "{file}");
        }
        assert!(vocabulary("architecture.components.a").is_ok_and(|t| t.contains("kind")));
        assert!(vocabulary("expressions").is_ok_and(|t| t.contains("principal")));
        assert!(vocabulary("architecture.nothing").is_err());
    }
}
