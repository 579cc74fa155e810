//! Names against patterns: whole dotted paths, ends of them, and one `*`.

use std::borrow::Cow;

/// Whether a whole path (`github.com/gin-gonic/gin.Default`) is, or ends in, the pattern (`gin.Default`),
/// and what a `*` of the pattern stood for.
pub fn matches<'p>(path: &'p str, pattern: &str) -> Option<&'p str> {
    if let Some(whole) = pattern.strip_prefix('^') {
        return (path == whole).then_some("");
    }
    match pattern.split_once('*') {
        None if path == pattern => Some(""),
        None => {
            let start = path.len().checked_sub(pattern.len())?;
            (start > 0 && path.ends_with(pattern) && boundary(path, start)).then_some("")
        }
        Some((before, after)) => {
            let inner = path.strip_suffix(after)?;
            let start = if before.is_empty() {
                inner.rfind(['.', '/']).map_or(0, |at| at + 1)
            } else {
                inner.rfind(before)? + before.len()
            };
            let begins = start - before.len();
            let caught = &inner[start..];
            let whole = begins == 0 || boundary(path, begins);
            (whole && !caught.is_empty() && !caught.contains(['.', '/'])).then_some(caught)
        }
    }
}

fn boundary(path: &str, at: usize) -> bool {
    matches!(path.as_bytes().get(at.wrapping_sub(1)), Some(b'.' | b'/'))
}

/// The first pattern that a path matches, and what its `*` stood for.
pub fn any<'p>(path: &'p str, patterns: &[String]) -> Option<&'p str> {
    patterns.iter().find_map(|pattern| matches(path, pattern))
}

/// Paths of all languages with dots: `axum::routing::get`, `Illuminate\Http\Request`.
pub fn dotted(path: &str) -> Cow<'_, str> {
    let plain = !path.bytes().any(|byte| matches!(byte, b':' | b'\\'));
    match plain {
        true => Cow::Borrowed(path),
        false => Cow::Owned(path.replace("::", ".").replace('\\', ".")),
    }
}

/// The last segment of a path.
pub fn last(path: &str) -> &str {
    path.rsplit(['.', '/']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_pattern_is_a_whole_path_or_ends_one_at_a_boundary() {
        assert_eq!(
            matches("github.com/gin-gonic/gin.Default", "gin.Default"),
            Some("")
        );
        assert_eq!(matches("express", "express"), Some(""));
        assert_eq!(matches("myexpress", "express"), None);
        assert_eq!(matches("fetch", "^fetch"), Some(""));
        assert_eq!(matches("cache.fetch", "^fetch"), None);
        assert_eq!(
            matches("pb.NewCartServiceClient", "New*Client"),
            Some("CartService")
        );
        assert_eq!(matches("pb.RenewClient", "New*Client"), None);
        assert_eq!(
            matches("demo_pb2_grpc.CartServiceStub", "*Stub"),
            Some("CartService")
        );
        assert_eq!(
            matches("CartServiceGrpc.newBlockingStub", "*Grpc.newBlockingStub"),
            Some("CartService")
        );
        assert_eq!(matches("NewClient", "New*Client"), None);
    }
}
