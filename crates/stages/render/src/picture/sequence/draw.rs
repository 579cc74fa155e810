//! The sequence as SVG.

use super::rows::{LABEL, LOOP, NOTE, Row, SMALL, columns, frame_word, heads, rows};
use super::{Frame, MessageKind, Sequence};
use crate::picture::graph::{Emphasis, MARGIN, Shape, heading, heading_width, outline, text_shift};
use crate::picture::layout::Rect;
use crate::picture::measure::{at, ellipsis, text_width};
use crate::picture::svg::{Anchor, Style, Svg, ink, num};

/// Draws the sequence.
pub fn sequence_svg(sequence: &Sequence) -> String {
    let rows = rows(sequence);
    let heads = heads(sequence);
    let nesting = rows
        .iter()
        .scan(0, |d, row| {
            *d += match row {
                Row::Open { .. } => 1,
                Row::Close => -1,
                _ => 0,
            };
            Some(*d)
        })
        .max()
        .unwrap_or(0);
    let inset = nesting * 10;
    let (x, right) = columns(&heads, &rows, inset);
    let frames = rows.iter().filter_map(|r| match r {
        Row::Open { frame, label } => {
            Some(text_width(&frame_text(*frame, label), SMALL, true) + 2 * MARGIN + 2 * inset + 30)
        }
        Row::Else { label } => Some(text_width(label, SMALL, false) + 2 * MARGIN + 2 * inset + 30),
        _ => None,
    });
    let widest_frame = frames.max().unwrap_or(0).min(900);
    let width = (right + MARGIN)
        .max(heading_width(&sequence.title))
        .max(widest_frame)
        .max(200);

    let mut svg = Svg::new();
    let top = MARGIN + heading(&mut svg, &sequence.title, width);
    let tall = heads
        .iter()
        .map(|h| {
            i32::try_from(h.title.len()).unwrap_or(1) * 17
                + if h.subtitle.is_empty() { 0 } else { 15 }
        })
        .max()
        .unwrap_or(0)
        + 26;
    let mut page = Page {
        x: &x,
        width,
        y: top + tall + 16,
        frames: Svg::new(),
        rows: Svg::new(),
        open: Vec::new(),
        bars: vec![None; x.len()],
        active: Vec::new(),
    };
    for row in &rows {
        page.row(row);
    }
    let bottom = page.y + 10;
    page.settle(bottom);
    svg.append(page.frames);
    svg.open("lifelines", None);
    for x in &x {
        let paint = "stroke=\"#a9b5c1\" stroke-width=\"1\" stroke-dasharray=\"3 3\"";
        svg.path(&format!("M{x} {} V{bottom}", top + tall), paint);
    }
    svg.close();
    for (at, from, to) in &page.active {
        let paint = format!(
            "class=\"active\" fill=\"#dfe8f1\" stroke=\"{}\" stroke-width=\"1\"",
            ink::LINE
        );
        svg.rect((x[*at] - 4, *from, 8, to - from), 2, &paint);
    }
    svg.append(page.rows);
    for (i, head) in heads.iter().enumerate() {
        let p = &sequence.participants[i];
        svg.open("participant", Some(&p.id));
        let r = Rect {
            x: x[i] - head.w / 2,
            y: top,
            w: head.w,
            h: tall,
        };
        outline(&mut svg, p.shape, r, Emphasis::Normal);
        let lines = i32::try_from(head.title.len()).unwrap_or(1);
        let used = lines * 17 + if head.subtitle.is_empty() { 0 } else { 15 };
        let lift = if matches!(p.shape, Shape::Store | Shape::Cache | Shape::Client) {
            4
        } else {
            0
        };
        let mut y = top + (tall - used) / 2 + lift;
        let cx = x[i] + text_shift(p.shape);
        for line in &head.title {
            let style = Style {
                size: 13,
                bold: true,
                ..middle("title", ink::TEXT)
            };
            svg.text(cx, y + 13, style, line);
            y += 17;
        }
        if !head.subtitle.is_empty() {
            svg.text(cx, y + 11, middle("subtitle", ink::SOFT), &head.subtitle);
        }
        svg.close();
    }
    let desc = if sequence.description.trim().is_empty() {
        let said = rows
            .iter()
            .filter(|r| matches!(r, Row::Message { .. }))
            .count();
        format!("{} participants, {said} messages.", heads.len())
    } else {
        sequence.description.clone()
    };
    svg.finish((width, bottom + MARGIN), "sequence", &sequence.title, &desc)
}

fn middle(class: &'static str, fill: &'static str) -> Style {
    Style {
        class,
        size: SMALL,
        bold: false,
        fill,
        anchor: Anchor::Middle,
    }
}

fn frame_text(frame: Frame, label: &str) -> String {
    if label.is_empty() {
        frame_word(frame).to_owned()
    } else {
        format!("{}  {label}", frame_word(frame))
    }
}

struct Open {
    y: i32,
    depth: i32,
}

struct Page<'a> {
    x: &'a [i32],
    width: i32,
    y: i32,
    frames: Svg,
    rows: Svg,
    open: Vec<Open>,
    /// Since when each life line works on a call.
    bars: Vec<Option<i32>>,
    active: Vec<(usize, i32, i32)>,
}

impl Page<'_> {
    fn row(&mut self, row: &Row) {
        match row {
            Row::Message {
                from,
                to,
                label,
                small,
                kind,
                strong,
            } => {
                self.message(*from, *to, (label, small), *kind, *strong);
            }
            Row::Note { at, lines } => self.note(*at, lines),
            Row::Open { frame, label } => self.open_frame(*frame, label),
            Row::Else { label } => self.other(label),
            Row::Close => self.close_frame(),
        }
    }

    fn message(
        &mut self,
        from: usize,
        to: usize,
        texts: (&str, &str),
        kind: MessageKind,
        strong: bool,
    ) {
        let (label, small) = texts;
        let colour = if strong { ink::ACCENT } else { ink::LINE };
        let width = if strong { "2.2" } else { "1.5" };
        let dash = if kind == MessageKind::Return {
            " stroke-dasharray=\"5 4\""
        } else {
            ""
        };
        let paint = format!("fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"");
        let ink_text = if strong { ink::ACCENT } else { ink::TEXT };
        self.rows.open("message", None);
        let line_y = self.y + 20;
        if from == to {
            let x = self.x[from] + 4;
            let d = format!("M{x} {line_y} h{} v16 h-{}", LOOP - 14, LOOP - 20);
            self.rows.path(&d, &format!("{paint}{dash}"));
            self.head(x, line_y + 16, -1, kind, colour);
            let tx = x + LOOP - 8;
            let mut y = line_y + 4 + if small.is_empty() { 8 } else { 2 };
            self.plate(tx, y - 10, text_width(label, LABEL, false), 14);
            let style = Style {
                class: "label-text",
                size: LABEL,
                bold: false,
                fill: ink_text,
                anchor: Anchor::Start,
            };
            self.rows.text(tx, y, style, label);
            if !small.is_empty() {
                y += 14;
                self.plate(tx, y - 10, text_width(small, 10, false), 13);
                self.rows.text(
                    tx,
                    y,
                    Style {
                        class: "small",
                        size: 10,
                        fill: ink::SOFT,
                        ..style
                    },
                    small,
                );
            }
            self.y = line_y + 28;
        } else {
            let way = if to > from { 1 } else { -1 };
            let (x0, x1) = (self.x[from] + 4 * way, self.x[to] - 4 * way);
            let stop = if kind == MessageKind::Call {
                x1 - 6 * way
            } else {
                x1
            };
            self.rows.path(
                &format!("M{x0} {line_y} H{stop}"),
                &format!("class=\"line\" {paint}{dash}"),
            );
            self.head(x1, line_y, way, kind, colour);
            let mid = (x0 + x1) / 2;
            let w = text_width(label, LABEL, false);
            self.plate(mid - w / 2, line_y - 16, w, 14);
            self.rows.text(
                mid,
                line_y - 5,
                Style {
                    size: LABEL,
                    ..middle("label-text", ink_text)
                },
                label,
            );
            self.y = line_y + 8;
            if !small.is_empty() {
                let w = text_width(small, 10, false);
                self.plate(mid - w / 2, line_y + 3, w, 12);
                self.rows.text(
                    mid,
                    line_y + 13,
                    Style {
                        size: 10,
                        ..middle("small", ink::SOFT)
                    },
                    small,
                );
                self.y = line_y + 20;
            }
            match kind {
                MessageKind::Call => {
                    self.bars[to].get_or_insert(line_y);
                }
                MessageKind::Return => {
                    if let Some(start) = self.bars[from].take() {
                        self.active.push((from, start, line_y));
                    }
                }
                MessageKind::Async => {}
            }
        }
        self.rows.close();
    }

    /// Paper behind a text, so that life lines do not run through it.
    fn plate(&mut self, x: i32, y: i32, w: i32, h: i32) {
        if w > 0 {
            let paint = format!("fill=\"{}\" fill-opacity=\"0.9\"", ink::PAPER);
            self.rows.rect((x - 3, y, w + 6, h), 3, &paint);
        }
    }

    fn head(&mut self, x: i32, y: i32, way: i32, kind: MessageKind, colour: &str) {
        let back = num(f64::from(x) - 8.5 * f64::from(way));
        let d = format!("M{back} {} L{x} {y} L{back} {}", y - 4, y + 4);
        if kind == MessageKind::Call {
            self.rows.path(
                &format!("{d} Z"),
                &format!("class=\"head\" fill=\"{colour}\""),
            );
        } else {
            let paint =
                format!("class=\"head\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"");
            self.rows.path(&d, &paint);
        }
    }

    fn note(&mut self, at: usize, lines: &[String]) {
        let h = i32::try_from(lines.len()).unwrap_or(1) * 14 + 10;
        let (x, y) = (self.x[at] + 10, self.y + 8);
        self.rows.open("note", None);
        let d = format!(
            "M{x} {y} H{} L{} {} V{} H{x} Z",
            x + NOTE - 10,
            x + NOTE,
            y + 10,
            y + h
        );
        self.rows
            .path(&d, "fill=\"#fdf8e4\" stroke=\"#b79a3b\" stroke-width=\"1\"");
        for (line, i) in lines.iter().zip(0..) {
            let style = Style {
                anchor: Anchor::Start,
                ..middle("note-text", ink::TEXT)
            };
            self.rows.text(x + 8, y + 16 + 14 * i, style, line);
        }
        self.rows.close();
        self.y = y + h + 4;
    }

    fn bounds(&self, depth: i32) -> (i32, i32) {
        let side = MARGIN - 8 + depth * 10;
        (side, self.width - side)
    }

    fn open_frame(&mut self, frame: Frame, label: &str) {
        let depth = i32::try_from(self.open.len()).unwrap_or(0);
        let (x, right) = self.bounds(depth);
        let y = self.y + 14;
        let word = frame_word(frame);
        let w = text_width(word, SMALL, true) + 18;
        self.rows.open("bracket", None);
        let tab = format!("M{x} {y} h{w} v12 l-6 6 H{x} Z");
        self.rows.path(
            &tab,
            "fill=\"#e6ebf1\" stroke=\"#8793a0\" stroke-width=\"1\"",
        );
        let style = Style {
            bold: true,
            anchor: Anchor::Start,
            ..middle("bracket-word", ink::TEXT)
        };
        self.rows.text(x + 7, y + 13, style, word);
        self.condition(label, x + w + 8, y + 13, right);
        self.rows.close();
        self.open.push(Open { y, depth });
        self.y = y + 20;
    }

    fn condition(&mut self, label: &str, x: i32, y: i32, right: i32) {
        if label.is_empty() {
            return;
        }
        let text = ellipsis(label, (right - x - 8).max(20), &at(SMALL, false));
        self.plate(x, y - 11, text_width(&text, SMALL, false), 15);
        let style = Style {
            anchor: Anchor::Start,
            ..middle("condition", ink::SOFT)
        };
        self.rows.text(x, y, style, &text);
    }

    fn other(&mut self, label: &str) {
        let Some(open) = self.open.last() else { return };
        let (x, right) = self.bounds(open.depth);
        let y = self.y + 12;
        self.rows.open("bracket", None);
        self.rows.path(
            &format!("M{x} {y} H{right}"),
            "stroke=\"#8793a0\" stroke-dasharray=\"5 4\"",
        );
        let text = if label.is_empty() {
            "else".to_owned()
        } else {
            format!("else: {label}")
        };
        self.condition(&text, x + 8, y + 14, right);
        self.rows.close();
        self.y = y + 18;
    }

    fn close_frame(&mut self) {
        let Some(open) = self.open.pop() else { return };
        let (x, right) = self.bounds(open.depth);
        let end = self.y + 12;
        // Outer frames close later but must lie below inner ones.
        let mut outer = Svg::new();
        outer.rect(
            (x, open.y, right - x, end - open.y),
            3,
            "class=\"frame\" fill=\"none\" stroke=\"#8793a0\" stroke-width=\"1\"",
        );
        outer.append(std::mem::replace(&mut self.frames, Svg::new()));
        self.frames = outer;
        self.y = end + 4;
    }

    /// Shortens the bars of calls that were never answered.
    fn settle(&mut self, bottom: i32) {
        for (at, bar) in self.bars.iter_mut().enumerate() {
            if let Some(start) = bar.take() {
                self.active.push((at, start, (start + 18).min(bottom)));
            }
        }
        self.active.sort_unstable();
    }
}
