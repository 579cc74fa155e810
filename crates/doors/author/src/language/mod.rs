//! A language model as this door sees it: turns in, one text out, and what it took.

mod http;
mod key;
mod wire;

use std::time::{Duration, Instant};

pub use http::Remote;
pub use key::Key;
pub use wire::Wire;

/// Whose words they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Us,
    Model,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    pub by: By,
    pub text: String,
}

/// A conversation so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prompt {
    pub system: String,
    pub turns: Vec<Turn>,
}

impl Prompt {
    pub fn bytes(&self) -> usize {
        self.system.len() + self.turns.iter().map(|t| t.text.len()).sum::<usize>()
    }
}

/// Tokens as the server counts them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    pub input: u64,
    pub output: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub text: String,
    /// Absent where the server does not say.
    pub usage: Option<Usage>,
    /// It ended because it had as many tokens as it may have.
    pub cut: bool,
}

/// Why there is no answer, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure(pub String);

/// What one call may take.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    /// Most tokens of the answer.
    pub output: u64,
    /// When the answer must be there.
    pub until: Instant,
}

pub trait LanguageModel {
    fn answer(&self, prompt: &Prompt, allowed: Allowance) -> Result<Answer, Failure>;
}

/// Limits of a call.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub timeout: Duration,
    pub answer_bytes: u64,
    pub retries: u32,
    pub first_wait: Duration,
    pub longest_wait: Duration,
}
