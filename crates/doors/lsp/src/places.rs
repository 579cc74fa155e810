//! Addresses of files: what the editor calls a file, and where it lies.

use std::path::{Component, Path, PathBuf};

use gen_lsp_types::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// What stands unencoded in a path (RFC 3986, unreserved characters and the slash).
const KEPT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// The path of a file's address; `None` for what lies on no disk (`untitled:`).
pub fn path(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.0.strip_prefix("file://")?;
    let rest = rest.strip_prefix("localhost").unwrap_or(rest);
    let encoded = rest.split(['?', '#']).next().unwrap_or(rest);
    let decoded = percent_decode_str(encoded).decode_utf8().ok()?;
    let path = Path::new(&*decoded);
    let plain = path.is_absolute() && path.components().all(|c| c != Component::ParentDir);
    // Built of its components, so that one file has one path.
    (plain && !decoded.contains('\0')).then(|| path.components().collect())
}

/// The address of a path.
pub fn uri(path: &Path) -> Uri {
    let text = path.to_string_lossy();
    Uri(format!("file://{}", utf8_percent_encode(&text, KEPT)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_paths() {
        let file = Path::new("/tmp/a b/größe/brief.yaml");
        assert_eq!(uri(file).0, "file:///tmp/a%20b/gr%C3%B6%C3%9Fe/brief.yaml");
        assert_eq!(path(&uri(file)).as_deref(), Some(file));
        assert_eq!(path(&Uri("untitled:Untitled-1".into())), None);
        assert_eq!(path(&Uri("file:///a/../b".into())), None);
        assert_eq!(path(&Uri("file:///a%FF".into())), None);
    }
}
