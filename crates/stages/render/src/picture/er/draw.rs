//! Tables as nodes, relations as edges with crow's feet.

use super::{Er, KeyMark, Many, Relation};
use crate::picture::graph::{
    DOWN_LIMIT, Direction, Emphasis, HEADING, MARGIN, RIGHT_LIMIT, draw_group, handier, heading,
    heading_width, merged_groups,
};
use crate::picture::layout::{
    EdgeSpec, Frame, Gaps, GroupSpec, NodeSpec, Placed, Rect, Spec, layout,
};
use crate::picture::measure::{at, ellipsis, text_width};
use crate::picture::svg::{Anchor, Style, Svg, ink, num, rounded};
use std::collections::BTreeMap;

const HEAD: i32 = 28;
const ROW: i32 = 18;
const SHOWN: usize = 24;
const MARKS: i32 = 26;
const SMALL: u32 = 11;
const GAPS: Gaps = Gaps {
    node: 46,
    lane: 20,
    track: 14,
    channel: 34,
    pad: 18,
    port: 26,
    inset: 22,
    turn: 36,
};

/// Which entities and relations are drawn, and where.
struct Laid {
    placed: Placed,
    entities: Vec<usize>,
    groups: Vec<usize>,
    parents: Vec<Option<usize>>,
    relations: Vec<usize>,
}

/// Lays the entities out; rectangles in the order of the unique entities, in pixels.
pub fn er_layout(er: &Er) -> Placed {
    lay(er).placed
}

fn lay(er: &Er) -> Laid {
    let (groups, parents, group_id) = merged_groups(&er.groups);
    let mut by_id = BTreeMap::new();
    let mut entities = Vec::new();
    for (i, entity) in er.entities.iter().enumerate() {
        if !by_id.contains_key(entity.id.as_str()) {
            by_id.insert(entity.id.as_str(), entities.len());
            entities.push(i);
        }
    }
    let mut relations = Vec::new();
    let mut edges = Vec::new();
    for (i, relation) in er.relations.iter().enumerate() {
        let ends = (
            by_id.get(relation.from.as_str()),
            by_id.get(relation.to.as_str()),
        );
        if let (Some(from), Some(to)) = ends {
            relations.push(i);
            let text = label_text(relation);
            let width = text_width(&text, SMALL, false) + 8;
            let label = if text.is_empty() { (0, 0) } else { (width, 18) };
            edges.push(EdgeSpec {
                from: *from,
                to: *to,
                label,
            });
        }
    }
    let mut spec = Spec {
        rightwards: false,
        row_limit: DOWN_LIMIT,
        nodes: entities
            .iter()
            .map(|e| NodeSpec {
                size: size(er, *e),
                group: er.entities[*e]
                    .group
                    .as_deref()
                    .and_then(|g| group_id.get(g).copied()),
            })
            .collect(),
        groups: groups
            .iter()
            .zip(&parents)
            .map(|(g, parent)| GroupSpec {
                parent: *parent,
                title: (
                    text_width(er.groups[*g].title.trim(), SMALL, true).min(260) + 4,
                    20,
                ),
            })
            .collect(),
        edges,
        gaps: GAPS,
    };
    let placed = match er.direction {
        Direction::Auto => handier(&spec),
        Direction::Down => layout(&spec),
        Direction::Right => {
            spec.rightwards = true;
            spec.row_limit = RIGHT_LIMIT;
            layout(&spec)
        }
    };
    Laid {
        placed,
        entities,
        groups,
        parents,
        relations,
    }
}

fn label_text(relation: &Relation) -> String {
    ellipsis(relation.label.trim(), 140, &at(SMALL, false))
}

fn heads(er: &Er, e: usize) -> (String, String) {
    let entity = &er.entities[e];
    let name = if entity.title.trim().is_empty() {
        &entity.id
    } else {
        &entity.title
    };
    (
        ellipsis(name.trim(), 240, &at(13, true)),
        ellipsis(entity.subtitle.trim(), 160, &at(SMALL, false)),
    )
}

fn type_text(column: &super::Column) -> String {
    let mark = if column.nullable { "?" } else { "" };
    ellipsis(
        &format!("{}{mark}", column.ty.trim()),
        130,
        &at(SMALL, false),
    )
}

fn name_text(column: &super::Column) -> String {
    ellipsis(column.name.trim(), 170, &at(SMALL, false))
}

/// Widths of the marks' and the names' columns, then the whole.
fn widths(er: &Er, e: usize) -> (i32, i32, i32) {
    let entity = &er.entities[e];
    let shown = || entity.columns.iter().take(SHOWN);
    let marks = shown()
        .map(|c| i32::try_from(c.marks.len()).unwrap_or(0).min(2))
        .max()
        .unwrap_or(0);
    let marks = if marks == 0 { 0 } else { marks * MARKS + 4 };
    let wide =
        |c: &super::Column| text_width(&name_text(c), SMALL, c.marks.contains(&KeyMark::Primary));
    let names = shown().map(wide).max().unwrap_or(0);
    let types = shown()
        .map(|c| text_width(&type_text(c), SMALL, false))
        .max()
        .unwrap_or(0);
    let (title, subtitle) = heads(er, e);
    let sub = if subtitle.is_empty() {
        0
    } else {
        text_width(&subtitle, SMALL, false) + 14
    };
    let head = text_width(&title, 13, true) + sub + 20;
    let all = (marks + names + 16 + types + 20).max(head).max(130);
    (marks, names, all + all % 2)
}

fn size(er: &Er, e: usize) -> (i32, i32) {
    let n = er.entities[e].columns.len();
    let rows = i32::try_from(n.min(SHOWN)).unwrap_or(0) + i32::from(n > SHOWN);
    (
        widths(er, e).2,
        HEAD + rows * ROW + if rows > 0 { 6 } else { 0 },
    )
}

/// Draws entities and relations.
pub fn er_svg(er: &Er) -> String {
    let laid = lay(er);
    let mut svg = Svg::new();
    let width = (laid.placed.size.0 + 2 * MARGIN)
        .max(heading_width(&er.title))
        .max(200);
    let top = MARGIN + heading(&mut svg, &er.title, width);
    let left = (width - laid.placed.size.0) / 2;
    let shift = |r: Rect| Rect {
        x: r.x + left,
        y: r.y + top,
        ..r
    };
    let depth = |g: usize| std::iter::successors(laid.parents[g], |p| laid.parents[*p]).count();
    let mut order: Vec<usize> = (0..laid.groups.len()).collect();
    order.sort_by_key(|g| (depth(*g), *g));
    for g in order {
        if let Some(frame) = laid.placed.groups[g] {
            let frame = Frame {
                rect: shift(frame.rect),
                title: shift(frame.title),
            };
            let group = &er.groups[laid.groups[g]];
            draw_group(&mut svg, &group.id, group.title.trim(), &frame, depth(g));
        }
    }
    for (route, r) in laid.placed.edges.iter().zip(&laid.relations) {
        let relation = &er.relations[*r];
        let points: Vec<(i32, i32)> = route
            .points
            .iter()
            .map(|p| (p.0 + left, p.1 + top))
            .collect();
        if points.len() < 2 {
            continue;
        }
        svg.open("relation", Some(&relation.id));
        let dash = if relation.identifying {
            ""
        } else {
            " stroke-dasharray=\"6 4\""
        };
        let paint = format!(
            "fill=\"none\" stroke=\"{}\" stroke-width=\"1.4\"",
            ink::LINE
        );
        svg.path(
            &rounded(&points, 7.0),
            &format!("class=\"line\" {paint}{dash}"),
        );
        foot(&mut svg, points[0], points[1], relation.from_many, &paint);
        let n = points.len();
        foot(
            &mut svg,
            points[n - 1],
            points[n - 2],
            relation.to_many,
            &paint,
        );
        svg.close();
    }
    for (rect, e) in laid.placed.nodes.iter().zip(&laid.entities) {
        table(&mut svg, er, *e, shift(*rect));
    }
    for (route, r) in laid.placed.edges.iter().zip(&laid.relations) {
        let Some(rect) = route.label.map(shift) else {
            continue;
        };
        let relation = &er.relations[*r];
        svg.open("label", Some(&relation.id));
        let text = label_text(relation);
        if text != relation.label.trim() {
            svg.tooltip(&relation.label);
        }
        svg.rect(
            (rect.x, rect.y, rect.w, rect.h),
            4,
            &format!("fill=\"{}\"", ink::PAPER),
        );
        let style = Style {
            fill: ink::SOFT,
            anchor: Anchor::Middle,
            ..plain("label-text")
        };
        svg.text(rect.x + rect.w / 2, rect.y + 13, style, &text);
        svg.close();
    }
    let height = top + laid.placed.size.1 + MARGIN;
    let desc = if er.description.trim().is_empty() {
        format!(
            "{} entities, {} relations.",
            laid.entities.len(),
            laid.relations.len()
        )
    } else {
        er.description.clone()
    };
    svg.finish((width, height.max(HEADING)), "er", &er.title, &desc)
}

fn plain(class: &'static str) -> Style {
    Style {
        class,
        size: SMALL,
        bold: false,
        fill: ink::TEXT,
        anchor: Anchor::Start,
    }
}

fn table(svg: &mut Svg, er: &Er, e: usize, r: Rect) {
    let entity = &er.entities[e];
    let (stroke, width) = match entity.emphasis {
        Emphasis::Normal => ("#2c6843", "1.4"),
        Emphasis::Strong => (ink::ACCENT, "2.4"),
        Emphasis::Muted => ("#8793a0", "1.1"),
    };
    let (marks, _, _) = widths(er, e);
    let (title, subtitle) = heads(er, e);
    svg.open("entity", Some(&entity.id));
    svg.tooltip(&format!(
        "{}, {} columns",
        entity.title,
        entity.columns.len()
    ));
    let paint = format!(
        "class=\"outline\" fill=\"{}\" stroke=\"{stroke}\" stroke-width=\"{width}\"",
        ink::PAPER
    );
    svg.rect((r.x, r.y, r.w, r.h), 5, &paint);
    let head = format!(
        "M{} {} V{} a5 5 0 0 1 5 -5 H{} a5 5 0 0 1 5 5 V{} Z",
        r.x,
        r.y + HEAD,
        r.y + 5,
        r.x + r.w - 5,
        r.y + HEAD
    );
    if r.h > HEAD {
        svg.path(
            &head,
            &format!("fill=\"#eaf4ec\" stroke=\"{stroke}\" stroke-width=\"{width}\""),
        );
    }
    let name = Style {
        size: 13,
        bold: true,
        ..plain("title")
    };
    svg.text(r.x + 10, r.y + 19, name, &title);
    if !subtitle.is_empty() {
        let style = Style {
            fill: ink::SOFT,
            anchor: Anchor::End,
            ..plain("subtitle")
        };
        svg.text(r.x + r.w - 10, r.y + 19, style, &subtitle);
    }
    let mut y = r.y + HEAD + 3;
    for (i, column) in entity.columns.iter().take(SHOWN).enumerate() {
        if i % 2 == 1 {
            svg.rect((r.x + 1, y, r.w - 2, ROW), 0, "fill=\"#f6f8fa\"");
        }
        for (mark, k) in column.marks.iter().take(2).zip(0..) {
            let (text, fill) = match mark {
                KeyMark::Primary => ("PK", "#85560f"),
                KeyMark::Foreign => ("FK", "#2f5d8a"),
                KeyMark::Unique => ("UQ", "#5a4892"),
                KeyMark::Index => ("IX", "#586673"),
            };
            let style = Style {
                size: 9,
                bold: true,
                fill,
                ..plain("mark")
            };
            svg.text(r.x + 10 + k * MARKS, y + 13, style, text);
        }
        let key = column.marks.contains(&KeyMark::Primary);
        let style = Style {
            bold: key,
            ..plain("column")
        };
        svg.text(r.x + 10 + marks, y + 13, style, &name_text(column));
        let style = Style {
            fill: ink::SOFT,
            anchor: Anchor::End,
            ..plain("type")
        };
        svg.text(r.x + r.w - 10, y + 13, style, &type_text(column));
        y += ROW;
    }
    if entity.columns.len() > SHOWN {
        let more = format!("and {} more columns", entity.columns.len() - SHOWN);
        svg.text(
            r.x + 10,
            y + 13,
            Style {
                fill: ink::SOFT,
                ..plain("more")
            },
            &more,
        );
    }
    svg.close();
}

/// Draws one end: `at` on the table's border, coming from `from`.
fn foot(svg: &mut Svg, at: (i32, i32), from: (i32, i32), many: Many, paint: &str) {
    let (dx, dy) = (
        f64::from((from.0 - at.0).signum()),
        f64::from((from.1 - at.1).signum()),
    );
    let point = |along: f64, side: f64| {
        let x = f64::from(at.0) + dx * along - dy * side;
        let y = f64::from(at.1) + dy * along + dx * side;
        format!("{} {}", num(x), num(y))
    };
    let bar = |d: f64| format!("M{} L{}", point(d, -6.0), point(d, 6.0));
    let crow = || {
        format!(
            "M{} L{} M{} L{}",
            point(12.0, 0.0),
            point(0.0, -7.0),
            point(12.0, 0.0),
            point(0.0, 7.0)
        )
    };
    let d = match many {
        Many::One => format!("{} {}", bar(7.0), bar(12.0)),
        Many::ZeroOrOne => bar(7.0),
        Many::OneOrMore => format!("{} {}", crow(), bar(16.0)),
        Many::ZeroOrMore => crow(),
    };
    svg.path(&d, &format!("class=\"foot\" {paint}"));
    let ring = match many {
        Many::ZeroOrOne => 14.0,
        Many::ZeroOrMore => 17.0,
        Many::One | Many::OneOrMore => return,
    };
    let centre = point(ring, 0.0);
    let mut xy = centre.split(' ');
    let (x, y) = (xy.next().unwrap_or("0"), xy.next().unwrap_or("0"));
    svg.line(&format!(
        "<circle class=\"foot\" cx=\"{x}\" cy=\"{y}\" r=\"4\" fill=\"{}\" stroke=\"{}\" stroke-width=\"1.4\"/>",
        ink::PAPER,
        ink::LINE
    ));
}
