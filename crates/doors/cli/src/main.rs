//! The terminal's door: arguments in, text and exit codes out. It decides nothing about designs.

mod arguments;
mod commands;
mod numbers;

use clap::Parser;
use terminal::look;

/// Most of a run is small allocations of trees and texts, which this one serves faster.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Exit codes of shared use: 0 clean, 1 findings, 2 the model or the command is unusable.
pub const CLEAN: u8 = 0;
pub const FINDINGS: u8 = 1;
pub const UNUSABLE: u8 = 2;

fn main() -> std::process::ExitCode {
    let arguments = arguments::Arguments::parse();
    match commands::run(arguments) {
        Ok(code) => code.into(),
        Err(message) => {
            look::error(&message);
            UNUSABLE.into()
        }
    }
}
