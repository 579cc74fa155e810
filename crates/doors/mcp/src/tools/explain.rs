//! `explain`: what stands behind an id.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Tool;
use crate::desk::Call;
use crate::short::{self, Refusal};

pub struct Explain;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// A number (`place-order.p99`), finding (`rule@subject`), rule, decision (`decisions.cache`), element (`components.orders`), pattern, question or technology.
    id: String,
    /// Where to go on in a text that was cut.
    #[serde(default)]
    from: usize,
}

#[derive(Serialize, JsonSchema)]
pub struct Output {
    /// Markdown.
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<usize>,
}

impl Tool for Explain {
    const NAME: &'static str = "explain";
    const ABOUT: &'static str = "What stands behind an id: the arithmetic and sources of a number, the evidence of a finding, a rule, a decision with its rejected candidates, an element, a pattern, a technology.";
    type Input = Input;
    type Output = Output;

    fn run(call: &Call<'_>, input: Input) -> Result<Output, Refusal> {
        let workspace = call.desk.workspace()?;
        let whole = pipeline::explain::explain(&input.id, Some(&workspace)).map_err(|nearest| {
            Refusal::new(format!("nothing here is called `{}`", input.id)).next(&match nearest
                .is_empty()
            {
                true => "`look` shows what is there.".to_string(),
                false => format!("Perhaps {}.", nearest.join(", ")),
            })
        })?;
        let (text, from) = short::lines(&whole, input.from, 5000);
        Ok(Output { text, from })
    }
}
