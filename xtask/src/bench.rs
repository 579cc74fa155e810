//! Runs the benches of the workspace, and nothing else that `cargo bench` would build.

use crate::{process, workspace};

/// Runs each bench target; further arguments go to the bench program (a filter, for example).
pub fn run(arguments: &[String]) -> Result<bool, String> {
    let root = workspace::root();
    let mut found = false;
    let mut passed = true;
    for package in workspace::packages(&root)? {
        for target in package
            .targets
            .iter()
            .filter(|target| target.kind == "bench")
        {
            found = true;
            let mut command = process::cargo(&root);
            command.args([
                "bench",
                "--package",
                &package.name,
                "--bench",
                &target.name,
                "--",
            ]);
            passed &= process::succeeds(command.args(arguments))?;
        }
    }
    if !found {
        return Err("no crate has a bench: add [[bench]] with harness = false".to_string());
    }
    Ok(passed)
}
