//! Files of tests: how many tests they hold. What test code calls, makes and answers is no fact about the
//! system, so such a file is not parsed; its tests are counted by how their lines begin, as the tables say.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use model::Certainty;

use crate::observation::{FileFacts, Observation, Observed};
use crate::recognise::libraries;

/// How the lines of tests begin, by language.
fn beginnings() -> &'static BTreeMap<&'static str, Vec<&'static str>> {
    static ALL: OnceLock<BTreeMap<&str, Vec<&str>>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for library in &libraries::all().0 {
            for language in &library.languages {
                let lines = library.test_lines.iter().map(String::as_str);
                all.entry(language).or_default().extend(lines);
            }
        }
        all
    })
}

/// The tests of a file, where its language has tables that say how tests begin.
pub fn facts(front: &str, text: &str) -> Option<FileFacts> {
    let begins = beginnings().get(front).filter(|lines| !lines.is_empty())?;
    let is_test = |line: &str| begins.iter().any(|begin| starts(line.trim_start(), begin));
    let tests = (1..).zip(text.lines()).filter(|(_, line)| is_test(line));
    let seen = tests.map(|(line, _)| Observed {
        line,
        certainty: Certainty::Inferred,
        within: String::new(),
        what: Observation::Test,
    });
    Some(FileFacts {
        front: front.to_owned(),
        seen: seen.collect(),
        ..FileFacts::default()
    })
}

/// Whether a line begins so: with whole words, or with anything behind a `*`.
fn starts(line: &str, begin: &str) -> bool {
    match begin.strip_suffix('*') {
        Some(begin) => line.starts_with(begin),
        None => line.strip_prefix(begin).is_some_and(|rest| {
            !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_')
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::facts;

    fn lines(front: &str, text: &str) -> Vec<u32> {
        let found = facts(front, text).expect("tables say how its tests begin");
        found.seen.iter().map(|one| one.line).collect()
    }

    #[test]
    fn tests_are_counted_by_how_their_lines_begin() {
        let python = "import pytest\n\ndef test_a():\n    assert 1\n\nclass TestB:\n    async def test_c(self):\n        pass\n\ndef helper_test_():\n    pass\n";
        assert_eq!(lines("python", python), [3, 7]);
        let java = "class OrdersTest {\n  @Test\n  void a() {}\n  @ParameterizedTest(name = \"x\")\n  void b() {}\n  @TestConfiguration\n  static class C {}\n}\n";
        assert_eq!(lines("java", java), [2, 4]);
        let go = "func TestA(t *testing.T) {}\nfunc testB() {}\nfunc BenchmarkC(b *testing.B) {}\n";
        assert_eq!(lines("go", go), [1, 3]);
        let script = "describe('a', () => {\n  it('does', () => {});\n  it.each([1])('b', () => {});\n  item();\n});\n";
        assert_eq!(lines("typescript", script), [2, 3]);
        let rust =
            "#[test]\nfn a() {}\n#[tokio::test(flavor = \"multi_thread\")]\nasync fn b() {}\n";
        assert_eq!(lines("rust", rust), [1, 3]);
        let csharp = "[Fact]\npublic void A() {}\n[Theory, InlineData(1)]\npublic void B(int x) {}\n[TestFixture]\nclass C {}\n";
        assert_eq!(lines("csharp", csharp), [1, 3]);
        let ruby = "it 'a' do\nend\ntest \"b\" do\nend\ndef test_c\nend\nitems.each { }\n";
        assert_eq!(lines("ruby", ruby), [1, 3, 5]);
        let php = "public function test_a(): void {}\n#[Test]\npublic function b() {}\nit('c', function () {});\n";
        assert_eq!(lines("php", php), [1, 2, 4]);
    }

    #[test]
    fn what_no_table_tells_is_read_as_it_was() {
        assert!(facts("dockerfile", "FROM node\n").is_none());
    }
}
