//! The laws of pictures, on pictures like those that people will look at and on random ones.
//!
//! `PICTURE_DUMP=dir cargo test -p groundplan-render --test picture` also writes the pictures.

mod picture_demo;

use groundplan_render::picture::graph::{Direction, Graph, graph_layout};
use groundplan_render::picture::*;

fn demos() -> Vec<(&'static str, Graph)> {
    use picture_demo::*;
    let turned = |mut g: Graph| {
        g.direction = Direction::Right;
        g
    };
    vec![
        ("shop", shop()),
        ("shop-right", turned(shop())),
        ("three", three()),
        ("large", large()),
        ("odd", odd()),
        ("odd-right", turned(odd())),
    ]
}

fn dump(name: &str, text: &str) {
    if let Ok(dir) = std::env::var("PICTURE_DUMP") {
        std::fs::write(std::path::Path::new(&dir).join(name), text).expect("dump directory");
    }
}

/// Every broken law, in words.
fn faults(graph: &Graph) -> Vec<String> {
    let laid = graph_layout(graph);
    let mut out = Vec::new();
    let solid = laid.solid();
    for (i, a) in solid.iter().enumerate() {
        for b in &solid[i + 1..] {
            if a.overlaps(b) {
                out.push(format!("{a:?} overlaps {b:?}"));
            }
        }
    }
    for (e, route) in laid.placed.edges.iter().enumerate() {
        let (from, to) = laid.ends[e];
        if route.points.len() < 2 {
            out.push(format!("edge {e} was not routed"));
        }
        for pair in route.points.windows(2) {
            if pair[0].0 != pair[1].0 && pair[0].1 != pair[1].1 {
                out.push(format!("edge {e} runs askew at {pair:?}"));
            }
            for (v, node) in laid.placed.nodes.iter().enumerate() {
                if node.crossed_by(pair[0], pair[1]) {
                    out.push(format!("edge {e} ({from} to {to}) runs through node {v}"));
                }
            }
            for (o, other) in laid.placed.edges.iter().enumerate() {
                if o != e && other.label.is_some_and(|l| l.crossed_by(pair[0], pair[1])) {
                    out.push(format!("edge {e} runs through the label of edge {o}"));
                }
            }
        }
        for (end, node) in [(route.points.first(), from), (route.points.last(), to)] {
            let r = laid.placed.nodes[node];
            let touches = end.is_some_and(|p| {
                (p.0 >= r.x && p.0 <= r.x + r.w) && (p.1 == r.y || p.1 == r.y + r.h)
                    || (p.1 >= r.y && p.1 <= r.y + r.h) && (p.0 == r.x || p.0 == r.x + r.w)
            });
            if !touches {
                out.push(format!("edge {e} does not touch node {node}"));
            }
        }
    }
    // Groups: around what is in them, clear of everything else.
    let inside = |v: usize, g: usize| {
        let mut next = graph.nodes[laid.nodes[v]].group.clone();
        let mut steps = 0;
        while let Some(id) = next.filter(|_| steps < 50) {
            if graph.groups[laid.groups[g]].id == id {
                return true;
            }
            next = graph
                .groups
                .iter()
                .find(|o| o.id == id)
                .and_then(|o| o.parent.clone());
            steps += 1;
        }
        false
    };
    for (g, frame) in laid.placed.groups.iter().enumerate() {
        let Some(frame) = frame else { continue };
        for (v, r) in laid.placed.nodes.iter().enumerate() {
            let f = frame.rect;
            let within =
                r.x >= f.x && r.y >= f.y && r.x + r.w <= f.x + f.w && r.y + r.h <= f.y + f.h;
            if inside(v, g) && !within {
                out.push(format!("node {v} sticks out of group {g}"));
            }
            if !inside(v, g) && f.overlaps(r) {
                out.push(format!("group {g} covers foreign node {v}"));
            }
        }
        for (v, r) in laid.placed.nodes.iter().enumerate() {
            if frame.title.overlaps(r) {
                out.push(format!("the title of group {g} covers node {v}"));
            }
        }
    }
    out
}

#[test]
fn nothing_overlaps_and_no_edge_runs_through_a_node() {
    for (name, graph) in demos() {
        dump(&format!("{name}.svg"), &graph_svg(&graph));
        assert_eq!(faults(&graph), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn the_same_graph_gives_the_same_bytes() {
    for (_, graph) in demos() {
        assert_eq!(graph_svg(&graph), graph_svg(&graph.clone()));
    }
}

#[test]
fn the_other_pictures_are_drawn() {
    use picture_demo::measured::*;
    use picture_demo::others::*;
    for (name, svg) in [
        ("sequence", sequence_svg(&place_order())),
        ("er", er_svg(&shop_tables())),
        ("lines", line_chart_svg(&latency())),
        ("bars", bar_chart_svg(&utilisation())),
        ("intervals", line_chart_svg(&simulated_latency())),
        ("panels", panel_chart_svg(&fault())),
        ("tornado", range_chart_svg(&tornado())),
        ("agreement", range_chart_svg(&agreement())),
    ] {
        dump(&format!("{name}.svg"), &svg);
        assert!(
            svg.starts_with("<svg ") && svg.ends_with("</svg>\n"),
            "{name}"
        );
    }
    dump("sequence.txt", &sequence_text(&place_order()));
    for (name, graph) in demos() {
        dump(&format!("{name}.txt"), &graph_text(&graph));
    }
}

#[test]
fn terminal_pictures_fit_a_terminal() {
    for (name, graph) in demos() {
        let text = graph_text(&graph);
        let widest = text.lines().map(measure::cell_width).max().unwrap_or(0);
        assert!(widest <= text::MAX_WIDTH, "{name}: {widest} cells");
        for node in &graph.nodes {
            // Long names may be wrapped; their beginning is there.
            let start: String = node.title.chars().take(5).collect();
            assert!(
                text.contains(start.trim()),
                "{name}: {} is missing",
                node.title
            );
        }
    }
    let shop = graph_text(&picture_demo::shop());
    assert!(shop.contains('▼') && shop.contains("[18] Events -> Catalog: stock changed"));
    let widest = sequence_text(&picture_demo::others::place_order());
    assert!(
        widest
            .lines()
            .all(|l| measure::cell_width(l) <= text::MAX_WIDTH)
    );
}

#[test]
fn large_graphs_become_lists_in_a_terminal() {
    let text = graph_text(&random(60, 90, 4, 7));
    assert!(text.contains("──▶ "), "{text}");
    assert!(
        text.lines()
            .all(|l| measure::cell_width(l) <= text::MAX_WIDTH)
    );
}

/// A graph from a seed: nodes in nested groups, edges anywhere, also loops and parallels.
fn random(nodes: usize, edges: usize, groups: usize, seed: u64) -> Graph {
    use groundplan_render::picture::graph::{Edge, EdgeStyle, Group, Node, Shape};
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = |n: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % n.max(1)
    };
    let shapes = [
        Shape::Box,
        Shape::Store,
        Shape::Queue,
        Shape::Person,
        Shape::Gateway,
    ];
    let styles = [
        EdgeStyle::Sync,
        EdgeStyle::Async,
        EdgeStyle::Data,
        EdgeStyle::Dashed,
    ];
    let mut graph = Graph {
        title: format!("random {seed}"),
        ..Graph::default()
    };
    for g in 0..groups {
        let parent = (g > 0 && next(2) == 0).then(|| format!("g{}", next(g)));
        graph.groups.push(Group {
            id: format!("g{g}"),
            title: format!("Group number {g}"),
            parent,
        });
    }
    for v in 0..nodes {
        let mut node = Node::new(
            format!("n{v}"),
            format!("Node {v} {}", "x".repeat(next(18))),
        );
        node.shape = shapes[next(shapes.len())];
        node.group = (groups > 0 && next(4) > 0).then(|| format!("g{}", next(groups)));
        node.lines = (0..next(3)).map(|l| format!("fact {l}")).collect();
        graph.nodes.push(node);
    }
    for _ in 0..edges {
        let (from, to) = (next(nodes), next(nodes));
        let label = if next(3) > 0 {
            format!("label {}", "y".repeat(next(20)))
        } else {
            String::new()
        };
        let mut edge = Edge::new(format!("n{from}"), format!("n{to}"), label);
        edge.style = styles[next(4)];
        graph.edges.push(edge);
    }
    graph
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig {
        cases: 120,
        failure_persistence: None,
        ..Default::default()
    })]

    #[test]
    fn the_laws_hold_for_any_graph(
        nodes in 1usize..28,
        edges in 0usize..44,
        groups in 0usize..6,
        seed in 0u64..1_000_000,
        right in proptest::bool::ANY,
    ) {
        let mut graph = random(nodes, edges, groups, seed);
        graph.direction = if right { Direction::Right } else { Direction::Down };
        proptest::prop_assert_eq!(faults(&graph), Vec::<String>::new());
    }
}

#[test]
fn three_hundred_nodes_are_no_burden() {
    let start = std::time::Instant::now();
    for (edges, direction) in [(340, Direction::Down), (600, Direction::Right)] {
        let mut graph = random(300, edges, 12, 11);
        graph.direction = direction;
        let t = std::time::Instant::now();
        let faults = faults(&graph);
        println!("{edges} edges: {:?}", t.elapsed());
        assert_eq!(faults, Vec::<String>::new());
    }
    // Two seconds each in a release build; debug builds are some ten times slower.
    let limit = if cfg!(debug_assertions) { 120 } else { 8 };
    assert!(start.elapsed().as_secs() < limit, "{:?}", start.elapsed());
}

/// Whether every element is closed, attributes are quoted and nothing is left unescaped.
fn well_formed(svg: &str) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = svg;
    while let Some(start) = rest.find('<') {
        if rest[..start].contains('>') {
            return Err(format!("stray > in {}", &rest[..start]));
        }
        let end = rest[start..].find('>').ok_or("unclosed tag")? + start;
        let tag = &rest[start + 1..end];
        if !tag.matches('"').count().is_multiple_of(2) || tag.contains('<') {
            return Err(format!("bad tag {tag}"));
        }
        let name = tag
            .trim_start_matches('/')
            .split([' ', '/'])
            .next()
            .unwrap_or("");
        if tag.starts_with('/') {
            if open.pop() != Some(name) {
                return Err(format!("{name} closes something else"));
            }
        } else if !tag.ends_with('/') {
            open.push(name);
        }
        rest = &rest[end + 1..];
    }
    for (at, _) in svg.match_indices('&') {
        let entity = svg[at..].split(';').next().unwrap_or("");
        if !["&amp", "&lt", "&gt", "&quot", "&#39"].contains(&entity) {
            return Err(format!("bare ampersand: {entity}"));
        }
    }
    if ["NaN", "inf", "-0\"", "<script", "http://", "https://"]
        .iter()
        .any(|bad| {
            svg.replacen("http://www.w3.org/2000/svg", "", 1)
                .contains(bad)
        })
    {
        return Err("a number or a link that must not be there".into());
    }
    if open.is_empty() {
        Ok(())
    } else {
        Err(format!("left open: {open:?}"))
    }
}

#[test]
fn every_svg_is_well_formed() {
    use picture_demo::others::*;
    for (name, graph) in demos() {
        assert_eq!(well_formed(&graph_svg(&graph)), Ok(()), "{name}");
    }
    assert_eq!(well_formed(&sequence_svg(&place_order())), Ok(()));
    assert_eq!(well_formed(&er_svg(&shop_tables())), Ok(()));
    assert_eq!(well_formed(&line_chart_svg(&latency())), Ok(()));
    assert_eq!(well_formed(&bar_chart_svg(&utilisation())), Ok(()));
    use picture_demo::measured::*;
    assert_eq!(well_formed(&line_chart_svg(&simulated_latency())), Ok(()));
    assert_eq!(well_formed(&panel_chart_svg(&fault())), Ok(()));
    assert_eq!(well_formed(&range_chart_svg(&tornado())), Ok(()));
    assert_eq!(well_formed(&range_chart_svg(&agreement())), Ok(()));
}

#[test]
fn empty_and_broken_input_is_drawn_without_complaint() {
    use groundplan_render::picture::er::{Er, Relation};
    use groundplan_render::picture::graph::{Edge, Group, Node};
    use groundplan_render::picture::plot::{
        Axis, Band, Bar, BarChart, Interval, LineChart, Marker, Panel, PanelChart, Range,
        RangeChart, Scale, Series,
    };
    use groundplan_render::picture::sequence::{Frame, MessageKind, Sequence, Step};

    assert_eq!(well_formed(&graph_svg(&Graph::default())), Ok(()));
    assert_eq!(graph_text(&Graph::default()), "\n");
    let ring = |id: &str, parent: &str| Group {
        id: id.into(),
        title: String::new(),
        parent: Some(parent.into()),
    };
    let mut node = Node::new("", "\u{0}<&\"'>\u{ffff}");
    node.group = Some("a".into());
    let broken = Graph {
        title: "]]> & <t>".into(),
        nodes: vec![node.clone(), node, Node::new("x", "")],
        groups: vec![ring("a", "b"), ring("b", "a"), ring("b", "b")],
        edges: vec![Edge::new("", "x", "\n\n"), Edge::new("x", "none", "?")],
        ..Graph::default()
    };
    assert_eq!(well_formed(&graph_svg(&broken)), Ok(()));
    assert!(!graph_text(&broken).is_empty());

    assert_eq!(well_formed(&sequence_svg(&Sequence::default())), Ok(()));
    let mut steps = vec![Step::Close, Step::Else { label: "x".into() }];
    steps.push(Step::message("a", "nobody", "lost", MessageKind::Call));
    steps.extend((0..9).map(|_| Step::Open {
        frame: Frame::Loop,
        label: "<&>".into(),
    }));
    let broken = Sequence {
        steps,
        ..Sequence::default()
    };
    assert_eq!(well_formed(&sequence_svg(&broken)), Ok(()));
    assert!(!sequence_text(&broken).contains("lost"));

    let relation = Relation {
        from: "a".into(),
        to: "b".into(),
        ..Relation::default()
    };
    let broken = Er {
        relations: vec![relation],
        ..Er::default()
    };
    assert_eq!(well_formed(&er_svg(&broken)), Ok(()));

    let odd = [f64::NAN, f64::INFINITY, -1e300, 0.0, 1e-200, 3.0];
    for scale in [Scale::Linear, Scale::Log] {
        let axis = Axis {
            scale,
            min: Some(f64::NAN),
            max: Some(-5.0),
            ..Axis::default()
        };
        for axis in [
            axis,
            Axis {
                scale,
                ..Axis::default()
            },
        ] {
            let pairs = || odd.iter().copied().zip(odd.iter().rev().copied());
            let series = vec![Series {
                points: pairs().collect(),
                intervals: pairs()
                    .map(|(x, y)| Interval {
                        x,
                        low: y,
                        value: x,
                        high: y,
                    })
                    .collect(),
                ..Series::default()
            }];
            let bands: Vec<Band> = pairs()
                .map(|(from, to)| Band {
                    from,
                    to,
                    label: "<b>".into(),
                })
                .collect();
            let panels = PanelChart {
                x: axis.clone(),
                bands: bands.clone(),
                names: vec!["<&>".into(); 9],
                panels: vec![
                    Panel {
                        y: axis.clone(),
                        series: series.clone(),
                        ..Panel::default()
                    },
                    Panel::default(),
                ],
                ..PanelChart::default()
            };
            assert_eq!(well_formed(&panel_chart_svg(&panels)), Ok(()));
            let rows = pairs().map(|(a, b)| Range {
                span: Some((a, b)),
                dot: Some((b, a, a)),
                square: Some(b),
                ..Range::default()
            });
            let ranges = RangeChart {
                axis: axis.clone(),
                lines: odd.map(|x| (x, "&".to_string())).to_vec(),
                rows: rows.collect(),
                ..RangeChart::default()
            };
            assert_eq!(well_formed(&range_chart_svg(&ranges)), Ok(()));
            let chart = LineChart {
                x: axis.clone(),
                y: axis.clone(),
                series,
                bands,
                markers: odd
                    .map(|x| Marker::Vertical {
                        x,
                        label: "m".into(),
                    })
                    .to_vec(),
                ..LineChart::default()
            };
            assert_eq!(well_formed(&line_chart_svg(&chart)), Ok(()));
            let bars = odd
                .map(|value| Bar {
                    value,
                    limit: Some(2.0),
                    ..Bar::default()
                })
                .to_vec();
            let chart = BarChart {
                axis,
                bars,
                ..BarChart::default()
            };
            assert_eq!(well_formed(&bar_chart_svg(&chart)), Ok(()));
        }
    }
}
