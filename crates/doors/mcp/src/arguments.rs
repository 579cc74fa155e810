//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, ValueHint};

/// Serve a folder's brief and architecture to a coding agent (Model Context Protocol).
#[derive(Parser)]
#[command(
    name = "groundplan mcp",
    bin_name = "groundplan mcp",
    version,
    max_term_width = 100,
    after_help = "Examples:\n  \
        groundplan mcp shop                              on standard input and output; an agent starts it\n  \
        groundplan mcp shop --listen 127.0.0.1:8700      over HTTP at /mcp; the token is printed\n  \
        groundplan mcp shop --read-only                  nothing in the folder can be changed\n\n\
        claude mcp add groundplan -- groundplan mcp .    for one agent; `groundplan agents install` for others\n\n\
        Nothing outside the folder is read or written, and nothing leaves the machine but for --database."
)]
pub struct Arguments {
    /// The folder with brief.yaml and architecture.yaml; it may still be empty.
    #[arg(value_hint = ValueHint::DirPath, default_value = ".")]
    pub folder: PathBuf,
    /// Serve streamable HTTP on this loopback address instead.
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
    /// Read the token that HTTP clients must bring from this file; else from GROUNDPLAN_TOKEN, else one is made.
    #[arg(long, value_name = "FILE", requires = "listen", value_hint = ValueHint::FilePath)]
    pub token_file: Option<PathBuf>,
    /// A PostgreSQL server in which `measure` may make a schema of its own, its password in PGPASSWORD;
    /// without it, SQLite runs inside the program.
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
    /// Offer no tool that writes.
    #[arg(long)]
    pub read_only: bool,
}
