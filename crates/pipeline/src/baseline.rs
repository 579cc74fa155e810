//! A baseline: the findings that were there when somebody said 'not worse than this'.
//!
//! A finding is known again by its fingerprint: rule, subject, file and the text of its line, not the
//! line's number, so that code above it may change.

use std::collections::BTreeMap;

use model::Finding;
use serde::{Deserialize, Serialize};
use syntax::Sources;
use xxhash_rust::xxh3::Xxh3;

/// A file of `check --write-baseline`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// Shape of the file.
    pub version: u32,
    pub findings: Vec<Known>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Known {
    pub rule: String,
    /// For people; it is not compared.
    pub place: String,
    pub fingerprint: String,
}

const VERSION: u32 = 1;

/// The fingerprint of each finding. Equal ones in one file are numbered in order.
pub fn fingerprints(findings: &[Finding], sources: &Sources) -> Vec<String> {
    let mut seen: BTreeMap<u64, u64> = BTreeMap::new();
    findings
        .iter()
        .map(|finding| {
            let mut hash = Xxh3::new();
            let mut part = |text: &str| {
                hash.update(text.as_bytes());
                hash.update(&[0]);
            };
            part(&finding.key());
            let file = finding.place.file.as_deref().unwrap_or("");
            part(file);
            if let (Some(text), Some(span)) = (sources.text_of(file), finding.place.span) {
                part(
                    text.lines()
                        .nth(span.line.saturating_sub(1))
                        .unwrap_or("")
                        .trim(),
                );
            }
            let one = hash.digest();
            let number = seen.entry(one).or_default();
            *number += 1;
            format!("{one:016x}:{number}")
        })
        .collect()
}

/// The baseline of findings as they are.
pub fn of(findings: &[Finding], sources: &Sources) -> Baseline {
    let mut known: Vec<Known> = findings
        .iter()
        .zip(fingerprints(findings, sources))
        .map(|(finding, fingerprint)| Known {
            rule: finding.rule.clone(),
            place: match (&finding.place.file, finding.place.span) {
                (Some(file), Some(span)) => format!("{file}:{}", span.line),
                (Some(file), None) => file.clone(),
                (None, _) => finding.place.path.clone(),
            },
            fingerprint,
        })
        .collect();
    known.sort();
    Baseline {
        version: VERSION,
        findings: known,
    }
}

/// Reads a baseline.
pub fn read(text: &str) -> Result<Baseline, String> {
    let baseline: Baseline =
        serde_json::from_str(text).map_err(|e| format!("it is no baseline: {e}"))?;
    match baseline.version {
        VERSION => Ok(baseline),
        other => Err(format!(
            "its version is {other}; this program reads {VERSION}"
        )),
    }
}

/// Which findings are known, in their order.
pub fn known(findings: &[Finding], sources: &Sources, baseline: &Baseline) -> Vec<bool> {
    fingerprints(findings, sources)
        .iter()
        .map(|one| baseline.findings.iter().any(|k| k.fingerprint == *one))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Severity, Span};

    fn at(line: usize) -> Finding {
        let mut finding = Finding::new("hard-coded-url", Severity::Major, "components.a", "m");
        finding.place.file = Some("a.py".into());
        finding.place.span = Some(Span {
            start: 0,
            end: 1,
            line,
            column: 1,
        });
        finding
    }

    #[test]
    fn a_finding_is_known_again_when_lines_move_and_new_ones_are_not() {
        let mut before = Sources::default();
        before.add("a.py", "x = 1\nget('http://orders')\n");
        let baseline = of(&[at(2)], &before);
        let text = serde_json::to_string(&baseline).unwrap();
        let mut after = Sources::default();
        after.add(
            "a.py",
            "# more\n\n  get('http://orders')\nget('http://stock')\nget('http://orders')\n",
        );
        let found = [at(3), at(4), at(5)];
        assert_eq!(
            known(&found, &after, &read(&text).unwrap()),
            [true, false, false]
        );
        assert!(read("{}").is_err());
        assert!(read("{\"version\": 9, \"findings\": []}").is_err());
    }
}
