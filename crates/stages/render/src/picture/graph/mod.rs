//! Boxes and arrows: the input of context, container, deployment and data-flow pictures.

mod draw;
mod edges;
mod prepare;
mod shapes;

pub use draw::graph_svg;
pub(crate) use draw::{HEADING, MARGIN, group as draw_group, heading, heading_width, text_shift};
pub(crate) use prepare::{DOWN_LIMIT, RIGHT_LIMIT, Resolved, handier, merged_groups, resolve};
pub use prepare::{GraphLayout, graph_layout};
pub(crate) use shapes::{outline, shape_name};

/// Which way the arrows mostly run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Whichever of the two gives the handier sheet.
    #[default]
    Auto,
    /// From the top down.
    Down,
    /// From left to right.
    Right,
}

/// The outline of a node. Each is recognisable without colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Shape {
    /// A service, process or anything else: a plain box.
    #[default]
    Box,
    /// A store of data: a cylinder.
    Store,
    /// A queue, topic or broker: a pipe lying on its side.
    Queue,
    /// A person or a role.
    Person,
    /// A system of somebody else: a dashed box on grey.
    External,
    /// A cache: a cylinder with a doubled lid.
    Cache,
    /// An entry point: a box with pointed sides.
    Gateway,
    /// A background worker or scheduler: a box with doubled sides.
    Worker,
    /// A client application: a window.
    Client,
    /// A place where trust changes or a thing that is only named: a dotted box.
    Boundary,
}

/// How strongly something is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Emphasis {
    /// As everything else.
    #[default]
    Normal,
    /// In the accent colour and thicker: what the picture is about, or what saturates first.
    Strong,
    /// Held back: context.
    Muted,
}

/// What an arrow stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EdgeStyle {
    /// A call that waits for its answer: solid line, filled head.
    #[default]
    Sync,
    /// A message nobody waits for: dashed line, open head.
    Async,
    /// Reading or writing data: thin solid line, small filled head.
    Data,
    /// Any other dependency: dotted line, open head.
    Dashed,
}

/// One node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// Unique in the graph; becomes `data-id`. Of two nodes with one id the first is drawn.
    pub id: String,
    /// The name, wrapped to two lines.
    pub title: String,
    /// What it is, for example its technology; one line. Empty: none.
    pub subtitle: String,
    /// Small facts such as `3 x 2 vCPU, 2 zones`; one line each, at most four are shown.
    pub lines: Vec<String>,
    /// The outline.
    pub shape: Shape,
    /// How strongly it is drawn.
    pub emphasis: Emphasis,
    /// The innermost group it is in, by id. An unknown group is none.
    pub group: Option<String>,
}

impl Node {
    /// A plain box with an id and a title; set the other fields with struct update syntax.
    pub fn new(id: impl Into<String>, title: impl Into<String>) -> Self {
        Node {
            id: id.into(),
            title: title.into(),
            ..Node::default()
        }
    }
}

/// A rectangle around nodes: a zone, a trust boundary, a deployment unit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// Unique among the groups.
    pub id: String,
    /// The name, one line.
    pub title: String,
    /// The group around it, by id. An unknown parent, or one that leads back here, is none.
    pub parent: Option<String>,
}

/// One arrow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edge {
    /// Becomes `data-id`; need not be unique.
    pub id: String,
    /// The id of the node it leaves. An edge with an unknown end is left out.
    pub from: String,
    /// The id of the node it points at; the same as `from` is a self loop.
    pub to: String,
    /// What flows, in a few words. A line feed starts a second line; more is wrapped to two lines.
    pub label: String,
    /// What it stands for.
    pub style: EdgeStyle,
    /// How strongly it is drawn.
    pub emphasis: Emphasis,
}

impl Edge {
    /// A synchronous edge whose id is `from->to`; set the other fields with struct update syntax.
    pub fn new(from: impl Into<String>, to: impl Into<String>, label: impl Into<String>) -> Self {
        let (from, to) = (from.into(), to.into());
        Edge {
            id: format!("{from}->{to}"),
            from,
            to,
            label: label.into(),
            ..Edge::default()
        }
    }
}

/// A picture of nodes, groups and arrows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Graph {
    /// Drawn as the heading and used as the accessible name. Empty: no heading.
    pub title: String,
    /// A sentence for readers who cannot see the picture. Empty: one is made from the counts.
    pub description: String,
    /// Which way the arrows mostly run.
    pub direction: Direction,
    /// The nodes; their order breaks ties.
    pub nodes: Vec<Node>,
    /// The groups; those without a node are not drawn.
    pub groups: Vec<Group>,
    /// The arrows.
    pub edges: Vec<Edge>,
    /// Whether to explain, below, the shapes and line styles that occur.
    pub legend: bool,
}
