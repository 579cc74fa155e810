//! Curing findings by proposals: which ones come next, what a proposal may touch, what its author
//! must see, and whether it cured.

use model::finding::Certainty;
use model::{Finding, Severity};
use serde_json::Value;
use syntax::path::Step;

use crate::differing;
use crate::proposing::{Change, Document, Judgement, Texts};

/// The open findings, worst first. Those that cannot be settled here are left to people, unless they
/// are named; `only` are keys (`rule@subject`) or rules, and empty means all.
pub fn worst_first(findings: &[Finding], least: Severity, only: &[String]) -> Vec<Finding> {
    let named = |f: &Finding| only.iter().any(|o| *o == f.key() || *o == f.rule);
    let mut open: Vec<Finding> = findings
        .iter()
        .filter(|f| f.waived.is_none())
        .filter(|f| match only.is_empty() {
            true => f.severity <= least && f.certainty != Certainty::Unknown,
            false => named(f),
        })
        .cloned()
        .collect();
    open.sort_by_key(|f| f.severity);
    open
}

/// Why no change of the architecture can cure it, where that is plain: it is about what is wanted.
pub fn for_a_person(finding: &Finding, texts: &Texts) -> Option<String> {
    let in_file = finding.place.file.as_deref() == Some(texts.name(Document::Brief));
    let in_place = finding.place.path.split('.').next() == Some("brief");
    (in_file || in_place)
        .then(|| "it is about the brief, and what is wanted is for a person to say".to_string())
}

/// What a cure may change: the architecture. Who changes what is wanted, or declares a finding to be
/// none, has not cured it.
///
/// # Errors
/// Why the changes are not tried at all.
pub fn admissible(changes: &[Change], most: usize) -> Result<(), String> {
    if changes.is_empty() {
        return Err("it holds no change".into());
    }
    if changes.len() > most {
        return Err(format!(
            "{} changes are too many for one finding; {most} are the limit",
            changes.len()
        ));
    }
    for change in changes {
        let path = change.path();
        let first = syntax::path::parse(path)?.into_iter().next();
        let brief = match &first {
            Some(Step::Key(key)) => key == "brief",
            Some(Step::Index(_)) => false,
            None => return Err("a change names no path; a whole file is not replaced".into()),
        };
        match change.file() {
            Document::Waivers => {
                return Err(format!(
                    "`{path}` is a waiver, and only a person waives a finding"
                ));
            }
            Document::Brief => {
                return Err(format!(
                    "`{path}` is in the brief, and only a person changes what is wanted"
                ));
            }
            Document::Architecture if brief => {
                return Err(format!(
                    "`{path}` is the brief, and only a person changes what is wanted"
                ));
            }
            Document::Architecture => {}
        }
    }
    Ok(())
}

/// Whether a tried proposal cured the finding: it is gone, and nothing as bad came for it.
///
/// # Errors
/// Each reason against it, for its author.
pub fn verdict(finding: &Finding, judgement: &Judgement) -> Result<(), Vec<String>> {
    let mut against = Vec::new();
    for new in &judgement.appeared {
        let weighs = new.severity <= Severity::Major || new.rule == finding.rule;
        if weighs {
            against.push(format!(
                "it brings {} [{}]: {} {}",
                new.key(),
                severity(new.severity),
                new.message,
                new.remedy
            ));
        }
    }
    if !judgement.gone.iter().any(|g| g.key() == finding.key()) {
        against.push(format!("{} is still there after it", finding.key()));
    }
    if !judgement.holds && against.is_empty() {
        against.push(format!(
            "it does not hold: {}",
            judgement.because.join(", ")
        ));
    }
    match against.is_empty() {
        true => Ok(()),
        false => Err(against),
    }
}

pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Blocker => "blocker",
        Severity::Major => "major",
        Severity::Minor => "minor",
        Severity::Note => "note",
    }
}

/// What an author needs of the files to cure a finding, as YAML by path: the elements concerned, those
/// that name them, and the ids of all others. At most about `most` bytes; what was left out is said.
pub fn excerpt(texts: &Texts, finding: &Finding, most: usize) -> String {
    let read = |document| texts.of(document).map_or(Value::Null, differing::value);
    let (architecture, brief) = (read(Document::Architecture), read(Document::Brief));
    let brief = architecture
        .get("brief")
        .filter(|b| b.is_object())
        .cloned()
        .unwrap_or(brief);
    let mut paths: Vec<&str> = finding.subjects.iter().map(String::as_str).collect();
    paths.push(&finding.place.path);
    let mut ids: Vec<String> = paths.iter().flat_map(|path| keys(path)).collect();
    ids.sort();
    ids.dedup();

    let (mut direct, mut naming, mut index) = (Vec::new(), Vec::new(), String::new());
    for keys in design::proposal::COLLECTIONS {
        let collection = keys.join(".");
        let Some(map) = at(&architecture, keys).and_then(Value::as_object) else {
            continue;
        };
        let all: Vec<&str> = map.keys().map(String::as_str).collect();
        index.push_str(&format!("{collection}: {}\n", all.join(", ")));
        for (id, element) in map {
            let path = syntax::path::join(&collection, id);
            let concerned = paths.iter().any(|p| under(p, &path));
            if concerned || ids.contains(id) {
                direct.push((path, element.clone()));
            } else if ids.iter().any(|id| mentions(element, id)) {
                naming.push((path, element.clone()));
            }
        }
    }
    for key in ["operations", "entities"] {
        let map = at(&brief, &["domain", key]).and_then(Value::as_object);
        for (id, element) in map.into_iter().flatten().filter(|(id, _)| ids.contains(id)) {
            let path = format!("(brief, not to be changed) domain.{key}.{id}");
            direct.push((path, element.clone()));
        }
    }
    let mut out = String::new();
    let mut left_out = 0;
    for (path, element) in direct.into_iter().chain(naming) {
        let text = format!("# {path}\n{}\n", syntax::emit::emit(&element));
        if out.len() + text.len() > most {
            left_out += 1;
        } else {
            out.push_str(&text);
        }
    }
    if left_out > 0 {
        out.push_str(&format!(
            "# {left_out} further elements are left out for want of room\n"
        ));
    }
    let room = most.saturating_sub(out.len()).max(1000);
    let cut = syntax::source::floor(&index, room.min(index.len()));
    format!("{out}\n# ids by collection\n{}", &index[..cut])
}

fn at<'v>(root: &'v Value, keys: &[&str]) -> Option<&'v Value> {
    keys.iter().try_fold(root, |node, key| node.get(*key))
}

fn keys(path: &str) -> Vec<String> {
    let steps = syntax::path::parse(path).unwrap_or_default();
    // The first names a collection, not an element.
    let below = steps.into_iter().skip(1);
    below
        .filter_map(|step| match step {
            Step::Key(key) => Some(key),
            Step::Index(_) => None,
        })
        .collect()
}

fn under(path: &str, element: &str) -> bool {
    let parsed = |text: &str| syntax::path::parse(text).unwrap_or_default();
    parsed(path).starts_with(&parsed(element))
}

fn mentions(value: &Value, id: &str) -> bool {
    match value {
        Value::String(text) => text == id,
        Value::Array(items) => items.iter().any(|v| mentions(v, id)),
        Value::Object(map) => map.iter().any(|(key, v)| key == id || mentions(v, id)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(key: &str, severity: Severity) -> Finding {
        let (rule, subject) = key.split_once('@').expect("a key");
        Finding::new(rule, severity, subject, "it is so").remedy("Mend it.")
    }

    fn changes(json: &str) -> Vec<Change> {
        serde_json::from_str(json).expect("changes")
    }

    #[test]
    fn the_worst_comes_first_and_waived_ones_do_not_come() {
        let mut waived = finding("a@x", Severity::Blocker);
        waived.waived = Some("known".into());
        let all = [
            finding("c@x", Severity::Minor),
            waived,
            finding("b@x", Severity::Blocker),
            finding("d@x", Severity::Note),
        ];
        let keys = |least, only: &[&str]| -> Vec<String> {
            let only: Vec<String> = only.iter().map(|o| (*o).to_string()).collect();
            worst_first(&all, least, &only)
                .iter()
                .map(Finding::key)
                .collect()
        };
        assert_eq!(keys(Severity::Minor, &[]), ["b@x", "c@x"]);
        assert_eq!(keys(Severity::Minor, &["d@x"]), ["d@x"]);
        assert_eq!(keys(Severity::Minor, &["c"]), ["c@x"]);
        assert!(keys(Severity::Minor, &["a"]).is_empty());
    }

    #[test]
    fn only_the_architecture_is_open_to_a_cure() {
        let good = changes(r#"[{"set": "components.app.instances", "to": 3}]"#);
        assert_eq!(admissible(&good, 10), Ok(()));
        for bad in [
            "[]",
            r#"[{"remove": ""}]"#,
            r#"[{"remove": "brief"}]"#,
            r#"[{"set": "brief.targets.availability", "to": "90 %"}]"#,
            r#"[{"set": "targets.availability", "to": "90 %", "in": "brief"}]"#,
            r#"[{"add": "waivers.all", "value": {}, "in": "waivers"}]"#,
            r#"[{"set": "a..b", "to": 1}]"#,
        ] {
            assert!(admissible(&changes(bad), 10).is_err(), "{bad}");
        }
        let many = vec![good[0].clone(); 11];
        assert!(admissible(&many, 10).is_err());
    }

    #[test]
    fn a_cure_takes_the_finding_away_and_brings_none_as_bad() {
        let cured = finding("missing-timeout@relations.a", Severity::Major);
        let with = |gone: bool, appeared: Vec<Finding>| Judgement {
            holds: true,
            gone: gone.then(|| cured.clone()).into_iter().collect(),
            appeared,
            ..Judgement::default()
        };
        assert_eq!(verdict(&cured, &with(true, Vec::new())), Ok(()));
        let minor = finding("other@x", Severity::Minor);
        assert_eq!(verdict(&cured, &with(true, vec![minor])), Ok(()));
        for refused in [
            with(false, Vec::new()),
            with(true, vec![finding("other@x", Severity::Major)]),
            with(true, vec![finding("other@x", Severity::Blocker)]),
            with(
                true,
                vec![finding("missing-timeout@relations.b", Severity::Minor)],
            ),
            Judgement {
                holds: false,
                ..with(true, Vec::new())
            },
        ] {
            assert!(verdict(&cured, &refused).is_err(), "{refused:?}");
        }
    }

    #[test]
    fn an_excerpt_shows_what_is_concerned_and_keeps_to_its_room() {
        let text = "\
brief: brief.yaml
components:
  app: {kind: service, instances: 2}
  store: {kind: store}
  other: {kind: service}
relations:
  app-store: {from: app, to: store}
  other-other: {from: other, to: other}
";
        let texts = Texts::default().with(Document::Architecture, Some(text.into()));
        let cure = finding("single-instance@components.app", Severity::Major);
        let shown = excerpt(&texts, &cure, 10_000);
        assert!(
            shown.contains("# components.app\n") && shown.contains("instances: 2"),
            "{shown}"
        );
        assert!(shown.contains("# relations.app-store\n"), "{shown}");
        assert!(!shown.contains("# relations.other-other\n"), "{shown}");
        assert!(shown.contains("components: app, store, other"), "{shown}");
        let tight = excerpt(&texts, &cure, 40);
        assert!(tight.contains("left out") && tight.len() < 1200, "{tight}");
    }
}
