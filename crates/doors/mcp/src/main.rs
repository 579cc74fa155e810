//! The agent's door: the Model Context Protocol over standard input and output, or over HTTP on this
//! machine. It translates; what a proposal may do is decided in `folder` and `pipeline`.

mod arguments;
mod desk;
mod http;
mod prompts;
mod resources;
mod server;
mod short;
mod stdio;
mod tokens;
mod tools;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = arguments::Arguments::parse();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: arguments::Arguments) -> Result<(), String> {
    let desk = desk::Desk::open(&arguments)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|e| format!("no threads to work with: {e}"))?;
    let server = server::Server::new(desk);
    let done = match arguments.listen {
        Some(address) => {
            let token = http::Token::of(arguments.token_file.as_deref())?;
            runtime.block_on(http::serve(server, address, token))
        }
        None => runtime.block_on(stdio::serve(server)),
    };
    // A computation whose client has gone is not waited for; it writes nothing (`Call::going_on`).
    runtime.shutdown_background();
    done
}
