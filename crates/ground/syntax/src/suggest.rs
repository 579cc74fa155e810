//! 'Did you mean': the nearest of the known words.

/// The known word nearest to `word`, if it is near enough to be what was meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(word);
    let length = folded.chars().count();
    let allowed = (length / 3).clamp(1, 4);
    let mut best: Option<(usize, &str)> = None;
    for candidate in known {
        let other = fold(candidate);
        let last = candidate.rsplit('.').next().unwrap_or(candidate);
        // Counted in half edits: a word that begins like the other ranks behind one wrong letter.
        let distance = if other == folded || fold(last) == folded {
            0
        } else {
            let edits = distance(&folded, &other);
            // Two short words that share nothing are not near, whatever the count says.
            let edits = if edits >= length.max(other.chars().count()) {
                usize::MAX
            } else {
                edits * 2
            };
            let begins = length >= 3
                && other.len() >= 3
                && (other.starts_with(&folded) || folded.starts_with(&other));
            if begins {
                edits.min(2 * allowed).min(3)
            } else {
                edits
            }
        };
        if distance <= (2 * allowed) && best.is_none_or(|(d, b)| (distance, candidate) < (d, b)) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, word)| word)
}

fn fold(word: &str) -> String {
    word.chars()
        .take(64)
        .flat_map(char::to_lowercase)
        .map(|c| if c == '_' { '-' } else { c })
        .collect()
}

/// Edits between two words, a swap of neighbours counting one (optimal string alignment).
pub fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut d = (above[j] + 1).min(row[j - 1] + 1).min(above[j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                d = d.min(before[j - 2] + 1);
            }
            row.push(d);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

/// Words in backquotes, at most twelve, as `a`, `b` or `c`.
pub fn list<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.into_iter().collect();
    let more = words.len().saturating_sub(12);
    let shown: Vec<String> = words.iter().take(12).map(|w| format!("`{w}`")).collect();
    match (shown.split_last(), more) {
        (None, _) => "nothing".to_string(),
        (Some(_), 1..) => format!("{} and {more} more", shown.join(", ")),
        (Some((last, [])), 0) => last.clone(),
        (Some((last, head)), 0) => format!("{} or {last}", head.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wrong_letter_is_nearer_than_a_beginning() {
        let known = ["payment", "payment-notice"];
        assert_eq!(nearest("payment-notise", known), Some("payment-notice"));
        assert_eq!(nearest("paymen", known), Some("payment"));
        assert_eq!(nearest("payment-slip", known), Some("payment"));
    }

    #[test]
    fn distances_are_the_published_ones() {
        // Wagner and Fischer's own example, and the swap of Damerau (1964).
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("teh", "the"), 1);
        assert_eq!(distance("", "abc"), 3);
    }

    #[test]
    fn nearest_is_near() {
        assert_eq!(nearest("tiemout", ["timeout", "retry"]), Some("timeout"));
        assert_eq!(nearest("Time_Out", ["time-out"]), Some("time-out"));
        assert_eq!(nearest("owner", ["timeout", "retry"]), None);
        assert_eq!(nearest("xy", ["ab"]), None);
    }
}
