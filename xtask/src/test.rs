//! Every check and test, in one command, on any Debian-like machine.
//!
//! What is needed is installed first. All steps run, whatever fails before them; the last line says
//! how many tests passed and failed, where each step other than the tests themselves is one.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::postgres::Server;
use crate::{mariadb, needs, process, tidy, workspace};

/// What a step came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Tally {
    passed: u64,
    failed: u64,
}

impl Tally {
    fn of(passed: bool) -> Self {
        Self {
            passed: u64::from(passed),
            failed: u64::from(!passed),
        }
    }
}

/// What the steps share.
struct Machine {
    root: PathBuf,
    browser: Option<PathBuf>,
    server: Option<Server>,
    mariadb: Option<mariadb::Server>,
}

type Step = fn(&mut Machine) -> Result<Tally, String>;

/// What the checks need, then the checks.
const STEPS: &[(&str, Step)] = &[
    ("rust tools", rust_tools),
    ("npm packages", npm_packages),
    ("browser", browser),
    ("python", python),
    ("database", database),
    ("format", format),
    ("tidy", laws),
    ("clippy", clippy),
    ("lean build", lean_build),
    ("programs", programs),
    ("external checkers", checkers),
    ("examples", examples),
    ("clients", clients),
    ("editors", editors),
    ("tests", tests),
];

/// How many of the steps provide what the others need, and so always run.
const PROVIDERS: usize = 5;

/// Runs the steps; arguments name those to run alone (with what they need).
pub fn run(arguments: &[String]) -> Result<bool, String> {
    for name in arguments {
        if !STEPS.iter().any(|(step, _)| step == name) {
            let known: Vec<&str> = STEPS.iter().map(|(step, _)| *step).collect();
            return Err(format!("no step '{name}'; there are: {}", known.join(", ")));
        }
    }
    let mut machine = Machine {
        root: workspace::root(),
        browser: None,
        server: None,
        mariadb: None,
    };
    let mut total = Tally::default();
    let mut table = String::new();
    for (index, (name, step)) in STEPS.iter().enumerate() {
        let needed = index < PROVIDERS;
        if !needed && !arguments.is_empty() && !arguments.iter().any(|given| given == name) {
            continue;
        }
        println!("\n== {name}");
        let start = Instant::now();
        let tally = step(&mut machine).unwrap_or_else(|error| {
            println!("{error}");
            Tally::of(false)
        });
        let word = if tally.failed == 0 { "ok" } else { "FAILED" };
        table.push_str(&row(name, word, start.elapsed()));
        total.passed += tally.passed;
        total.failed += tally.failed;
    }
    drop(machine);
    println!(
        "\n{table}\n{} passed, {} failed",
        total.passed, total.failed
    );
    Ok(total.failed == 0)
}

fn row(name: &str, word: &str, elapsed: Duration) -> String {
    let mut row = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(row, "{name:<18} {word:<6} {:>7.1} s", elapsed.as_secs_f64());
    row
}

fn rust_tools(machine: &mut Machine) -> Result<Tally, String> {
    needs::rust_tools(&machine.root).map(|()| Tally::of(true))
}

fn npm_packages(machine: &mut Machine) -> Result<Tally, String> {
    needs::node(&machine.root).map(|()| Tally::of(true))
}

fn browser(machine: &mut Machine) -> Result<Tally, String> {
    machine.browser = Some(needs::browser()?);
    Ok(Tally::of(true))
}

fn python(_machine: &mut Machine) -> Result<Tally, String> {
    needs::python().map(|()| Tally::of(true))
}

fn database(machine: &mut Machine) -> Result<Tally, String> {
    machine.server = Some(Server::start()?);
    machine.mariadb = Some(mariadb::Server::start()?);
    Ok(Tally::of(true))
}

fn format(machine: &mut Machine) -> Result<Tally, String> {
    let mut command = process::cargo(&machine.root);
    process::succeeds(command.args(["fmt", "--all", "--check"])).map(Tally::of)
}

fn laws(_machine: &mut Machine) -> Result<Tally, String> {
    tidy::run(&[]).map(Tally::of)
}

fn clippy(machine: &mut Machine) -> Result<Tally, String> {
    let mut command = process::cargo(&machine.root);
    command.args([
        "clippy",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--keep-going",
    ]);
    process::succeeds(command.args(["--", "-D", "warnings"])).map(Tally::of)
}

/// The build of the README's main job: no other step builds without the default features.
fn lean_build(machine: &mut Machine) -> Result<Tally, String> {
    let mut command = process::cargo(&machine.root);
    command.args([
        "clippy",
        "--quiet",
        "-p",
        "groundplan-cli",
        "--no-default-features",
    ]);
    process::succeeds(command.args(["--", "-D", "warnings"])).map(Tally::of)
}

/// Every program and every test, built at once: building one alone would build what it needs with other
/// features, and so again.
fn programs(machine: &mut Machine) -> Result<Tally, String> {
    let mut command = process::cargo(&machine.root);
    command.args(["build", "--quiet", "--workspace", "--bins", "--tests"]);
    process::succeeds(&mut command).map(Tally::of)
}

/// One of the programs, for a step that may run alone.
fn program(machine: &mut Machine, name: &str) -> Result<PathBuf, String> {
    if programs(machine)?.failed > 0 {
        return Err(format!("{name} does not build"));
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    Ok(machine.root.join(target).join("debug").join(name))
}

fn checkers(machine: &mut Machine) -> Result<Tally, String> {
    node(machine, &["tests/external/selftest.mjs"])
}

fn examples(machine: &mut Machine) -> Result<Tally, String> {
    node(machine, &["tests/external/run.mjs", "examples"])
}

/// Other people's clients against the programs that speak a protocol.
fn clients(machine: &mut Machine) -> Result<Tally, String> {
    let root = machine.root.clone();
    let program = program(machine, "groundplan-mcp")?;
    let python = needs::python_packages(&root)?;
    let mut tally = Tally::default();
    for (interpreter, script) in [
        (python, "tests/clients/protocol.py"),
        (PathBuf::from("node"), "tests/clients/inspector.mjs"),
    ] {
        let mut command = Command::new(interpreter);
        command
            .arg(script)
            .arg(&program)
            .arg(&root)
            .current_dir(&root);
        let found = scripted(machine, command)?;
        tally.passed += found.passed;
        tally.failed += found.failed;
    }
    Ok(tally)
}

/// The language server under a real client, and the extension as it is packaged.
fn editors(machine: &mut Machine) -> Result<Tally, String> {
    let program = program(machine, "groundplan-lsp")?;
    let server = node(
        machine,
        &["tests/external/lsp.mjs", &program.to_string_lossy()],
    )?;
    let extension = node(machine, &["tests/external/extension.mjs"])?;
    Ok(Tally {
        passed: server.passed + extension.passed,
        failed: server.failed + extension.failed,
    })
}

/// Runs a script that ends with the line 'N passed, N failed'.
fn node(machine: &Machine, arguments: &[&str]) -> Result<Tally, String> {
    let mut command = Command::new("node");
    command.args(arguments).current_dir(&machine.root);
    scripted(machine, command)
}

/// Runs a script that ends with the line 'N passed, N failed'.
fn scripted(machine: &Machine, mut command: Command) -> Result<Tally, String> {
    machine.provide(&mut command);
    let mut tally = Tally::default();
    let passed = process::watched(&mut command, |line| {
        if let Some(found) = parse_closing(line) {
            tally = found;
        }
    })?;
    Ok(settle(tally, passed))
}

fn tests(machine: &mut Machine) -> Result<Tally, String> {
    let mut command = process::cargo(&machine.root);
    command.args(["test", "--workspace", "--no-fail-fast"]);
    machine.provide(&mut command);
    let mut tally = Tally::default();
    let mut ignored = 0;
    let passed = process::watched(&mut command, |line| {
        if let Some((found, skipped)) = parse_result(line) {
            tally.passed += found.passed;
            tally.failed += found.failed;
            ignored += skipped;
        }
    })?;
    if ignored > 0 {
        println!("{ignored} tests are ignored, and none may be: each counts as failed");
        tally.failed += ignored;
    }
    Ok(settle(tally, passed))
}

/// A step that failed without a failing test (it did not compile, say) still failed.
fn settle(mut tally: Tally, passed: bool) -> Tally {
    if !passed && tally.failed == 0 {
        tally.failed = 1;
    }
    if passed && tally.passed + tally.failed == 0 {
        println!("nothing was tested, which is a failure");
        tally.failed = 1;
    }
    tally
}

impl Machine {
    /// Tells a child where the browser and the database are.
    fn provide(&self, command: &mut Command) {
        command.env("NO_UPDATE_NOTIFIER", "1");
        if let Some(browser) = &self.browser {
            command.env("GROUNDPLAN_CHROMIUM", browser);
        }
        if let Some(server) = &self.server {
            command.env("GROUNDPLAN_TEST_PG", server.url());
            command.env("PATH", with_folder(server.programs()));
        }
        if let Some(server) = &self.mariadb {
            command.env("GROUNDPLAN_TEST_MARIADB", server.socket());
        }
    }
}

/// The PATH with one more folder before it: Debian's own psql is a slow wrapper.
fn with_folder(folder: &Path) -> std::ffi::OsString {
    let mut path = folder.as_os_str().to_os_string();
    if let Some(rest) = std::env::var_os("PATH") {
        path.push(":");
        path.push(rest);
    }
    path
}

/// The numbers of 'test result: ok. 3 passed; 0 failed; 1 ignored; ...': the tally, and the ignored.
fn parse_result(line: &str) -> Option<(Tally, u64)> {
    let (_, numbers) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let number = |word: &str| {
        let part = numbers
            .split("; ")
            .find_map(|part| part.strip_suffix(word))?;
        part.trim().parse::<u64>().ok()
    };
    let tally = Tally {
        passed: number("passed")?,
        failed: number("failed")?,
    };
    Some((tally, number("ignored")?))
}

/// The numbers of 'N passed, N failed'.
fn parse_closing(line: &str) -> Option<Tally> {
    let (passed, failed) = line.split_once(" passed, ")?;
    let failed = failed.strip_suffix(" failed")?;
    Some(Tally {
        passed: passed.parse().ok()?,
        failed: failed.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_cargo_test_are_read() {
        let line = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; \
                    finished in 0.00s";
        assert_eq!(
            parse_result(line),
            Some((
                Tally {
                    passed: 12,
                    failed: 3
                },
                1
            ))
        );
        assert_eq!(parse_result("running 3 tests"), None);
        assert_eq!(
            parse_closing("4 passed, 2 failed"),
            Some(Tally {
                passed: 4,
                failed: 2
            })
        );
        assert_eq!(parse_closing("test result: ok. 4 passed; 2 failed"), None);
    }

    #[test]
    fn a_step_cannot_pass_by_doing_nothing() {
        assert_eq!(settle(Tally::default(), true).failed, 1);
        assert_eq!(
            settle(
                Tally {
                    passed: 3,
                    failed: 0
                },
                false
            )
            .failed,
            1
        );
        assert_eq!(
            settle(
                Tally {
                    passed: 3,
                    failed: 0
                },
                true
            )
            .failed,
            0
        );
    }
}
