//! What people run while they develop. `cargo xtask` alone lists the commands.

mod bench;
mod mariadb;
mod needs;
mod postgres;
mod private;
mod process;
mod test;
mod tidy;
mod update;
mod workspace;

use std::process::ExitCode;

/// A command: its name, one line of help, and what runs it on the remaining arguments.
///
/// The function returns whether all went well; an error means that the world failed and says what
/// was being done.
struct Command {
    name: &'static str,
    help: &'static str,
    run: fn(&[String]) -> Result<bool, String>,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "test",
        help: "every check and test, installing what they need",
        run: test::run,
    },
    Command {
        name: "tidy",
        help: "hold the sources against the laws of the house",
        run: tidy::run,
    },
    Command {
        name: "bench",
        help: "run the benches [filter]",
        run: bench::run,
    },
    Command {
        name: "update",
        help: "rewrite the expected outputs of the tests",
        run: update::run,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(name) = arguments.first() else {
        println!("cargo xtask COMMAND\n");
        for command in COMMANDS {
            println!("  {:<8} {}", command.name, command.help);
        }
        return ExitCode::SUCCESS;
    };
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        let known: Vec<&str> = COMMANDS.iter().map(|command| command.name).collect();
        eprintln!("no command '{name}'; there are {}", known.join(", "));
        return ExitCode::from(2);
    };
    match (command.run)(&arguments[1..]) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("xtask {name}: {error}");
            ExitCode::from(2)
        }
    }
}
