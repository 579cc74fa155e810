//! Running other programs.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The cargo that runs us, at `root`.
pub fn cargo(root: &Path) -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.current_dir(root);
    command
}

/// Runs a command with our output and says whether it succeeded.
///
/// # Errors
/// Where the program cannot be started.
pub fn succeeds(command: &mut Command) -> Result<bool, String> {
    let status = command
        .status()
        .map_err(|error| format!("starting {}: {error}", said(command)))?;
    Ok(status.success())
}

/// Runs a command quietly; its standard output, or what it complained of.
///
/// # Errors
/// Where the program cannot be started or fails; the message holds its output.
pub fn output(command: &mut Command) -> Result<String, String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("starting {}: {error}", said(command)))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(text);
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    Err(format!("{} failed: {text}{complaint}", said(command)))
}

/// Runs a command, printing its standard output as it comes and showing each line to `each`.
///
/// # Errors
/// Where the program cannot be started or its output cannot be read.
pub fn watched(command: &mut Command, mut each: impl FnMut(&str)) -> Result<bool, String> {
    let name = said(command);
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("starting {name}: {error}"))?;
    if let Some(stdout) = child.stdout.take() {
        let mut reader = BufReader::new(stdout);
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line);
            if read.map_err(|error| format!("reading the output of {name}: {error}"))? == 0 {
                break;
            }
            let text = String::from_utf8_lossy(&line);
            print!("{text}");
            each(text.trim_end());
        }
    }
    let status = child
        .wait()
        .map_err(|error| format!("waiting for {name}: {error}"))?;
    Ok(status.success())
}

/// The first program of that name on the PATH.
pub fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// Whether we are the machine's administrator.
pub fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

fn said(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|argument| argument.to_string_lossy().into_owned()),
    );
    words.join(" ")
}
