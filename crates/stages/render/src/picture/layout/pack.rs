//! Parts that no edge and no group connects are laid out one by one and set side by side.

use super::{Frame, Placed, Rect, Route, Spec, net, order, path, place, rank, route};

/// Lays out each connected part and packs them in rows, in input order.
pub(super) fn in_parts(spec: &Spec) -> Placed {
    let mut spec = spec.clone();
    let n = spec.nodes.len();
    let sound: Vec<bool> = spec.edges.iter().map(|e| e.from < n && e.to < n).collect();
    for node in &mut spec.nodes {
        node.group = node.group.filter(|g| *g < spec.groups.len());
    }
    let part_of = parts(&spec, &sound);
    let count = part_of.iter().max().map_or(0, |p| p + 1);
    let mut whole = Placed {
        size: (0, 0),
        nodes: vec![Rect::default(); n],
        groups: vec![None; spec.groups.len()],
        edges: vec![Route::default(); spec.edges.len()],
    };
    let laid: Vec<Part> = (0..count)
        .map(|p| lay(&spec, &sound, &part_of, p))
        .collect();
    let area: i64 = laid
        .iter()
        .map(|p| i64::from(p.size.0) * i64::from(p.size.1))
        .sum();
    // Rows are rows of the sheet; a layout to the right has its coordinates swapped.
    let swap = |(a, b): (i32, i32)| if spec.rightwards { (b, a) } else { (a, b) };
    let widest = laid.iter().map(|p| swap(p.size).0).max().unwrap_or(0);
    let limit = widest.max((area as f64 * 1.6).sqrt() as i32);
    let gap = spec.gaps.node;
    let (mut x, mut y, mut row) = (0, 0, 0);
    for part in laid {
        let size = swap(part.size);
        if x > 0 && x + size.0 > limit {
            x = 0;
            y += row + gap;
            row = 0;
        }
        let at = swap((x, y));
        part.add_to(&mut whole, at.0, at.1);
        x += size.0 + gap;
        row = row.max(size.1);
    }
    whole
}

fn parts(spec: &Spec, sound: &[bool]) -> Vec<usize> {
    let n = spec.nodes.len();
    let mut root: Vec<usize> = (0..n + spec.groups.len()).collect();
    fn find(root: &mut [usize], v: usize) -> usize {
        let mut v = v;
        while root[v] != v {
            root[v] = root[root[v]];
            v = root[v];
        }
        v
    }
    let mut join = |a: usize, b: usize| {
        let (a, b) = (find(&mut root, a), find(&mut root, b));
        let (low, high) = (a.min(b), a.max(b));
        root[high] = low;
    };
    for (edge, _) in spec.edges.iter().zip(sound).filter(|(_, ok)| **ok) {
        join(edge.from, edge.to);
    }
    for (v, node) in spec.nodes.iter().enumerate() {
        for g in path(&spec.groups, node.group) {
            join(v, n + g);
        }
    }
    let mut number: Vec<Option<usize>> = vec![None; root.len()];
    let mut next = 0;
    (0..n)
        .map(|v| {
            let r = find(&mut root, v);
            *number[r].get_or_insert_with(|| {
                next += 1;
                next - 1
            })
        })
        .collect()
}

struct Part {
    placed: Placed,
    nodes: Vec<usize>,
    edges: Vec<usize>,
    size: (i32, i32),
    origin: (i32, i32),
}

fn lay(spec: &Spec, sound: &[bool], part_of: &[usize], part: usize) -> Part {
    let nodes: Vec<usize> = (0..spec.nodes.len())
        .filter(|v| part_of[*v] == part)
        .collect();
    let edges: Vec<usize> = (0..spec.edges.len())
        .filter(|e| sound[*e] && part_of[spec.edges[*e].from] == part)
        .collect();
    let mut local = vec![0; spec.nodes.len()];
    for (i, v) in nodes.iter().enumerate() {
        local[*v] = i;
    }
    let sub = Spec {
        rightwards: spec.rightwards,
        row_limit: spec.row_limit,
        nodes: nodes.iter().map(|v| spec.nodes[*v]).collect(),
        groups: spec.groups.clone(),
        edges: edges
            .iter()
            .map(|e| {
                let mut edge = spec.edges[*e];
                edge.from = local[edge.from];
                edge.to = local[edge.to];
                edge
            })
            .collect(),
        gaps: spec.gaps,
    };
    let ranks = rank::ranks(&sub);
    let mut net = net::net(&sub, &ranks);
    order::order(&mut net, &sub.groups);
    let mut across = place::place(&sub, &net);
    let placed = route::route(&sub, &net, &mut across);
    let (mut low, mut high) = ((i32::MAX, i32::MAX), (i32::MIN, i32::MIN));
    let mut take = |x: i32, y: i32| {
        low = (low.0.min(x), low.1.min(y));
        high = (high.0.max(x), high.1.max(y));
    };
    let rects = placed
        .nodes
        .iter()
        .chain(placed.groups.iter().flatten().map(|f| &f.rect));
    for r in rects.chain(placed.edges.iter().filter_map(|e| e.label.as_ref())) {
        take(r.x, r.y);
        take(r.x + r.w, r.y + r.h);
    }
    placed
        .edges
        .iter()
        .flat_map(|e| &e.points)
        .for_each(|p| take(p.0, p.1));
    Part {
        placed,
        nodes,
        edges,
        size: (high.0 - low.0, high.1 - low.1),
        origin: low,
    }
}

impl Part {
    fn add_to(self, whole: &mut Placed, x: i32, y: i32) {
        let (dx, dy) = (x - self.origin.0, y - self.origin.1);
        for (v, rect) in self.nodes.iter().zip(self.placed.nodes) {
            whole.nodes[*v] = rect.moved(dx, dy);
        }
        for (g, frame) in self.placed.groups.into_iter().enumerate() {
            if let Some(frame) = frame {
                whole.groups[g] = Some(Frame {
                    rect: frame.rect.moved(dx, dy),
                    ..frame
                });
            }
        }
        for (e, mut route) in self.edges.iter().zip(self.placed.edges) {
            route
                .points
                .iter_mut()
                .for_each(|p| *p = (p.0 + dx, p.1 + dy));
            route.label = route.label.map(|l| l.moved(dx, dy));
            whole.edges[*e] = route;
        }
        whole.size = (
            whole.size.0.max(x + self.size.0),
            whole.size.1.max(y + self.size.1),
        );
    }
}
