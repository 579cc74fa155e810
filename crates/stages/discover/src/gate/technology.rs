//! Technologies that are given and excluded, unknown, not to be had there, or known to nobody.

use super::Facts;
use super::report::Report;
use knowledge::Technology;
use model::Severity;
use model::brief::{Cloud, Skill};
use syntax::path::{index, join};

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let brief = facts.brief;
    let Some(bounds) = &brief.constraints else {
        return;
    };
    let id_of = |word: &str| {
        facts
            .knowledge
            .technology(word)
            .map_or(word.to_lowercase(), |t| t.id.clone())
    };
    for (i, word) in bounds.must_use.iter().enumerate() {
        let at = index("constraints.must_use", i);
        let id = id_of(word);
        if let Some(j) = bounds
            .must_not_use
            .iter()
            .position(|other| id_of(other) == id)
        {
            let found = report.conflict(
                ("given-and-excluded", Severity::Blocker),
                &at,
                format!(
                    "`{word}` must be used, and `{}` must not",
                    bounds.must_not_use[j]
                ),
                "No design can do both.",
                "Take it out of one of the two lists.",
            );
            let other = index("constraints.must_not_use", j);
            *found = found.clone().related(other, "excluded here");
            continue;
        }
        let Some(technology) = facts.knowledge.technology(word) else {
            unknown(facts, word, &at, report);
            continue;
        };
        elsewhere(technology, bounds.cloud, word, &at, report);
        let skills = brief.team.iter().flat_map(|t| &t.skills);
        for (skill, level) in skills {
            if *level == Skill::None && technology.is_called(skill) {
                let found = report.conflict(
                    ("given-without-skill", Severity::Major),
                    &at,
                    format!("`{word}` must be used, and nobody in the team has run it"),
                    "The first failure in production would be the first lesson.",
                    "Plan time to learn it, hire somebody who has run it, or have a provider run it.",
                );
                let known = join("team.skills", skill);
                *found = found.clone().related(known, "the team's own word");
            }
        }
    }
}

fn unknown(facts: &Facts<'_>, word: &str, at: &str, report: &mut Report) {
    let brief = facts.brief;
    // A system of theirs that is there already may be named, whatever it is.
    let own = brief.existing.iter().flatten().any(|(id, e)| {
        id == word
            || e.technology
                .as_deref()
                .is_some_and(|t| t.eq_ignore_ascii_case(word))
    });
    let languages = brief.constraints.iter().flat_map(|c| &c.languages);
    if own || languages.into_iter().any(|l| l.eq_ignore_ascii_case(word)) {
        return;
    }
    let all = facts.knowledge.technologies();
    let known = all
        .iter()
        .flat_map(|t| t.aliases.iter().map(String::as_str).chain([t.id.as_str()]));
    let near = syntax::suggest::nearest(word, known);
    let remedy = near.map_or_else(
        || "Name a technology that has a file under data/technologies, or describe it under `existing`.".to_string(),
        |near| format!("Did you mean `{near}`?"),
    );
    report.conflict(
        ("unknown-technology", Severity::Major),
        at,
        format!("`{word}` must be used, and nothing is known of it"),
        "Neither its capabilities nor its numbers can be weighed, so the wish would have no effect.",
        remedy,
    );
}

/// Only a provider runs it, and the system runs elsewhere.
fn elsewhere(
    technology: &Technology,
    cloud: Option<Cloud>,
    word: &str,
    at: &str,
    report: &mut Report,
) {
    let here = match cloud {
        Some(Cloud::Aws) => "aws",
        Some(Cloud::Gcp) => "gcp",
        Some(Cloud::Azure) => "azure",
        Some(Cloud::Vm) => "virtual machines of a hoster",
        Some(Cloud::OnPremises) => "machines of one's own",
        Some(Cloud::Local) => "the user's own computer",
        None => return,
    };
    let offered = technology.offerings.iter().any(|o| o.cloud == here);
    if technology.self_hostable() || offered || technology.offerings.is_empty() {
        return;
    }
    let mut where_it_is: Vec<&str> = technology
        .offerings
        .iter()
        .map(|o| o.cloud.as_str())
        .collect();
    where_it_is.dedup();
    let found = report.conflict(
        ("technology-not-there", Severity::Blocker),
        at,
        format!(
            "`{word}` must be used on {here}, and is to be had on {} only",
            where_it_is.join(", ")
        ),
        "It cannot be installed elsewhere: its provider runs it.",
        "Change `constraints.cloud`, or take another technology of the same kind.",
    );
    *found = found
        .clone()
        .related("constraints.cloud", "where it may run");
}
