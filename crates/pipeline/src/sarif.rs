//! Findings as SARIF 2.1.0 (OASIS, 2020), as code hosts take them.

use std::collections::BTreeMap;

use model::finding::Certainty;
use model::{Finding, Place, Severity};
use serde_json::{Value, json};
use syntax::Sources;

use crate::baseline;

/// Code hosts refuse more results of one run.
pub const MAX_RESULTS: usize = 5000;

/// What a report says beside the findings.
pub struct Report<'a> {
    pub findings: &'a [Finding],
    pub sources: &'a Sources,
    /// Which findings a baseline knows, where there is one.
    pub known: Option<&'a [bool]>,
    pub version: &'a str,
}

/// The log, with one run.
pub fn log(report: &Report) -> Value {
    let prints = baseline::fingerprints(report.findings, report.sources);
    let mut order: Vec<usize> = (0..report.findings.len()).collect();
    // Where results are cut off, the gravest and newest stay.
    let old = |at: usize| report.known.is_some_and(|known| known[at]);
    order.sort_by_key(|at| (report.findings[*at].severity, old(*at), *at));
    let cut = order.len().saturating_sub(MAX_RESULTS);
    order.truncate(MAX_RESULTS);
    order.sort_unstable();
    let mut rules: BTreeMap<&str, &Finding> = BTreeMap::new();
    for at in &order {
        let finding = &report.findings[*at];
        rules.entry(&finding.rule).or_insert(finding);
    }
    let numbers: BTreeMap<&str, usize> = rules.keys().enumerate().map(|(n, id)| (*id, n)).collect();
    let results: Vec<Value> = order
        .iter()
        .map(|at| {
            let finding = &report.findings[*at];
            let mut one = result(
                finding,
                &prints[*at],
                numbers[finding.rule.as_str()],
                report.sources,
            );
            if let Some(known) = report.known {
                let state = if known[*at] { "unchanged" } else { "new" };
                one["baselineState"] = state.into();
            }
            one
        })
        .collect();
    let mut run = json!({
        "tool": { "driver": {
            "name": "Groundplan",
            "version": report.version,
            "semanticVersion": report.version,
            "rules": rules.iter().map(|(id, first)| rule(id, first)).collect::<Vec<_>>(),
        }},
        "columnKind": "unicodeCodePoints",
        "results": results,
    });
    if cut > 0 {
        run["invocations"] = json!([{
            "executionSuccessful": true,
            "toolExecutionNotifications": [{
                "level": "warning",
                "message": { "text": format!("{cut} more findings are left out; {MAX_RESULTS} are the limit") },
            }],
        }]);
    }
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    })
}

fn rule(id: &str, first: &Finding) -> Value {
    let documented = check::rule(id);
    let text = |text: &str| json!({ "text": text });
    let mut rule = json!({
        "id": id,
        "shortDescription": text(&id.replace('-', " ")),
        "defaultConfiguration": { "level": level(documented.map_or(first.severity, |r| r.severity)) },
    });
    if !first.why.is_empty() {
        rule["fullDescription"] = text(&first.why);
    }
    if !first.remedy.is_empty() {
        rule["help"] = text(&first.remedy);
    }
    rule
}

/// Nothing is held against anybody that is not known: what is uncertain is a note.
fn level_of(finding: &Finding) -> &'static str {
    match finding.certainty {
        Certainty::Unknown => "note",
        Certainty::Resolved | Certainty::Inferred => level(finding.severity),
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Blocker | Severity::Major => "error",
        Severity::Minor => "warning",
        Severity::Note => "note",
    }
}

fn result(finding: &Finding, print: &str, rule: usize, sources: &Sources) -> Value {
    let mut message = finding.message.clone();
    if !finding.remedy.is_empty() {
        message.push_str(&format!(" Remedy: {}", finding.remedy));
    }
    // A credential is shown nowhere a second time.
    let cited = (!finding.rule.contains("secret")).then_some(sources);
    let mut one = json!({
        "ruleId": finding.rule,
        "ruleIndex": rule,
        "level": level_of(finding),
        "message": { "text": message },
        "locations": [location(&finding.place, None, cited)],
        "partialFingerprints": { "groundplan/v1": print },
        "properties": {
            "key": finding.key(),
            "severity": finding.severity,
            "certainty": finding.certainty,
        },
    });
    if !finding.related.is_empty() {
        let related = finding
            .related
            .iter()
            .map(|r| location(&r.place, Some(&r.message), cited));
        one["relatedLocations"] = related.collect();
    }
    if let Some(reason) = &finding.waived {
        one["suppressions"] =
            json!([{ "kind": "external", "status": "accepted", "justification": reason }]);
    }
    one
}

fn location(place: &Place, message: Option<&str>, sources: Option<&Sources>) -> Value {
    let mut location = json!({});
    if let Some(file) = &place.file {
        let mut physical =
            json!({ "artifactLocation": { "uri": uri(file), "uriBaseId": "%SRCROOT%" } });
        if let Some(span) = place.span {
            let mut region =
                json!({ "startLine": span.line.max(1), "startColumn": span.column.max(1) });
            let text = sources.and_then(|s| s.text_of(file));
            let cited = text.and_then(|text| text.get(span.start..span.end));
            if let Some(cited) = cited.filter(|c| !c.is_empty() && !c.contains('\n')) {
                region["endColumn"] = (span.column.max(1) + cited.chars().count()).into();
                region["snippet"] = json!({ "text": cited });
            }
            physical["region"] = region;
        }
        location["physicalLocation"] = physical;
    }
    if !place.path.is_empty() {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": place.path }]);
    }
    if let Some(message) = message {
        location["message"] = json!({ "text": message });
    }
    location
}

/// A relative reference (RFC 3986): what has a meaning there is written in percent.
fn uri(file: &str) -> String {
    let mut out = String::new();
    for byte in file.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte))
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}
