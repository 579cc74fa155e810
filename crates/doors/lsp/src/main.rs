//! The editor's door: the language server protocol over standard input and output.
//!
//! It translates: files and positions in, findings, offers and edits out. What is true of a place in
//! a file is asked of the pipeline. It reads the disk through `folder`, under the texts that the
//! editor holds, and writes nothing.

mod answers;
mod lifecycle;
mod places;
mod project;
mod queue;
mod server;
mod texts;
mod transport;

use std::process::ExitCode;

// Trees of a file are many small pieces, made and dropped at every keystroke.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    if let Some(word) = std::env::args().nth(1) {
        return match word.as_str() {
            // Editors append it; standard input and output are all there is.
            "--stdio" => lifecycle::serve(),
            "--version" => {
                println!("groundplan-lsp {}", env!("CARGO_PKG_VERSION"));
                ExitCode::SUCCESS
            }
            _ => {
                eprintln!("{USAGE}");
                ExitCode::from(2)
            }
        };
    }
    lifecycle::serve()
}

const USAGE: &str = "usage: groundplan-lsp [--stdio | --version]

A language server for brief.yaml and architecture.yaml. Editors start it; it speaks the protocol on
standard input and output. editors/README.md says how to set it up.";
