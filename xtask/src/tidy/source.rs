//! A Rust file taken apart just far enough: code, comments, string literals, test code.

/// One Rust file.
#[derive(Debug)]
pub struct Source {
    /// Relative to the root.
    pub path: String,
    pub text: String,
    /// The text with comments and the insides of literals blanked, byte for byte.
    pub code: String,
    pub strings: Vec<Piece>,
    pub comments: Vec<Piece>,
    /// For each line, whether it is compiled for tests only.
    test_lines: Vec<bool>,
}

/// A comment or the inside of a string literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Where it starts, counted from 1.
    pub line: usize,
    pub text: String,
}

/// Takes files apart. A file that another one includes as `#[cfg(test)] mod name;` is test code.
pub fn parse_all(files: Vec<(String, String)>) -> Vec<Source> {
    let mut sources: Vec<Source> = files
        .into_iter()
        .map(|(path, text)| Source::parse(path, text))
        .collect();
    let mut test_files = Vec::new();
    for source in &sources {
        test_files.extend(source.test_modules());
    }
    for source in &mut sources {
        let inside = |module: &String| {
            source.path == format!("{module}.rs") || source.path.starts_with(&format!("{module}/"))
        };
        if test_files.iter().any(inside) {
            source.test_lines.fill(true);
        }
    }
    sources
}

impl Source {
    /// Takes one file apart.
    pub fn parse(path: String, text: String) -> Self {
        let mut lexer = Lexer::new(&text);
        lexer.run();
        let (code, strings, comments) = (lexer.code, lexer.strings, lexer.comments);
        let code = String::from_utf8_lossy(&code).into_owned();
        let test_lines = test_lines(&code);
        Self {
            path,
            text,
            code,
            strings,
            comments,
            test_lines,
        }
    }

    /// Whether a line (from 1) is compiled for tests only.
    pub fn is_test(&self, line: usize) -> bool {
        self.test_lines
            .get(line.wrapping_sub(1))
            .copied()
            .unwrap_or(false)
    }

    /// Whether a line carries `// tidy: allow <why>`, at its end or alone on the line above.
    pub fn is_allowed(&self, line: usize) -> bool {
        self.comments.iter().any(|comment| {
            let why = comment
                .text
                .trim_start_matches('/')
                .trim()
                .strip_prefix("tidy: allow");
            let alone = self.code_line(comment.line).trim().is_empty();
            why.is_some_and(|why| !why.trim().is_empty())
                && (comment.line == line || (alone && comment.line + 1 == line))
        })
    }

    /// The line (from 1) of a byte of the code.
    pub fn line_of(&self, byte: usize) -> usize {
        line_at(self.code.as_bytes(), byte)
    }

    /// Whether the file belongs to what a crate ships (its `src`).
    pub fn is_shipped(&self) -> bool {
        self.path.contains("/src/")
    }

    fn code_line(&self, line: usize) -> &str {
        self.code.lines().nth(line - 1).unwrap_or_default()
    }

    /// Paths without `.rs` of the modules declared for tests only.
    fn test_modules(&self) -> Vec<String> {
        let folder = match self.path.rsplit_once('/') {
            Some((folder, "mod.rs" | "lib.rs" | "main.rs")) => folder.to_string(),
            _ => self.path.trim_end_matches(".rs").to_string(),
        };
        let mut found = Vec::new();
        for (index, line) in self.code.lines().enumerate() {
            if !self.is_test(index + 1) {
                continue;
            }
            let Some(rest) = line.trim().strip_suffix(';') else {
                continue;
            };
            if let Some((_, name)) = rest.rsplit_once("mod ").filter(|(_, name)| is_word(name)) {
                found.push(format!("{folder}/{name}"));
            }
        }
        found
    }
}

/// Where `word` stands as a whole word, as byte offsets.
pub fn words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let bytes = text.as_bytes();
    text.match_indices(word)
        .map(|(at, _)| at)
        .filter(move |&at| {
            let before = at.checked_sub(1).and_then(|index| bytes.get(index));
            let after = bytes.get(at + word.len());
            !before.is_some_and(|&byte| is_word_byte(byte))
                && !after.is_some_and(|&byte| is_word_byte(byte))
        })
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_word_byte)
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}

fn line_at(bytes: &[u8], at: usize) -> usize {
    bytes.iter().take(at).filter(|&&byte| byte == b'\n').count() + 1
}

/// For each line, whether a `#[cfg(test)]` item covers it.
fn test_lines(code: &str) -> Vec<bool> {
    let bytes = code.as_bytes();
    let mut lines = vec![false; code.lines().count()];
    for start in [
        "#[cfg(test)]",
        "#[cfg(all(test,",
        "#[cfg(any(test,",
        "#[test]",
    ]
    .iter()
    .flat_map(|attribute| code.match_indices(attribute).map(|(at, _)| at))
    {
        let end = item_end(bytes, start);
        let (first, last) = (line_at(bytes, start), line_at(bytes, end));
        let covered = first - 1..last.min(lines.len());
        lines[covered].fill(true);
    }
    if code.contains("#![cfg(test)]") {
        lines.fill(true);
    }
    lines
}

/// The last byte of the item whose attribute starts at `at`: its `;` or closing brace.
fn item_end(code: &[u8], at: usize) -> usize {
    let mut depth = 0usize;
    for (index, byte) in code.iter().enumerate().skip(at) {
        match byte {
            b'{' | b'(' | b'[' => depth += 1,
            b'}' | b')' | b']' => {
                depth = depth.saturating_sub(1);
                if depth == 0 && *byte == b'}' {
                    return index;
                }
            }
            b';' if depth == 0 => return index,
            _ => {}
        }
    }
    code.len().saturating_sub(1)
}

struct Lexer<'a> {
    text: &'a [u8],
    at: usize,
    line: usize,
    code: Vec<u8>,
    strings: Vec<Piece>,
    comments: Vec<Piece>,
}

impl<'a> Lexer<'a> {
    fn new(text: &'a str) -> Self {
        let code = Vec::with_capacity(text.len());
        let (strings, comments) = (Vec::new(), Vec::new());
        Self {
            text: text.as_bytes(),
            at: 0,
            line: 1,
            code,
            strings,
            comments,
        }
    }

    fn run(&mut self) {
        while let Some(byte) = self.peek(0) {
            match byte {
                b'/' if self.peek(1) == Some(b'/') => self.line_comment(),
                b'/' if self.peek(1) == Some(b'*') => self.block_comment(),
                b'"' => self.string(0, false),
                b'r' if !self.after_word() && self.raw_hashes().is_some() => {
                    let hashes = self.raw_hashes().unwrap_or_default();
                    (0..=hashes).for_each(|_| self.keep());
                    self.string(hashes, true);
                }
                b'\'' => self.quote(),
                _ => self.keep(),
            }
        }
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.get(self.at + ahead).copied()
    }

    fn keep(&mut self) {
        if let Some(byte) = self.peek(0) {
            self.code.push(byte);
            self.advance(byte);
        }
    }

    fn blank(&mut self) {
        if let Some(byte) = self.peek(0) {
            self.code.push(if byte == b'\n' { b'\n' } else { b' ' });
            self.advance(byte);
        }
    }

    fn advance(&mut self, byte: u8) {
        self.at += 1;
        if byte == b'\n' {
            self.line += 1;
        }
    }

    fn slice(&self, from: usize) -> String {
        String::from_utf8_lossy(&self.text[from..self.at]).into_owned()
    }

    /// Whether the byte before is part of a word other than the `b` or `c` of a literal.
    fn after_word(&self) -> bool {
        let before = |back: usize| self.at.checked_sub(back).map(|index| self.text[index]);
        match before(1) {
            Some(b'b' | b'c') => before(2).is_some_and(is_word_byte),
            Some(byte) => is_word_byte(byte),
            None => false,
        }
    }

    /// The number of hashes of the raw string that starts here.
    fn raw_hashes(&self) -> Option<usize> {
        let hashes = self.text[self.at + 1..]
            .iter()
            .take_while(|&&byte| byte == b'#')
            .count();
        (self.peek(1 + hashes) == Some(b'"')).then_some(hashes)
    }

    fn line_comment(&mut self) {
        let (from, line) = (self.at, self.line);
        while self.peek(0).is_some_and(|byte| byte != b'\n') {
            self.blank();
        }
        self.comments.push(Piece {
            line,
            text: self.slice(from),
        });
    }

    fn block_comment(&mut self) {
        let (from, line) = (self.at, self.line);
        let mut depth = 0usize;
        while let Some(byte) = self.peek(0) {
            let step = match (byte, self.peek(1)) {
                (b'/', Some(b'*')) => {
                    depth += 1;
                    2
                }
                (b'*', Some(b'/')) => {
                    depth -= 1;
                    2
                }
                _ => 1,
            };
            (0..step).for_each(|_| self.blank());
            if depth == 0 {
                break;
            }
        }
        self.comments.push(Piece {
            line,
            text: self.slice(from),
        });
    }

    /// A string from its opening quote on.
    fn string(&mut self, hashes: usize, raw: bool) {
        self.keep();
        let (from, line) = (self.at, self.line);
        while let Some(byte) = self.peek(0) {
            if byte == b'"' && (1..=hashes).all(|ahead| self.peek(ahead) == Some(b'#')) {
                break;
            }
            self.blank();
            if byte == b'\\' && !raw {
                self.blank();
            }
        }
        self.strings.push(Piece {
            line,
            text: self.slice(from),
        });
        self.keep();
    }

    /// A character literal, or the tick of a lifetime.
    fn quote(&mut self) {
        let rest = &self.text[self.at + 1..];
        let length = match rest.first() {
            Some(b'\\') => rest
                .iter()
                .skip(2)
                .position(|&byte| byte == b'\'')
                .map(|at| at + 2),
            Some(first) => {
                let width = match first {
                    0xf0.. => 4,
                    0xe0.. => 3,
                    0xc0.. => 2,
                    _ => 1,
                };
                (rest.get(width) == Some(&b'\'')).then_some(width)
            }
            None => None,
        };
        self.keep();
        if let Some(length) = length {
            (0..length).for_each(|_| self.blank());
            self.keep();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Source {
        Source::parse("crates/doors/cli/src/a.rs".to_string(), text.to_string())
    }

    #[test]
    fn literals_and_comments_leave_the_code() {
        let source =
            parse("let a = \"x // \\\" y\"; // z\nlet b = r#\"q\"w\"#; /* /* n */ */ f('\"');");
        let texts: Vec<&str> = source
            .strings
            .iter()
            .map(|piece| piece.text.as_str())
            .collect();
        assert_eq!(texts, ["x // \\\" y", "q\"w"]);
        assert_eq!(source.comments.len(), 2);
        assert_eq!(source.comments[1].line, 2);
        assert!(
            !source.code.contains('z') && !source.code.contains('n'),
            "{}",
            source.code
        );
        assert_eq!(source.code.len(), source.text.len());
    }

    #[test]
    fn lifetimes_are_not_characters() {
        let source = parse("fn a<'a>(b: &'a str) -> &'a str { \"s\" }");
        assert_eq!(
            source.strings,
            [Piece {
                line: 1,
                text: "s".to_string()
            }]
        );
        assert!(source.code.contains("fn a<'a>(b: &'a str)"));
        assert_eq!(parse("('\\'', \"é\", 'é', \"t\")").strings.len(), 2);
    }

    #[test]
    fn test_items_are_known() {
        let source =
            parse("fn a() {}\n#[cfg(test)]\nmod tests {\n  fn b() { c[0]; }\n}\nfn d() {}\n");
        let tests: Vec<bool> = (1..=6).map(|line| source.is_test(line)).collect();
        assert_eq!(tests, [false, true, true, true, true, false]);
    }

    #[test]
    fn a_test_module_in_its_own_file_is_test_code() {
        let file = |path: &str, text: &str| (path.to_string(), text.to_string());
        let sources = parse_all(vec![
            file("a/src/lib.rs", "mod kept;\n#[cfg(test)]\nmod gone;\n"),
            file("a/src/kept.rs", "fn a() {}\n"),
            file("a/src/gone.rs", "fn a() {}\n"),
            file("a/src/gone/deep.rs", "fn a() {}\n"),
        ]);
        let tests: Vec<bool> = sources.iter().map(|source| source.is_test(1)).collect();
        assert_eq!(tests, [false, false, true, true]);
    }

    #[test]
    fn a_permission_needs_a_reason_and_holds_for_one_line() {
        let source = parse(
            "a(); // tidy: allow because\nb(); // tidy: allow\n// tidy: allow it\nc();\nd();\n",
        );
        let allowed: Vec<bool> = (1..=5).map(|line| source.is_allowed(line)).collect();
        assert_eq!(allowed, [true, false, true, true, false]);
    }
}
