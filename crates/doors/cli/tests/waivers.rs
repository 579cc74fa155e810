//! Waivers: used, expired, unused and broken ones.

mod support;

use std::path::Path;

use support::*;

#[test]
fn waivers_are_shown_expire_and_are_held_to_their_form() {
    let folder = designed("orders", "waivers");
    let path = utf8(&folder);
    edit_a_fault_in(&folder);
    let report = run(&["check", path, "--format", "json"])
        .exits(FINDINGS)
        .json();
    let keys: Vec<String> = report["findings"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|f| f["key"].as_str().expect("a key").to_string())
        .collect();
    let waivers = folder.join("waivers.yaml");
    let entries = |expires: &str| {
        keys.iter().fold(String::from("waivers:\n"), |text, key| {
            text + &format!(
                "  - finding: {key}\n    reason: Mended next week.\n    owner: core\n    expires: {expires}\n"
            )
        })
    };
    write(&waivers, entries("2099-12-31"));
    run(&["check", path])
        .exits(CLEAN)
        .says(&["waived: ", "Mended next week."]);
    // Expired: the finding is open again, and the waiver is one too.
    write(&waivers, entries("2020-01-31"));
    run(&["check", path]).exits(FINDINGS).says(&[
        "expired",
        "waivers.yaml:",
        keys[0].split('@').next().unwrap_or(""),
    ]);
    // Unused.
    let unused =
        "  - {finding: missing-timeout@relations.none, reason: a, owner: b, expires: 2099-01-01}\n";
    write(&waivers, entries("2099-12-31") + unused);
    run(&["check", path]).says(&["missing-timeout@relations.none", "waivers.yaml:"]);
    // Broken.
    for broken in [
        "waivers: [\n",
        "waivers:\n  - finding: x\n",
        "waivers: 7\n",
        "waivrs: []\n",
        "waivers:\n  - {finding: a@b, reason: a, owner: b, expires: tomorrow}\n",
    ] {
        write(&waivers, broken);
        let run = run(&["check", path]);
        assert_ne!(run.code, CLEAN, "{broken}: {}", run.text());
        assert!(
            run.text().contains("waivers.yaml"),
            "{broken}: {}",
            run.text()
        );
    }
}

/// Takes the timeout of one relation away.
fn edit_a_fault_in(folder: &Path) {
    let file = folder.join("architecture.yaml");
    let text = read(&file);
    let at = text
        .find("  app-to-payment-provider:\n")
        .expect("the relation");
    let (head, tail) = text.split_at(at);
    let line = tail
        .lines()
        .find(|l| l.starts_with("    timeout: "))
        .expect("a timeout");
    write(
        &file,
        format!("{head}{}", tail.replacen(&format!("{line}\n"), "", 1)),
    );
}
