//! Which rank each node stands on, after edges that close a cycle were turned round.

use super::simplex::{Arc, solve};
use super::{Spec, common, path};
use std::collections::BTreeMap;

/// Ranks from 0.
pub(super) struct Ranks {
    pub of: Vec<usize>,
}

/// How many nodes without an edge stand side by side at most, inside one group.
const ROW: usize = 4;

pub(super) fn ranks(spec: &Spec) -> Ranks {
    let turned = turned_edges(spec);
    let n = spec.nodes.len();
    let mut degree = vec![0usize; n];
    let mut arcs = Vec::new();
    for (edge, turned) in spec.edges.iter().zip(&turned) {
        if edge.from == edge.to {
            continue;
        }
        degree[edge.from] += 1;
        degree[edge.to] += 1;
        let (tail, head) = if *turned {
            (edge.to, edge.from)
        } else {
            (edge.from, edge.to)
        };
        arcs.push(Arc {
            tail,
            head,
            len: 1,
            weight: 1,
        });
    }
    // Nodes without an edge stand in rows, not in one long line.
    for group in 0..spec.groups.len() {
        let alone: Vec<usize> = (0..n)
            .filter(|v| degree[*v] == 0 && spec.nodes[*v].group == Some(group))
            .collect();
        for (a, b) in alone.iter().zip(alone.iter().skip(ROW)) {
            arcs.push(Arc {
                tail: *a,
                head: *b,
                len: 1,
                weight: 1,
            });
        }
    }
    stagger_leaves(spec, &turned, &degree, &mut arcs);
    compact_groups(spec, &mut arcs);
    tiers(spec, &mut arcs);
    let mut at = solve(n + 2 * spec.groups.len(), &arcs, 20_000_000);
    at.truncate(n);
    // Ranks on which nothing stands (only borders of groups) are closed.
    let mut levels = at.clone();
    levels.sort_unstable();
    levels.dedup();
    let of: Vec<usize> = at
        .into_iter()
        .map(|r| levels.binary_search(&r).unwrap_or(0))
        .collect();
    Ranks {
        of: split_wide(spec, of),
    }
}

/// Splits ranks that are wider than the limit. Nodes of one rank have no edges between them, so
/// every edge still runs to a later rank.
fn split_wide(spec: &Spec, of: Vec<usize>) -> Vec<usize> {
    if spec.row_limit <= 0 {
        return of;
    }
    let count = of.iter().max().map_or(0, |r| r + 1);
    let mut out = of.clone();
    let mut next = 0;
    for rank in 0..count {
        let mut row: Vec<usize> = (0..of.len()).filter(|v| of[*v] == rank).collect();
        // Nodes that point at others stay above those that do not.
        row.sort_by_key(|v| {
            let points = spec.edges.iter().any(|e| e.from == *v && of[e.to] > rank);
            (!points, spec.nodes[*v].group, *v)
        });
        let room = |v: usize| spec.nodes[v].size.0 + spec.gaps.node;
        let total: i32 = row.iter().map(|v| room(*v)).sum();
        let rows = total.div_euclid(spec.row_limit + spec.gaps.node) + 1;
        let fair = total / rows;
        let mut filled = 0;
        for (i, v) in row.into_iter().enumerate() {
            if i > 0 && filled + room(v) / 2 > fair {
                next += 1;
                filled = 0;
            }
            out[v] = next;
            filled += room(v);
        }
        next += 1;
    }
    out
}

/// Of two groups side by side between which all edges run one way, the one stands wholly above
/// the other, unless that would close a cycle.
fn tiers(spec: &Spec, arcs: &mut Vec<Arc>) {
    const MANY: usize = 120;
    let n = spec.nodes.len();
    if n > MANY {
        return;
    }
    let mut count: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for arc in arcs.iter().filter(|a| a.tail < n && a.head < n) {
        if let Some(pair) = siblings(spec, arc.tail, arc.head) {
            *count.entry(pair).or_default() += 1;
        }
    }
    let mut pairs: Vec<((usize, usize), usize)> = count
        .iter()
        .filter(|((a, b), _)| !count.contains_key(&(*b, *a)))
        .map(|(pair, k)| (*pair, *k))
        .collect();
    pairs.sort_by_key(|(pair, k)| (std::cmp::Reverse(*k), *pair));
    for ((above, below), _) in pairs {
        let (from, to) = (n + 2 * above + 1, n + 2 * below);
        if !reaches(arcs, n + 2 * spec.groups.len(), to, from) {
            arcs.push(Arc {
                tail: from,
                head: to,
                len: 1,
                weight: 0,
            });
        }
    }
}

fn reaches(arcs: &[Arc], n: usize, from: usize, to: usize) -> bool {
    let mut out = vec![Vec::new(); n];
    for arc in arcs {
        out[arc.tail].push(arc.head);
    }
    let mut seen = vec![false; n];
    let mut stack = vec![from];
    while let Some(v) = stack.pop() {
        if v == to {
            return true;
        }
        if !std::mem::replace(&mut seen[v], true) {
            stack.extend(&out[v]);
        }
    }
    false
}

/// The outermost groups that hold one node and not the other, where both have one.
fn siblings(spec: &Spec, from: usize, to: usize) -> Option<(usize, usize)> {
    let (a, b) = (spec.nodes[from].group, spec.nodes[to].group);
    let shared = common(&spec.groups, a, b);
    let under = |g| {
        path(&spec.groups, g)
            .into_iter()
            .take_while(|g| Some(*g) != shared)
            .last()
    };
    under(a).zip(under(b))
}

/// What a rank of a group's extent costs, measured in edges.
const EXTENT: i64 = 2;

/// Gives each group a first and a last rank, close together.
fn compact_groups(spec: &Spec, arcs: &mut Vec<Arc>) {
    let n = spec.nodes.len();
    for (v, node) in spec.nodes.iter().enumerate() {
        for g in path(&spec.groups, node.group) {
            arcs.push(Arc {
                tail: n + 2 * g,
                head: v,
                len: 0,
                weight: 0,
            });
            arcs.push(Arc {
                tail: v,
                head: n + 2 * g + 1,
                len: 0,
                weight: 0,
            });
        }
    }
    for g in 0..spec.groups.len() {
        arcs.push(Arc {
            tail: n + 2 * g,
            head: n + 2 * g + 1,
            len: 0,
            weight: EXTENT,
        });
    }
}

/// Where edges run both ways between two groups side by side, the lesser part runs upwards: tiers
/// stay tiers although a broker calls back into the services above it.
fn against_the_tiers(spec: &Spec) -> Vec<bool> {
    let pairs: Vec<Option<(usize, usize)>> = spec
        .edges
        .iter()
        .map(|e| siblings(spec, e.from, e.to))
        .collect();
    let mut count: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for pair in pairs.iter().flatten() {
        *count.entry(*pair).or_default() += 1;
    }
    let of = |a: usize, b: usize| count.get(&(a, b)).copied().unwrap_or(0);
    pairs
        .iter()
        .map(|p| p.is_some_and(|(a, b)| of(a, b) < of(b, a)))
        .collect()
}

/// Where one node points at many that have no other edge, they stand in rows too.
fn stagger_leaves(spec: &Spec, turned: &[bool], degree: &[usize], arcs: &mut Vec<Arc>) {
    const WIDE: usize = 6;
    for hub in 0..spec.nodes.len() {
        let leaves: Vec<usize> = spec
            .edges
            .iter()
            .zip(turned)
            .filter(|(e, turned)| !**turned && e.from == hub && e.to != hub && degree[e.to] == 1)
            .map(|(e, _)| e.to)
            .collect();
        if leaves.len() <= WIDE {
            continue;
        }
        let rows = leaves.len().div_ceil(WIDE);
        let row = leaves.len().div_ceil(rows);
        for (a, b) in leaves.iter().zip(leaves.iter().skip(row)) {
            arcs.push(Arc {
                tail: *a,
                head: *b,
                len: 1,
                weight: 1,
            });
        }
    }
}

/// Depth first from the sources, in input order; an edge back to a node still open is turned.
fn turned_edges(spec: &Spec) -> Vec<bool> {
    let n = spec.nodes.len();
    let mut out = vec![Vec::new(); n];
    let mut incoming = vec![0usize; n];
    let mut turned = against_the_tiers(spec);
    let head = |i: usize, turned: bool| {
        let edge = spec.edges[i];
        if turned { edge.from } else { edge.to }
    };
    for (i, edge) in spec.edges.iter().enumerate() {
        if edge.from != edge.to {
            out[head(i, !turned[i])].push(i);
            incoming[head(i, turned[i])] += 1;
        }
    }
    let first = turned.clone();
    let mut state = vec![0u8; n];
    let sources = (0..n).filter(|v| incoming[*v] == 0);
    // Among the rest, those that more leaves than enters come first.
    let mut rest: Vec<usize> = (0..n).filter(|v| incoming[*v] > 0).collect();
    rest.sort_by_key(|v| incoming[*v] as i64 - out[*v].len() as i64);
    for root in sources.chain(rest) {
        if state[root] != 0 {
            continue;
        }
        state[root] = 1;
        let mut stack = vec![(root, 0usize)];
        while let Some((v, next)) = stack.last_mut() {
            let v = *v;
            if let Some(&edge) = out[v].get(*next) {
                *next += 1;
                let to = head(edge, first[edge]);
                match state[to] {
                    0 => {
                        state[to] = 1;
                        stack.push((to, 0));
                    }
                    1 => turned[edge] = !first[edge],
                    _ => {}
                }
            } else {
                state[v] = 2;
                stack.pop();
            }
        }
    }
    turned
}
