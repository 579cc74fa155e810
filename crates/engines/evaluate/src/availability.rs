//! Exact availability of a system whose parts share dependencies.
//!
//! A structure function says which parts must be up for the whole to be up. Multiplying the
//! availabilities of its branches counts a part that occurs in two of them twice (Treynor et al.,
//! The Calculus of Service Availability, 2017, ask for it to be counted once). So the function is
//! turned into a binary decision diagram (Bryant 1986), hash-consed and reduced, in which every part
//! is decided once; its probability follows in one pass (Rauzy 1993).
//!
//! Parts fail independently of each other. What makes them fail together (a zone, a region, a
//! database both need) is a part of its own.

use indexmap::{IndexMap, IndexSet};

/// Largest diagram that is built. Above, the order of the parts is hopeless for this structure.
const MOST_NODES: usize = 200_000;

/// A basic part that is up or down.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    pub id: String,
    /// Share of the time it is up, 0 to 1.
    pub availability: f64,
}

/// When the whole is up. Parts are indices into [`System::parts`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Structure {
    /// Up while the part is up.
    Component(usize),
    /// Up while all are up. Of nothing: always up.
    And(Vec<Structure>),
    /// Up while at least one is up. Of nothing: never up.
    Or(Vec<Structure>),
    /// Up while at least `k` of them are up.
    KOfN(usize, Vec<Structure>),
}

/// Why a structure could not be evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// A structure names a part that is not declared.
    UnknownPart(usize),
    /// An availability is not between 0 and 1.
    NotAProbability(String),
    /// The decision diagram passed the bound of 200,000 nodes.
    TooLarge,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Fault::UnknownPart(index) => write!(f, "part {index} is not declared"),
            Fault::NotAProbability(id) => {
                write!(f, "the availability of `{id}` is not between 0 and 1")
            }
            Fault::TooLarge => write!(f, "the structure needs more than {MOST_NODES} nodes"),
        }
    }
}

impl std::error::Error for Fault {}

/// Parts, each declared once however often structures use it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct System {
    parts: Vec<Part>,
    index: IndexMap<String, usize>,
    /// The first part whose availability is no probability.
    bad: Option<usize>,
}

impl System {
    pub fn new() -> Self {
        System::default()
    }

    /// Declares a part, or finds it by its id; the first availability given stays.
    pub fn part(&mut self, id: &str, availability: f64) -> Structure {
        let next = self.parts.len();
        let index = *self.index.entry(id.to_string()).or_insert(next);
        if index == next {
            if !(0.0..=1.0).contains(&availability) {
                self.bad.get_or_insert(index);
            }
            self.parts.push(Part {
                id: id.to_string(),
                availability,
            });
        }
        Structure::Component(index)
    }

    /// The declared parts, in order of declaration.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The part with this id.
    pub fn find(&self, id: &str) -> Option<&Part> {
        self.parts.get(*self.index.get(id)?)
    }

    /// Probability that `structure` is up.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn availability(&self, structure: &Structure) -> Result<f64, Fault> {
        self.availability_given(structure, &[])
    }

    /// Probability that `structure` is up while the parts in `down` are down (a lost zone).
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn availability_given(&self, structure: &Structure, down: &[usize]) -> Result<f64, Fault> {
        if let Some(bad) = self.bad {
            return Err(Fault::NotAProbability(self.parts[bad].id.clone()));
        }
        let mut diagram = Diagram::new(self.parts.len());
        let root = diagram.build(structure)?;
        Ok(diagram.probability(root, |v| {
            let part = diagram.order[v];
            if down.contains(&part) {
                0.0
            } else {
                self.parts[part].availability
            }
        }))
    }

    /// The structure as a function of its parts' availabilities, for many evaluations.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn function(&self, structure: &Structure) -> Result<Function, Fault> {
        let mut diagram = Diagram::new(self.parts.len());
        let root = diagram.build(structure)?;
        Ok(diagram.function(root))
    }

    /// The minimal cut sets of at most `order` parts: smallest sets of parts whose common failure
    /// brings the whole down. At most `most` of them, sorted by size, then by the parts' ids.
    ///
    /// # Errors
    /// See [`Fault`].
    pub fn minimal_cut_sets(
        &self,
        structure: &Structure,
        order: usize,
        most: usize,
    ) -> Result<Vec<Vec<String>>, Fault> {
        let mut diagram = Diagram::new(self.parts.len());
        let root = diagram.build(structure)?;
        let mut known = IndexMap::new();
        let sets = diagram.cuts(root, order, &mut known);
        let mut named: Vec<Vec<String>> = sets
            .iter()
            .map(|set| {
                let name = |v: &usize| self.parts[diagram.order[*v]].id.clone();
                let mut ids: Vec<String> = set.iter().map(name).collect();
                ids.sort();
                ids
            })
            .collect();
        named.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        named.truncate(most);
        Ok(named)
    }
}

/// A structure as a decision diagram that is kept: the probability that it is up follows from those
/// of its parts in one pass over the nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Part, node where it is down, node where it is up; those come before. The first two nodes, 0
    /// and 1, are down and up and not in the list.
    nodes: Vec<(usize, NodeId, NodeId)>,
    root: NodeId,
}

impl Function {
    /// Probability that it is up; `up` gives the parts' by their index. `scratch` is overwritten.
    pub fn probability(&self, up: impl Fn(usize) -> f64, scratch: &mut Vec<f64>) -> f64 {
        scratch.clear();
        scratch.extend([0.0, 1.0]);
        for (part, if_down, if_up) in &self.nodes {
            let a = up(*part);
            let p = a * scratch[*if_up as usize] + (1.0 - a) * scratch[*if_down as usize];
            scratch.push(p);
        }
        scratch[self.root as usize].clamp(0.0, 1.0)
    }
}

/// Minutes per month of 730 h that a system of this availability is down.
pub fn down_minutes_per_month(availability: f64) -> f64 {
    unavailability(availability) * 730.0 * 60.0
}

/// Minutes per year of 8760 h that a system of this availability is down (99.99 %: 52.56).
pub fn down_minutes_per_year(availability: f64) -> f64 {
    unavailability(availability) * 8760.0 * 60.0
}

fn unavailability(availability: f64) -> f64 {
    if availability.is_nan() {
        1.0
    } else {
        1.0 - availability.clamp(0.0, 1.0)
    }
}

type NodeId = u32;
const DOWN: NodeId = 0;
const UP: NodeId = 1;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Node {
    /// Position in the order of decision.
    variable: u32,
    /// Where the part is down, where it is up.
    down: NodeId,
    up: NodeId,
}

/// A reduced ordered decision diagram. Parts are decided in order of their first use in the
/// structure, which keeps what fails together close together.
struct Diagram {
    nodes: Vec<Node>,
    unique: IndexMap<Node, NodeId>,
    choices: IndexMap<(NodeId, NodeId, NodeId), NodeId>,
    /// How many parts there are to name.
    parts: usize,
    /// The parts in the order of decision: a part's variable is its position.
    order: IndexSet<usize>,
}

impl Diagram {
    fn new(parts: usize) -> Self {
        let leaf = Node {
            variable: u32::MAX,
            down: DOWN,
            up: DOWN,
        };
        Diagram {
            nodes: vec![leaf, leaf],
            unique: IndexMap::new(),
            choices: IndexMap::new(),
            parts,
            order: IndexSet::new(),
        }
    }

    fn node(&mut self, variable: u32, down: NodeId, up: NodeId) -> Result<NodeId, Fault> {
        if down == up {
            return Ok(up);
        }
        let node = Node { variable, down, up };
        if let Some(id) = self.unique.get(&node) {
            return Ok(*id);
        }
        if self.nodes.len() >= MOST_NODES {
            return Err(Fault::TooLarge);
        }
        let id = self.nodes.len() as NodeId;
        self.nodes.push(node);
        self.unique.insert(node, id);
        Ok(id)
    }

    fn build(&mut self, structure: &Structure) -> Result<NodeId, Fault> {
        match structure {
            Structure::Component(part) => {
                if *part >= self.parts {
                    return Err(Fault::UnknownPart(*part));
                }
                let (variable, _) = self.order.insert_full(*part);
                self.node(variable as u32, DOWN, UP)
            }
            Structure::And(all) => {
                let mut result = UP;
                for one in self.build_all(all)?.into_iter().rev() {
                    result = self.choose(one, result, DOWN)?;
                }
                Ok(result)
            }
            Structure::Or(any) => {
                let mut result = DOWN;
                for one in self.build_all(any)?.into_iter().rev() {
                    result = self.choose(one, UP, result)?;
                }
                Ok(result)
            }
            Structure::KOfN(k, parts) => {
                // enough[j]: at least j of the parts from here to the last are up.
                let mut enough = vec![DOWN; k + 1];
                enough[0] = UP;
                for part in self.build_all(parts)?.into_iter().rev() {
                    for j in (1..=*k).rev() {
                        enough[j] = self.choose(part, enough[j - 1], enough[j])?;
                    }
                }
                Ok(enough[*k])
            }
        }
    }

    /// Structures of one level, built in their order, which is that of the decisions. They are put
    /// together from the last to the first: each then lies above what it is joined to, and only its
    /// own nodes are walked. From the first to the last, everything so far would be, for each.
    fn build_all(&mut self, structures: &[Structure]) -> Result<Vec<NodeId>, Fault> {
        structures.iter().map(|s| self.build(s)).collect()
    }

    /// `yes` where `condition` is up, else `no` (Bryant's if-then-else).
    fn choose(&mut self, condition: NodeId, yes: NodeId, no: NodeId) -> Result<NodeId, Fault> {
        match (condition, yes, no) {
            (UP, ..) => return Ok(yes),
            (DOWN, ..) => return Ok(no),
            (_, UP, DOWN) => return Ok(condition),
            _ if yes == no => return Ok(yes),
            _ => {}
        }
        if let Some(known) = self.choices.get(&(condition, yes, no)) {
            return Ok(*known);
        }
        let variable = [condition, yes, no]
            .map(|n| self.nodes[n as usize].variable)
            .into_iter()
            .fold(u32::MAX, u32::min);
        let branch = |nodes: &[Node], id: NodeId| {
            let node = nodes[id as usize];
            if node.variable == variable {
                (node.down, node.up)
            } else {
                (id, id)
            }
        };
        let (c, y, n) = (
            branch(&self.nodes, condition),
            branch(&self.nodes, yes),
            branch(&self.nodes, no),
        );
        let down = self.choose(c.0, y.0, n.0)?;
        let up = self.choose(c.1, y.1, n.1)?;
        let result = self.node(variable, down, up)?;
        self.choices.insert((condition, yes, no), result);
        Ok(result)
    }

    /// The nodes that a root needs, renumbered, with their parts.
    fn function(&self, root: NodeId) -> Function {
        let mut needed = vec![false; self.nodes.len()];
        needed[root as usize] = true;
        for (i, node) in self.nodes.iter().enumerate().skip(2).rev() {
            if needed[i] {
                needed[node.down as usize] = true;
                needed[node.up as usize] = true;
            }
        }
        let mut number = vec![DOWN; self.nodes.len()];
        number[UP as usize] = UP;
        let mut nodes = Vec::new();
        for (i, node) in self.nodes.iter().enumerate().skip(2) {
            if needed[i] {
                number[i] = nodes.len() as NodeId + 2;
                let part = self.order[node.variable as usize];
                nodes.push((part, number[node.down as usize], number[node.up as usize]));
            }
        }
        Function {
            nodes,
            root: number[root as usize],
        }
    }

    /// Nodes are made after what they point to, so one pass in that order suffices.
    fn probability(&self, root: NodeId, up: impl Fn(usize) -> f64) -> f64 {
        let mut p = vec![0.0; self.nodes.len()];
        p[UP as usize] = 1.0;
        for (i, node) in self.nodes.iter().enumerate().skip(2) {
            let a = up(node.variable as usize);
            p[i] = a * p[node.up as usize] + (1.0 - a) * p[node.down as usize];
        }
        p[root as usize].clamp(0.0, 1.0)
    }

    /// Minimal cut sets of at most `order` variables (Rauzy 1993, for structures that never get
    /// worse when a part comes up): those that do without this part, and those that need it down
    /// and hold none of the former.
    fn cuts(
        &self,
        root: NodeId,
        order: usize,
        known: &mut IndexMap<(NodeId, usize), Vec<Vec<usize>>>,
    ) -> Vec<Vec<usize>> {
        match root {
            DOWN => return vec![Vec::new()],
            UP => return Vec::new(),
            _ => {}
        }
        if let Some(sets) = known.get(&(root, order)) {
            return sets.clone();
        }
        let node = self.nodes[root as usize];
        let without = self.cuts(node.up, order, known);
        let mut sets = without.clone();
        if order > 0 {
            for rest in self.cuts(node.down, order - 1, known) {
                if !without.iter().any(|w| w.iter().all(|v| rest.contains(v))) {
                    let mut set = Vec::with_capacity(rest.len() + 1);
                    set.push(node.variable as usize);
                    set.extend(rest);
                    sets.push(set);
                }
            }
        }
        known.insert((root, order), sets.clone());
        sets
    }
}
