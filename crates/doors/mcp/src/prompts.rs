//! Prompts: one for each step of the work, as a person would ask for it.

use rmcp::ErrorData;
use rmcp::model::{GetPromptResult, Prompt, PromptArgument, PromptMessage, Role};
use serde_json::{Map, Value};

struct Step {
    name: &'static str,
    about: &'static str,
    /// What stands for `{what}` in the text, and whether it must be given.
    takes: Option<(&'static str, bool)>,
    text: &'static str,
}

const STEPS: &[Step] = &[
    Step {
        name: "discover",
        about: "From a letter or a talk to a brief without open questions",
        takes: Some(("the letter, or what is wanted in a few sentences", true)),
        text: include_str!("../prompts/discover.md"),
    },
    Step {
        name: "research",
        about: "What is true of the code that stands",
        takes: Some((
            "the folder of the code, below the one that is served",
            false,
        )),
        text: include_str!("../prompts/research.md"),
    },
    Step {
        name: "plan",
        about: "Two or three options, weighed",
        takes: None,
        text: include_str!("../prompts/plan.md"),
    },
    Step {
        name: "design",
        about: "The chosen option, made better by what you know",
        takes: Some(("the option to work out", false)),
        text: include_str!("../prompts/design.md"),
    },
    Step {
        name: "review",
        about: "What a senior reviewer would send back",
        takes: Some(("what to look at first", false)),
        text: include_str!("../prompts/review.md"),
    },
];

/// The name of the one argument.
const ARGUMENT: &str = "what";

pub fn list() -> Vec<Prompt> {
    let prompt = |step: &Step| {
        let argument = step.takes.map(|(about, must)| {
            vec![
                PromptArgument::new(ARGUMENT)
                    .with_description(about)
                    .with_required(must),
            ]
        });
        Prompt::new(step.name, Some(step.about), argument)
    };
    STEPS.iter().map(prompt).collect()
}

pub fn get(name: &str, arguments: Map<String, Value>) -> Result<GetPromptResult, ErrorData> {
    let Some(step) = STEPS.iter().find(|s| s.name == name) else {
        let known: Vec<&str> = STEPS.iter().map(|s| s.name).collect();
        let message = format!(
            "there is no prompt `{name}`; there are {}",
            known.join(", ")
        );
        return Err(ErrorData::invalid_params(message, None));
    };
    let given = arguments
        .get(ARGUMENT)
        .and_then(Value::as_str)
        .unwrap_or("")
        .trim();
    if given.is_empty() && step.takes.is_some_and(|(_, must)| must) {
        let message = format!(
            "`{name}` needs `{ARGUMENT}`: {}",
            step.takes.map_or("", |t| t.0)
        );
        return Err(ErrorData::invalid_params(message, None));
    }
    let given = if given.is_empty() { "not said" } else { given };
    let text = step.text.replace("{what}", given);
    let message = PromptMessage::new_text(Role::User, text);
    Ok(GetPromptResult::new(vec![message]).with_description(step.about))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tools::TOOLS;

    #[test]
    fn prompts_name_tools_that_are_there() {
        for step in STEPS {
            for word in step.text.split('`').skip(1).step_by(2) {
                let tool = word.split_whitespace().next().unwrap_or("");
                let is_word = tool.chars().all(|c| c.is_ascii_lowercase());
                let known = TOOLS.iter().any(|t| t.name == tool);
                let argument = [
                    "base",
                    "reason",
                    "what",
                    "assume",
                    "revision",
                    "drift",
                    "write",
                    "brief",
                    "knowingly",
                    "why",
                    "expressions",
                    "insight",
                    "unverified",
                ];
                assert!(
                    known || !is_word || argument.contains(&tool),
                    "{}: `{word}`",
                    step.name
                );
            }
            assert_eq!(
                step.text.contains("{what}"),
                step.takes.is_some(),
                "{}",
                step.name
            );
        }
    }
}
