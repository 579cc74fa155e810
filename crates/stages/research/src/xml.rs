//! XML as it is found in build and settings files: a tree with lines that survives what is broken.
//!
//! Names are without their prefixes. A tag that is closed out of order closes what is open up to its own
//! opening; one that was never opened is left out; the end of the text closes everything. Entities other
//! than the five of XML stay as they are, and nothing outside of the text is ever fetched.

/// Deepest nesting that is read.
const MAX_DEPTH: usize = 128;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    /// All text directly in it, trimmed.
    pub text: String,
    pub children: Vec<Element>,
    /// 1-based, of the opening tag.
    pub line: u32,
}

impl Element {
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    pub fn children(&self, name: &str) -> impl Iterator<Item = &Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The element at `a/b/c`.
    pub fn at_path(&self, path: &str) -> Option<&Element> {
        path.split('/')
            .try_fold(self, |element, name| element.child(name))
    }

    /// The text of a child, where it has one.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        let text = self.child(name)?.text.as_str();
        (!text.is_empty()).then_some(text)
    }

    pub fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(key, _)| key == name)?;
        Some(&found.1)
    }

    /// Every element below, this one first.
    pub fn all(&self) -> Vec<&Element> {
        let mut out = Vec::new();
        let mut left = vec![self];
        while let Some(element) = left.pop() {
            out.push(element);
            left.extend(element.children.iter().rev());
        }
        out
    }
}

/// The root holds the document's elements; faults are line and reason.
pub fn read(text: &str) -> (Element, Vec<(u32, String)>) {
    let mut faults = Vec::new();
    let mut open = vec![Element {
        line: 1,
        ..Element::default()
    }];
    let mut at = 0;
    let mut line = 1;
    while let Some(found) = text[at..].find('<') {
        let before = &text[at..at + found];
        add_text(&mut open, before);
        line += lines(before);
        at += found;
        let rest = &text[at..];
        let length = if rest.starts_with("<!--") {
            ended(rest, "-->")
        } else if rest.starts_with("<![CDATA[") {
            let length = ended(rest, "]]>");
            if let Some(length) = length
                && let Some(element) = open.last_mut()
            {
                element.text.push_str(&rest[9..length - 3]);
            }
            length
        } else if rest.starts_with("<?") {
            ended(rest, "?>")
        } else if rest.starts_with("<!") {
            ended(rest, ">")
        } else {
            tag_end(rest).inspect(|end| tag(&rest[..*end], line, &mut open, &mut faults))
        };
        let Some(length) = length else {
            faults.push((line, "a tag or comment does not end".to_string()));
            break;
        };
        line += lines(&rest[..length]);
        at += length;
    }
    if open.len() > 1 {
        let names: Vec<&str> = open[1..]
            .iter()
            .map(|element| element.name.as_str())
            .collect();
        faults.push((line, format!("not closed: {}", names.join(", "))));
    }
    while open.len() > 1 {
        close(&mut open);
    }
    (open.pop().unwrap_or_default(), faults)
}

fn lines(text: &str) -> u32 {
    text.bytes().filter(|byte| *byte == b'\n').count() as u32
}

fn ended(rest: &str, mark: &str) -> Option<usize> {
    rest.find(mark).map(|at| at + mark.len())
}

/// Just past the `>` that ends a tag, quoted ones passed over.
fn tag_end(rest: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        match (byte, quote) {
            (b'>', None) => return Some(at + 1),
            // A tag that was left open before the next one.
            (b'<', None) => return Some(at),
            (b'"' | b'\'', None) => quote = Some(byte),
            (byte, Some(open)) if byte == open => quote = None,
            _ => {}
        }
    }
    None
}

fn add_text(open: &mut [Element], text: &str) {
    let text = text.trim();
    if let Some(element) = open.last_mut()
        && !text.is_empty()
    {
        if !element.text.is_empty() {
            element.text.push(' ');
        }
        element.text.push_str(&unescaped(text));
    }
}

fn unescaped(text: &str) -> String {
    if !text.contains('&') {
        return text.to_string();
    }
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn tag(written: &str, line: u32, open: &mut Vec<Element>, faults: &mut Vec<(u32, String)>) {
    let inner = written.trim_start_matches('<').trim_end_matches('>');
    if let Some(name) = inner.strip_prefix('/') {
        let name = local(name.trim());
        match open
            .iter()
            .skip(1)
            .rposition(|element| element.name == name)
        {
            Some(index) => {
                while open.len() > index + 1 {
                    close(open);
                }
            }
            None => faults.push((line, format!("</{name}> closes nothing"))),
        }
        return;
    }
    let alone = inner.ends_with('/');
    let inner = inner.trim_end_matches('/');
    let end = inner.find(char::is_whitespace).unwrap_or(inner.len());
    let element = Element {
        name: local(&inner[..end]).to_string(),
        attributes: attributes(&inner[end..]),
        line,
        ..Element::default()
    };
    if element.name.is_empty() {
        return;
    }
    open.push(element);
    if alone {
        close(open);
    } else if open.len() > MAX_DEPTH {
        faults.push((line, format!("nested more than {MAX_DEPTH} deep")));
        close(open);
    }
}

fn attributes(mut rest: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    while let Some(equals) = rest.find('=') {
        let name = rest[..equals].trim();
        let name = name.rsplit(char::is_whitespace).next().unwrap_or(name);
        let after = rest[equals + 1..].trim_start();
        let quote = after.chars().next().filter(|c| *c == '"' || *c == '\'');
        let (value, left) = match quote {
            Some(quote) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
            None => after.split_once(char::is_whitespace).unwrap_or((after, "")),
        };
        out.push((local(name).to_string(), unescaped(value)));
        rest = left;
    }
    out
}

fn close(open: &mut Vec<Element>) {
    if open.len() > 1
        && let Some(element) = open.pop()
        && let Some(parent) = open.last_mut()
    {
        parent.children.push(element);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_with_lines() {
        let text = "<?xml version='1.0'?>\n<!-- <a> -->\n<x:project\n  xmlns='u' y=\"a>b &amp; c\">\n <a>one<b/>two</a>\n <c><![CDATA[<d>]]></c></x:project>\n";
        let (root, faults) = read(text);
        assert_eq!(faults, []);
        let project = root.child("project").unwrap();
        assert_eq!((project.line, project.attribute("y")), (3, Some("a>b & c")));
        assert_eq!(project.text_of("a"), Some("one two"));
        assert_eq!(project.at_path("a/b").unwrap().line, 5);
        assert_eq!(project.text_of("c"), Some("<d>"));
    }

    #[test]
    fn broken_text_keeps_what_it_has() {
        let (root, faults) = read("<p><a>1</a><b><c>2</b></q><d>3</d><e");
        assert_eq!(faults.len(), 3);
        let p = root.child("p").unwrap();
        assert_eq!(p.text_of("a"), Some("1"));
        assert_eq!(p.at_path("b/c").unwrap().text, "2");
        assert_eq!(p.text_of("d"), Some("3"));
        let (_, faults) = read(&"<a>".repeat(100_000));
        assert!(!faults.is_empty());
        read("<a b='\u{e9}><");
    }
}
