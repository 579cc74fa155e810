//! `tests/cases/<name>/`: a folder `input`, a `command`, and the `expected` exit code and text.
//!
//! The command runs inside a copy of `input`, which it must leave as it is unless the case has a
//! folder `after`. `UPDATE=1 cargo test -p groundplan-cli --test cases` rewrites what is expected.

mod support;

use std::fs;
use std::path::Path;

use support::*;

#[test]
fn cases() {
    let home = root().join("tests/cases");
    let mut names: Vec<String> = fs::read_dir(&home)
        .expect("tests/cases")
        .map(|e| {
            e.expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    names.sort();
    assert!(!names.is_empty());
    let failed: Vec<String> = names
        .iter()
        .filter_map(|name| case(&home.join(name), name).err())
        .collect();
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

fn case(home: &Path, name: &str) -> Result<(), String> {
    let update = std::env::var_os("UPDATE").is_some_and(|v| v == "1");
    let place = folder(name);
    copy(&home.join("input"), &place);
    let command = read(&home.join("command"));
    let run = finish(
        groundplan()
            .args(command.split_whitespace())
            .current_dir(&place),
    );
    let got = format!(
        "exit {}\n--- out\n{}--- err\n{}",
        run.code, run.out, run.err
    );
    let expected = home.join("expected");
    if update {
        write(&expected, &got);
    } else if read(&expected) != got {
        return Err(format!("{name}: expected\n{}\ngot\n{got}", read(&expected)));
    }
    let after = home.join("after");
    let name_of_wanted = if after.is_dir() { "after" } else { "input" };
    let wanted = snapshot(&home.join(name_of_wanted));
    let changed = differences(&wanted, &snapshot(&place));
    if changed.is_empty() {
        return Ok(());
    }
    if update && after.is_dir() {
        fs::remove_dir_all(&after).expect("the old one goes");
        copy(&place, &after);
        return Ok(());
    }
    Err(format!("{name}: {}", changed.join(", ")))
}
