//! A grid of cells on which lines join.

use crate::picture::layout::Rect;
use crate::picture::measure::cells;

const UP: u8 = 1;
const DOWN: u8 = 2;
const LEFT: u8 = 4;
const RIGHT: u8 = 8;

/// Which lines a frame is drawn with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// A node: solid.
    Box,
    /// A group: dotted.
    Light,
}

#[derive(Clone, Copy)]
enum Cell {
    Empty,
    /// Directions in which lines leave, and whether they are dashed.
    Line(u8, bool),
    Char(char),
    /// Covered by the wide character before.
    Covered,
}

pub(super) struct Canvas {
    width: i32,
    height: i32,
    grid: Vec<Cell>,
}

impl Canvas {
    pub fn new(width: i32, height: i32) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        let size = usize::try_from(i64::from(width) * i64::from(height)).unwrap_or(0);
        Canvas {
            width,
            height,
            grid: vec![Cell::Empty; size],
        }
    }

    fn cell(&mut self, x: i32, y: i32) -> Option<&mut Cell> {
        if x < 0 || y < 0 || x >= self.width || y >= self.height {
            return None;
        }
        self.grid.get_mut(usize::try_from(y * self.width + x).ok()?)
    }

    fn put(&mut self, x: i32, y: i32, c: char) {
        if let Some(cell) = self.cell(x, y) {
            *cell = Cell::Char(c);
        }
    }

    fn join(&mut self, x: i32, y: i32, ways: u8, dashed: bool) {
        if let Some(cell) = self.cell(x, y) {
            *cell = match *cell {
                Cell::Line(old, was) => Cell::Line(old | ways, was && dashed),
                _ => Cell::Line(ways, dashed),
            };
        }
    }

    pub fn text(&mut self, x: i32, y: i32, text: &str) {
        let mut x = x;
        for c in text.chars() {
            let w = cells(c);
            if w == 0 {
                continue;
            }
            self.put(x, y, c);
            if w == 2
                && let Some(next) = self.cell(x + 1, y)
            {
                *next = Cell::Covered;
            }
            x += w;
        }
    }

    pub fn clear(&mut self, r: Rect) {
        for y in r.y..r.y + r.h {
            for x in r.x..r.x + r.w {
                if let Some(cell) = self.cell(x, y) {
                    *cell = Cell::Empty;
                }
            }
        }
    }

    pub fn frame(&mut self, r: Rect, weight: Weight) {
        let (right, bottom) = (r.x + r.w - 1, r.y + r.h - 1);
        let [across, along, tl, tr, bl, br] = match weight {
            Weight::Box => ['─', '│', '┌', '┐', '└', '┘'],
            Weight::Light => ['·', '·', '·', '·', '·', '·'],
        };
        for x in r.x + 1..right {
            self.put(x, r.y, across);
            self.put(x, bottom, across);
        }
        for y in r.y + 1..bottom {
            self.put(r.x, y, along);
            self.put(right, y, along);
        }
        for (x, y, c) in [
            (r.x, r.y, tl),
            (right, r.y, tr),
            (r.x, bottom, bl),
            (right, bottom, br),
        ] {
            self.put(x, y, c);
        }
    }

    pub fn line(&mut self, points: &[(i32, i32)], dashed: bool) {
        for pair in points.windows(2) {
            let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
            let (dx, dy) = ((x1 - x0).signum(), (y1 - y0).signum());
            let (ahead, back) = match (dx, dy) {
                (1, _) => (RIGHT, LEFT),
                (-1, _) => (LEFT, RIGHT),
                (_, 1) => (DOWN, UP),
                (_, -1) => (UP, DOWN),
                _ => continue,
            };
            let (mut x, mut y) = (x0, y0);
            while (x, y) != (x1, y1) {
                self.join(x, y, ahead, dashed);
                x += dx;
                y += dy;
                self.join(x, y, back, dashed);
            }
        }
        // The two outer ends run on into the boxes.
        let n = points.len();
        if n >= 2 {
            for (end, near) in [(points[0], points[1]), (points[n - 1], points[n - 2])] {
                let way = if end.1 == near.1 {
                    LEFT | RIGHT
                } else {
                    UP | DOWN
                };
                self.join(end.0, end.1, way, dashed);
            }
        }
    }

    /// An arrow head on the last point.
    pub fn head(&mut self, points: &[(i32, i32)]) {
        let n = points.len();
        if n < 2 {
            return;
        }
        let (last, before) = (points[n - 1], points[n - 2]);
        let c = match ((last.0 - before.0).signum(), (last.1 - before.1).signum()) {
            (1, _) => '▶',
            (-1, _) => '◀',
            (_, -1) => '▲',
            _ => '▼',
        };
        self.put(last.0, last.1, c);
    }

    pub fn finish(self) -> String {
        let mut out = String::new();
        let mut before = String::new();
        for row in self.grid.chunks(usize::try_from(self.width).unwrap_or(1)) {
            let mut line = String::new();
            for cell in row {
                match *cell {
                    Cell::Empty => line.push(' '),
                    Cell::Char(c) => line.push(c),
                    Cell::Covered => {}
                    Cell::Line(ways, dashed) => line.push(stroke(ways, dashed)),
                }
            }
            // Of rows in which lines only go on, one is enough.
            if line == before && line.chars().all(|c| matches!(c, ' ' | '│' | '┆' | '·')) {
                continue;
            }
            out.push_str(line.trim_end());
            out.push('\n');
            before = line;
        }
        let kept = out.trim_end().len();
        out.truncate(kept);
        out.push('\n');
        out
    }
}

fn stroke(ways: u8, dashed: bool) -> char {
    const SIDES: u8 = LEFT | RIGHT;
    const ENDS: u8 = UP | DOWN;
    const DOWN_RIGHT: u8 = DOWN | RIGHT;
    const DOWN_LEFT: u8 = DOWN | LEFT;
    const UP_RIGHT: u8 = UP | RIGHT;
    const UP_LEFT: u8 = UP | LEFT;
    match ways {
        SIDES | LEFT | RIGHT if dashed => '╌',
        ENDS | UP | DOWN if dashed => '┆',
        SIDES | LEFT | RIGHT => '─',
        ENDS | UP | DOWN => '│',
        DOWN_RIGHT => '┌',
        DOWN_LEFT => '┐',
        UP_RIGHT => '└',
        UP_LEFT => '┘',
        w if w == ENDS | RIGHT => '├',
        w if w == ENDS | LEFT => '┤',
        w if w == SIDES | DOWN => '┬',
        w if w == SIDES | UP => '┴',
        _ => '┼',
    }
}
