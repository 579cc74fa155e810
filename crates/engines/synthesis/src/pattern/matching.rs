//! Where a pattern fits: every binding, in the order of the brief, the refused ones apart.

use super::binding::{Binding, Scope, places};
use super::parse::Pattern;
use super::predicates::Predicate;
use super::variables::filled;

/// The bindings of one pattern.
#[derive(Default)]
pub struct Matches<'a> {
    /// The busiest first.
    pub used: Vec<Binding<'a>>,
    /// Those that nearly fit, with the reason against.
    pub refused: Vec<(Binding<'a>, String)>,
    /// Model paths of the traits, in order and each once.
    pub because: Vec<String>,
}

/// Finds all places for a pattern.
///
/// # Errors
/// A variable of a reason that is not in the vocabulary.
pub fn find<'a>(pattern: &Pattern, scope: Scope<'a>) -> Result<Matches<'a>, String> {
    let mut matches = Matches::default();
    for place in places(pattern.bind, scope) {
        let Some(why) = pattern
            .signature
            .iter()
            .find(|all| all.iter().all(|p| p.holds(scope, &place)))
        else {
            continue;
        };
        note(&mut matches.because, why, &place);
        let against = pattern
            .reject
            .iter()
            .find(|r| r.when.iter().all(|p| p.holds(scope, &place)));
        match against {
            Some(reject) => {
                let reason = filled(&reject.because, scope, &[place])?
                    .unwrap_or_else(|| "It does not fit here.".into());
                matches.refused.push((place, reason));
            }
            None => matches.used.push(place),
        }
    }
    // Stable, so that equal weights keep the order of the brief.
    matches
        .used
        .sort_by(|a, b| b.weight(scope).total_cmp(&a.weight(scope)));
    Ok(matches)
}

fn note(because: &mut Vec<String>, predicates: &[Predicate], place: &Binding<'_>) {
    for path in predicates.iter().filter_map(|p| p.path(place)) {
        if !because.contains(&path) {
            because.push(path);
        }
    }
}
