//! Writing SVG text: escaping, elements, the shared palette.

use super::measure::FONT_FAMILY;

/// Ink and paper. Every ink on its paper has a contrast of at least 4.5 to 1 (WCAG 2.2, AA).
pub(crate) mod ink {
    /// Text and strong lines.
    pub const TEXT: &str = "#1b2733";
    /// Secondary text: 6.9 to 1 on white.
    pub const SOFT: &str = "#4a5a6a";
    /// Lines of edges.
    pub const LINE: &str = "#5b6b7b";
    /// The page.
    pub const PAPER: &str = "#ffffff";
    /// Hair lines and grids.
    pub const HAIR: &str = "#d5dce3";
    /// The accent of what matters most.
    pub const ACCENT: &str = "#b4420f";
}

/// Escapes text for XML content and attributes, and drops what XML 1.0 forbids.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' | '\t' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c as u32, 0xfffe | 0xffff) => {}
            c => out.push(c),
        }
    }
    out
}

/// A number with at most one decimal, without `-0` and without a trailing zero.
pub(crate) fn num(value: f64) -> String {
    let tenths = if value.is_finite() {
        (value * 10.0).round() as i64
    } else {
        0
    };
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, part) = (tenths.abs() / 10, tenths.abs() % 10);
    if part == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{part}")
    }
}

/// Where a text sits on its x.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Clone, Copy)]
pub(crate) struct Style {
    pub class: &'static str,
    pub size: u32,
    pub bold: bool,
    pub fill: &'static str,
    pub anchor: Anchor,
}

/// An SVG document under construction.
pub(crate) struct Svg {
    body: String,
    depth: usize,
}

impl Svg {
    pub fn new() -> Self {
        Svg {
            body: String::new(),
            depth: 1,
        }
    }

    /// Adds one line, indented.
    pub fn line(&mut self, text: &str) {
        for _ in 0..self.depth {
            self.body.push_str("  ");
        }
        self.body.push_str(text);
        self.body.push('\n');
    }

    /// Opens a group with a class and, where the caller has one, the id of what it shows.
    pub fn open(&mut self, class: &str, id: Option<&str>) {
        match id {
            Some(id) => {
                self.line(&format!("<g class=\"{class}\" data-id=\"{}\">", escape(id)));
            }
            None => self.line(&format!("<g class=\"{class}\">")),
        }
        self.depth += 1;
    }

    pub fn close(&mut self) {
        self.depth -= 1;
        self.line("</g>");
    }

    /// A tooltip for the enclosing group.
    pub fn tooltip(&mut self, text: &str) {
        self.line(&format!("<title>{}</title>", escape(text)));
    }

    pub fn text(&mut self, x: i32, y: i32, style: Style, text: &str) {
        let anchor = match style.anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let weight = if style.bold {
            " font-weight=\"600\""
        } else {
            ""
        };
        self.line(&format!(
            "<text class=\"{}\" x=\"{x}\" y=\"{y}\" font-size=\"{}\"{weight}{anchor} fill=\"{}\">{}</text>",
            style.class,
            style.size,
            style.fill,
            escape(text)
        ));
    }

    pub fn rect(&mut self, at: (i32, i32, i32, i32), radius: i32, paint: &str) {
        let (x, y, w, h) = at;
        let round = if radius > 0 {
            format!(" rx=\"{radius}\"")
        } else {
            String::new()
        };
        self.line(&format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"{round} {paint}/>"
        ));
    }

    pub fn path(&mut self, d: &str, paint: &str) {
        self.line(&format!("<path d=\"{d}\" {paint}/>"));
    }

    /// Adds what another one holds.
    pub fn append(&mut self, other: Svg) {
        self.body.push_str(&other.body);
    }

    /// Closes the document: root element, accessible name, own background, then the body.
    pub fn finish(self, size: (i32, i32), kind: &str, title: &str, desc: &str) -> String {
        let (w, h) = size;
        let name = if title.trim().is_empty() { kind } else { title };
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture {kind}\" width=\"{w}\" height=\"{h}\" \
             viewBox=\"0 0 {w} {h}\" role=\"img\" font-family=\"{FONT_FAMILY}\">\n  \
             <title>{}</title>\n  <desc>{}</desc>\n  \
             <rect class=\"page\" x=\"0\" y=\"0\" width=\"{w}\" height=\"{h}\" rx=\"8\" fill=\"{}\"/>\n{}</svg>\n",
            escape(name),
            escape(desc),
            ink::PAPER,
            self.body
        )
    }
}

/// The path of a poly-line with rounded corners. Corners shrink where a segment is short.
pub(crate) fn rounded(points: &[(i32, i32)], radius: f64) -> String {
    let mut d = String::new();
    for (i, &(x, y)) in points.iter().enumerate() {
        let (x, y) = (f64::from(x), f64::from(y));
        if i == 0 {
            d.push_str(&format!("M{} {}", num(x), num(y)));
            continue;
        }
        let Some(&next) = points.get(i + 1) else {
            d.push_str(&format!(" L{} {}", num(x), num(y)));
            continue;
        };
        let before = points[i - 1];
        let (bx, by) = (f64::from(before.0) - x, f64::from(before.1) - y);
        let (ax, ay) = (f64::from(next.0) - x, f64::from(next.1) - y);
        let (bl, al) = (bx.hypot(by), ax.hypot(ay));
        let r = radius.min(bl / 2.0).min(al / 2.0);
        if r < 0.5 {
            d.push_str(&format!(" L{} {}", num(x), num(y)));
            continue;
        }
        d.push_str(&format!(
            " L{} {} Q{} {} {} {}",
            num(x + bx / bl * r),
            num(y + by / bl * r),
            num(x),
            num(y),
            num(x + ax / al * r),
            num(y + ay / al * r)
        ));
    }
    d
}
