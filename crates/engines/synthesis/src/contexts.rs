//! Bounded contexts: entities grouped by what binds them together.
//!
//! Two entities are bound by being part of one another, by being written in the same operation and
//! by being shown together, each weighted by how often it happens. Groups are merged greedily while
//! modularity grows (Clauset, Newman, Moore, Finding community structure in very large networks,
//! 2004), so a boundary falls where few transactions and calls would cross it.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use model::{About, Author, Brief, Context, Effect, EntityId, Map, Operation};

use crate::naming::{kebab, plural, snake};

/// Parts are never separated from their whole.
const WHOLE: f64 = 1e6;
/// A link alone says little: rows refer to rows across every boundary.
const LINK: f64 = 0.2;

/// Draws the contexts of a domain, each named after its most connected entity.
pub fn draw(brief: &Brief) -> Map<Context> {
    let names: Vec<&String> = brief.domain.entities.keys().collect();
    let index: BTreeMap<&str, usize> = names
        .iter()
        .enumerate()
        .map(|(i, n)| (n.as_str(), i))
        .collect();
    let weights = couplings(brief, &index);
    let groups = without_cycles(brief, &index, communities(names.len(), &weights));
    let mut contexts: Map<Context> = IndexMap::new();
    let mut of_entity: BTreeMap<&str, String> = BTreeMap::new();
    for group in &groups {
        let strength = |i: usize| -> f64 {
            weights
                .iter()
                .filter(|((a, b), _)| *a == i || *b == i)
                .map(|(_, w)| w.min(1e3))
                .sum()
        };
        let parts: Vec<usize> = group
            .iter()
            .copied()
            .filter(|&i| is_part(brief, names[i]))
            .collect();
        let hub = group
            .iter()
            .copied()
            .filter(|i| !parts.contains(i))
            .max_by(|&a, &b| strength(a).total_cmp(&strength(b)).then(b.cmp(&a)))
            .or_else(|| group.first().copied());
        let Some(hub) = hub else { continue };
        let id = kebab(&plural(&snake(names[hub])));
        for &i in group {
            of_entity.insert(names[i], id.clone());
        }
        contexts.insert(
            id,
            Context {
                entities: group.iter().map(|&i| EntityId::from(names[i])).collect(),
                about: About {
                    author: Author::Engine,
                    from: Some("decisions.boundaries".into()),
                    ..About::default()
                },
                ..Context::default()
            },
        );
    }
    for (id, operation) in &brief.domain.operations {
        let home = home_entity(operation)
            .and_then(|e| of_entity.get(e))
            .cloned();
        let home = home.or_else(|| contexts.keys().next().cloned());
        if let Some(context) = home.and_then(|h| contexts.get_mut(&h)) {
            context.operations.push(id.into());
        }
    }
    contexts
}

/// The entity an operation is about: its target, or the first one that an effect touches.
pub fn home_entity(operation: &Operation) -> Option<&str> {
    if let Some(target) = &operation.target {
        return Some(target);
    }
    operation.effects.iter().find_map(entity_of)
}

/// The entity that an effect touches.
pub fn entity_of(effect: &Effect) -> Option<&str> {
    match effect {
        Effect::Read(e) => Some(&e.entity),
        Effect::Create(e) => Some(&e.entity),
        Effect::Update(e) => Some(&e.entity),
        Effect::Delete(e) => Some(&e.entity),
        Effect::Link(e) | Effect::Unlink(e) => Some(&e.entity),
        Effect::Transition(e) => Some(&e.entity),
        Effect::Call(_) | Effect::Emit(_) | Effect::Handler(_) => None,
    }
}

fn is_part(brief: &Brief, entity: &str) -> bool {
    brief
        .domain
        .entities
        .values()
        .any(|e| e.relations.values().any(|l| l.parts && l.to == *entity))
}

fn couplings(brief: &Brief, index: &BTreeMap<&str, usize>) -> BTreeMap<(usize, usize), f64> {
    let mut weights: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    let mut bind = |a: usize, b: usize, weight: f64| {
        if a != b {
            *weights.entry((a.min(b), a.max(b))).or_default() += weight;
        }
    };
    for (name, entity) in &brief.domain.entities {
        for link in entity.relations.values() {
            if let (Some(&a), Some(&b)) = (index.get(name.as_str()), index.get(&*link.to)) {
                bind(a, b, if link.parts { WHOLE } else { LINK });
            }
        }
    }
    for operation in brief.domain.operations.values() {
        // The logarithm keeps one busy operation from deciding every boundary.
        let weight = (1.0 + brief.busy_rate(operation).map_or(0.1, |r| r.0))
            .ln()
            .max(0.1);
        let touched = |writes: bool| -> Vec<usize> {
            let mut found: Vec<usize> = operation
                .effects
                .iter()
                .filter(|e| writes != matches!(e, Effect::Read(_)))
                .filter_map(entity_of)
                .chain(operation.target.as_deref())
                .filter_map(|e| index.get(e).copied())
                .collect();
            found.sort_unstable();
            found.dedup();
            found
        };
        for (entities, factor) in [(touched(true), 1.0), (touched(false), 0.3)] {
            for (i, &a) in entities.iter().enumerate() {
                for &b in &entities[i + 1..] {
                    bind(a, b, weight * factor);
                }
            }
        }
    }
    weights
}

/// Groups whose tables would refer to each other in a circle are one: neither could be changed,
/// moved or restored without the other (Martin's acyclic dependencies principle, 1996).
fn without_cycles(
    brief: &Brief,
    index: &BTreeMap<&str, usize>,
    groups: Vec<Vec<usize>>,
) -> Vec<Vec<usize>> {
    let n = index.len();
    let mut group_of = vec![0; n];
    for (g, members) in groups.iter().enumerate() {
        members.iter().for_each(|&m| group_of[m] = g);
    }
    // Who refers to whom, and whom that reaches (Warshall): groups are few.
    let mut reaches = vec![vec![false; groups.len()]; groups.len()];
    for (name, entity) in &brief.domain.entities {
        for link in entity.relations.values() {
            let (Some(&a), Some(&b)) = (index.get(name.as_str()), index.get(&*link.to)) else {
                continue;
            };
            // The many side carries the reference.
            let (from, to) = if link.many { (b, a) } else { (a, b) };
            reaches[group_of[from]][group_of[to]] = true;
        }
    }
    for via in 0..groups.len() {
        for from in 0..groups.len() {
            if reaches[from][via] {
                let onward = reaches[via].clone();
                for (to, yes) in onward.iter().enumerate() {
                    reaches[from][to] |= yes;
                }
            }
        }
    }
    let mut merged: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (g, members) in groups.iter().enumerate() {
        let first = (0..=g)
            .find(|&h| h == g || (reaches[g][h] && reaches[h][g]))
            .unwrap_or(g);
        merged.entry(first).or_default().extend(members);
    }
    merged
        .into_values()
        .map(|mut members| {
            members.sort_unstable();
            members
        })
        .collect()
}

/// Greedy modularity. Returns groups in the order of their first member.
fn communities(n: usize, weights: &BTreeMap<(usize, usize), f64>) -> Vec<Vec<usize>> {
    let mut group: Vec<usize> = (0..n).collect();
    let merge = |group: &mut Vec<usize>, a: usize, b: usize| {
        let (keep, gone) = (a.min(b), a.max(b));
        group
            .iter_mut()
            .filter(|g| **g == gone)
            .for_each(|g| *g = keep);
    };
    for (&(a, b), &w) in weights {
        if w >= WHOLE {
            let (a, b) = (group[a], group[b]);
            merge(&mut group, a, b);
        }
    }
    let soft = |w: f64| if w >= WHOLE { w % WHOLE + 5.0 } else { w };
    let total: f64 = weights.values().map(|&w| soft(w)).sum();
    if total > 0.0 {
        loop {
            let mut degree: BTreeMap<usize, f64> = BTreeMap::new();
            let mut between: BTreeMap<(usize, usize), f64> = BTreeMap::new();
            for (&(a, b), &w) in weights {
                let (ga, gb) = (group[a], group[b]);
                *degree.entry(ga).or_default() += soft(w);
                *degree.entry(gb).or_default() += soft(w);
                if ga != gb {
                    *between.entry((ga.min(gb), ga.max(gb))).or_default() += soft(w);
                }
            }
            let gain = |&(a, b): &(usize, usize), w: f64| {
                w / total - degree[&a] * degree[&b] / (2.0 * total * total)
            };
            let best = between
                .iter()
                .map(|(pair, &w)| (*pair, gain(pair, w)))
                .max_by(|x, y| x.1.total_cmp(&y.1).then(y.0.cmp(&x.0)));
            match best {
                Some(((a, b), gain)) if gain > 1e-9 => merge(&mut group, a, b),
                _ => break,
            }
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (entity, &g) in group.iter().enumerate() {
        groups.entry(g).or_default().push(entity);
    }
    groups.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_cliques_joined_by_a_thread_are_two_groups() {
        let mut weights = BTreeMap::new();
        for (a, b) in [(0, 1), (0, 2), (1, 2), (3, 4), (3, 5), (4, 5)] {
            weights.insert((a, b), 2.0);
        }
        weights.insert((2, 3), 0.2);
        assert_eq!(communities(6, &weights), [vec![0, 1, 2], vec![3, 4, 5]]);
    }

    #[test]
    fn parts_stay_with_their_whole() {
        let weights = BTreeMap::from([((0, 1), WHOLE), ((1, 2), 3.0), ((0, 3), 3.0)]);
        let groups = communities(4, &weights);
        assert!(groups.iter().any(|g| g.contains(&0) && g.contains(&1)));
    }
}
