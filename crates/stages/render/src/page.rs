//! A Markdown page that is built line by line.

/// Markdown under construction. Blocks are apart by one empty line.
#[derive(Debug, Default)]
pub(crate) struct Page {
    text: String,
}

impl Page {
    pub fn heading(&mut self, level: usize, text: &str) {
        self.block(&format!("{} {text}", "#".repeat(level)));
    }

    /// A paragraph; empty text is none.
    pub fn para(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            self.block(text);
        }
    }

    pub fn bullets<T: AsRef<str>>(&mut self, items: &[T]) {
        let lines: Vec<String> = items
            .iter()
            .map(|i| format!("- {}", i.as_ref().replace('\n', "\n  ")))
            .collect();
        if !lines.is_empty() {
            self.block(&lines.join("\n"));
        }
    }

    pub fn numbered<T: AsRef<str>>(&mut self, items: &[T]) {
        let lines: Vec<String> = items
            .iter()
            .enumerate()
            .map(|(i, t)| format!("{}. {}", i + 1, t.as_ref().replace('\n', "\n   ")))
            .collect();
        if !lines.is_empty() {
            self.block(&lines.join("\n"));
        }
    }

    /// A table; columns that are empty in every row are left out, and no rows are no table.
    pub fn table(&mut self, head: &[&str], rows: &[Vec<String>]) {
        if rows.is_empty() {
            return;
        }
        let kept: Vec<usize> = (0..head.len())
            .filter(|i| {
                rows.iter()
                    .any(|r| r.get(*i).is_some_and(|c| !c.is_empty()))
            })
            .collect();
        let line = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
        let mut lines = vec![
            line(kept.iter().map(|i| head[*i].to_string()).collect()),
            format!("|{}", "---|".repeat(kept.len())),
        ];
        lines.extend(rows.iter().map(|row| {
            line(
                kept.iter()
                    .map(|i| row.get(*i).map(|c| cell(c)).unwrap_or_default())
                    .collect(),
            )
        }));
        self.block(&lines.join("\n"));
    }

    pub fn code(&mut self, language: &str, text: &str) {
        // A fence longer than any in the text ends where it should.
        let longest = text
            .lines()
            .map(|l| l.trim_start().chars().take_while(|c| *c == '`').count())
            .max()
            .unwrap_or(0);
        let fence = "`".repeat((longest + 1).max(3));
        self.block(&format!("{fence}{language}\n{}\n{fence}", text.trim_end()));
    }

    fn block(&mut self, text: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(text);
        self.text.push('\n');
    }

    pub fn finish(self) -> String {
        self.text
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_columns_and_tables_are_left_out() {
        let mut page = Page::default();
        page.table(&["a", "b", "c"], &[]);
        page.table(
            &["a", "b", "c"],
            &[vec!["1".into(), String::new(), "x|y".into()]],
        );
        assert_eq!(page.finish(), "| a | c |\n|---|---|\n| 1 | x\\|y |\n");
    }

    #[test]
    fn a_fence_in_the_text_does_not_end_the_code() {
        let mut page = Page::default();
        page.code("text", "```\n");
        assert_eq!(page.finish(), "````text\n```\n````\n");
    }
}
