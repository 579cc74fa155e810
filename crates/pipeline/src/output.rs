//! Generated files: sealed with a checksum, so that an edited one is recognised and left alone.

use render::Artifact;

/// What becomes of one generated file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is new.
    Create,
    /// It was generated before and nobody changed it.
    Replace,
    /// It is there already, byte for byte.
    Same,
    /// Somebody edited it, or it never was ours: it stays.
    Keep,
}

const OPEN: &str = " [";

/// FNV-1a, 64 bits (Fowler, Noll, Vo): enough to notice an edit; it is no protection against one.
fn checksum(text: &str) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in text.bytes() {
        hash ^= u64::from(byte);
        hash = hash.wrapping_mul(0x0000_0100_0000_01b3);
    }
    format!("{hash:016x}")
}

/// The file's text with a checksum of the rest of it behind the marker's sentence.
pub fn seal(artifact: &Artifact) -> String {
    let Some((line_start, line_end)) = marker_line(&artifact.content) else {
        return artifact.content.clone();
    };
    let line = &artifact.content[line_start..line_end];
    let Some(at) = line.find("do not edit.") else {
        return artifact.content.clone();
    };
    let cut = line_start + at + "do not edit.".len();
    let (head, tail) = artifact.content.split_at(cut);
    format!("{head}{OPEN}{}]{tail}", checksum(&format!("{head}{tail}")))
}

fn marker_line(text: &str) -> Option<(usize, usize)> {
    let mut start = 0;
    for line in text.split_inclusive('\n').take(5) {
        if line.contains(render::artifact::GENERATED_BY) {
            return Some((start, start + line.trim_end().len()));
        }
        start += line.len();
    }
    None
}

/// Whether a file is as it was generated: its checksum fits.
pub fn untouched(text: &str) -> bool {
    let Some((start, end)) = marker_line(text) else {
        return false;
    };
    let line = &text[start..end];
    let Some(at) = line
        .find("do not edit.")
        .map(|at| start + at + "do not edit.".len())
    else {
        return false;
    };
    let rest = &text[at..];
    let Some(sum) = rest.strip_prefix(OPEN).and_then(|r| r.get(..16)) else {
        return false;
    };
    let Some(tail) = rest.get(OPEN.len() + 17..) else {
        return false;
    };
    checksum(&format!("{}{tail}", &text[..at])) == sum
}

/// Whether a file was generated, edited since or not.
pub fn generated(text: &str) -> bool {
    marker_line(text).is_some_and(|(start, end)| text[start..end].contains("do not edit."))
}

/// Decides what to do with a file, given what lies at its path.
pub fn fate(new: &str, there: Option<&[u8]>) -> Fate {
    match there {
        None => Fate::Create,
        Some(bytes) if bytes == new.as_bytes() => Fate::Same,
        Some(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) if untouched(text) => Fate::Replace,
            _ => Fate::Keep,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use render::Marker;

    #[test]
    fn an_edit_is_noticed_and_a_new_version_replaces_an_unedited_one() {
        let one = Artifact::new(
            "a.sql",
            Marker::Dashes,
            "architecture.yaml",
            &["data"],
            "select 1;\n",
        );
        let two = Artifact::new(
            "a.sql",
            Marker::Dashes,
            "architecture.yaml",
            &["data"],
            "select 2;\n",
        );
        let (one, two) = (seal(&one), seal(&two));
        assert!(untouched(&one) && untouched(&two));
        assert_eq!(fate(&two, None), Fate::Create);
        assert_eq!(fate(&one, Some(one.as_bytes())), Fate::Same);
        assert_eq!(fate(&two, Some(one.as_bytes())), Fate::Replace);
        let edited = one.replace("select 1", "select 11");
        assert_eq!(fate(&two, Some(edited.as_bytes())), Fate::Keep);
        assert_eq!(fate(&two, Some(b"mine\n")), Fate::Keep);
        assert_eq!(fate(&two, Some(b"\xff\xfe")), Fate::Keep);
    }
}
