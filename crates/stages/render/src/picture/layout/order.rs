//! The order on each rank: few crossings, every group together, groups in one order throughout.
//!
//! Sweeps with the barycentre of the neighbours (Sugiyama, Tagawa and Toda, 1981), applied to the
//! tree of groups. Sibling groups keep one order on all ranks, so their rectangles can be drawn
//! side by side; items stand on one rank only and cannot contradict that.

use super::net::Net;
use super::{GroupSpec, path};

pub(super) struct Order<'a> {
    net: &'a Net,
    /// Groups around each item, outermost first.
    paths: Vec<Vec<usize>>,
    up: Vec<Vec<usize>>,
    down: Vec<Vec<usize>>,
    /// Place of each group among its siblings.
    place: Vec<f64>,
    ranks: Vec<Vec<usize>>,
    at: Vec<usize>,
}

/// Orders the ranks of the net, in place.
pub(super) fn order(net: &mut Net, groups: &[GroupSpec]) {
    let sweeps = if net.items.len() > 3000 { 6 } else { 16 };
    let (best, _) = {
        let mut order = Order::new(net, groups);
        order.start();
        let mut best = order.sweep(sweeps);
        if groups.len() > 1 && net.items.len() < 1500 {
            order.swap_groups(groups, &mut best);
        }
        best
    };
    net.ranks = best;
}

impl<'a> Order<'a> {
    fn new(net: &'a Net, groups: &[GroupSpec]) -> Self {
        let n = net.items.len();
        let mut up = vec![Vec::new(); n];
        let mut down = vec![Vec::new(); n];
        let links = net
            .chains
            .iter()
            .flat_map(|c| c.items.windows(2).map(|w| (w[0], w[1])));
        for (a, b) in links.chain(net.ties.iter().copied()) {
            down[a].push(b);
            up[b].push(a);
        }
        let paths = net
            .items
            .iter()
            .map(|item| path(groups, item.group).into_iter().rev().collect())
            .collect();
        Order {
            net,
            paths,
            up,
            down,
            place: (0..groups.len()).map(|g| g as f64).collect(),
            ranks: net.ranks.clone(),
            at: vec![0; n],
        }
    }

    /// The first order: depth first from the top, so that what belongs together starts together.
    fn start(&mut self) {
        let mut seen = vec![false; self.net.items.len()];
        let mut ranks = vec![Vec::new(); self.ranks.len()];
        for first in self.net.ranks.iter().flatten().copied() {
            let mut stack = vec![first];
            while let Some(v) = stack.pop() {
                if std::mem::replace(&mut seen[v], true) {
                    continue;
                }
                ranks[self.net.items[v].rank].push(v);
                stack.extend(self.down[v].iter().rev().filter(|w| !seen[**w]));
            }
        }
        self.ranks = ranks;
        self.number();
        self.regroup();
        self.settle();
    }

    /// Makes every rank obey the places of the groups, changing nothing else.
    fn settle(&mut self) {
        for rank in 0..self.ranks.len() {
            let keys = self.ranks[rank]
                .iter()
                .map(|i| self.at[*i] as f64)
                .collect();
            self.arrange(rank, keys);
        }
    }

    fn number(&mut self) {
        for rank in &self.ranks {
            for (i, item) in rank.iter().enumerate() {
                self.at[*item] = i;
            }
        }
    }

    /// Sets each group's place among its siblings to the mean place of what it holds.
    fn regroup(&mut self) {
        let mut sum = vec![(0.0, 0u32); self.place.len()];
        for rank in &self.ranks {
            for (i, item) in rank.iter().enumerate() {
                let x = (i as f64 + 0.5) / rank.len() as f64;
                for g in &self.paths[*item] {
                    sum[*g].0 += x;
                    sum[*g].1 += 1;
                }
            }
        }
        for (place, (sum, n)) in self.place.iter_mut().zip(sum) {
            if n > 0 {
                *place = sum / f64::from(n);
            }
        }
    }

    /// Down and up again and again; returns the best order seen and its crossings.
    fn sweep(&mut self, sweeps: usize) -> (Vec<Vec<usize>>, u64) {
        self.sweep_with(sweeps, true)
    }

    fn sweep_with(&mut self, sweeps: usize, regroup: bool) -> (Vec<Vec<usize>>, u64) {
        let mut best = (self.ranks.clone(), self.crossings());
        for round in 0..sweeps {
            if best.1 == 0 {
                break;
            }
            let last = self.ranks.len();
            if round % 2 == 0 {
                (1..last).for_each(|r| self.pull(r, true));
            } else {
                (0..last.saturating_sub(1))
                    .rev()
                    .for_each(|r| self.pull(r, false));
            }
            self.exchange();
            let now = self.crossings();
            if now < best.1 {
                best = (self.ranks.clone(), now);
            }
            if regroup {
                self.regroup();
                self.settle();
            }
        }
        best
    }

    /// Tries neighbouring sibling groups the other way round.
    fn swap_groups(&mut self, groups: &[GroupSpec], best: &mut (Vec<Vec<usize>>, u64)) {
        self.ranks = best.0.clone();
        self.number();
        self.regroup();
        let n = groups.len().min(12);
        for a in 0..n {
            for b in a + 1..n {
                if best.1 == 0 {
                    return;
                }
                if groups[a].parent != groups[b].parent {
                    continue;
                }
                let kept = (self.ranks.clone(), self.place.clone());
                self.place.swap(a, b);
                self.settle();
                let tried = self.sweep_with(6, false);
                if tried.1 < best.1 {
                    self.ranks = tried.0.clone();
                    *best = tried;
                } else {
                    (self.ranks, self.place) = kept;
                }
                self.number();
            }
        }
    }

    /// Reorders one rank by the neighbours above or below.
    fn pull(&mut self, rank: usize, from_above: bool) {
        let side = if from_above { &self.up } else { &self.down };
        let mut keys: Vec<Option<f64>> = self.ranks[rank]
            .iter()
            .map(|item| {
                let near = &side[*item];
                let sum: usize = near.iter().map(|n| self.at[*n]).sum();
                (!near.is_empty()).then(|| sum as f64 / near.len() as f64)
            })
            .collect();
        // What has no neighbour stays behind the one it stood behind.
        let mut last = keys.iter().flatten().copied().next().unwrap_or(0.0);
        for key in &mut keys {
            last = *key.get_or_insert(last);
        }
        self.arrange(rank, keys.into_iter().flatten().collect());
    }

    /// Sorts a rank by keys, groups as units in the order of their places.
    fn arrange(&mut self, rank: usize, keys: Vec<f64>) {
        let items: Vec<(usize, f64)> = self.ranks[rank].iter().copied().zip(keys).collect();
        let mut out = Vec::with_capacity(items.len());
        self.arrange_level(items, 0, &mut out);
        self.ranks[rank] = out;
        for (i, item) in self.ranks[rank].iter().enumerate() {
            self.at[*item] = i;
        }
    }

    fn arrange_level(&self, items: Vec<(usize, f64)>, depth: usize, out: &mut Vec<usize>) {
        struct Unit {
            key: f64,
            group: Option<usize>,
            items: Vec<(usize, f64)>,
        }
        let mut units: Vec<Unit> = Vec::new();
        for (item, key) in items {
            let group = self.paths[item].get(depth).copied();
            let held = group.and_then(|g| units.iter_mut().find(|u| u.group == Some(g)));
            match held {
                Some(unit) => unit.items.push((item, key)),
                None => units.push(Unit {
                    key,
                    group,
                    items: vec![(item, key)],
                }),
            }
        }
        for unit in &mut units {
            unit.key = unit.items.iter().map(|(_, k)| k).sum::<f64>() / unit.items.len() as f64;
        }
        units.sort_by(|a, b| a.key.total_cmp(&b.key));
        // Groups take the seats that groups have, in the order that holds on all ranks.
        let seats: Vec<usize> = (0..units.len())
            .filter(|i| units[*i].group.is_some())
            .collect();
        let mut grouped: Vec<usize> = seats.clone();
        grouped.sort_by(|a, b| {
            let of = |i: &usize| units[*i].group.map_or(0.0, |g| self.place[g]);
            of(a)
                .total_cmp(&of(b))
                .then(units[*a].group.cmp(&units[*b].group))
        });
        let mut seated: Vec<usize> = (0..units.len()).collect();
        for (seat, unit) in seats.iter().zip(grouped) {
            seated[*seat] = unit;
        }
        let mut units: Vec<Option<Unit>> = units.into_iter().map(Some).collect();
        for i in seated {
            let Some(unit) = units[i].take() else {
                continue;
            };
            if unit.group.is_some() {
                self.arrange_level(unit.items, depth + 1, out);
            } else {
                out.extend(unit.items.into_iter().map(|(item, _)| item));
            }
        }
    }

    /// Swaps neighbours of one group where that saves crossings.
    fn exchange(&mut self) {
        let large = self.net.items.len() > 3000;
        for _ in 0..if large { 1 } else { 3 } {
            let mut better = false;
            for rank in 0..self.ranks.len() {
                for i in 1..self.ranks[rank].len() {
                    let (a, b) = (self.ranks[rank][i - 1], self.ranks[rank][i]);
                    if self.net.items[a].group != self.net.items[b].group {
                        continue;
                    }
                    if self.between(b, a) < self.between(a, b) {
                        self.ranks[rank].swap(i - 1, i);
                        self.at[a] = i;
                        self.at[b] = i - 1;
                        better = true;
                    }
                }
            }
            if !better {
                return;
            }
        }
    }

    /// Crossings between the edges of two items when the first stands on the left.
    fn between(&self, left: usize, right: usize) -> usize {
        [&self.up, &self.down]
            .into_iter()
            .map(|side| {
                side[left]
                    .iter()
                    .map(|l| {
                        side[right]
                            .iter()
                            .filter(|r| self.at[**r] < self.at[*l])
                            .count()
                    })
                    .sum::<usize>()
            })
            .sum()
    }

    fn crossings(&self) -> u64 {
        let mut total = 0;
        for (rank, items) in self.ranks.iter().enumerate() {
            let Some(below) = self.ranks.get(rank + 1) else {
                break;
            };
            // Counts inversions with a Fenwick tree over the lower rank.
            let mut tree = vec![0u64; below.len() + 1];
            let mut seen = 0u64;
            for item in items {
                let mut ends: Vec<usize> = self.down[*item].iter().map(|d| self.at[*d]).collect();
                ends.sort_unstable();
                for end in &ends {
                    let (mut i, mut upto) = (end + 1, 0);
                    while i > 0 {
                        upto += tree[i];
                        i &= i - 1;
                    }
                    total += seen - upto;
                }
                for end in ends {
                    let mut i = end + 1;
                    while i < tree.len() {
                        tree[i] += 1;
                        i += i & i.wrapping_neg();
                    }
                    seen += 1;
                }
            }
        }
        total
    }
}
