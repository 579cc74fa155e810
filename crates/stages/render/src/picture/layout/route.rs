//! Where edges leave and enter nodes, how they run along each other between ranks, and with that
//! the coordinates along the ranks.

use super::net::{Chain, Kind, Net, loop_step};
use super::place::Across;
use super::{Frame, Placed, Rect, Route, Spec};

/// One edge in the channel between two ranks.
#[derive(Clone, Copy)]
struct Wire {
    chain: usize,
    top: i32,
    bottom: i32,
}

/// A rank's extent along.
#[derive(Clone, Copy, Default)]
struct Band {
    start: i32,
    end: i32,
}

pub(super) fn route(spec: &Spec, net: &Net, across: &mut Across) -> Placed {
    let mut ports = ports(spec, net, across);
    snap(spec, net, across, &mut ports);
    let across = &*across;
    let count = net.ranks.len();
    // The bends of each chain, per channel: the track it takes.
    let mut tracks: Vec<Vec<usize>> = net
        .chains
        .iter()
        .map(|c| vec![0; c.items.len() - 1])
        .collect();
    let mut used = vec![0usize; count];
    for (rank, used) in used.iter_mut().enumerate() {
        let wires = wires(net, across, &ports, rank);
        for (wire, track) in wires.iter().zip(assign(&wires, spec.gaps.lane)) {
            let first = net.items[net.chains[wire.chain].items[0]].rank;
            tracks[wire.chain][rank - first] = track;
            *used = (*used).max(track + 1);
        }
    }
    let bands = bands(spec, net, &used);
    let mut placed = Placed {
        size: (0, bands.last().map_or(0, |b| b.end)),
        nodes: vec![Rect::default(); spec.nodes.len()],
        groups: vec![None; spec.groups.len()],
        edges: vec![Route::default(); spec.edges.len()],
    };
    for (i, item) in net.items.iter().enumerate() {
        if let Kind::Node(v) = item.kind {
            let (w, h) = spec.nodes[v].size;
            let band = bands[item.rank];
            let y = band.start + (band.end - band.start - h) / 2;
            placed.nodes[v] = Rect {
                x: across.centre[i] - item.left,
                y,
                w,
                h,
            };
        }
    }
    for (c, chain) in net.chains.iter().enumerate() {
        let run = Run {
            spec,
            net,
            across,
            bands: &bands,
            ports: ports[c],
            tracks: &tracks[c],
        };
        placed.edges[chain.edge] = run.along(chain, &placed.nodes);
    }
    self_loops(spec, &mut placed);
    for (g, span) in net.spans.iter().enumerate() {
        if let Some((first, last)) = *span {
            let (x, right) = across.sides[g];
            let y = bands[first].start - room(spec, net, g, first, true);
            let end = bands[last].end + room(spec, net, g, last, false);
            let rect = Rect {
                x,
                y,
                w: right - x,
                h: end - y,
            };
            placed.groups[g] = Some(Frame {
                rect,
                title: Rect::default(),
            });
        }
    }
    placed
}

/// Where each chain leaves its upper and enters its lower node.
fn ports(spec: &Spec, net: &Net, across: &Across) -> Vec<(i32, i32)> {
    let mut ports: Vec<(i32, i32)> = net
        .chains
        .iter()
        .map(|c| {
            (
                across.centre[c.items[0]],
                across.centre[c.items[c.items.len() - 1]],
            )
        })
        .collect();
    let mut order = vec![0usize; net.items.len()];
    for rank in &net.ranks {
        for (i, item) in rank.iter().enumerate() {
            order[*item] = i;
        }
    }
    let n = net.items.len();
    let mut leaving: Vec<Vec<usize>> = vec![Vec::new(); n];
    let mut entering: Vec<Vec<usize>> = vec![Vec::new(); n];
    for (c, chain) in net.chains.iter().enumerate() {
        leaving[chain.items[0]].push(c);
        entering[chain.items[chain.items.len() - 1]].push(c);
    }
    // Twice, because an edge without a lane looks at its other end's port.
    for _ in 0..2 {
        for (upper, ends) in [(false, &entering), (true, &leaving)] {
            for (v, ends) in ends.iter().enumerate() {
                let Kind::Node(node) = net.items[v].kind else {
                    continue;
                };
                let near = |c: usize| {
                    let items = &net.chains[c].items;
                    if upper {
                        items[1]
                    } else {
                        items[items.len() - 2]
                    }
                };
                let mut chains = ends.clone();
                chains.sort_by_key(|c| (order[near(*c)], *c));
                let wanted: Vec<i32> = chains
                    .iter()
                    .map(|c| match net.items[near(*c)].kind {
                        Kind::Node(_) if upper => ports[*c].1,
                        Kind::Node(_) => ports[*c].0,
                        _ => across.centre[near(*c)],
                    })
                    .collect();
                let start = across.centre[v] - net.items[v].left;
                let xs = spread(&wanted, start, spec.nodes[node].size.0, spec);
                for (c, x) in chains.iter().zip(xs) {
                    if upper {
                        ports[*c].0 = x;
                    } else {
                        ports[*c].1 = x;
                    }
                }
            }
        }
    }
    ports
}

/// Small bends look like mistakes. Where a port is a little beside the lane that leads to it, the
/// lanes in line with that one move over, if there is room.
fn snap(spec: &Spec, net: &Net, across: &mut Across, ports: &mut [(i32, i32)]) {
    for (c, chain) in net.chains.iter().enumerate() {
        let inner = &chain.items[1..chain.items.len() - 1];
        // Neighbouring lanes a hair's breadth apart fall in line first.
        for i in 1..inner.len() {
            let (x, to) = (across.centre[inner[i]], across.centre[inner[i - 1]]);
            if x != to && (x - to).abs() <= spec.gaps.port / 4 {
                let same = |l: &&usize| across.centre[**l] == x;
                let run = inner[i..].iter().take_while(same).count();
                let same = |l: &&usize| across.centre[**l] == to;
                let back = inner[..i].iter().rev().take_while(same).count();
                let _ =
                    across.shift(&inner[i..i + run], to) || across.shift(&inner[i - back..i], x);
            }
        }
        for upper in [true, false] {
            let (port, far) = if upper {
                ports[c]
            } else {
                (ports[c].1, ports[c].0)
            };
            let lanes: Vec<usize> = if upper {
                inner.to_vec()
            } else {
                inner.iter().rev().copied().collect()
            };
            let Some(first) = lanes.first() else { continue };
            let x = across.centre[*first];
            let run = lanes.iter().take_while(|l| across.centre[**l] == x).count();
            // Straight to the other end: moving would only move the bend.
            let whole = run == lanes.len() && far == x;
            if x != port && (x - port).abs() <= spec.gaps.port && !whole {
                across.shift(&lanes[..run], port);
            }
            // A hair's breadth is left to the port, which may come a little nearer to the next.
            let x = across.centre[*first];
            if (x - port).abs() <= spec.gaps.port / 4 {
                if upper {
                    ports[c].0 = x;
                } else {
                    ports[c].1 = x;
                }
            }
        }
    }
}

/// Puts ports as near as may be to where they are wanted, apart from each other and the corners.
fn spread(wanted: &[i32], start: i32, width: i32, spec: &Spec) -> Vec<i32> {
    let k = i32::try_from(wanted.len()).unwrap_or(i32::MAX);
    let inset = spec.gaps.inset.min((width - 1) / 2).max(0);
    let (low, high) = (start + inset, start + width - inset);
    let gap = if k > 1 {
        spec.gaps.port.min((high - low) / (k - 1))
    } else {
        0
    };
    // An edge that must bend anyway leaves nearer to the middle.
    let (calm_low, calm_high) = (start + width / 4, start + width - width / 4);
    let aim = |x: i32| {
        if (low..=high).contains(&x) {
            x
        } else {
            x.clamp(calm_low.min(high), calm_high.max(low))
        }
    };
    let mut forward: Vec<i32> = wanted.iter().map(|x| aim(*x)).collect();
    let mut backward = forward.clone();
    for i in 1..forward.len() {
        forward[i] = forward[i].max(forward[i - 1] + gap);
    }
    for i in (1..backward.len()).rev() {
        backward[i - 1] = backward[i - 1].min(backward[i] - gap);
    }
    let mut xs: Vec<i32> = forward
        .iter()
        .zip(&backward)
        .map(|(f, b)| (f + b).div_euclid(2))
        .collect();
    for (x, i) in xs.iter_mut().zip(0..) {
        *x = (*x).clamp(low + gap * i, high - gap * (k - 1 - i));
    }
    xs
}

fn wires(net: &Net, across: &Across, ports: &[(i32, i32)], rank: usize) -> Vec<Wire> {
    let mut out = Vec::new();
    for (c, chain) in net.chains.iter().enumerate() {
        let first = net.items[chain.items[0]].rank;
        let Some(i) = rank.checked_sub(first) else {
            continue;
        };
        if i + 1 >= chain.items.len() {
            continue;
        }
        let top = if i == 0 {
            ports[c].0
        } else {
            across.centre[chain.items[i]]
        };
        let last = i + 2 == chain.items.len();
        let bottom = if last {
            ports[c].1
        } else {
            across.centre[chain.items[i + 1]]
        };
        if top != bottom {
            out.push(Wire {
                chain: c,
                top,
                bottom,
            });
        }
    }
    out
}

/// Tracks, counted from above. A wire that must or should run above another gets the lower
/// number; those that share no stretch may share a track.
fn assign(wires: &[Wire], clear: i32) -> Vec<usize> {
    let n = wires.len();
    let above = |a: usize, b: usize| price(&wires[a], &wires[b], clear);
    // What a wire would lose by running above another.
    let loss = |a: usize, b: usize| (above(a, b) - above(b, a)).max(0);
    let mut cost: Vec<i64> = (0..n)
        .map(|a| (0..n).filter(|b| *b != a).map(|b| loss(a, b)).sum())
        .collect();
    let mut left: Vec<usize> = (0..n).collect();
    let mut track = vec![0usize; n];
    let mut placed: Vec<usize> = Vec::new();
    while let Some(k) = (0..left.len()).min_by_key(|k| (cost[left[*k]], left[*k])) {
        let wire = left.remove(k);
        for other in &left {
            cost[*other] -= loss(*other, wire);
        }
        track[wire] = placed
            .iter()
            .filter(|p| meet(&wires[**p], &wires[wire], clear))
            .map(|p| track[*p] + 1)
            .max()
            .unwrap_or(0);
        placed.push(wire);
    }
    track
}

fn reach(w: &Wire) -> (i32, i32) {
    (w.top.min(w.bottom), w.top.max(w.bottom))
}

/// Whether two wires come so close that they need different tracks.
fn meet(a: &Wire, b: &Wire, clear: i32) -> bool {
    let ((al, ar), (bl, br)) = (reach(a), reach(b));
    al < br + clear && bl < ar + clear
}

/// What it costs to run `a` above `b`: one per crossing, and much more where the two would lie on
/// each other.
fn price(a: &Wire, b: &Wire, clear: i32) -> i64 {
    if !meet(a, b, clear) {
        return 0;
    }
    let ((al, ar), (bl, br)) = (reach(a), reach(b));
    let mut cost = 0;
    if al < b.top && b.top < ar {
        cost += 1;
    }
    if bl < a.bottom && a.bottom < br {
        cost += 1;
    }
    if (a.bottom - b.top).abs() < clear / 2 + 1 {
        cost += 20;
    }
    cost
}

fn has_node(net: &Net, rank: usize) -> bool {
    net.ranks[rank]
        .iter()
        .any(|i| matches!(net.items[*i].kind, Kind::Node(_)))
}

/// Room between a rank and the border of a group that starts (or ends) there.
fn room(spec: &Spec, net: &Net, group: usize, rank: usize, start: bool) -> i32 {
    let inner = spec
        .groups
        .iter()
        .enumerate()
        .filter(|(_, g)| g.parent == Some(group))
        .filter(|(c, _)| {
            net.spans[*c].is_some_and(|span| {
                if start {
                    span.0 == rank
                } else {
                    span.1 == rank
                }
            })
        })
        .map(|(c, _)| room(spec, net, c, rank, start))
        .max()
        .unwrap_or(0);
    let title = if start && !spec.rightwards {
        spec.groups[group].title.1
    } else {
        0
    };
    inner + spec.gaps.pad + title
}

fn bands(spec: &Spec, net: &Net, tracks: &[usize]) -> Vec<Band> {
    let gaps = &spec.gaps;
    let edge_room = |rank: usize, start: bool| {
        (0..spec.groups.len())
            .filter(|g| {
                net.spans[*g].is_some_and(|s| if start { s.0 == rank } else { s.1 == rank })
            })
            .map(|g| room(spec, net, g, rank, start))
            .max()
            .unwrap_or(0)
    };
    let mut bands = vec![Band::default(); net.ranks.len()];
    let mut y = 0;
    for rank in 0..net.ranks.len() {
        let height = net.ranks[rank]
            .iter()
            .map(|i| net.items[*i].height)
            .max()
            .unwrap_or(0);
        let start = y + edge_room(rank, true);
        bands[rank] = Band {
            start,
            end: start + height,
        };
        let margin = |r: usize| {
            if has_node(net, r) {
                gaps.channel
            } else {
                gaps.channel / 2
            }
        };
        let used = i32::try_from(tracks[rank]).unwrap_or(0);
        let channel = if rank + 1 < net.ranks.len() {
            margin(rank) + margin(rank + 1) + (used - 1).max(0) * gaps.track
        } else {
            0
        };
        y = bands[rank].end + edge_room(rank, false) + channel;
    }
    if let Some(last) = bands.last().copied() {
        let end = last.end + edge_room(bands.len() - 1, false);
        // The extent of the last rank includes the borders below it.
        bands.push(Band { start: end, end });
    }
    bands
}

struct Run<'a> {
    spec: &'a Spec,
    net: &'a Net,
    across: &'a Across,
    bands: &'a [Band],
    ports: (i32, i32),
    tracks: &'a [usize],
}

impl Run<'_> {
    fn along(&self, chain: &Chain, nodes: &[Rect]) -> Route {
        let (net, gaps) = (self.net, &self.spec.gaps);
        let end = chain.items.len() - 1;
        let x_of = |i: usize| match i {
            0 => self.ports.0,
            i if i == end => self.ports.1,
            i => self.across.centre[chain.items[i]],
        };
        let node = |i: usize| match net.items[chain.items[i]].kind {
            Kind::Node(v) => nodes[v],
            _ => Rect::default(),
        };
        let mut points = vec![(x_of(0), node(0).y + node(0).h)];
        let mut label = None;
        for i in 0..end {
            let item = net.items[chain.items[i]];
            if matches!(item.kind, Kind::Label(_)) {
                let (w, h) = self.spec.edges[chain.edge].label;
                let band = self.bands[item.rank];
                let y = band.start + (band.end - band.start - h) / 2;
                label = Some(Rect {
                    x: self.across.centre[chain.items[i]] - item.left,
                    y,
                    w,
                    h,
                });
            }
            if x_of(i) != x_of(i + 1) {
                let margin = if has_node(net, item.rank) {
                    gaps.channel
                } else {
                    gaps.channel / 2
                };
                let track = i32::try_from(self.tracks[i]).unwrap_or(0);
                let y = self.bands[item.rank].end
                    + self.closing(item.rank)
                    + margin
                    + track * gaps.track;
                points.push((x_of(i), y));
                points.push((x_of(i + 1), y));
            }
        }
        points.push((x_of(end), node(end).y));
        if chain.turned {
            points.reverse();
        }
        Route { points, label }
    }

    /// Room that the borders of groups ending on a rank take below it.
    fn closing(&self, rank: usize) -> i32 {
        (0..self.spec.groups.len())
            .filter(|g| self.net.spans[*g].is_some_and(|s| s.1 == rank))
            .map(|g| room(self.spec, self.net, g, rank, false))
            .max()
            .unwrap_or(0)
    }
}

/// Loops hang at the node's right side, one around the other, with their labels behind them all.
fn self_loops(spec: &Spec, placed: &mut Placed) {
    let step = loop_step(spec);
    for (v, node) in placed.nodes.iter().enumerate() {
        let loops: Vec<usize> = (0..spec.edges.len())
            .filter(|e| spec.edges[*e].from == v && spec.edges[*e].to == v)
            .collect();
        let count = i32::try_from(loops.len()).unwrap_or(0);
        let mid = node.y + node.h / 2;
        let right = node.x + node.w;
        let mut x = right + spec.gaps.turn - step + (count - 1) * step + step / 2;
        for (e, i) in loops.into_iter().zip(0..) {
            let turn = right + spec.gaps.turn - step + i * step;
            let half = (node.h / 6 + i * (node.h / 12).max(1))
                .min(node.h / 2 - 1)
                .max(1);
            let (w, h) = spec.edges[e].label;
            let label = (w > 0).then_some(Rect {
                x,
                y: mid - h / 2,
                w,
                h,
            });
            x += if w > 0 { w + step } else { 0 };
            let points = vec![
                (right, mid - half),
                (turn, mid - half),
                (turn, mid + half),
                (right, mid + half),
            ];
            placed.edges[e] = Route { points, label };
        }
    }
}
