//! Integer positions that keep every arc at least as long as asked and the weighted sum of
//! lengths as short as can be: the network simplex of Gansner, Koutsofios, North and Vo,
//! "A Technique for Drawing Directed Graphs" (IEEE TSE 19(3), 1993), section 2.3. The layout uses
//! it twice, for ranks and for coordinates.
//!
//! The cut value of a tree arc is kept as the sum of the node balances (weight out minus weight
//! in) below it, which moves with subtrees, so an exchange touches only the paths it changes.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// `position(head) - position(tail) >= len`, at a cost of `weight` per unit of distance.
#[derive(Clone, Copy, Debug)]
pub struct Arc {
    /// The lower end.
    pub tail: usize,
    /// The upper end.
    pub head: usize,
    /// The least distance.
    pub len: i32,
    /// The cost of a unit of distance.
    pub weight: i64,
}

const NONE: usize = usize::MAX;

struct Tree<'a> {
    arcs: &'a [Arc],
    incident: Vec<Vec<usize>>,
    at: Vec<i32>,
    /// Tree arcs at each node.
    links: Vec<Vec<usize>>,
    /// The tree arc to the parent.
    up: Vec<usize>,
    /// Sum of balances in the subtree.
    flow: Vec<i64>,
    in_tree: Vec<bool>,
    mark: Vec<u32>,
    stamp: u32,
}

/// Positions for `n` nodes, the least being 0. The arcs must form no directed cycle; those that
/// would close one are ignored. `budget` bounds the work (arcs looked at); when it is used up the
/// positions are valid but may not be the best.
pub fn solve(n: usize, arcs: &[Arc], budget: u64) -> Vec<i32> {
    if n == 0 {
        return Vec::new();
    }
    // One node below all, at no cost, makes the graph connected.
    let mut all: Vec<Arc> = arcs.iter().copied().filter(|a| a.tail != a.head).collect();
    all.extend((0..n).map(|head| Arc {
        tail: n,
        head,
        len: 0,
        weight: 0,
    }));
    let (at, usable) = longest_path(n + 1, &all);
    let all: Vec<Arc> = all
        .into_iter()
        .zip(usable)
        .filter_map(|(a, ok)| ok.then_some(a))
        .collect();
    let mut tree = Tree::new(n + 1, &all, at);
    tree.grow(n);
    tree.improve(budget);
    let mut at = tree.at;
    at.truncate(n);
    let least = at.iter().copied().min().unwrap_or(0);
    at.iter_mut().for_each(|p| *p -= least);
    at
}

/// First positions: each node as low as its incoming arcs allow. Also says which arcs were used;
/// arcs out of nodes on a cycle that was cut are not.
fn longest_path(n: usize, arcs: &[Arc]) -> (Vec<i32>, Vec<bool>) {
    let mut out = vec![Vec::new(); n];
    let mut missing = vec![0usize; n];
    for (i, arc) in arcs.iter().enumerate() {
        out[arc.tail].push(i);
        missing[arc.head] += 1;
    }
    let mut at = vec![0i32; n];
    let mut done = vec![false; n];
    let mut usable = vec![true; arcs.len()];
    let mut ready: Vec<usize> = (0..n).rev().filter(|v| missing[*v] == 0).collect();
    let mut forced = 0;
    loop {
        while let Some(v) = ready.pop() {
            if std::mem::replace(&mut done[v], true) {
                continue;
            }
            for &i in &out[v] {
                let arc = arcs[i];
                if done[arc.head] {
                    usable[i] = false;
                    continue;
                }
                at[arc.head] = at[arc.head].max(at[v] + arc.len);
                missing[arc.head] -= 1;
                if missing[arc.head] == 0 {
                    ready.push(arc.head);
                }
            }
        }
        match (forced..n).find(|v| !done[*v]) {
            Some(v) => {
                forced = v;
                ready.push(v);
            }
            None => return (at, usable),
        }
    }
}

impl<'a> Tree<'a> {
    fn new(n: usize, arcs: &'a [Arc], at: Vec<i32>) -> Self {
        let mut incident = vec![Vec::new(); n];
        let mut flow = vec![0i64; n];
        for (i, arc) in arcs.iter().enumerate() {
            incident[arc.tail].push(i);
            incident[arc.head].push(i);
            flow[arc.tail] += arc.weight;
            flow[arc.head] -= arc.weight;
        }
        Tree {
            arcs,
            incident,
            at,
            links: vec![Vec::new(); n],
            up: vec![NONE; n],
            flow,
            in_tree: vec![false; arcs.len()],
            mark: vec![0; n],
            stamp: 0,
        }
    }

    fn other(&self, arc: usize, v: usize) -> usize {
        if self.arcs[arc].tail == v {
            self.arcs[arc].head
        } else {
            self.arcs[arc].tail
        }
    }

    fn slack(&self, arc: usize) -> i32 {
        let a = self.arcs[arc];
        self.at[a.head] - self.at[a.tail] - a.len
    }

    fn link(&mut self, arc: usize) {
        self.in_tree[arc] = true;
        self.links[self.arcs[arc].tail].push(arc);
        self.links[self.arcs[arc].head].push(arc);
    }

    fn unlink(&mut self, arc: usize) {
        self.in_tree[arc] = false;
        for v in [self.arcs[arc].tail, self.arcs[arc].head] {
            self.links[v].retain(|a| *a != arc);
        }
    }

    /// Grows a spanning tree of tight arcs from `root`. Nodes outside the tree move together; the
    /// two heaps hold the slack of arcs leaving and entering it, before that common move.
    fn grow(&mut self, root: usize) {
        let n = self.at.len();
        let mut inside = vec![false; n];
        let mut leaving = BinaryHeap::new();
        let mut entering = BinaryHeap::new();
        let mut moved = 0i32;
        let mut order = vec![root];
        inside[root] = true;
        let mut fresh = root;
        loop {
            for &i in &self.incident[fresh] {
                let other = self.other(i, fresh);
                if inside[other] {
                    continue;
                }
                let a = self.arcs[i];
                if a.tail == fresh {
                    let slack = self.at[other] - self.at[fresh] - a.len;
                    leaving.push(Reverse((slack, i)));
                } else {
                    let slack = self.at[fresh] - self.at[other] - a.len;
                    entering.push(Reverse((slack, i)));
                }
            }
            let out = peek(&mut leaving, |i| inside[self.arcs[i].head]);
            let inn = peek(&mut entering, |i| inside[self.arcs[i].tail]);
            let (arc, shift) = match (out, inn) {
                (None, None) => break,
                (Some((s, i)), None) => (i, -s),
                (None, Some((s, i))) => (i, s),
                (Some((s, i)), Some((t, j))) => {
                    if s + moved <= t - moved {
                        (i, -s)
                    } else {
                        (j, t)
                    }
                }
            };
            moved = shift;
            let a = self.arcs[arc];
            fresh = if inside[a.tail] { a.head } else { a.tail };
            inside[fresh] = true;
            self.at[fresh] += moved;
            self.link(arc);
            self.up[fresh] = arc;
            order.push(fresh);
        }
        for &v in order.iter().rev() {
            if self.up[v] != NONE {
                let parent = self.other(self.up[v], v);
                self.flow[parent] += self.flow[v];
            }
        }
    }

    /// The cut value of the tree arc above `v`.
    fn cut(&self, v: usize) -> i64 {
        if self.arcs[self.up[v]].tail == v {
            self.flow[v]
        } else {
            -self.flow[v]
        }
    }

    fn improve(&mut self, mut budget: u64) {
        let n = self.at.len();
        let mut start = 0;
        loop {
            // The worst of the next few negative cut values, searching round.
            let mut worst: Option<(i64, usize)> = None;
            let mut seen = 0;
            for k in 0..n {
                let v = (start + k) % n;
                if self.up[v] == NONE {
                    continue;
                }
                let cut = self.cut(v);
                if cut < 0 {
                    if worst.is_none_or(|(w, _)| cut < w) {
                        worst = Some((cut, v));
                    }
                    seen += 1;
                    if seen == 30 {
                        break;
                    }
                }
            }
            let Some((_, child)) = worst else { return };
            start = child + 1;
            let spent = self.exchange(child) + 30;
            if spent >= budget {
                return;
            }
            budget -= spent;
        }
    }

    /// Takes the arc above `child` out of the tree and puts in the tightest that joins the parts
    /// the other way round. Returns the number of arcs looked at.
    fn exchange(&mut self, child: usize) -> u64 {
        let old = self.up[child];
        let below_is_tail = self.arcs[old].tail == child;
        self.stamp += 1;
        let stamp = self.stamp;
        let mut part = vec![child];
        self.mark[child] = stamp;
        let mut i = 0;
        let mut spent = 0u64;
        while i < part.len() {
            let v = part[i];
            i += 1;
            for &arc in &self.links[v] {
                if arc == self.up[v] {
                    continue;
                }
                let other = self.other(arc, v);
                if self.mark[other] != stamp {
                    self.mark[other] = stamp;
                    part.push(other);
                }
            }
        }
        let mut best: Option<(i32, usize)> = None;
        for &v in &part {
            spent += self.incident[v].len() as u64;
            for &arc in &self.incident[v] {
                let a = self.arcs[arc];
                let fits = if below_is_tail {
                    a.head == v
                } else {
                    a.tail == v
                };
                if !fits || self.mark[self.other(arc, v)] == stamp {
                    continue;
                }
                let key = (self.slack(arc), arc);
                if best.is_none_or(|b| key < b) {
                    best = Some(key);
                }
            }
        }
        let Some((slack, new)) = best else {
            // Unbounded: cannot happen while the root holds every node; leave it as it is.
            self.flow[child] = 0;
            return spent + 1;
        };
        if slack != 0 {
            let shift = if below_is_tail { -slack } else { slack };
            for &v in &part {
                self.at[v] += shift;
            }
        }
        self.replace(child, old, new, stamp);
        spent + part.len() as u64
    }

    fn replace(&mut self, child: usize, old: usize, new: usize, stamp: u32) {
        let moved = self.flow[child];
        let old_parent = self.other(old, child);
        let a = self.arcs[new];
        let (inner, outer) = if self.mark[a.tail] == stamp {
            (a.tail, a.head)
        } else {
            (a.head, a.tail)
        };
        self.unlink(old);
        self.link(new);
        self.add_upwards(old_parent, -moved);
        // Turn the path from the new top of the part to the old one round.
        let mut v = inner;
        let mut above = new;
        let mut path = Vec::new();
        loop {
            path.push(v);
            let next = std::mem::replace(&mut self.up[v], above);
            if v == child {
                break;
            }
            above = next;
            v = self.other(next, v);
        }
        let flows: Vec<i64> = path.iter().map(|v| self.flow[*v]).collect();
        for (i, &v) in path.iter().enumerate() {
            self.flow[v] = if i == 0 { moved } else { moved - flows[i - 1] };
        }
        self.add_upwards(outer, moved);
    }

    fn add_upwards(&mut self, from: usize, amount: i64) {
        let mut v = from;
        loop {
            self.flow[v] += amount;
            if self.up[v] == NONE {
                return;
            }
            v = self.other(self.up[v], v);
        }
    }
}

/// The best entry whose outer end is still outside.
fn peek(
    heap: &mut BinaryHeap<Reverse<(i32, usize)>>,
    stale: impl Fn(usize) -> bool,
) -> Option<(i32, usize)> {
    while let Some(Reverse((slack, i))) = heap.peek().copied() {
        if !stale(i) {
            return Some((slack, i));
        }
        heap.pop();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_example_gets_its_published_cost() {
        // Figure 2-3 of the paper: a-b-c-d-h and a-e-g, a-f-g-h; the best total length is 10.
        let pairs = [
            (0, 1),
            (1, 2),
            (2, 3),
            (3, 7),
            (0, 4),
            (4, 6),
            (0, 5),
            (5, 6),
            (6, 7),
        ];
        let arcs: Vec<Arc> = pairs
            .iter()
            .map(|&(tail, head)| Arc {
                tail,
                head,
                len: 1,
                weight: 1,
            })
            .collect();
        let at = solve(8, &arcs, 1_000_000);
        let cost: i32 = pairs.iter().map(|&(t, h)| at[h] - at[t]).sum();
        assert_eq!(cost, 10);
        assert!(pairs.iter().all(|&(t, h)| at[h] > at[t]));
    }

    #[test]
    fn a_cycle_loses_an_arc_and_nothing_else() {
        let arcs = [(0, 1), (1, 2), (2, 0)].map(|(tail, head)| Arc {
            tail,
            head,
            len: 2,
            weight: 1,
        });
        assert_eq!(solve(3, &arcs, 1000), vec![0, 2, 4]);
    }
}
