//! Coordinates across the ranks: straight edges, narrow groups, nothing overlapping.
//!
//! One network simplex over the centres of all items and the two sides of every group, after
//! section 4.2 of Gansner et al. (1993): bending an edge between two lanes costs eight times as
//! much as shifting one between two nodes.

use super::net::{Item, Kind, Net};
use super::simplex::{Arc, solve};
use super::{Gaps, Spec, common, path};

/// Centres of items and sides of groups.
pub(super) struct Across {
    pub centre: Vec<i32>,
    pub sides: Vec<(i32, i32)>,
    room: Room,
}

/// What must keep which distance before and behind each item.
struct Room {
    before: Vec<Vec<(usize, i32)>>,
    behind: Vec<Vec<(usize, i32)>>,
    /// Positions of items, then of the groups' sides.
    at: Vec<i32>,
}

impl Room {
    fn new(n: usize, arcs: &[Arc], at: Vec<i32>) -> Self {
        let mut before = vec![Vec::new(); n];
        let mut behind = vec![Vec::new(); n];
        for arc in arcs.iter().filter(|a| a.weight == 0) {
            if arc.head < n {
                before[arc.head].push((arc.tail, arc.len));
            }
            if arc.tail < n {
                behind[arc.tail].push((arc.head, arc.len));
            }
        }
        Room { before, behind, at }
    }

    /// How far an item may move to either side while all else stays.
    fn of(&self, v: usize) -> (i32, i32) {
        let low = self.before[v]
            .iter()
            .map(|(u, d)| self.at[*u] + d)
            .max()
            .unwrap_or(i32::MIN);
        let high = self.behind[v]
            .iter()
            .map(|(u, d)| self.at[*u] - d)
            .min()
            .unwrap_or(i32::MAX);
        (low, high)
    }
}

impl Across {
    /// Moves the items to `x` if every one of them has the room.
    pub fn shift(&mut self, items: &[usize], x: i32) -> bool {
        let fits = |v: &usize| {
            let (low, high) = self.room.of(*v);
            low <= x && x <= high
        };
        if !items.iter().all(fits) {
            return false;
        }
        for v in items {
            self.centre[*v] = x;
            self.room.at[*v] = x;
        }
        true
    }
}

pub(super) fn place(spec: &Spec, net: &Net) -> Across {
    let n = net.items.len();
    let g = spec.groups.len();
    let left_of = |group: usize| n + 2 * group;
    let right_of = |group: usize| n + 2 * group + 1;
    let gaps = &spec.gaps;
    let mut arcs: Vec<Arc> = Vec::new();
    let keep = |tail: usize, head: usize, len: i32| Arc {
        tail,
        head,
        len,
        weight: 0,
    };

    for (group, def) in spec.groups.iter().enumerate() {
        if net.spans[group].is_none() {
            continue;
        }
        let (start, end, least) = group_room(spec, group);
        arcs.push(Arc {
            tail: left_of(group),
            head: right_of(group),
            len: least,
            weight: 6,
        });
        if let Some(parent) = def.parent {
            let (outer_start, outer_end, _) = group_room(spec, parent);
            arcs.push(keep(left_of(parent), left_of(group), outer_start));
            arcs.push(keep(right_of(group), right_of(parent), outer_end));
        }
        for (i, item) in net.items.iter().enumerate() {
            if item.group == Some(group) {
                arcs.push(keep(left_of(group), i, start + item.left));
                arcs.push(keep(i, right_of(group), end + item.right));
            }
        }
    }
    for rank in &net.ranks {
        for pair in rank.windows(2) {
            let (a, b) = (net.items[pair[0]], net.items[pair[1]]);
            let shared = common(&spec.groups, a.group, b.group);
            let outermost = |item: &Item| {
                path(&spec.groups, item.group)
                    .into_iter()
                    .take_while(|g| Some(*g) != shared)
                    .last()
            };
            let (ga, gb) = (outermost(&a), outermost(&b));
            let (tail, reach_a) = ga.map_or((pair[0], a.right), |g| (right_of(g), 0));
            let (head, reach_b) = gb.map_or((pair[1], b.left), |g| (left_of(g), 0));
            let gap = apart(gaps, &a, &b, ga.is_some() || gb.is_some());
            arcs.push(keep(tail, head, reach_a + gap + reach_b));
        }
    }
    let mut vars = n + 2 * g;
    for chain in &net.chains {
        for pair in chain.items.windows(2) {
            let bends = pair.iter().filter(|i| !is_node(&net.items[**i])).count();
            let weight = [1, 2, 8][bends];
            arcs.push(Arc {
                tail: vars,
                head: pair[0],
                len: 0,
                weight,
            });
            arcs.push(Arc {
                tail: vars,
                head: pair[1],
                len: 0,
                weight,
            });
            vars += 1;
        }
    }
    let budget = 60_000_000;
    let mut at = solve(vars, &arcs, budget);
    at.truncate(n + 2 * g);
    let mut room = Room::new(n, &arcs, at);
    balance(net, &mut room);
    let at = &room.at;
    let centre = at[..n].to_vec();
    let sides = (0..g).map(|k| (at[left_of(k)], at[right_of(k)])).collect();
    Across {
        centre,
        sides,
        room,
    }
}

fn is_node(item: &Item) -> bool {
    matches!(item.kind, Kind::Node(_))
}

fn apart(gaps: &Gaps, a: &Item, b: &Item, border: bool) -> i32 {
    match (a.kind, b.kind) {
        _ if border => gaps.pad.max(gaps.lane),
        (Kind::Node(_), Kind::Node(_)) => gaps.node,
        _ => gaps.lane,
    }
}

/// Room inside a group before its first and after its last item, and its least extent across.
fn group_room(spec: &Spec, group: usize) -> (i32, i32, i32) {
    let (tw, th) = spec.groups[group].title;
    let pad = spec.gaps.pad;
    if spec.rightwards {
        (pad + th, pad, 0)
    } else {
        (pad, pad, tw + 2 * pad)
    }
}

/// The simplex leaves nodes at one end of the stretch on which they are equally good. This moves
/// each node to the middle of that stretch as far as its neighbours allow.
fn balance(net: &Net, room: &mut Room) {
    let n = net.items.len();
    let mut near: Vec<Vec<usize>> = vec![Vec::new(); n];
    for chain in &net.chains {
        for pair in chain.items.windows(2) {
            near[pair[0]].push(pair[1]);
            near[pair[1]].push(pair[0]);
        }
    }
    for round in 0..4 {
        for k in 0..n {
            let v = if round % 2 == 0 { k } else { n - 1 - k };
            if !is_node(&net.items[v]) || near[v].is_empty() {
                continue;
            }
            let mut xs: Vec<i32> = near[v].iter().map(|u| room.at[*u]).collect();
            xs.sort_unstable();
            let wanted = (xs[(xs.len() - 1) / 2] + xs[xs.len() / 2]) / 2;
            let (low, high) = room.of(v);
            if low <= high {
                room.at[v] = wanted.clamp(low, high);
            }
        }
    }
}
