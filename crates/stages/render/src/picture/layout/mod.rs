//! Layered layout with nested groups and orthogonal edges, in whole numbers.
//!
//! The steps, one file each: `rank` (cycles broken, nodes on ranks), `net` (long edges cut into
//! lanes, one per rank; labels are lanes with a size), `order` (few crossings, groups together),
//! `place` (coordinates across), `route` (ports, tracks in the channels between ranks, coordinates
//! along), `titles` (where a group's name disturbs nobody).
//!
//! The laws hold by construction: whatever stands on a rank, a node, a label or an edge passing
//! through, owns an interval of it, so nothing overlaps there; between ranks there are only edges.
//!
//! The unit is the caller's: pixels for SVG, cells for terminals.

mod net;
mod order;
mod pack;
mod place;
mod rank;
mod route;
pub mod simplex;
mod titles;

/// A node to be placed.
#[derive(Clone, Copy, Debug)]
pub struct NodeSpec {
    /// Width and height.
    pub size: (i32, i32),
    /// Index of the innermost group.
    pub group: Option<usize>,
}

/// A group to be drawn round its nodes.
#[derive(Clone, Copy, Debug)]
pub struct GroupSpec {
    /// Index of the group around it. Must not lead back to itself.
    pub parent: Option<usize>,
    /// Width and height of the title.
    pub title: (i32, i32),
}

/// An edge to be routed.
#[derive(Clone, Copy, Debug)]
pub struct EdgeSpec {
    /// Index of the node it leaves.
    pub from: usize,
    /// Index of the node it points at.
    pub to: usize,
    /// Width and height of the label; `(0, 0)` for none.
    pub label: (i32, i32),
}

/// Distances.
#[derive(Clone, Copy, Debug)]
pub struct Gaps {
    /// Between nodes side by side.
    pub node: i32,
    /// Between edges, or an edge and anything else, side by side.
    pub lane: i32,
    /// Between edges that run along each other between ranks.
    pub track: i32,
    /// Between a rank with nodes and the first edge that runs along it.
    pub channel: i32,
    /// Between a group's border and what is inside or outside.
    pub pad: i32,
    /// Between the ends of edges at one side of a node.
    pub port: i32,
    /// Between a node's corner and the next end of an edge.
    pub inset: i32,
    /// How far a self loop reaches out.
    pub turn: i32,
}

/// What to lay out. Indices out of range are a fault of the caller; such edges are left out.
#[derive(Clone, Debug)]
pub struct Spec {
    /// Whether ranks run from left to right instead of from the top down.
    pub rightwards: bool,
    /// Ranks whose nodes take more room than this across are split; 0 for no limit.
    pub row_limit: i32,
    /// The nodes.
    pub nodes: Vec<NodeSpec>,
    /// The groups.
    pub groups: Vec<GroupSpec>,
    /// The edges.
    pub edges: Vec<EdgeSpec>,
    /// The distances.
    pub gaps: Gaps,
}

/// A rectangle; `x`, `y` is its upper left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rect {
    /// Left side.
    pub x: i32,
    /// Upper side.
    pub y: i32,
    /// Width.
    pub w: i32,
    /// Height.
    pub h: i32,
}

impl Rect {
    /// Whether the two share area.
    pub fn overlaps(&self, other: &Rect) -> bool {
        self.x < other.x + other.w
            && other.x < self.x + self.w
            && self.y < other.y + other.h
            && other.y < self.y + self.h
    }

    /// Whether the axis-parallel segment runs through the inside.
    pub fn crossed_by(&self, a: (i32, i32), b: (i32, i32)) -> bool {
        a.0.min(b.0) < self.x + self.w
            && a.0.max(b.0) > self.x
            && a.1.min(b.1) < self.y + self.h
            && a.1.max(b.1) > self.y
    }

    fn turned(self) -> Rect {
        Rect {
            x: self.y,
            y: self.x,
            w: self.h,
            h: self.w,
        }
    }

    fn moved(self, dx: i32, dy: i32) -> Rect {
        Rect {
            x: self.x + dx,
            y: self.y + dy,
            ..self
        }
    }
}

/// Where an edge went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// Corners from the `from` node's border to the `to` node's, axis-parallel. Empty where the
    /// edge was left out.
    pub points: Vec<(i32, i32)>,
    /// Where the label is.
    pub label: Option<Rect>,
}

/// Where a group went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Frame {
    /// The border.
    pub rect: Rect,
    /// The title, inside.
    pub title: Rect,
}

/// A finished layout.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placed {
    /// Width and height of all, starting at (0, 0).
    pub size: (i32, i32),
    /// One per node.
    pub nodes: Vec<Rect>,
    /// One per group; `None` where the group holds no node.
    pub groups: Vec<Option<Frame>>,
    /// One per edge.
    pub edges: Vec<Route>,
}

/// Lays out. Takes well under a second for 300 nodes in a release build.
pub fn layout(spec: &Spec) -> Placed {
    let mut work = spec.clone();
    if work.rightwards {
        for node in &mut work.nodes {
            node.size = (node.size.1, node.size.0);
        }
        for edge in &mut work.edges {
            edge.label = (edge.label.1, edge.label.0);
        }
    }
    widen_hubs(&mut work);
    let mut placed = pack::in_parts(&work);
    if work.rightwards {
        placed.size = (placed.size.1, placed.size.0);
        placed.nodes.iter_mut().for_each(|r| *r = r.turned());
        for frame in placed.groups.iter_mut().flatten() {
            frame.rect = frame.rect.turned();
        }
        for route in &mut placed.edges {
            route.points.iter_mut().for_each(|p| *p = (p.1, p.0));
            route.label = route.label.map(Rect::turned);
        }
    }
    titles::place(spec, &mut placed);
    placed
}

/// Makes nodes wide enough for the ends of their edges to be told apart.
fn widen_hubs(spec: &mut Spec) {
    let n = spec.nodes.len();
    let mut ends = vec![(0, 0); n];
    for edge in spec
        .edges
        .iter()
        .filter(|e| e.from < n && e.to < n && e.from != e.to)
    {
        ends[edge.from].0 += 1;
        ends[edge.to].1 += 1;
    }
    // Of a great many edges not every one can be followed anyway.
    const MOST: i32 = 40;
    let step = (spec.gaps.port * 2 / 3).max(1);
    for (node, (out, into)) in spec.nodes.iter_mut().zip(ends) {
        let need = 2 * spec.gaps.inset + (out.max(into).min(MOST) - 1) * step;
        if need > node.size.0 {
            node.size.0 = need + need % 2;
        }
    }
}

/// The groups around `group`, innermost first, itself included.
fn path(groups: &[GroupSpec], group: Option<usize>) -> Vec<usize> {
    let mut out = Vec::new();
    let mut next = group;
    while let Some(g) = next {
        if out.contains(&g) || g >= groups.len() {
            break;
        }
        out.push(g);
        next = groups[g].parent;
    }
    out
}

/// The innermost group around both.
fn common(groups: &[GroupSpec], a: Option<usize>, b: Option<usize>) -> Option<usize> {
    let of_b = path(groups, b);
    path(groups, a).into_iter().find(|g| of_b.contains(g))
}
