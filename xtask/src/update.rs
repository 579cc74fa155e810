//! Rewrites expected outputs: the integration tests with `UPDATE=1`.

use crate::{process, workspace};

/// Runs the integration tests of every crate with `UPDATE=1`, so that they write what they would
/// compare. Read the difference before committing it. Arguments name packages; none means all.
pub fn run(arguments: &[String]) -> Result<bool, String> {
    let root = workspace::root();
    let mut passed = true;
    let mut found = false;
    for package in workspace::packages(&root)? {
        let tests: Vec<_> = package
            .targets
            .iter()
            .filter(|target| target.kind == "test")
            .collect();
        let named = arguments.is_empty() || arguments.contains(&package.name);
        if tests.is_empty() || !named {
            continue;
        }
        found = true;
        let mut command = process::cargo(&root);
        command.args(["test", "--no-fail-fast", "--package", &package.name]);
        for test in tests {
            command.args(["--test", &test.name]);
        }
        command.env("UPDATE", "1").env("INSTA_UPDATE", "always");
        passed &= process::succeeds(&mut command)?;
    }
    if !found {
        return Err("no crate of that name has integration tests".to_string());
    }
    Ok(passed)
}
