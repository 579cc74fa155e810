//! The door of a language model: it drafts a brief from a letter and proposes cures for findings.
//!
//! The model proposes, and nothing more: what it says is judged by the pipeline, and written through the
//! same gate as everybody's. This door sends, counts and shows.

mod answer;
mod arguments;
mod consent;
mod draft;
mod improve;
mod language;
mod providers;
mod purse;
mod speaking;

use clap::Parser;
use terminal::look;

/// Exit codes of shared use: 0 clean, 1 findings or open questions, 2 the input, the model or the command
/// is unusable.
pub const CLEAN: u8 = 0;
pub const FINDINGS: u8 = 1;
pub const UNUSABLE: u8 = 2;

fn main() -> std::process::ExitCode {
    let arguments = arguments::Arguments::parse();
    look::choose(arguments.color);
    let done = match &arguments.command {
        arguments::Command::Draft(asked) => draft::run(asked),
        arguments::Command::Improve(asked) => improve::run(asked),
    };
    match done {
        Ok(code) => code.into(),
        Err(message) => {
            look::error(&message);
            UNUSABLE.into()
        }
    }
}
