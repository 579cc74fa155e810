//! What the steps of a sequence need: ends as indices, texts cut to size, columns wide enough.

use super::{Frame, MessageKind, Sequence, Step};
use crate::picture::graph::{Emphasis, MARGIN, Shape};
use crate::picture::measure::{at, ellipsis, fit, text_width};
use std::collections::BTreeMap;

pub(super) const SMALL: u32 = 11;
pub(super) const LABEL: u32 = 12;
const MOST_LABEL: i32 = 300;
pub(super) const LOOP: i32 = 34;
pub(super) const NOTE: i32 = 150;

/// What every step resolves to: ends as indices, texts cut to size.
pub(super) enum Row {
    Message {
        from: usize,
        to: usize,
        label: String,
        small: String,
        kind: MessageKind,
        strong: bool,
    },
    Note {
        at: usize,
        lines: Vec<String>,
    },
    Open {
        frame: Frame,
        label: String,
    },
    Else {
        label: String,
    },
    Close,
}

pub(super) fn frame_word(frame: Frame) -> &'static str {
    match frame {
        Frame::Alt => "alt",
        Frame::Opt => "opt",
        Frame::Loop => "loop",
        Frame::Par => "par",
        Frame::Transaction => "transaction",
    }
}

pub(super) fn rows(sequence: &Sequence) -> Vec<Row> {
    let mut by_id = BTreeMap::new();
    for (i, p) in sequence.participants.iter().enumerate() {
        by_id.entry(p.id.as_str()).or_insert(i);
    }
    let mut depth = 0usize;
    let mut out = Vec::new();
    for step in &sequence.steps {
        match step {
            Step::Message {
                from,
                to,
                label,
                small,
                kind,
                emphasis,
            } => {
                if let (Some(from), Some(to)) = (by_id.get(from.as_str()), by_id.get(to.as_str())) {
                    out.push(Row::Message {
                        from: *from,
                        to: *to,
                        label: ellipsis(label.trim(), MOST_LABEL, &at(LABEL, false)),
                        small: ellipsis(small.trim(), MOST_LABEL, &at(10, false)),
                        kind: *kind,
                        strong: *emphasis == Emphasis::Strong,
                    });
                }
            }
            Step::Note { at: id, text } => {
                if let Some(i) = by_id.get(id.as_str()) {
                    let lines = fit(text, NOTE - 16, 3, &at(SMALL, false)).lines;
                    if !lines.is_empty() {
                        out.push(Row::Note { at: *i, lines });
                    }
                }
            }
            Step::Open { frame, label } => {
                depth += 1;
                out.push(Row::Open {
                    frame: *frame,
                    label: label.trim().to_owned(),
                });
            }
            Step::Else { label } if depth > 0 => {
                out.push(Row::Else {
                    label: label.trim().to_owned(),
                });
            }
            Step::Close if depth > 0 => {
                depth -= 1;
                out.push(Row::Close);
            }
            Step::Else { .. } | Step::Close => {}
        }
    }
    out.extend((0..depth).map(|_| Row::Close));
    out
}

pub(super) struct Head {
    pub title: Vec<String>,
    pub subtitle: String,
    pub w: i32,
}

pub(super) fn heads(sequence: &Sequence) -> Vec<Head> {
    let of = |p: &super::Participant| {
        let name = if p.title.trim().is_empty() {
            p.id.trim()
        } else {
            p.title.trim()
        };
        let title = fit(name, 150, 2, &at(13, true)).lines;
        let subtitle = ellipsis(p.subtitle.trim(), 150, &at(SMALL, false));
        let wide = title
            .iter()
            .map(|t| text_width(t, 13, true))
            .max()
            .unwrap_or(0);
        let extra = match p.shape {
            Shape::Person => 64,
            Shape::Queue => 60,
            Shape::Gateway | Shape::Worker | Shape::External => 48,
            _ => 28,
        };
        let w = (wide.max(text_width(&subtitle, SMALL, false)) + extra).max(100);
        Head {
            title,
            subtitle,
            w: w + w % 2,
        }
    };
    sequence.participants.iter().map(of).collect()
}

/// Centres of the life lines: wide enough apart for heads, labels and notes between them.
pub(super) fn columns(heads: &[Head], rows: &[Row], inset: i32) -> (Vec<i32>, i32) {
    let n = heads.len();
    // Wants: (left column, right column, distance); the right end of the page is column n.
    let mut wants: Vec<(usize, usize, i32)> = Vec::new();
    for i in 1..n {
        wants.push((i - 1, i, heads[i - 1].w / 2 + heads[i].w / 2 + 24));
    }
    for row in rows {
        match row {
            Row::Message {
                from,
                to,
                label,
                small,
                ..
            } => {
                let w = text_width(label, LABEL, false).max(text_width(small, 10, false)) + 28;
                let (a, b) = (*from.min(to), *from.max(to));
                if a == b {
                    wants.push((a, a + 1, w + LOOP));
                } else {
                    wants.push((a, b, w));
                }
            }
            Row::Note { at, .. } => wants.push((*at, *at + 1, NOTE + 24)),
            _ => {}
        }
    }
    wants.sort_unstable();
    let mut x = vec![0; n + 1];
    if let Some(first) = heads.first() {
        x[0] = MARGIN + inset + first.w / 2;
    }
    for i in 1..=n {
        let least = wants
            .iter()
            .filter(|(_, b, _)| *b == i)
            .map(|(a, _, d)| x[*a] + d)
            .max()
            .unwrap_or(0);
        x[i] = least.max(x[i - 1]);
    }
    let last = heads.last().map_or(0, |h| x[n - 1] + h.w / 2);
    let right = x[n].max(last) + inset;
    x.truncate(n);
    (x, right)
}
