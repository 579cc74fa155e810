//! The ranks with everything that needs room on them: nodes, edges passing through, labels.

use super::rank::Ranks;
use super::{GroupSpec, Spec, common, path};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Node(usize),
    /// An edge passing through.
    Lane,
    /// An edge passing through with its label.
    Label(usize),
    /// Holds a group's place on a rank where it has nothing else.
    Filler,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub kind: Kind,
    pub rank: usize,
    pub group: Option<usize>,
    /// Reach to the left and right of the centre.
    pub left: i32,
    pub right: i32,
    pub height: i32,
}

/// An edge as the items it passes, from the upper rank to the lower.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    pub edge: usize,
    pub turned: bool,
    pub items: Vec<usize>,
}

pub(super) struct Net {
    pub items: Vec<Item>,
    pub chains: Vec<Chain>,
    /// Items of each rank; the first order is the order of creation.
    pub ranks: Vec<Vec<usize>>,
    /// First and last rank of each group; `None` for those without a node.
    pub spans: Vec<Option<(usize, usize)>>,
    /// Pairs of fillers and what they should stay in line with.
    pub ties: Vec<(usize, usize)>,
    /// The label ranks of each gap between node ranks, as (first, count).
    pub gaps: Vec<(usize, usize)>,
}

/// Reach of the self loops and their labels beyond the node's right side: the loops one around
/// the other, then the labels side by side.
pub(super) fn loops_reach(spec: &Spec, node: usize) -> i32 {
    let loops = || spec.edges.iter().filter(|e| e.from == node && e.to == node);
    let count = i32::try_from(loops().count()).unwrap_or(0);
    let labels: i32 = loops()
        .filter(|e| e.label.0 > 0)
        .map(|e| e.label.0 + loop_step(spec))
        .sum();
    if count == 0 {
        0
    } else {
        spec.gaps.turn + (count - 1) * loop_step(spec) + labels
    }
}

/// Distance between one self loop and the next.
pub(super) fn loop_step(spec: &Spec) -> i32 {
    (spec.gaps.turn / 3).max(1)
}

pub(super) fn net(spec: &Spec, ranks: &Ranks) -> Net {
    let count = ranks.of.iter().max().map_or(0, |r| r + 1);
    let gaps_of = label_gaps(spec, ranks, count);
    let mut fine = Vec::with_capacity(count);
    let mut gaps = Vec::with_capacity(count);
    let mut next = 0;
    for rank in 0..count {
        fine.push(next);
        let sub = gaps_of.rows.get(rank).copied().unwrap_or(0);
        gaps.push((next + 1, sub));
        next += 1 + sub;
    }
    let total = fine.last().map_or(0, |r| r + 1);
    let mut net = Net {
        items: Vec::new(),
        chains: Vec::new(),
        ranks: vec![Vec::new(); total],
        spans: vec![None; spec.groups.len()],
        ties: Vec::new(),
        gaps,
    };
    for (v, node) in spec.nodes.iter().enumerate() {
        let rank = fine[ranks.of[v]];
        let left = node.size.0 / 2;
        let right = node.size.0 - left + loops_reach(spec, v);
        for g in path(&spec.groups, node.group) {
            let span = net.spans[g].get_or_insert((rank, rank));
            *span = (span.0.min(rank), span.1.max(rank));
        }
        net.push(Item {
            kind: Kind::Node(v),
            rank,
            group: node.group,
            left,
            right,
            height: node.size.1,
        });
    }
    let mut turn_of = vec![0usize; count];
    for (i, edge) in spec.edges.iter().enumerate() {
        if edge.from == edge.to {
            continue;
        }
        let turned = ranks.of[edge.from] > ranks.of[edge.to];
        let (top, bottom) = if turned {
            (edge.to, edge.from)
        } else {
            (edge.from, edge.to)
        };
        let (first, last) = (fine[ranks.of[top]], fine[ranks.of[bottom]]);
        let label_rank = gaps_of.gap[i].map(|gap| {
            let (start, rows) = net.gaps[gap];
            turn_of[gap] += 1;
            start + (turn_of[gap] - 1) % rows.max(1)
        });
        let mut items = vec![top];
        for rank in first + 1..last {
            let group = lane_group(
                &spec.groups,
                &net.spans,
                spec.nodes[top].group,
                spec.nodes[bottom].group,
                rank,
            );
            let (kind, w, h) = if Some(rank) == label_rank {
                (Kind::Label(i), edge.label.0, edge.label.1)
            } else {
                (Kind::Lane, 0, 0)
            };
            let id = net.push(Item {
                kind,
                rank,
                group,
                left: w / 2,
                right: w - w / 2,
                height: h,
            });
            items.push(id);
        }
        items.push(bottom);
        net.chains.push(Chain {
            edge: i,
            turned,
            items,
        });
    }
    net.fill(&spec.groups);
    net
}

impl Net {
    fn push(&mut self, item: Item) -> usize {
        self.items.push(item);
        self.ranks[item.rank].push(self.items.len() - 1);
        self.items.len() - 1
    }

    /// Gives every group something on every rank it spans.
    fn fill(&mut self, groups: &[GroupSpec]) {
        for g in 0..groups.len() {
            let Some((first, last)) = self.spans[g] else {
                continue;
            };
            let mut before: Option<usize> = None;
            for rank in first..=last {
                let held = self.ranks[rank]
                    .iter()
                    .copied()
                    .find(|i| path(groups, self.items[*i].group).contains(&g));
                let item = held.unwrap_or_else(|| {
                    self.push(Item {
                        kind: Kind::Filler,
                        rank,
                        group: Some(g),
                        left: 0,
                        right: 0,
                        height: 0,
                    })
                });
                if let Some(before) = before
                    && (held.is_none() || self.items[before].kind == Kind::Filler)
                {
                    self.ties.push((before, item));
                }
                before = Some(item);
            }
        }
    }
}

/// An edge stays inside its end's group as long as that group lasts, unless both ends claim it.
fn lane_group(
    groups: &[GroupSpec],
    spans: &[Option<(usize, usize)>],
    top: Option<usize>,
    bottom: Option<usize>,
    rank: usize,
) -> Option<usize> {
    let shared = common(groups, top, bottom);
    let claim = |end: Option<usize>| {
        path(groups, end)
            .into_iter()
            .take_while(|g| Some(*g) != shared)
            .find(|g| spans[*g].is_some_and(|(first, last)| first <= rank && rank <= last))
    };
    match (claim(top), claim(bottom)) {
        (Some(g), None) | (None, Some(g)) => Some(g),
        _ => shared,
    }
}

struct LabelGaps {
    /// Per edge, the gap its label is in.
    gap: Vec<Option<usize>>,
    /// Per gap, how many rows of labels it has.
    rows: Vec<usize>,
}

/// Spreads labels over the gaps between node ranks: each in the emptiest gap its edge passes, and
/// several rows where one would be wider than the nodes.
fn label_gaps(spec: &Spec, ranks: &Ranks, count: usize) -> LabelGaps {
    let mut width = vec![0i32; count];
    for (v, node) in spec.nodes.iter().enumerate() {
        width[ranks.of[v]] += node.size.0 + spec.gaps.node;
    }
    let widest = width.iter().copied().max().unwrap_or(1).max(1);
    let mut load = vec![0i32; count];
    let mut gap = vec![None; spec.edges.len()];
    let mut by_span: Vec<(usize, usize)> = Vec::new();
    for (i, edge) in spec.edges.iter().enumerate() {
        let (a, b) = (ranks.of[edge.from], ranks.of[edge.to]);
        if edge.label.0 > 0 && a != b {
            by_span.push((a.abs_diff(b), i));
        }
    }
    by_span.sort_unstable();
    for (_, i) in by_span {
        let edge = spec.edges[i];
        let (a, b) = (ranks.of[edge.from], ranks.of[edge.to]);
        let best = (a.min(b)..a.max(b)).min_by_key(|g| load[*g]).unwrap_or(0);
        load[best] += edge.label.0 + spec.gaps.lane;
        gap[i] = Some(best);
    }
    let rows = load
        .iter()
        .map(|load| usize::try_from(load.div_euclid(widest) + i32::from(*load > 0)).unwrap_or(1))
        .map(|rows| rows.min(3))
        .collect();
    LabelGaps { gap, rows }
}
