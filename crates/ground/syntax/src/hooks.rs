//! Checks of text whose rules belong to the model: quantities and expressions.

use crate::ids::Ids;
use std::ops::Range;

/// What a hook says against a text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HookError {
    /// What is wrong, as a clause: "`40/x` has no known unit".
    pub message: String,
    /// What to write instead; a general word is used where it is empty.
    pub remedy: String,
    /// The bytes of the text that are wrong, where they are known.
    pub range: Option<Range<usize>>,
}

impl From<String> for HookError {
    fn from(message: String) -> Self {
        HookError {
            message,
            ..HookError::default()
        }
    }
}

impl From<&str> for HookError {
    fn from(message: &str) -> Self {
        HookError::from(message.to_string())
    }
}

/// Kind and text in; nothing, or what is wrong, out.
pub type TextCheck<'h> = Box<dyn Fn(&str, &str) -> Result<(), HookError> + 'h>;

/// Checks of text whose rules belong to the model.
///
/// Called with the value of `x-quantity` (`duration`, `bytes`, `rate`, ...) or `expr`, and the text.
pub struct Hooks<'h> {
    pub text: TextCheck<'h>,
    /// Ids declared in files that were loaded before, such as the brief's for an architecture.
    pub known: Option<&'h Ids>,
}

impl<'h> Hooks<'h> {
    pub fn new(text: impl Fn(&str, &str) -> Result<(), HookError> + 'h) -> Self {
        Hooks {
            text: Box::new(text),
            known: None,
        }
    }
    /// The model's own quantities and expressions.
    pub fn model() -> Self {
        Hooks::new(|kind, text| match kind {
            "expr" => model::expr::parse(text)
                .map(drop)
                .map_err(|error| HookError {
                    range: Some(error.offset..error.offset + 1),
                    message: error.message,
                    remedy: String::new(),
                }),
            kind => model::quantity::check(kind, text).map_err(HookError::from),
        })
    }
    /// The same checks, with references also resolved among `ids` of another file.
    pub fn with_known(mut self, ids: &'h Ids) -> Self {
        self.known = Some(ids);
        self
    }
    /// Hooks that accept every text.
    pub fn none() -> Self {
        Hooks::new(|_, _| Ok(()))
    }
}
