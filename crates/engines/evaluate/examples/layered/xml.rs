//! As much of XML as the published models need: elements and attributes.

#[derive(Debug, Default)]
pub struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub children: Vec<Element>,
}

impl Element {
    pub fn get(&self, name: &str) -> Option<&str> {
        (self.attributes.iter())
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_str())
    }

    pub fn number(&self, name: &str) -> Result<Option<f64>, String> {
        self.get(name)
            .map(|v| {
                v.parse()
                    .map_err(|_| format!("{name}=\"{v}\" is not a number"))
            })
            .transpose()
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |c| c.name == name)
    }
}

/// The root element.
pub fn parse(text: &str) -> Result<Element, String> {
    let mut open = vec![Element::default()];
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        for (opens, closes) in [("!--", "-->"), ("![CDATA[", "]]>"), ("?", "?>"), ("!", ">")] {
            if rest.starts_with(opens) {
                rest = rest.split_once(closes).map_or("", |(_, after)| after);
                break;
            }
        }
        if let Some(after) = rest.strip_prefix('/') {
            rest = after;
            let element = open.pop().ok_or("a tag closes that was not open")?;
            let outer = open.last_mut().ok_or("a tag closes that was not open")?;
            outer.children.push(element);
            continue;
        }
        let Some(c) = rest.chars().next() else { break };
        if !c.is_ascii_alphabetic() {
            continue;
        }
        let end = rest.find(|c: char| c.is_whitespace() || c == '/' || c == '>');
        let end = end.ok_or("a tag does not end")?;
        let mut element = Element {
            name: rest[..end].to_owned(),
            ..Element::default()
        };
        rest = rest[end..].trim_start();
        while !rest.starts_with(['/', '>']) {
            let (name, after) = rest.split_once('=').ok_or("an attribute has no value")?;
            let after = after.trim_start();
            let quote = after.chars().next().ok_or("an attribute has no value")?;
            let (value, after) = after[1..].split_once(quote).ok_or("an open quote")?;
            element
                .attributes
                .push((name.trim().to_owned(), value.to_owned()));
            rest = after.trim_start();
        }
        if rest.starts_with('/') {
            let outer = open.last_mut().ok_or("a tag closes that was not open")?;
            outer.children.push(element);
        } else {
            open.push(element);
        }
    }
    let mut root = open.pop().ok_or("no element")?;
    root.children.pop().ok_or_else(|| "no element".to_owned())
}
