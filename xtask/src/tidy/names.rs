//! The file name is the id (law 4): kebab-case for data, snake_case for Rust.

use super::{Fault, Tree};

const RUST_FOLDERS: &[&str] = &["rules", "decisions", "renderers"];

/// Finds misnamed files under data/*/ and in folders of rules, decisions and renderers.
pub fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for path in &tree.files {
        let parts: Vec<&str> = path.split('/').collect();
        let [folders @ .., name] = parts.as_slice() else {
            continue;
        };
        let stem = name.split('.').next().unwrap_or_default();
        if folders.first() == Some(&"data") && folders.len() > 1 {
            if !is_case(stem, '-') {
                let reason = format!("'{name}' is not kebab-case, and the file name is the id");
                let remedy = "use a-z, 0-9 and single hyphens, starting with a letter or digit";
                faults.push(Fault::new(path, 1, reason, remedy));
            }
        } else if name.ends_with(".rs")
            && folders.iter().any(|folder| RUST_FOLDERS.contains(folder))
            && !is_case(stem, '_')
        {
            let reason = format!("'{name}' is not snake_case, and the file name is the id");
            let remedy = "use a-z, 0-9 and single underscores; the id is the name with hyphens";
            faults.push(Fault::new(path, 1, reason, remedy));
        }
    }
    faults
}

/// Lower-case words and digits with single separators between them.
fn is_case(stem: &str, separator: char) -> bool {
    stem.split(separator).all(|word| {
        !word.is_empty()
            && word
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faulty(path: &str) -> bool {
        !check(&Tree::of(&[(path, "")])).is_empty()
    }

    #[test]
    fn data_is_kebab_case() {
        assert!(!faulty("data/technologies/amazon-s3.toml"));
        assert!(!faulty("data/README.md"));
        for name in [
            "Amazon.toml",
            "amazon_s3.toml",
            "amazon--s3.toml",
            "-s3.toml",
        ] {
            assert!(faulty(&format!("data/technologies/{name}")), "{name}");
        }
    }

    #[test]
    fn rules_decisions_and_renderers_are_snake_case() {
        assert!(!faulty("crates/stages/check/src/rules/missing_timeout.rs"));
        assert!(faulty("crates/stages/check/src/rules/missing-timeout.rs"));
        assert!(faulty("crates/stages/plan/src/decisions/PrimaryStore.rs"));
        assert!(faulty("crates/stages/render/src/renderers/er__diagram.rs"));
        assert!(!faulty("crates/stages/render/tests/cases/A-b/input.yaml"));
    }
}
