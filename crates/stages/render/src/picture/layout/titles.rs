//! A group's title stands in the strip at its upper side, where no edge runs through it.

use super::{Placed, Rect, Spec};

pub(super) fn place(spec: &Spec, placed: &mut Placed) {
    for (g, def) in spec.groups.iter().enumerate() {
        let Some(frame) = placed.groups[g] else {
            continue;
        };
        let pad = spec.gaps.pad;
        let room = (frame.rect.w - 2 * (pad / 2)).max(1);
        let mut title = Rect {
            x: frame.rect.x + pad / 2,
            y: frame.rect.y + (pad / 2).min(6),
            w: def.title.0.min(room),
            h: def.title.1,
        };
        let last = frame.rect.x + frame.rect.w - pad / 2 - title.w;
        // Candidates: the left end, then right behind each edge that is in the way.
        let mut starts = vec![title.x];
        let clear = (pad / 3).max(1);
        let mut lines = Vec::new();
        for route in &placed.edges {
            for pair in route.points.windows(2) {
                let strip = Rect {
                    x: frame.rect.x,
                    w: frame.rect.w,
                    ..title
                };
                if strip.crossed_by(pair[0], pair[1]) {
                    let (low, high) = (pair[0].0.min(pair[1].0), pair[0].0.max(pair[1].0));
                    lines.push((low - clear, high + clear));
                    starts.push(high + clear);
                }
            }
        }
        starts.sort_unstable();
        let free = starts.into_iter().find(|x| {
            *x >= title.x
                && *x <= last.max(title.x)
                && lines
                    .iter()
                    .all(|(low, high)| x + title.w <= *low || *x >= *high)
        });
        title.x = free.unwrap_or(title.x);
        if let Some(frame) = &mut placed.groups[g] {
            frame.title = title;
        }
    }
}
