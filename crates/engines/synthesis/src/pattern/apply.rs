//! Applies the library to an architecture.

use std::borrow::Cow;

use model::{AppliedPattern, Architecture, Author, Brief, Finding, Map, Proof, Severity};

use super::binding::{Binding, Scope};
use super::matching::{self, Matches};
use super::numbers::listed;
use super::parse::{Pattern, library};
use super::template::fill_tree;
use super::variables::{filled, value};
use super::{adapt, merge};
use crate::Extent;
use crate::choices::Choices;
use crate::components::engine;

/// A fragment of an architecture with blanks.
type Template = toml::Value;

/// Chooses from the built-in library, adapts and adds. Patterns that the architecture already
/// speaks of are left as they are, so that applying twice changes nothing.
///
/// Findings are faults of the library itself.
pub(crate) fn apply(
    brief: &Brief,
    choices: &Choices,
    extent: Extent,
    architecture: &mut Architecture,
) -> Vec<Finding> {
    let library = library();
    let mut findings = library.findings.clone();
    let patterns = &library.value;
    findings.extend(all(patterns, brief, choices, extent, architecture));
    findings
}

/// The same with other patterns, in their order.
pub fn apply_these(
    patterns: &Map<Pattern>,
    brief: &Brief,
    choices: &Choices,
    architecture: &mut Architecture,
) -> Vec<Finding> {
    all(patterns, brief, choices, Extent::Whole, architecture)
}

fn all(
    patterns: &Map<Pattern>,
    brief: &Brief,
    choices: &Choices,
    extent: Extent,
    architecture: &mut Architecture,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for pattern in patterns.values() {
        if architecture.patterns.contains_key(&pattern.id) {
            continue;
        }
        match one(pattern, brief, choices, extent, architecture) {
            Ok(Some(applied)) => {
                architecture.patterns.insert(pattern.id.clone(), applied);
            }
            Ok(None) => {}
            Err(message) => findings.push(
                Finding::new(
                    "pattern-template",
                    Severity::Major,
                    format!("patterns.{}", pattern.id),
                    message,
                )
                .why("The pattern fits and could not be written for this system.")
                .remedy(format!("Mend data/patterns/{}.toml.", pattern.id)),
            ),
        }
    }
    findings
}

fn one(
    pattern: &Pattern,
    brief: &Brief,
    choices: &Choices,
    extent: Extent,
    architecture: &mut Architecture,
) -> Result<Option<AppliedPattern>, String> {
    let scope = Scope {
        brief,
        choices,
        architecture,
    };
    let matches = matching::find(pattern, scope)?;
    if matches.used.is_empty() && matches.refused.is_empty() {
        return Ok(None);
    }
    if !matches.used.is_empty()
        && let Some(reason) = against(pattern, architecture)
    {
        return Ok(Some(AppliedPattern {
            pattern: pattern.id.clone(),
            because: matches.because,
            rejected: Some(reason),
            about: own(),
            ..AppliedPattern::default()
        }));
    }
    // A structural change comes first, so that the text speaks of what was made.
    let names: Vec<String> = matches.used.iter().filter_map(place_name).collect();
    drop(matches);
    let changed = adapt::adapt(&pattern.id, brief, choices, architecture, &names);
    let mut adds = changed.adds;

    let scope = Scope {
        brief,
        choices,
        architecture,
    };
    let mut matches = matching::find(pattern, scope)?;
    let (refused, used): (Vec<Binding<'_>>, Vec<Binding<'_>>) = matches
        .used
        .drain(..)
        .partition(|b| place_name(b).is_some_and(|n| changed.refused.contains_key(&n)));
    for binding in refused {
        let reason = place_name(&binding).and_then(|n| changed.refused.get(&n).cloned());
        matches.refused.push((binding, reason.unwrap_or_default()));
    }
    matches.used = used;
    let mut applied = AppliedPattern {
        pattern: pattern.id.clone(),
        because: std::mem::take(&mut matches.because),
        about: own(),
        ..AppliedPattern::default()
    };
    if matches.used.is_empty() {
        applied.rejected = Some(reasons(&matches));
        for fragment in refused_fragments(pattern, scope, &matches, extent)? {
            adds.extend(merge::merge(&pattern.id, fragment, brief, architecture)?);
        }
        applied.adds = adds;
        return Ok(Some(applied));
    }
    if extent == Extent::Whole {
        applied.here = text(pattern, scope, &matches)?;
        applied.costs = match &pattern.costs {
            Some(costs) => filled(costs, scope, &matches.used)?.map(|t| t.trim().to_string()),
            None => None,
        };
        applied.proof = proofs(pattern, scope, &matches.used)?;
    }
    let mut fragments = fragments(pattern, scope, &matches.used, extent)?;
    fragments.extend(refused_fragments(pattern, scope, &matches, extent)?);
    let own_name = format!("patterns.{}", pattern.id);
    adds.extend(standing(architecture, &own_name));
    for fragment in fragments {
        adds.extend(merge::merge(&pattern.id, fragment, brief, architecture)?);
    }
    for mechanism in adds.iter().filter_map(|p| p.strip_prefix("mechanisms.")) {
        if let Some(made) = architecture.mechanisms.get_mut(mechanism)
            && made.proof.is_empty()
        {
            made.proof.clone_from(&applied.proof);
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    adds.retain(|path| seen.insert(path.clone()));
    applied.adds = adds;
    Ok(Some(applied))
}

fn own() -> model::About {
    model::About {
        author: Author::Engine,
        from: engine("decisions.patterns").from,
        ..model::About::default()
    }
}

/// Why other patterns speak against this one.
fn against(pattern: &Pattern, architecture: &Architecture) -> Option<String> {
    let used = |id: &str| {
        architecture
            .patterns
            .get(id)
            .is_some_and(|p| p.rejected.is_none())
    };
    if let Some(missing) = pattern.requires.iter().find(|p| !used(p)) {
        return Some(format!("It rests on {missing}, which is not used here."));
    }
    let other = pattern.conflicts.iter().find(|p| used(p))?;
    Some(format!("{other} is used here and solves the same problem."))
}

/// The id by which structural changes know a binding.
fn place_name(binding: &Binding<'_>) -> Option<String> {
    binding
        .operation
        .map(|(id, _)| id)
        .or(binding.entity.map(|(id, _)| id))
        .or(binding.event.map(|(id, _)| id))
        .or(binding.port.map(|(id, _)| id))
        .map(str::to_string)
}

/// What to call a binding in a sentence.
fn spoken(binding: &Binding<'_>) -> String {
    match (binding.operation, binding.entity, binding.transition) {
        (Some((id, _)), ..) => id.to_string(),
        (None, Some((id, _)), Some((t, _))) => format!("{id} ({t})"),
        (None, Some((id, _)), None) => id.to_string(),
        _ => binding
            .event
            .map(|(id, _)| id)
            .or(binding.port.map(|(id, _)| id))
            .or(binding.actor.map(|(id, _)| id))
            .unwrap_or("the system")
            .to_string(),
    }
}

/// The reasons against, each with the places it concerns.
fn reasons(matches: &Matches<'_>) -> String {
    let mut by_reason: Vec<(&str, Vec<String>)> = Vec::new();
    for (binding, reason) in &matches.refused {
        match by_reason.iter_mut().find(|(r, _)| r == reason) {
            Some((_, places)) => places.push(spoken(binding)),
            None => by_reason.push((reason, vec![spoken(binding)])),
        }
    }
    by_reason
        .into_iter()
        .map(|(reason, places)| match listed(places) {
            Some(places) if places != "the system" => format!("For {places}: {reason}"),
            _ => reason.to_string(),
        })
        .collect::<Vec<_>>()
        .join(" ")
}

fn text(pattern: &Pattern, scope: Scope<'_>, matches: &Matches<'_>) -> Result<String, String> {
    let mut parts: Vec<String> = Vec::new();
    parts.extend(filled(&pattern.here, scope, &matches.used)?);
    if let Some(each) = &pattern.each {
        for binding in &matches.used {
            let sentence = filled(each, scope, &[*binding])?;
            parts.extend(sentence.filter(|s| !parts.contains(s)));
        }
    }
    if !matches.refused.is_empty() {
        parts.push(format!("Not used elsewhere. {}", reasons(matches)));
    }
    Ok(parts
        .iter()
        .map(|p| p.trim())
        .filter(|p| !p.is_empty())
        .collect::<Vec<_>>()
        .join(" "))
}

fn proofs(pattern: &Pattern, scope: Scope<'_>, used: &[Binding<'_>]) -> Result<Vec<Proof>, String> {
    let mut proofs = Vec::new();
    for verify in &pattern.verify {
        if let Some(text) = filled(&verify.text, scope, used)? {
            proofs.push(Proof {
                kind: verify.kind,
                text: text.trim().to_string(),
                see: None,
            });
        }
    }
    Ok(proofs)
}

/// A template, or the part of it that numbers depend on: tables and relations.
fn wanted(template: Option<&Template>, extent: Extent) -> Option<Cow<'_, Template>> {
    let template = template?;
    let table = match (extent, template.as_table()) {
        (Extent::Whole, _) | (_, None) => return Some(Cow::Borrowed(template)),
        (Extent::Numbers, Some(table)) => table,
    };
    let counts = |key: &str| matches!(key, "data" | "relations");
    let kept: toml::map::Map<String, Template> = table
        .iter()
        .filter(|(key, _)| counts(key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    (!kept.is_empty()).then_some(Cow::Owned(Template::Table(kept)))
}

fn fragments(
    pattern: &Pattern,
    scope: Scope<'_>,
    used: &[Binding<'_>],
    extent: Extent,
) -> Result<Vec<serde_json::Value>, String> {
    let mut all = Vec::new();
    if let Some(once) = wanted(pattern.once.as_ref(), extent) {
        all.extend(fill_tree(&once, &|name| value(name, scope, used))?);
    }
    if let Some(each) = wanted(pattern.per_binding.as_ref(), extent) {
        for binding in used {
            let Some(mut fragment) = fill_tree(&each, &|name| value(name, scope, &[*binding]))?
            else {
                continue;
            };
            if extent == Extent::Whole {
                prove(&mut fragment, &proofs(pattern, scope, &[*binding])?);
            }
            all.push(fragment);
        }
    }
    Ok(all)
}

/// Gives the mechanisms of one place the proof of that place, where they bring none of their own.
fn prove(fragment: &mut serde_json::Value, proofs: &[Proof]) {
    let mechanisms = fragment
        .get_mut("mechanisms")
        .and_then(|m| m.as_object_mut());
    let (Some(mechanisms), Ok(proofs)) = (mechanisms, serde_json::to_value(proofs)) else {
        return;
    };
    for mechanism in mechanisms.values_mut().filter_map(|m| m.as_object_mut()) {
        mechanism.entry("proof").or_insert_with(|| proofs.clone());
    }
}

fn refused_fragments(
    pattern: &Pattern,
    scope: Scope<'_>,
    matches: &Matches<'_>,
    extent: Extent,
) -> Result<Vec<serde_json::Value>, String> {
    let mut all = Vec::new();
    if let Some(refused) = wanted(pattern.refused.as_ref(), extent) {
        for (binding, _) in &matches.refused {
            all.extend(fill_tree(&refused, &|name| {
                value(name, scope, &[*binding])
            })?);
        }
    }
    Ok(all)
}

/// Elements that the assembly made for this pattern before it was applied.
fn standing(architecture: &Architecture, from: &str) -> Vec<String> {
    let is = |about: &model::About| about.from.as_deref() == Some(from);
    let tables = architecture
        .data
        .iter()
        .filter(|(_, t)| is(&t.about))
        .map(|(id, _)| format!("data.{id}"));
    let components = architecture
        .components
        .iter()
        .filter(|(_, c)| is(&c.about))
        .map(|(id, _)| format!("components.{id}"));
    tables.chain(components).collect()
}
